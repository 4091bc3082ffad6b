"""HTTP requests to the Bot API on aiohttp and orjson, in place of the library's own on httpx.

The URL of a request holds the bot's token, and aiohttp writes URLs into its errors. So no error
leaves this file with its cause, and its text names only what sort of thing happened.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from errno import errorcode
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import aiohttp
import certifi
import orjson
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

from bot.telegram.proxies import Proxies, SocksFailed, is_socks, socks_connector

_DEFAULT = BaseRequest.DEFAULT_NONE
_JSON = {"Content-Type": "application/json"}
_VERDICTS = frozenset({400, 401, 403, 404, 409})
"""Statuses that say something of the chat or of the bot where it is Telegram that answers."""
_FIRST_ERROR = 300
"""The lowest HTTP status that is no success (redirects are not followed)."""


File = tuple[str, bytes, str]
"""A file to upload: its name, its content, its media type."""


class NeverSent(NetworkError):
    """The request never came to Telegram: no connection, or one that ends in between.

    It is safe to make it again.
    """


class AnswerLost(NetworkError):
    """The connection broke after the request may have gone out: it may have taken effect."""


class AnswerLate(TimedOut):
    """The request went out and no answer came in time: it may have taken effect."""


class AnswerUnreadable(TelegramError):
    """The answer is not JSON."""

    def __init__(self, payload: bytes) -> None:
        super().__init__("Invalid server response")
        self.payload = payload


@dataclass(frozen=True, slots=True)
class Encoded:
    """Parameters that are JSON already, in the place of the library's `RequestData`."""

    body: bytes
    contains_files: bool = False


@dataclass(frozen=True, slots=True)
class Upload:
    """Parameters with files, sent as a form (Bot API, "Sending files")."""

    parameters: Mapping[str, Any]
    files: Mapping[str, File]
    contains_files: bool = True


class AiohttpRequest(BaseRequest):
    """Requests over a pool of kept connections, with certificates checked.

    getUpdates holds a connection for as long as it waits, so the library is given a second
    instance for it (`ApplicationBuilder.get_updates_request`).

    Args:
        connections: How many requests can be under way at once; more wait for their turn.
        read_timeout: Seconds between two pieces of the answer, from when the request is out.
        write_timeout: Seconds for sending the request, alongside the other waits.
        media_write_timeout: The same for a request that uploads files.
        connect_timeout: Seconds for making a connection.
        pool_timeout: Seconds to wait for a connection that is free.
        proxy: The URL of a proxy for every request, see `Proxies`.

    Raises:
        ProxyUnknown: the proxy speaks another protocol than HTTP and SOCKS5.
    """

    def __init__(
        self,
        *,
        connections: int = 64,
        read_timeout: float | None = 10.0,
        write_timeout: float | None = 10.0,
        media_write_timeout: float | None = 30.0,
        connect_timeout: float | None = 10.0,
        pool_timeout: float | None = 10.0,
        proxy: str | None = None,
    ) -> None:
        self._connections = connections
        self._read_timeout = read_timeout
        self._write_timeout = write_timeout
        self._media_write_timeout = media_write_timeout
        self._connect_timeout = connect_timeout
        self._pool_timeout = pool_timeout
        self._proxies = Proxies(proxy)
        self._certificates: ssl.SSLContext | None = None
        self._sessions: dict[str | None, aiohttp.ClientSession] = {}
        """By the SOCKS proxy that they go through; None for all others."""

    @property
    def read_timeout(self) -> float | None:
        """Seconds to wait for an answer unless a call says otherwise."""
        return self._read_timeout

    async def initialize(self) -> None:
        """Open the pool; does nothing where it is open."""
        if self._certificates is None:
            self._certificates = await asyncio.to_thread(_certificates)

    async def shutdown(self) -> None:
        """Close every connection; does nothing where that was done."""
        sessions, self._sessions = list(self._sessions.values()), {}
        self._certificates = None
        for session in sessions:
            await session.close()

    async def headers_at(self, url: str) -> Mapping[str, str]:
        """The headers of whatever a server answers to GET.

        Raises:
            NeverSent, AnswerLate, AnswerLost: as with every request.
        """
        timeout = _timeout(
            read=self._read_timeout,
            write=self._write_timeout,
            connect=self._connect_timeout,
            pool=self._pool_timeout,
        )
        response, _ = await self._exchange("GET", url, None, timeout)
        return response.headers

    async def post_json(self, url: str, body: bytes | Upload, *, longer: float = 0.0) -> Any:  # noqa: ANN401 - any JSON
        """Make a request from JSON, or from a form with files; return its result as it came.

        `longer` is how many seconds more than usual the answer may take.

        Raises:
            TelegramError: as with every request of the library.
        """
        patience = None if self._read_timeout is None else self._read_timeout + longer
        data = Encoded(body) if isinstance(body, bytes) else body
        # Nothing but `do_request` looks at it, which is below.
        return await self.post(url, cast("RequestData", data), read_timeout=patience)

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | Encoded | Upload | None = None,
        read_timeout: object = _DEFAULT,
        write_timeout: object = _DEFAULT,
        connect_timeout: object = _DEFAULT,
        pool_timeout: object = _DEFAULT,
    ) -> tuple[int, bytes]:
        """Make one request, see `BaseRequest.do_request`. Timeouts are seconds or None.

        Raises:
            NeverSent: no connection could be had, or one that does not lead to Telegram.
            AnswerLate: the request went out, no answer came in time.
            AnswerLost: the connection broke, perhaps after the request took effect.
        """
        files = bool(request_data and request_data.contains_files)
        timeout = _timeout(
            read=_seconds(read_timeout, self._read_timeout),
            write=_seconds(
                write_timeout, self._media_write_timeout if files else self._write_timeout
            ),
            connect=_seconds(connect_timeout, self._connect_timeout),
            pool=_seconds(pool_timeout, self._pool_timeout),
        )
        body = _body(request_data) if request_data else None
        response, content = await self._exchange(method, url, body, timeout)
        if response.status in _VERDICTS and b'"ok"' not in content:
            # A proxy that forbids the way says nothing about a chat.
            raise NeverSent(f"Not Telegram has answered: {response.status}")
        return response.status, _without_page(response.status, content)

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer's JSON, see `BaseRequest.parse_json_payload`.

        Raises:
            AnswerUnreadable: it is not JSON.
        """
        try:
            answer: dict[str, Any] = orjson.loads(payload)
        except ValueError:
            answer = _lenient(payload)
        return answer

    async def _exchange(
        self,
        method: str,
        url: str,
        body: bytes | aiohttp.FormData | None,
        limits: aiohttp.ClientTimeout,
    ) -> tuple[aiohttp.ClientResponse, bytes]:
        try:
            target = URL(url)
            proxy = self._proxies.of(target)
            socks = proxy if is_socks(proxy) else None
            async with self._session(socks).request(
                method,
                target,
                data=body,
                headers=_JSON if isinstance(body, bytes) else None,
                timeout=limits,
                proxy=None if socks else proxy,
                allow_redirects=False,
            ) as response:
                return response, await response.read()
        except (aiohttp.ClientError, OSError, RuntimeError, ValueError) as error:
            problem = _problem(error)
        raise problem  # outside of `except`, or the error with the URL would be its context

    def _session(self, socks: str | None) -> aiohttp.ClientSession:
        if self._certificates is None:
            raise NeverSent("The request back end is not open")
        if socks not in self._sessions:
            limit, certificates = self._connections, self._certificates
            self._sessions[socks] = aiohttp.ClientSession(
                connector=socks_connector(socks, limit, certificates)
                if socks
                else aiohttp.TCPConnector(limit=limit, ssl=certificates, ttl_dns_cache=300),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
            )
        return self._sessions[socks]


def _certificates() -> ssl.SSLContext:
    """Trust what the system trusts; where it names nothing, the list that certifi carries."""
    context = ssl.create_default_context()
    paths = ssl.get_default_verify_paths()
    named = (paths.cafile, paths.capath)  # typed as always there, but None where it is not
    if not any(item and _holds_something(Path(item)) for item in named):
        context.load_verify_locations(certifi.where())
    return context


def _holds_something(place: Path) -> bool:
    return any(place.iterdir()) if place.is_dir() else place.is_file()


def _seconds(given: object, default: float | None) -> float | None:
    """The seconds that a call asks for; None is no limit, the library's marker the default."""
    if given is None or isinstance(given, int | float):
        return given
    return default


@lru_cache(maxsize=64)
def _timeout(
    *, read: float | None, write: float | None, connect: float | None, pool: float | None
) -> aiohttp.ClientTimeout:
    waits = (read, write, connect, pool)
    return aiohttp.ClientTimeout(
        # aiohttp has no limit for writing: what is left of the whole is the limit for it.
        total=None if None in waits else sum(wait or 0 for wait in waits),
        connect=None if connect is None or pool is None else connect + pool,
        sock_connect=connect,
        sock_read=read,
    )


def _body(data: RequestData | Encoded | Upload) -> bytes | aiohttp.FormData:
    """Parameters as JSON, or with files as a form (Bot API, "Making requests")."""
    if isinstance(data, Encoded):
        return data.body
    if isinstance(data, Upload):
        return _form(data)
    if not data.contains_files:
        return encoded(data.parameters)
    form = aiohttp.FormData(quote_fields=False)
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (file_name, content, kind) in data.multipart_data.items():
        form.add_field(name, content, filename=file_name, content_type=kind)
    return form


def _form(upload: Upload) -> aiohttp.FormData:
    form = aiohttp.FormData(quote_fields=False)
    for name, value in upload.parameters.items():
        form.add_field(name, value if isinstance(value, str) else encoded(value).decode())
    for name, (file_name, content, kind) in upload.files.items():
        form.add_field(name, content, filename=file_name, content_type=kind)
    return form


def encoded(parameters: object) -> bytes:
    """Parameters as JSON."""
    try:
        return orjson.dumps(parameters)
    except TypeError:  # half of a surrogate pair, which no UTF-8 can carry
        return json.dumps(parameters, ensure_ascii=False).encode(errors="replace")


def _without_page(status: int, payload: bytes) -> bytes:
    """The answer, unless it is the error page of something in between.

    The library puts an error's whole body into its text, and a proxy's page may show the URL.
    """
    return payload if status < _FIRST_ERROR or payload.lstrip()[:1] == b"{" else b"{}"


def _lenient(payload: bytes) -> dict[str, Any]:
    """Read what orjson will not: half of a surrogate pair, a byte that is not UTF-8."""
    try:
        answer: dict[str, Any] = json.loads(payload.decode(errors="replace"))
    except (ValueError, RecursionError):
        raise AnswerUnreadable(payload) from None
    return answer


def _problem(error: Exception) -> NetworkError:
    kind = type(error).__name__
    code = errorcode.get(getattr(error, "errno", None) or 0)
    name = f"{kind} ({code})" if code else kind
    match error:
        case SocksFailed():
            return NeverSent(f"No connection: {error}")
        case aiohttp.ConnectionTimeoutError():
            return NeverSent("No connection was to be had in time")
        case aiohttp.ClientConnectorError() | aiohttp.ClientHttpProxyError():
            return NeverSent(f"No connection: {name}")
        case TimeoutError():
            return AnswerLate("The request went out, and no answer came in time")
        case aiohttp.ClientError() | OSError():
            return AnswerLost(f"The connection broke: {name}")
        case _:
            return NeverSent(f"The request could not be made: {name}")
