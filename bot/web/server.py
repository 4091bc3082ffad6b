"""Runs a site with uvicorn, alone or within the bot's process, with TLS if asked."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator, Generator, Sequence
from pathlib import Path

import structlog
import uvicorn
from starlette.types import ASGIApp

from bot.web.connections import LimitedConnection

_log = structlog.get_logger(__name__)

_LOOK = 30.0
"""Seconds between two looks for a renewed certificate."""


class Certificate:
    """A certificate and its key, read again when their files change.

    Raises:
        OSError: they cannot be read, or do not fit.
    """

    def __init__(self, certificate: Path, key: Path) -> None:
        self._files = certificate, key
        self._stamps = self._stamps_now()
        self._context = self._read()

    def served(self, *_: object) -> ssl.SSLContext:
        """What uvicorn serves with; each handshake takes the newest certificate."""
        context = self._read()
        context.sni_callback = self._take_newest
        return context

    async def renew(self) -> None:
        """Look for a renewed certificate until cancelled."""
        while True:
            await asyncio.sleep(_LOOK)
            try:
                if await asyncio.to_thread(self._look):
                    _log.info("a renewed certificate is served", file=str(self._files[0]))
            except OSError as error:  # one file may be written before the other
                _log.warning("a renewed certificate is not taken yet", error=str(error))

    def _look(self) -> bool:
        stamps = self._stamps_now()
        if stamps == self._stamps:
            return False
        self._context, self._stamps = self._read(), stamps
        return True

    def _take_newest(self, connection: ssl.SSLObject, _: object, __: object) -> None:
        connection.context = self._context

    def _read(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self._files)
        return context

    def _stamps_now(self) -> tuple[tuple[int, int], ...]:
        found = [file.stat() for file in self._files]
        return tuple((stat.st_mtime_ns, stat.st_size) for stat in found)


_BACKLOG = 512
_IDLE_SECONDS = 15
_LONGEST_STOP = 3
_HIGHEST_PORT = 65_535


class _Server(uvicorn.Server):
    """Leaves signals to whoever runs it: the bot handles them already."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Capture nothing."""
        yield


@contextlib.asynccontextmanager
async def serving(
    site: ASGIApp,
    host: str,
    port: int,
    *,
    trusted: Sequence[str] = (),
    certificate: tuple[Path, Path] | None = None,
) -> AsyncIterator[str]:
    """Serve the site for as long as the context lasts; gives its address on this machine.

    `trusted` are the addresses of proxies whose X-Forwarded-For and -Proto are believed. With a
    `certificate` and its key it is HTTPS.

    Raises:
        OSError: the port cannot be had, or the certificate cannot be read.
    """
    files = None if certificate is None else await asyncio.to_thread(Certificate, *certificate)
    listening = await asyncio.to_thread(_listen, host, port)
    config = uvicorn.Config(
        site,
        lifespan="off",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(trusted),
        forwarded_allow_ips=list(trusted),
        http=LimitedConnection,
        timeout_keep_alive=_IDLE_SECONDS,
        timeout_graceful_shutdown=_LONGEST_STOP,
        ssl_context_factory=None if files is None else files.served,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listening]), name="web")
    renewing = None if files is None else asyncio.create_task(files.renew(), name="certificate")
    try:
        while not server.started and not task.done():  # noqa: ASYNC110 - uvicorn has no event
            await asyncio.sleep(0.01)
        if task.done():
            task.result()
        name = f"[{host}]" if ":" in host else host
        scheme = "https" if certificate else "http"
        url = f"{scheme}://{name}:{listening.getsockname()[1]}"
        _log.info("the site is open", url=url)
        yield url
    finally:
        server.should_exit = True
        if renewing is not None:
            renewing.cancel()
            await asyncio.gather(renewing, return_exceptions=True)
        await task
        listening.close()


def place(text: str) -> tuple[str, int]:
    """The host and port of ``127.0.0.1:8080``, ``[::1]:8080`` or ``:8080`` (every address).

    Raises:
        ValueError: it is written otherwise.
    """
    host, colon, port = text.strip().rpartition(":")
    if not colon or not port.isascii() or not port.isdecimal() or int(port) > _HIGHEST_PORT:
        raise ValueError("an address is written 127.0.0.1:8080")
    return host.removeprefix("[").removesuffix("]") or "0.0.0.0", int(port)  # noqa: S104 - asked for


def _listen(host: str, port: int) -> socket.socket:
    """A socket that listens: an address that is taken is known before anything else starts."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio sets TCP_NODELAY on what is accepted; without it an answer's
    # body waits 40 ms for the reader to acknowledge its head.
    opened = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((host, port))
        opened.listen(_BACKLOG)
        opened.settimeout(0)
    except OSError as error:
        opened.close()
        raise OSError(error.errno, error.strerror or str(error), f"{host}:{port}") from error
    except BaseException:
        opened.close()
        raise
    return opened
