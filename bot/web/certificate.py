"""A certificate that is served, and taken again when its files change."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import structlog

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
