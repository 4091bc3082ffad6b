"""Who holds how much of the rate: never more than there is, in whatever order things happen."""

from __future__ import annotations

import asyncio
import contextlib
import random

import psycopg
import pytest
from store_samples import clock, kill

from bot.alerts.rate_leases import LEASE, Peers, RateLeases
from bot.storage.errors import StoreAway
from bot.storage.postgres import open_postgres
from bot.storage.tinydb import open_store

RATE = 30.0


class Process:
    """A store, and what its process may send."""

    def __init__(self, store) -> None:
        self.store = store
        self.rate, self.until = 0.0, 0.0
        self.sharing = RateLeases(store, RATE, self.allow)

    def allow(self, rate: float, until: float) -> None:
        self.rate, self.until = rate, until

    def now(self) -> float:
        """Calls a second that it makes at this moment."""
        return self.rate if asyncio.get_running_loop().time() < self.until else 0.0

    async def look_on(self) -> None:
        """Look, and again once what it has more of may be used."""
        await self.sharing.look()
        await asyncio.sleep(1.05)
        await self.sharing.look()


@pytest.fixture
async def processes(database):
    made = [Process(await open_postgres(database, clock)) for _ in range(3)]
    yield made
    for item in made:
        await item.store.close()


async def test_a_store_for_one_process_gives_it_all(tmp_path):
    store = await open_store(tmp_path / "data", clock)
    only = Process(store)
    await only.sharing.look()
    assert only.now() == RATE
    await store.close()


async def test_one_who_comes_waits_until_the_first_has_made_room(processes):
    first, second, _ = processes
    await first.sharing.look()
    assert first.now() == RATE
    await second.sharing.look()
    assert second.now() == 0
    await second.sharing.look()
    assert second.now() == 0, "the first has not heard of it yet"
    async with first.store.leading():
        await first.sharing.look()
        assert first.now() == 23
        assert first.sharing.for_alerts() == second.sharing.for_alerts() == 23
        await second.sharing.look()
        assert second.now() == 0, "what the first sent within this second still counts"
        await second.look_on()
        assert second.now() == 6


async def test_less_is_sent_before_others_may_send_more(processes):
    first, second, _ = processes
    async with second.store.leading():
        await first.sharing.look()
        await second.sharing.look()
        hold, seen = first.store.hold_rate, []

        async def watched(*args, **named):
            seen.append(first.rate)
            return await hold(*args, **named)

        first.store.hold_rate = watched
        await first.sharing.look()
        assert seen == [6]


async def test_who_takes_over_has_more_only_when_the_other_has_less(processes):
    old, new, _ = processes
    for _ in range(2):
        await new.sharing.look()
        await old.sharing.look()
    async with old.store.leading():
        for _ in range(2):
            await new.sharing.look()
            await old.sharing.look()
        await asyncio.gather(new.look_on(), old.look_on())
        assert (old.now(), new.now()) == (23, 6)
    async with new.store.leading():
        await new.sharing.look()
        assert new.now() == 6
        await old.sharing.look()
        await new.sharing.look()
        assert (old.now(), new.now()) == (6, 6)
        await asyncio.gather(new.look_on(), old.look_on())
        assert (old.now(), new.now()) == (6, 23)


async def test_what_a_killed_process_held_is_free_when_it_has_run_out(processes):
    first, second, _ = processes
    await first.sharing.look()
    await second.sharing.look()
    await first.sharing.look()
    await kill(first.store)
    await second.sharing.look()
    assert second.now() + first.now() <= RATE
    await asyncio.sleep(LEASE + 0.1)
    await second.look_on()
    assert second.now() == 29, "it may only be cut off, and send one a second"
    assert await second.store.peers() == Peers(1, leading=False, lost=1)


async def test_who_ends_in_good_order_leaves_its_share(processes):
    first, second, _ = processes
    await first.sharing.look()
    await second.sharing.look()
    await first.store.close()
    await second.look_on()
    assert second.now() == RATE


async def test_the_sum_holds_whatever_happens(processes, database):
    chance = random.Random(7)
    highest = 0.0
    ended = asyncio.Event()

    async def busy(process: Process) -> None:
        while not ended.is_set():
            with contextlib.suppress(StoreAway):  # its connection was ended at a commit
                if chance.random() < 0.3:
                    async with process.store.leading():
                        for _ in range(3):
                            await process.sharing.look()
                            await asyncio.sleep(chance.random() * 0.02)
                await process.sharing.look()
            await asyncio.sleep(chance.random() * 0.05)

    async def disturb() -> None:
        with psycopg.connect(database, autocommit=True) as connection:
            for _ in range(3):
                await asyncio.sleep(0.5)
                connection.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity"
                    " where application_name = 'briefing-bot' and random() < 0.5"
                )
        ended.set()

    async def watch() -> None:
        nonlocal highest
        while not ended.is_set():
            highest = max(highest, sum(process.now() for process in processes))
            await asyncio.sleep(0)

    async with asyncio.timeout(60):
        await asyncio.gather(disturb(), watch(), *(busy(process) for process in processes))
    assert 20 < highest <= RATE
