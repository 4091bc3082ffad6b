"""How things are sent: headers for safety and for caches, conditional requests, compression."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from bot.web.sitemap import Kind

_TELEGRAM_WEB = "https://web.telegram.org"
"""Telegram's web client shows Mini Apps in a frame; its other apps do not."""

_SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self';"
    " form-action 'none'; base-uri 'none'; frame-ancestors {ancestors}"
)
_BARE_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"
_OPEN = {Kind.EMBED, Kind.FEED, Kind.JSON, Kind.TABLE, Kind.BADGE, Kind.PICTURE}
"""What other sites may read or show."""
_ASK_AGAIN = "no-cache"
"""May be kept, but has to be asked for again: a change shows at once (RFC 9111, 5.2.2.4)."""
_FOR_EVER = "public, max-age=31536000, immutable"
_SMALL = 600
"""Below so many bytes compression does not pay."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A resource as it is sent."""

    kind: Kind
    content_type: str
    body: bytes
    packed: bytes | None
    etag: str


def ready(kind: Kind, content_type: str, body: bytes) -> Ready:
    """Make a resource ready to be sent many times."""
    packed = None
    if len(body) >= _SMALL and kind is not Kind.PICTURE:
        packed = gzip.compress(body, 6, mtime=0)
    # Weak: the compressed form has the same tag (RFC 9110, 8.8.1).
    etag = f'W/"{hashlib.sha256(body).hexdigest()[:24]}"'
    return Ready(kind, content_type, body, packed, etag)


def send(request: Request, each_ready: Ready, *, framed_by_telegram: bool) -> Response:
    """Answer with a resource, or with 304 where the reader has it already."""
    headers = headers_of(each_ready.kind, framed_by_telegram=framed_by_telegram)
    headers |= {
        "Cache-Control": _FOR_EVER if each_ready.kind is Kind.ASSET else _ASK_AGAIN,
        "ETag": each_ready.etag,
        "Vary": "Accept-Encoding",
    }
    if _known(request.headers.get("if-none-match", ""), each_ready.etag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    body = each_ready.body
    if each_ready.packed is not None and _takes_gzip(request.headers.get("accept-encoding", "")):
        body = each_ready.packed
        headers["Content-Encoding"] = "gzip"
    return Response(body, headers={**headers, "Content-Type": each_ready.content_type})


def headers_of(kind: Kind, *, framed_by_telegram: bool = False) -> dict[str, str]:
    """The headers that keep readers safe."""
    if kind is Kind.PAGE:
        ancestors = _TELEGRAM_WEB if framed_by_telegram else "'none'"
        return {**_SAFE, "Content-Security-Policy": _POLICY.format(ancestors=ancestors)}
    if kind is Kind.EMBED:
        policy = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'"
        headers = {**_SAFE, "Content-Security-Policy": f"{policy}; frame-ancestors *"}
    else:
        headers = {**_SAFE, "Content-Security-Policy": _BARE_POLICY}
    headers["Cross-Origin-Resource-Policy"] = "cross-origin" if kind in _OPEN else "same-origin"
    if kind in _OPEN:
        headers["Access-Control-Allow-Origin"] = "*"
    return headers


def plain(
    body: bytes | str,
    status: HTTPStatus,
    kind: Kind = Kind.PAGE,
    *,
    content_type: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """An answer that is not kept: an error, a redirect, what a person did."""
    return Response(
        body,
        status_code=status,
        headers={
            **headers_of(kind),
            "Cache-Control": "no-store",
            "Content-Type": content_type or kind.media_type,
            **(headers or {}),
        },
    )


def _known(given: str, etag: str) -> bool:
    """Whether If-None-Match names the tag (RFC 9110, 13.1.2: weak comparison)."""
    tags = [part.strip().removeprefix("W/") for part in given.split(",")]
    return "*" in tags or etag.removeprefix("W/") in tags


def _takes_gzip(accepted: str) -> bool:
    """Whether the reader takes gzip (RFC 9110, 12.5.3)."""
    weights: dict[str, str] = {}
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        weights[name.strip()] = weight.replace(" ", "").removeprefix("q=") or "1"
    weight = weights.get("gzip", weights.get("*", "0"))
    return weight.strip("0.") != ""
