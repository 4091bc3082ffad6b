"""What one process of the site serves: python benchmarks/web/run.py [seconds] [connections]

The server is a process of its own; the client speaks HTTP/1.1 over connections that stay open.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass, field

BARE = """
import asyncio, sys, urllib.request
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
from bot.web.server import serving

def page(url):
    request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request) as found:
        body, kind = found.read(), found.headers["Content-Type"]
    async def answer(request):
        return Response(body, headers={"Content-Type": kind, "Content-Encoding": "gzip"})
    return answer

async def main(port, site, paths):
    app = Starlette(routes=[Route(path, page(site + path)) for path in paths])
    async with serving(app, "127.0.0.1", port):
        print("up", flush=True)
        await asyncio.Event().wait()

asyncio.run(main(int(sys.argv[1]), sys.argv[2], sys.argv[3:]))
"""
"""The same bytes from a bare Starlette, served the same way."""
SERVER = "import typer; from bot.cli.web import web; typer.run(web)"
PEERS = ("/en/", "/ru/provisions/ratification", "/api/v1/provisions")
GZIP = "Accept-Encoding: gzip\r\n"


@dataclass
class Tally:
    """What came of one sort of request."""

    waits: list[float] = field(default_factory=list)
    bytes: int = 0
    statuses: set[bytes] = field(default_factory=set)


async def visit(port: int, request: bytes, until: float, tally: Tally) -> None:
    """Ask for the same thing again and again over one connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.perf_counter() < until:
        began = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        status = head.split(b" ", 2)[1]
        length = 0
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        if status != b"304":
            await reader.readexactly(length)
        tally.waits.append(time.perf_counter() - began)
        tally.bytes += len(head) + length
        tally.statuses.add(status)
    writer.close()
    await writer.wait_closed()


async def measure(
    name: str, port: int, path: str, headers: str, seconds: float, many: int
) -> float:
    """One line of the table; the requests a second."""
    request = f"GET {path} HTTP/1.1\r\nHost: board\r\n{headers}\r\n".encode()
    tally, began = Tally(), time.perf_counter()
    await asyncio.gather(*(visit(port, request, began + seconds, tally) for _ in range(many)))
    took = time.perf_counter() - began
    waits = sorted(tally.waits)
    print(
        f"| {name} | {len(waits) / took:,.0f} | {statistics.median(waits) * 1000:.1f} |"
        f" {waits[int(len(waits) * 0.99)] * 1000:.1f} | {tally.bytes / len(waits) / 1000:.1f} |"
        f" {b' '.join(sorted(tally.statuses)).decode()} |"
    )
    return len(waits) / took


async def table(port: int, seconds: float, many: int) -> None:
    """The whole table."""
    tag = await asyncio.to_thread(tag_of, f"http://127.0.0.1:{port}/en/")
    print(f"{many} connections, {seconds:g} s each\n")
    print("| what | requests/s | median ms | 99 % ms | kB | status |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name, path, headers in (
        ("board", "/en/", GZIP),
        ("board, known already", "/en/", f"If-None-Match: {tag}\r\n"),
        ("provision", "/ru/provisions/ratification", GZIP),
        ("feed", "/en/feed.atom", GZIP),
        ("API: a provision", "/api/v1/provisions/ratification", GZIP),
        ("API: provisions", "/api/v1/provisions", GZIP),
        ("API: changes, narrowed", "/api/v1/changes?topic=energy", GZIP),
        ("not there", "/en/nope", ""),
    ):
        await measure(name, port, path, headers, seconds, many)


async def ratios(port: int, bare: int, seconds: float, many: int) -> None:
    """How the site compares with a bare Starlette that sends the same bytes."""
    print("\n| what | site, requests/s | bare Starlette | ratio |")
    print("| --- | --- | --- | --- |")
    for path in PEERS:
        rates = {port: 0.0, bare: 0.0}
        for _ in range(2):  # in turns: the machine's other work hits both
            for each_port in rates:
                with contextlib.redirect_stdout(None):
                    rate = await measure("", each_port, path, GZIP, seconds / 2, many)
                rates[each_port] += rate / 2
        share = rates[port] / rates[bare]
        print(f"| {path} | {rates[port]:,.0f} | {rates[bare]:,.0f} | {share:.2f} |")


def tag_of(url: str) -> str:
    """The page's ETag."""
    with urllib.request.urlopen(url) as page:
        return page.headers["ETag"]


def main(seconds: float, many: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as data:
        command = [sys.executable, "-c", SERVER, "--port", str(port), "--per-minute", "0"]
        with subprocess.Popen(
            command, env={"BRIEFING_DATA": data, "PATH": ""}, stdout=subprocess.PIPE
        ) as server:
            server.stdout.readline()
            try:
                asyncio.run(table(port, seconds, many))
                with socket.create_server(("127.0.0.1", 0)) as free:
                    other = free.getsockname()[1]
                site = f"http://127.0.0.1:{port}"
                command = [sys.executable, "-c", BARE, str(other), site, *PEERS]
                with subprocess.Popen(command, stdout=subprocess.PIPE) as bare:
                    while bare.stdout.readline().strip() != b"up":
                        pass
                    try:
                        asyncio.run(ratios(port, other, seconds, many))
                    finally:
                        bare.terminate()
            finally:
                server.terminate()


if __name__ == "__main__":
    given = sys.argv[1:]
    main(float(given[0]) if given else 3.0, int(given[1]) if len(given) > 1 else 32)
