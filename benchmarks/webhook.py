"""Updates a second by webhook, through real processes on either store.

    python benchmarks/webhook.py                      # all: about a minute
    python benchmarks/webhook.py --updates 1000 --only "PostgreSQL, one process"

``briefing-bot run --webhook`` is started as an operator starts it. Posts go to its processes in
turn, so many at once as Telegram would make; every tenth update comes a second time, to the next
process. Accepted is what was answered with 200, after it is durable (fsync is on); answered is
what has arrived at a Bot API on loopback (`benchmarks.server`). It fails where one is lost or
answered twice.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "storage")]

import psycopg
from postgres_server import postgres

from benchmarks.processes import Server, cpu_seconds, free_port, running, serving, until_ready
from benchmarks.sample import PAGE, TOKEN

_SECRET = "a-secret-of-the-benchmark"
_LONGEST = 60.0
"""Seconds that a run may take."""
_AGAIN = 10
"""Every so manieth update comes twice."""
_SETTLES = 1.0
"""Seconds in which an answer too many would come."""
_FIRST_PERSON = 1_000_000


@dataclass(frozen=True)
class Result:
    """What came of one run."""

    accepted: float
    """A second."""
    answered: float
    """A second."""
    cpu: float
    """Microseconds of all the bot's processes for an update."""
    transactions: float
    """Of the database, for an update."""


def update(number: int, person: int) -> bytes:
    """A command of a person, as Telegram posts it."""
    user = {"id": person, "is_bot": False, "first_name": "Person"}
    message = {
        "message_id": number,
        "from": user | {"language_code": ("en", "az", "tr", "ru")[person % 4]},
        "chat": {"id": person, "first_name": "Person", "type": "private"},
        "date": 1795000000,
        "text": PAGE,
        "entities": [{"offset": 0, "length": len(PAGE.split()[0]), "type": "bot_command"}],
    }
    return json.dumps({"update_id": number, "message": message}).encode()


async def post(ports: Sequence[int], updates: Sequence[bytes], at_once: int) -> None:
    """Post all, round robin.

    Raises:
        RuntimeError: one was not accepted.
    """
    left = iter(updates)

    async def client(place: int) -> None:
        lines = [await asyncio.open_connection("127.0.0.1", port) for port in ports]
        for turn, body in enumerate(left, start=place):
            reader, writer = lines[turn % len(lines)]
            head = (
                f"POST /hook HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
                f"Content-Type: application/json\r\nX-Telegram-Bot-Api-Secret-Token: {_SECRET}"
            )
            writer.write(f"{head}\r\n\r\n".encode() + body)
            answer = await reader.readuntil(b"\r\n\r\n")  # there is no body
            if b" 200 " not in answer[:16]:
                raise RuntimeError(answer.decode())
        for _, writer in lines:
            writer.close()

    async with asyncio.timeout(_LONGEST):
        await asyncio.gather(*map(client, range(at_once)))


def measure(
    server: Server, store: str, folder: Path, processes: int, updates: int, at_once: int
) -> Result:
    """One run from fresh processes."""
    with contextlib.ExitStack() as stack:
        ports = [free_port() for _ in range(processes)]
        pids = [
            stack.enter_context(
                running(
                    [sys.executable, "-m", "bot", "run", "--webhook"],
                    BRIEFING_TOKEN=TOKEN,
                    BRIEFING_API_URL=server.url,
                    BRIEFING_STORE=store,
                    BRIEFING_DATA=str(folder),
                    BRIEFING_WEBHOOK_URL="http://localhost/hook",
                    BRIEFING_WEBHOOK_SECRET=_SECRET,
                    BRIEFING_LISTEN=f"127.0.0.1:{port}",
                    BRIEFING_RATE="1000",
                    BRIEFING_PAID_BROADCAST="true",
                    BRIEFING_LOG_FORMAT="json",
                )
            ).pid
            for port in ports
        ]
        for port in ports:
            until_ready(port)
        _run(server, ports, 0, 200, at_once)  # warm
        before, used = _committed(store), sum(map(cpu_seconds, pids))
        accepted, answered = _run(server, ports, 10_000, updates, at_once)
        return Result(
            accepted,
            answered,
            (sum(map(cpu_seconds, pids)) - used) / updates * 1e6,
            (_committed(store) - before) / updates,
        )


def _run(
    server: Server, ports: Sequence[int], first: int, updates: int, at_once: int
) -> tuple[float, float]:
    """Accepted and answered a second."""
    server.control(do="forget")
    bodies = []
    for number in range(first, first + updates):
        body = update(number, _FIRST_PERSON + number)
        bodies += [body, body] if number % _AGAIN == 0 else [body]
    began = time.perf_counter()
    asyncio.run(post(ports, bodies, at_once))
    accepted = time.perf_counter()
    server.until("sends", updates, _LONGEST)
    time.sleep(_SETTLES)
    report = server.report(times=True)
    sends = report["sends"]
    if len(sends) != updates or report["chats"] != updates:
        raise RuntimeError(f"{updates} asked, {report['chats']} got {len(sends)} answers")
    return len(bodies) / (accepted - began), updates / (sends[-1] - began)


def _committed(store: str) -> int:
    """Transactions that the database has committed; 0 for a data folder."""
    if store == "tinydb":
        return 0
    with psycopg.connect(store, autocommit=True) as connection:
        connection.execute("select pg_sleep(1.1)")  # they are counted once a second
        row = connection.execute("select sum(xact_commit) from pg_stat_database").fetchone()
    return int(row[0]) if row else 0


@contextlib.contextmanager
def _place(name: str) -> Iterator[tuple[str, Path]]:
    """An empty store of that name, and a folder."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="briefing-bench-")))
        if name == "TinyDB":
            yield "tinydb", folder
        else:
            yield stack.enter_context(postgres(fsync="on", full_page_writes="on")), folder


CASES = {
    "TinyDB, one process": ("TinyDB", 1),
    "PostgreSQL, one process": ("PostgreSQL", 1),
    "PostgreSQL, two processes": ("PostgreSQL", 2),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--updates", type=int, default=2000, help="in a run (2000)")
    parser.add_argument(
        "--at-once", type=int, default=40, help="posts at once (40, Telegram's own)"
    )
    parser.add_argument("--repeats", type=int, default=3, help="runs of each (3)")
    parser.add_argument("--only", choices=CASES)
    given = parser.parse_args()
    print(f"{len(os.sched_getaffinity(0))} cores, load {os.getloadavg()[0]:.1f}")
    with serving() as server:
        for title in [given.only] if given.only else CASES:
            name, processes = CASES[title]
            runs = []
            for _ in range(given.repeats):
                with _place(name) as (store, folder):
                    runs.append(
                        measure(server, store, folder, processes, given.updates, given.at_once)
                    )
            print(
                f"{title:<26} accepted {_shown([run.accepted for run in runs])}/s,"
                f" answered {_shown([run.answered for run in runs])}/s,"
                f" {statistics.median(run.cpu for run in runs):,.0f} µs of the bot's processor and"
                f" {statistics.median(run.transactions for run in runs):.2f} transactions each",
                flush=True,
            )


def _shown(figures: Sequence[float]) -> str:
    least, most = min(figures), max(figures)
    return f"{statistics.median(figures):,.0f} ({least:,.0f}–{most:,.0f})"


if __name__ == "__main__":
    main()
