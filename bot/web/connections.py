"""Limits on connections: nobody can keep others out by connecting and saying little.

uvicorn waits without end for a first request, and for the rest of a request that was begun. Here a
request has to arrive within seconds, its head has a limited size, and a new connection takes the
place of a silent one where there are too many. So the webhook and health checks always have a
place.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re

import h11
import structlog
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

_log = structlog.get_logger(__name__)

MOST_CONNECTIONS = 1000
MOST_OF_AN_ADDRESS = 200
"""Connections of a client address. A proxy on this machine or a trusted one has no such limit."""
RECEIVING_SECONDS = 10.0
"""Seconds in which a request has to arrive, from its first byte or from the connection's start."""
MOST_HEAD = 16 * 1024
"""Bytes of a request's first line and headers."""
MOST_HEADERS = 100

_END = re.compile(rb"\n\r?\n")
_TOO_LARGE = b"HTTP/1.1 431 Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class LimitedConnection(H11Protocol):
    """An HTTP connection with limits."""

    _arriving: asyncio.TimerHandle | None = None
    heard_at = 0.0
    """When something arrived last, by the loop's clock."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request; make room for the connection."""
        super().connection_made(transport)
        self.heard_at = self.loop.time()
        self._wait_for_request()
        others = [other for other in self.connections if isinstance(other, LimitedConnection)]
        address = self.limited_address()
        own = [other for other in others if address and other.limited_address() == address]
        for group, most in ((own, MOST_OF_AN_ADDRESS), (others, MOST_CONNECTIONS)):
            if len(group) > most:
                silent = [other for other in group if other is not self and other.is_silent]
                closed = min(silent, key=lambda other: other.heard_at, default=self)
                _log.debug("a connection is closed: there are too many")
                closed.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take in what arrived."""
        self.heard_at = self.loop.time()
        super().data_received(data)

    def handle_events(self) -> None:
        """Handle what arrived, unless the head of a request is too large."""
        if self.conn.their_state is h11.IDLE and _is_too_large(self.conn.trailing_data[0]):
            self._stop_waiting()
            self.transport.write(_TOO_LARGE)
            self.transport.close()
            return
        super().handle_events()
        state = self.conn.their_state
        if state is h11.SEND_BODY or (state is h11.IDLE and self.conn.trailing_data[0]):
            self._wait_for_request()
        else:
            self._stop_waiting()

    @property
    def is_silent(self) -> bool:
        """Whether no whole request of the connection is being handled."""
        cycle: RequestResponseCycle | None = self.cycle  # none before the first request
        return cycle is None or cycle.response_complete or self.conn.their_state is h11.SEND_BODY

    def limited_address(self) -> str | None:
        """The client's address; None where it has no limit of its own."""
        if self.client is None or self.client[0] in self.config.forwarded_allow_ips:
            return None
        try:
            return None if ipaddress.ip_address(self.client[0]).is_loopback else self.client[0]
        except ValueError:
            return self.client[0]

    def _wait_for_request(self) -> None:
        if self._arriving is None:
            self._arriving = self.loop.call_later(RECEIVING_SECONDS, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._arriving is not None:
            self._arriving.cancel()
            self._arriving = None


def _is_too_large(arrived: bytes) -> bool:
    """Whether the head at the beginning of what arrived is larger than may be."""
    end = _END.search(arrived, 0, MOST_HEAD)
    if end is None and len(arrived) >= MOST_HEAD:
        return True
    return arrived.count(b"\n", 0, end.end() if end else len(arrived)) > MOST_HEADERS
