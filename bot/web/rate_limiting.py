"""Not more from one address than a reader can read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from ipaddress import IPv6Address, ip_address

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from throttled import MemoryStore, Throttled, per_duration

_MOST_REMEMBERED = 20_000
"""Addresses whose allowance is remembered, the latest ones."""
_NETWORK_BITS = 64
"""An IPv6 customer has at least so large a network (RFC 6177)."""

TooMany = Callable[[Request, int], Awaitable[Response]]


class RateLimit:
    """An ASGI middleware: so many requests a minute from one address, half of them at once.

    The address is the connection's. Behind a proxy that is trusted, uvicorn puts the one there
    that the proxy names.
    """

    def __init__(self, app: ASGIApp, *, per_minute: int, too_many: TooMany) -> None:
        self._app, self._too_many = app, too_many
        self._limit = Throttled(
            using="gcra",
            quota=per_duration(timedelta(minutes=1), per_minute, burst=max(1, per_minute // 2)),
            store=MemoryStore(options={"MAX_SIZE": _MOST_REMEMBERED}),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer that it is one too many."""
        if scope["type"] == "http":
            result = self._limit.limit(network(scope.get("client")))
            if result.limited:
                seconds = max(1, round(result.state.retry_after + 0.5))
                request = Request(scope, receive)
                response = await self._too_many(request, seconds)
                await response(scope, receive, send)
                return
        await self._app(scope, receive, send)


def network(client: tuple[str, int] | None) -> str:
    """Whose allowance a request uses up: an IPv4 address, or an IPv6 network."""
    if client is None:
        return "nobody"
    try:
        address = ip_address(client[0])
    except ValueError:
        return client[0]
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return f"{int(address) >> (128 - _NETWORK_BITS):x}"
    return str(address)
