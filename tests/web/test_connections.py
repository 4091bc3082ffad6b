"""Who connects and says little, or says much of nothing, keeps nobody out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

import aiohttp
import pytest
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.web import connections
from bot.web.connections import LimitedConnection
from bot.web.server import serving

Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]
BODY = b"POST /healthz HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n1"
HEAD = b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n"


async def alive(request: Request) -> PlainTextResponse:
    try:
        return PlainTextResponse(f"alive {len(await request.body())}")
    except ClientDisconnect:
        return PlainTextResponse("gone")


@asynccontextmanager
async def served() -> AsyncIterator[tuple[str, int, str]]:
    routes = [Route("/healthz", alive, methods=["GET", "POST"])]
    async with serving(Starlette(routes=routes), "127.0.0.1", 0) as url:
        place = urlsplit(url)
        yield str(place.hostname), int(place.port or 0), url


@asynccontextmanager
async def lines(host: str, port: int, count: int, said: bytes) -> AsyncIterator[list[Line]]:
    """Connections on which something was said."""
    opened: list[Line] = []
    try:
        for _ in range(count):
            reader, writer = await asyncio.open_connection(host, port)
            writer.write(said)
            opened.append((reader, writer))
        yield opened
    finally:
        for _, writer in opened:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


async def asked(url: str, **how: object) -> str:
    async with aiohttp.ClientSession() as session, session.post(f"{url}/healthz", **how) as answer:
        return f"{answer.status} {await answer.text()}"


async def closed(line: Line) -> bytes:
    """What came before the server closed the connection."""
    try:
        return await asyncio.wait_for(line[0].read(), 5)
    except ConnectionResetError:
        return b""


@pytest.mark.parametrize("said", [b"", HEAD, BODY])
async def test_silent_and_half_sent_connections_keep_nobody_out(
    monkeypatch: pytest.MonkeyPatch, said: bytes
):
    monkeypatch.setattr(connections, "MOST_CONNECTIONS", 100)
    async with served() as (host, port, url), lines(host, port, 130, said):
        for _ in range(5):
            assert await asked(url, data=b"12345") == "200 alive 5"


@pytest.mark.parametrize("said", [b"", HEAD, BODY])
async def test_a_request_that_does_not_arrive_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, said: bytes
):
    monkeypatch.setattr(connections, "RECEIVING_SECONDS", 0.2)
    async with served() as (host, port, _), lines(host, port, 3, said) as opened:
        async with asyncio.timeout(3):
            for line in opened:
                assert await closed(line) == b""


async def test_a_second_request_that_does_not_arrive_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(connections, "RECEIVING_SECONDS", 0.2)
    async with served() as (host, port, _), lines(host, port, 1, HEAD + b"\r\n" + HEAD) as opened:
        async with asyncio.timeout(3):
            assert (await closed(opened[0])).endswith(b"alive 0")


async def test_a_kept_connection_may_rest_between_two_requests(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(connections, "RECEIVING_SECONDS", 0.2)
    async with served() as (host, port, _), lines(host, port, 1, HEAD + b"\r\n") as ((line),):
        reader, writer = line
        assert (await asyncio.wait_for(reader.readuntil(b"alive 0"), 3)).startswith(b"HTTP/1.1 200")
        await asyncio.sleep(0.5)
        writer.write(HEAD + b"\r\n")
        assert (await asyncio.wait_for(reader.readuntil(b"alive 0"), 3)).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    "head",
    [
        HEAD + b"a:b\r\n" * 12_000 + b"\r\n",
        HEAD + b"a:b\r\n" * 101 + b"\r\n",
        HEAD + b"x: " + b"y" * 17_000 + b"\r\n\r\n",
        HEAD + b"x: " + b"y" * 17_000,
        HEAD + b"\r\n" + HEAD + b"a:b\n" * 12_000 + b"\n",
    ],
)
async def test_a_large_head_is_refused(head: bytes):
    async with served() as (host, port, _), lines(host, port, 1, head) as opened:
        assert b" 431 " in await closed(opened[0])


async def test_many_large_heads_take_no_time():
    head = HEAD + b"a:b\r\n" * 12_000 + b"\r\n"
    async with served() as (host, port, url), lines(host, port, 100, head):
        began = time.perf_counter()
        assert (await asked(url, data=b"1")).startswith("200")
        assert time.perf_counter() - began < 2


async def test_an_address_has_a_limit_of_its_own(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(connections, "MOST_OF_AN_ADDRESS", 3)
    monkeypatch.setattr(LimitedConnection, "limited_address", lambda one: one.client[0])
    async with served() as (host, port, url), lines(host, port, 4, HEAD) as opened:
        assert await closed(opened[0]) == b""  # the one that was silent longest
        assert await asked(url, data=b"1") == "200 alive 1"
