"""Templates and the files that pages need: style sheet, script, icon."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.web.badges import sprite
from bot.web.page_context import PageContext

_STATIC = Path(__file__).with_name("static")
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
          ".svg": "image/svg+xml", ".png": "image/png"}  # fmt: skip


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
    return {file.name: _asset(file) for file in sorted(_STATIC.iterdir()) if file.suffix in _TYPES}


def _asset(file: Path) -> Asset:
    body = file.read_bytes()
    mark = hashlib.sha256(body).hexdigest()[:10]
    return Asset(f"/static/{file.stem}.{mark}{file.suffix}", body, _TYPES[file.suffix])


_TEMPLATES = Path(__file__).with_name("templates")


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals.update(assets=assets(), sprite=sprite())
    return environment


def render(template: str, here: PageContext, page: object) -> bytes:
    """A page as HTML, with the messages of its language. The first use reads a small file."""
    language = here.language
    html = (
        _environment()
        .get_template(template)
        .render(here=here, page=page, gettext=language.gettext, ngettext=language.ngettext)
    )
    return html.encode()
