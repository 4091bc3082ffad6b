"""Style sheets, script and icon: read once, known by a fingerprint so that they may be kept."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_FOLDER = Path(__file__).with_name("static")
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
          ".svg": "image/svg+xml"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the site's own."""

    path: str
    """Its path with the fingerprint: ``/static/site.1a2b3c4d.css``."""
    body: bytes
    media_type: str


@lru_cache(maxsize=1)
def assets() -> Mapping[str, Asset]:
    """Every asset by its file name. The first call reads a few small files."""
    return {file.name: _asset(file) for file in sorted(_FOLDER.iterdir()) if file.suffix in _TYPES}


def _asset(file: Path) -> Asset:
    body = file.read_bytes()
    mark = hashlib.sha256(body).hexdigest()[:10]
    return Asset(f"/static/{file.stem}.{mark}{file.suffix}", body, _TYPES[file.suffix])
