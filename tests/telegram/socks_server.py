"""A small SOCKS5 server on loopback (RFC 1928, RFC 1929), which leads every name to one port."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import Self

_REFUSED = b"\x05\x05\x00\x01\x00\x00\x00\x00\x00\x00"
_GRANTED = b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00"


@dataclass
class SocksServer:
    """Passes connections on to `target`, whatever name was asked for."""

    target: int
    login: tuple[bytes, bytes] | None = None
    refuses: bool = False
    hangs_up: bool = False
    asked: list[tuple[str, int]] = field(default_factory=list)
    port: int = 0

    async def __aenter__(self) -> Self:
        self._tasks: set[asyncio.Task[None]] = set()
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        self._tasks.add(task)
        try:
            if await self._greet(reader, writer):
                await self._pass_on(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            return  # whoever asked has gone
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()
            self._tasks.discard(task)

    async def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        _, count = await reader.readexactly(2)
        methods = await reader.readexactly(count)
        if self.hangs_up:
            return False
        wanted = 2 if self.login else 0
        if wanted not in methods:
            writer.write(b"\x05\xff")
            return False
        writer.write(bytes([5, wanted]))
        if self.login:
            await reader.readexactly(1)
            given = [await reader.readexactly((await reader.readexactly(1))[0]) for _ in range(2)]
            right = tuple(given) == self.login
            writer.write(b"\x01\x00" if right else b"\x01\x01")
            return right
        return True

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        kind = (await reader.readexactly(4))[3]
        if kind == 3:
            host = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
        else:
            host = ".".join(map(str, await reader.readexactly(4)))
        self.asked.append((host, int.from_bytes(await reader.readexactly(2))))
        if self.refuses:
            writer.write(_REFUSED)
            return
        there, back = await asyncio.open_connection("127.0.0.1", self.target)
        writer.write(_GRANTED)
        try:
            await asyncio.wait(
                {
                    asyncio.ensure_future(_copy(reader, back)),
                    asyncio.ensure_future(_copy(there, writer)),
                },
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            back.close()


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while data := await source.read(65536):
        target.write(data)
        await target.drain()
