"""How fast a store is: an audience recorded, deliveries made, commands answered meanwhile.

    python benchmarks/store.py --chats 100000                       # TinyDB, in a temporary folder
    python benchmarks/store.py --chats 1000000 --postgres           # a server of its own, durable
    python benchmarks/store.py --chats 1000000 --postgres postgresql://…   # an EMPTY database

Sends are answered at once, so that the store alone is measured. Outcomes are durable (fsync is on)
and every delivery is asked for, just before it goes out, whether it is still wanted.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import resource
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1] / "tests" / "storage")]

import psycopg
from postgres_server import postgres
from store_samples import SCOPES, alert, chat

from bot.alerts.model import Alert, ClaimedBatch, Outcome, Result
from bot.alerts.outbox import DeliveryResult, Outbox
from bot.alerts.worker import DeliveryWorker
from bot.clock import system_clock
from bot.storage.postgres import open_postgres
from bot.storage.protocol import Store
from bot.storage.tinydb import open_store
from bot.subscribers.chat import EVERYTHING


class Sender:
    """Asks, as the real one does, and answers at once."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    async def send(self, batch: ClaimedBatch, alerts: Sequence[Alert]) -> Outcome:
        wanted = [await self._outbox.still_wanted(delivery) for delivery in batch.deliveries]
        return Outcome(Result.SENT if all(wanted) and alerts else Result.UNWANTED)


class Run:
    """Delivers, and notes what came of it."""

    def __init__(self, store: Store, concurrency: int, enough: int) -> None:
        self.done, self.first = 0, 0.0
        self._enough = enough
        self.worker = DeliveryWorker(
            store, Sender(store), system_clock, concurrency=concurrency, settled=self._settled
        )

    def _settled(self, settled: Sequence[DeliveryResult]) -> None:
        self.first = self.first or time.perf_counter()
        self.done += len(settled)
        if self.done >= self._enough:
            self.worker.stop()


@contextlib.asynccontextmanager
async def opened(arguments: argparse.Namespace) -> AsyncIterator[Store]:
    if arguments.postgres is None:
        with tempfile.TemporaryDirectory() as folder:
            store: Store = await open_store(Path(folder), system_clock)
            for start in range(1, arguments.chats + 1, 1000):
                numbers = range(start, min(start + 1000, arguments.chats + 1))
                await asyncio.gather(
                    *(store.update_chat(n, lambda _, n=n: chat(n, EVERYTHING)) for n in numbers)
                )
            yield store
            await store.close()
        return
    with contextlib.ExitStack() as stack:
        url = arguments.postgres or stack.enter_context(
            postgres(fsync="on", full_page_writes="on", shared_buffers="512MB", max_wal_size="4GB")
        )
        store = await open_postgres(url, system_clock)
        try:
            await fill(url, arguments.chats)
            yield store
        finally:
            await store.close()


async def fill(url: str, number: int) -> None:
    """Subscribers, faster than they come."""
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        found = await (await connection.execute("select count(*) from chat")).fetchone()
        if found != (0,):
            sys.exit("the database is not empty")
        await connection.execute(
            "insert into chat (id, kind, locale, active, title, since)"
            " select n, 'private', (array['en', 'az', 'tr', 'ru'])[n %% 4 + 1], true, '', now()"
            " from generate_series(1, %s) n",
            (number,),
        )
        await connection.execute(
            "insert into subscription (chat_id, thread, scope)"
            " select n, 0, 'all' from generate_series(1, %s) n",
            (number,),
        )
        await connection.execute("vacuum analyze chat, subscription")


async def commands(store: Store, chats: int, waits: list[float]) -> None:
    """People change what they follow, fifty a second."""
    while True:
        start = time.perf_counter()
        number = random.randint(1, chats)
        await store.update_chat(number, lambda item: item.spoken(random.choice("abc")))
        waits.append(time.perf_counter() - start)
        await asyncio.sleep(0.02)


async def measure(arguments: argparse.Namespace) -> None:
    async with opened(arguments) as store:
        print(f"{arguments.chats:,} chats", flush=True)
        start = time.perf_counter()
        counts = await store.count_audience(SCOPES)
        print(
            f"audience of {sum(counts.values()):,} counted in {time.perf_counter() - start:.2f} s"
        )
        waits: list[float] = []
        people = asyncio.create_task(commands(store, arguments.chats, waits))
        run = Run(store, arguments.concurrency, min(arguments.deliveries, arguments.chats))
        working = asyncio.create_task(run.worker.run())
        now = datetime.now(UTC) - timedelta(seconds=1)
        confirmed = time.perf_counter()
        _, number = await store.next_ids()
        due = await store.record_alert(alert(number, made_at=now), SCOPES)
        recorded = time.perf_counter()
        run.worker.wake()
        print(f"{due:,} deliveries recorded in {recorded - confirmed:.2f} s", flush=True)
        before, shown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, 0
        cpu = time.process_time()
        while not working.done():
            await asyncio.wait({working}, timeout=10)
            if not working.done():
                rate = (run.done - shown) / 10
                print(f"  {run.done:>9,} done, {rate:,.0f}/s", flush=True)
                shown = run.done
        await working
        took = time.perf_counter() - recorded
        people.cancel()
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        waits.sort()
        print(f"confirmed -> first outcome durable: {run.first - confirmed:.2f} s")
        print(f"{run.done:,} delivered in {took:.1f} s: {run.done / took:,.0f}/s")
        print(f"of a core: {(time.process_time() - cpu) / took:.0%} in this process")
        print(f"memory grew by {(after - before) / 1024:.1f} MB to {after / 1024:.0f} MB")
        print(
            f"{len(waits):,} commands meanwhile: median {waits[len(waits) // 2] * 1000:.1f} ms,"
            f" p99 {waits[len(waits) * 99 // 100] * 1000:.1f} ms, worst {waits[-1] * 1000:.0f} ms"
        )
        progress = await store.progress(number)
        print(progress)
        start = time.perf_counter()
        _, correction = await store.next_ids()
        due = await store.record_alert(
            alert(correction, undoes=number, made_at=datetime.now(UTC)), SCOPES
        )
        print(f"taken back for {due:,} in {time.perf_counter() - start:.2f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--postgres", nargs="?", const="", help="a database's address")
    parser.add_argument("--chats", type=int, default=100_000)
    parser.add_argument("--deliveries", type=int, default=100_000, help="at most so many are made")
    parser.add_argument("--concurrency", type=int, default=64)
    asyncio.run(measure(parser.parse_args()))


if __name__ == "__main__":
    main()
