"""How things are sent: headers for safety and for caches, conditional requests, compression."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from enum import Enum
from http import HTTPStatus

import zstandard
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

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
    " manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}"
)
_BARE_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"
_FEED_POLICY = "default-src 'none'; style-src 'self'; frame-ancestors 'none'"
"""A browser shows a feed with its style sheet."""
_ASK_AGAIN = "no-cache"
"""May be kept, but has to be asked for again: a change shows at once (RFC 9111, 5.2.2.4)."""
_FOR_EVER = "public, max-age=31536000, immutable"
_SMALL = 600
"""Below so many bytes compression does not pay."""
_SHOWN = b"application/xml; charset=utf-8"
"""What a feed is called to a browser that opens it: of an Atom feed some show the bare text."""
_ZSTD_LEVEL = 12
_Headers = list[tuple[bytes, bytes]]


class Kind(Enum):
    """What sort of resource it is, which decides how it is sent."""

    PAGE = "text/html; charset=utf-8"
    EMBED = "text/html; charset=UTF-8"
    """A page that other sites may put into a frame."""
    FEED = "application/atom+xml; charset=utf-8"
    JSON = "application/json"
    TABLE = "text/csv; charset=utf-8"
    BADGE = "image/svg+xml"
    PICTURE = "image/png"
    FILE = "text/plain; charset=utf-8"
    """What browsers and crawlers look for: sitemap, robots.txt, manifest."""
    ASSET = "application/octet-stream"
    """Kept forever: its name changes with its content."""

    @property
    def media_type(self) -> str:
        """Its Content-Type, unless the resource has its own."""
        return self.value

    @property
    def is_open(self) -> bool:
        """Whether other sites may read or show it."""
        return self not in {Kind.PAGE, Kind.FILE, Kind.ASSET}


class Ready:
    """A resource that is sent many times: an ASGI application whose headers are made once."""

    __slots__ = ("_bodies", "_known", "_modified", "etag", "kind")

    def __init__(
        self,
        kind: Kind,
        content_type: str,
        body: bytes,
        modified: datetime | None = None,
        *,
        framed_by_telegram: bool = False,
    ) -> None:
        # Weak: the compressed forms have the same tag (RFC 9110, 8.8.1).
        tag = hashlib.sha256(body).hexdigest()[:24]
        self.kind, self.etag = kind, f'W/"{tag}"'
        self._modified = modified.astimezone(UTC).replace(microsecond=0) if modified else None
        common = headers_of(kind, framed_by_telegram=framed_by_telegram)
        common |= {
            "Cache-Control": _FOR_EVER if kind is Kind.ASSET else _ASK_AGAIN,
            "ETag": self.etag,
            "Vary": "Accept-Encoding, Sec-Fetch-Dest" if kind is Kind.FEED else "Accept-Encoding",
        }
        if self._modified is not None:
            common["Last-Modified"] = format_datetime(self._modified, usegmt=True)
        self._known = _raw(common)
        self._bodies: dict[str, tuple[_Headers, bytes]] = {}
        for coding, packed in _packed(kind, body):
            own = {"Content-Type": content_type, "Content-Length": str(len(packed))}
            if coding:
                own["Content-Encoding"] = coding
            self._bodies[coding] = (self._known + _raw(own), packed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Send it, or say 304 where the reader has it already."""
        tags = since = accepted = ""
        is_shown = False
        for name, value in scope["headers"]:
            if name == b"accept-encoding":
                accepted = value.decode("latin-1")
            elif name == b"if-none-match":
                tags = value.decode("latin-1")
            elif name == b"if-modified-since":
                since = value.decode("latin-1")
            elif name == b"sec-fetch-dest":
                is_shown = value == b"document"
        if _has(tags, self.etag) if tags else self._is_older(since):
            status, (headers, body) = HTTPStatus.NOT_MODIFIED, (self._known, b"")
        else:
            status, (headers, body) = HTTPStatus.OK, self._bodies[_chosen(accepted, self._bodies)]
        if is_shown and self.kind is Kind.FEED:
            headers = [
                (name, _SHOWN if name == b"content-type" else value) for name, value in headers
            ]
        await send({"type": "http.response.start", "status": status.value, "headers": headers})
        if scope["method"] == "HEAD":
            body = b""
        await send({"type": "http.response.body", "body": body})

    def _is_older(self, since: str) -> bool:
        """Whether it has not changed since that time (RFC 9110, 13.1.3)."""
        if not since or self._modified is None:
            return False
        try:
            return self._modified <= parsedate_to_datetime(since)
        except (ValueError, TypeError):
            return False  # not a date, or one without a time zone


def options(kind: Kind) -> Response:
    """The answer to a browser that asks whether another site may read something."""
    headers = headers_of(kind) | {"Allow": "GET, HEAD, OPTIONS"}
    if kind.is_open:
        headers |= {
            "Access-Control-Allow-Methods": "GET, HEAD",
            "Access-Control-Allow-Headers": "*",
            "Access-Control-Max-Age": "86400",
        }
    return Response(status_code=HTTPStatus.NO_CONTENT, headers=headers)


def headers_of(kind: Kind, *, framed_by_telegram: bool = False) -> dict[str, str]:
    """The headers that keep readers safe."""
    if kind is Kind.PAGE:
        ancestors = _TELEGRAM_WEB if framed_by_telegram else "'none'"
        return {**_SAFE, "Content-Security-Policy": _POLICY.format(ancestors=ancestors)}
    if kind is Kind.EMBED:
        policy = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'"
        headers = {**_SAFE, "Content-Security-Policy": f"{policy}; frame-ancestors *"}
    else:
        policy = _FEED_POLICY if kind is Kind.FEED else _BARE_POLICY
        headers = {**_SAFE, "Content-Security-Policy": policy}
    headers["Cross-Origin-Resource-Policy"] = "cross-origin" if kind.is_open else "same-origin"
    if kind.is_open:
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


def _raw(headers: Mapping[str, str]) -> _Headers:
    return [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]


def _packed(kind: Kind, body: bytes) -> Iterable[tuple[str, bytes]]:
    """The body as it is, and compressed where that pays; the codings that are liked most first."""
    if len(body) >= _SMALL and kind is not Kind.PICTURE:
        yield "zstd", zstandard.ZstdCompressor(_ZSTD_LEVEL).compress(body)
        yield "gzip", gzip.compress(body, 6, mtime=0)
    yield "", body


def _has(given: str, etag: str) -> bool:
    """Whether If-None-Match names the tag (RFC 9110, 13.1.2: weak comparison)."""
    tags = [part.strip().removeprefix("W/") for part in given.split(",")]
    return "*" in tags or etag.removeprefix("W/") in tags


def _chosen(accepted: str, codings: Iterable[str]) -> str:
    """The coding that the reader takes, the smallest first (RFC 9110, 12.5.3)."""
    weights: dict[str, str] = {}
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        weights[name.strip()] = weight.replace(" ", "").removeprefix("q=") or "1"
    for coding in codings:
        if coding and weights.get(coding, weights.get("*", "0")).strip("0.") != "":
            return coding
    return ""
