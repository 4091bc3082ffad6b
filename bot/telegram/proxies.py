"""Proxies on the way to the Bot API: HTTP, HTTPS and SOCKS5, named or from the environment."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING
from urllib.request import getproxies, proxy_bypass

import aiohttp
from aiohttp_socks import (
    ProxyConnectionError,
    ProxyConnector,
    ProxyError,
    ProxyTimeoutError,
)
from yarl import URL

if TYPE_CHECKING:
    from aiohttp import ClientRequest, ClientTimeout
    from aiohttp.connector import Connection
    from aiohttp.tracing import Trace

_SOCKS = frozenset({"socks5", "socks5h"})
_SCHEMES = frozenset({"http", "https"}) | _SOCKS
_SOCKS_PORT = 1080
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class ProxyUnknown(ValueError):
    """A proxy speaks a protocol that the bot does not."""

    def __init__(self, scheme: str) -> None:
        super().__init__(
            f"a proxy is named with {scheme}://, in BRIEFING_PROXY or in a variable such as"
            " ALL_PROXY; the bot speaks http://, https:// and socks5://"
        )


class Proxies:
    """Says which proxy a request goes through.

    Args:
        explicit: The proxy of every request. Without it those of the environment (HTTPS_PROXY,
            HTTP_PROXY, ALL_PROXY, NO_PROXY) hold, but never for this machine itself.

    Raises:
        ProxyUnknown: a proxy speaks another protocol.
    """

    def __init__(self, explicit: str | None) -> None:
        self._explicit = explicit
        self._environment = {} if explicit else _environment_proxies()
        self._known: dict[tuple[str, str], str | None] = {}
        for proxy in (explicit, *self._environment.values()):
            if proxy and _scheme(proxy) not in _SCHEMES:
                raise ProxyUnknown(_scheme(proxy))

    def of(self, target: URL) -> str | None:
        """The proxy for a request to `target`, or None."""
        if self._explicit or not self._environment:
            return self._explicit
        place = (target.scheme, target.host or "")
        if place not in self._known:
            self._known[place] = self._from_environment(*place)
        return self._known[place]

    def _from_environment(self, scheme: str, host: str) -> str | None:
        if host in _LOOPBACK or proxy_bypass(host):
            return None
        return self._environment.get(scheme) or self._environment.get("all")


class SocksFailed(aiohttp.ClientConnectionError):
    """No connection could be made through a SOCKS proxy, so no request was sent."""


_FAILURES = (
    *(ProxyError, ProxyConnectionError, aiohttp.ClientError),
    *(EOFError, OSError, ValueError),
)
"""What the library raises, or lets pass, where it cannot connect."""


class SocksConnector(ProxyConnector):
    """Connects through a SOCKS5 proxy, which also looks up host names.

    The library lets errors of the operating system pass as they are. One while connecting would
    then look like one after the request was sent, so here all of them are `SocksFailed`.
    """

    async def connect(
        self,
        req: ClientRequest,
        traces: list[Trace],
        timeout: ClientTimeout,  # noqa: ASYNC109 - as aiohttp declares it
    ) -> Connection:
        """Get a connection from the pool, or make one."""
        try:
            return await super().connect(req, traces, timeout)
        except TimeoutError:
            raise  # aiohttp makes it an error of its own
        except ProxyTimeoutError as error:
            raise SocksFailed("the SOCKS proxy made none in time") from error
        except _FAILURES as error:
            said = str(error) if isinstance(error, ProxyError) else type(error).__name__
            raise SocksFailed(f"{said} (SOCKS proxy)") from error


def is_socks(proxy: str | None) -> bool:
    """Whether a proxy needs `socks_connector`, where aiohttp itself knows what to do else."""
    return proxy is not None and _scheme(proxy) in _SOCKS


def socks_connector(proxy: str, connections: int, context: ssl.SSLContext) -> SocksConnector:
    """A pool of connections through a SOCKS proxy."""
    url = URL(proxy)
    return SocksConnector(
        url.host or "",
        url.port or _SOCKS_PORT,
        username=url.user,
        password=url.password if url.user is None else url.password or "",  # asked for with it
        rdns=True,
        limit=connections,
        ssl=context,
    )


def _scheme(proxy: str) -> str:
    return proxy.partition("://")[0].lower()


def _environment_proxies() -> dict[str, str]:
    named = getproxies()
    return {scheme: named[scheme] for scheme in ("http", "https", "all") if scheme in named}
