"""An alert goes out, the process that delivers it is killed, and another one takes over.

    python benchmarks/takeover.py                     # 10,000 chats: about half a minute
    python benchmarks/takeover.py --chats 100000      # two minutes

Two processes of ``briefing-bot run`` on one PostgreSQL (fsync is on) deliver to a Bot API on
loopback (`benchmarks.server`), 1,000 messages a second and 64 at once. When a third is sent, the
one that delivers gets SIGKILL. It fails where a chat got nothing, or where more came twice than
were under way.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import sys
import tempfile
import time
import urllib.request
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "storage")]

from postgres_server import postgres
from store_samples import SCOPES, alert

from benchmarks.processes import Server, free_port, running, serving, until_ready
from benchmarks.sample import TOKEN
from benchmarks.store import fill
from bot.clock import system_clock
from bot.storage.postgres import open_postgres

_AT_ONCE = 64
_RATE = 1000
"""Messages a second: the most that Telegram allows."""
_PATIENCE = 30.0
"""Seconds beyond what the alert takes at that rate."""


async def announce(database: str) -> int:
    """Record an alert to everybody, as one of the processes would; say its number."""
    store = await open_postgres(database, system_clock)
    _, number = await store.next_ids()
    await store.record_alert(alert(number, made_at=datetime.now(UTC)), SCOPES)
    await store.close()
    return number


async def until_recorded(database: str, number: int, chats: int) -> None:
    """Wait until every delivery is recorded as sent.

    Raises:
        RuntimeError: one is not, and nothing is left to be made.
    """
    store = await open_postgres(database, system_clock)
    async with asyncio.timeout(_PATIENCE):
        while (progress := await store.progress(number)).left:  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.05)
    await store.close()
    if progress.sent != chats:
        raise RuntimeError(f"{chats} chats, and {progress}")


def delivers(port: int) -> bool:
    """Whether the process at a port is the one that delivers."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
        return b"\nbriefing_leading 1.0\n" in answer.read()


def measure(server: Server, database: str, folder: str, chats: int) -> None:
    """One run; prints what came of it.

    Raises:
        RuntimeError: a message was lost, or too many came twice.
    """
    asyncio.run(seed(database, chats))
    with contextlib.ExitStack() as stack:
        processes = {
            port: stack.enter_context(
                running(
                    [sys.executable, "-m", "bot", "run"],
                    BRIEFING_TOKEN=TOKEN,
                    BRIEFING_API_URL=server.url,
                    BRIEFING_STORE=database,
                    BRIEFING_DATA=folder,
                    BRIEFING_LISTEN=f"127.0.0.1:{port}",
                    BRIEFING_RATE=str(_RATE),
                    BRIEFING_PAID_BROADCAST="true",
                    BRIEFING_CONCURRENCY=str(_AT_ONCE),
                    BRIEFING_LOG_FORMAT="json",
                )
            )
            for port in (free_port(), free_port())
        }
        for port in processes:
            until_ready(port)
        while not any(map(delivers, processes)):
            time.sleep(0.1)
        server.control(do="forget")
        began = time.perf_counter()
        number = asyncio.run(announce(database))
        server.until("sends", chats // 3)
        processes[next(filter(delivers, processes))].send_signal(signal.SIGKILL)
        killed = time.perf_counter()
        server.until("chats", chats, chats / _RATE + _PATIENCE)
        asyncio.run(until_recorded(database, number, chats))
        report = server.report(times=True)
    sends = report["sends"]
    silence = max(later - item for item, later in pairwise(sends) if later > killed)
    twice = len(sends) - chats
    print(
        f"{chats:,} chats in {sends[-1] - began:.1f} s; killed after {killed - began:.1f} s,"
        f" nobody sent for {silence:.2f} s; none lost, {twice} twice (at most {_AT_ONCE})"
    )
    if report["chats"] != chats or twice > _AT_ONCE:
        raise RuntimeError(f"{report['chats']} chats of {chats} got {len(sends)} messages")


async def seed(database: str, chats: int) -> None:
    """Tables and subscribers."""
    await (await open_postgres(database, system_clock)).close()
    await fill(database, chats)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--chats", type=int, default=10_000)
    parser.add_argument("--repeats", type=int, default=1)
    given = parser.parse_args()
    print(f"{len(os.sched_getaffinity(0))} cores, load {os.getloadavg()[0]:.1f}")
    for _ in range(given.repeats):
        with (
            serving() as server,
            tempfile.TemporaryDirectory(prefix="briefing-bench-") as folder,
            postgres(fsync="on", full_page_writes="on") as database,
        ):
            measure(server, database, folder, given.chats)


if __name__ == "__main__":
    main()
