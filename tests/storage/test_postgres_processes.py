"""Several real processes on one database: who delivers, who takes over, what is lost or doubled."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from contextlib import AsyncExitStack
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from store_samples import NOW, SCOPES, alert, chat, claim, clock, follow, kill, know, send, settled

from bot.alerts.leadership import deliver
from bot.alerts.model import Outcome, Progress, Result
from bot.alerts.worker import DeliveryWorker
from bot.storage.postgres import open_postgres
from bot.storage.postgres.database import PROCESSES, Lock
from bot.storage.protocol import Accepted
from bot.subscribers.chat import EVERYTHING, Address

_SAMPLES = str(Path(__file__).parent)
_CONCURRENCY = 8
_CHATS = 400

_WORKER = f"""
import asyncio, os, sys, time
sys.path.insert(0, {_SAMPLES!r})
from store_samples import NOW
from bot.alerts.worker import DeliveryWorker
from bot.alerts.model import Outcome, Result
from bot.alerts.leadership import deliver
from bot.storage.postgres import open_postgres

sent = os.open(sys.argv[2], os.O_WRONLY | os.O_APPEND | os.O_CREAT)

class Sender:
    async def send(self, batch, alerts):
        await asyncio.sleep(0.005)
        os.write(sent, f"{{os.getpid()}} {{batch.address.chat_id}} {{time.time()}}\\n".encode())
        return Outcome(Result.SENT)

async def main():
    store = await open_postgres(sys.argv[1], lambda: NOW)
    worker = DeliveryWorker(
        store, Sender(), lambda: NOW, concurrency={_CONCURRENCY}, settled=lambda _: None
    )
    store.on_news(worker.wake)
    print("ready", flush=True)
    await deliver(store, worker)
asyncio.run(main())
"""


def started(url: str, sent: Path) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", _WORKER, url, str(sent)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def lines(path: Path) -> list[list[str]]:
    return [line.split() for line in path.read_text().splitlines()] if path.exists() else []


async def test_another_process_takes_over_when_the_delivering_one_is_killed(database, tmp_path):
    store = await open_postgres(database, clock)
    await know(store, *(chat(number, EVERYTHING) for number in range(1, _CHATS + 1)))
    sent = tmp_path / "sent"
    workers = [started(database, sent) for _ in range(2)]
    try:
        for worker in workers:
            assert worker.stdout is not None
            assert worker.stdout.readline() == "ready\n"
        await store.record_alert(alert(1), SCOPES)  # both are idle, and hear of it
        await until(lambda: len(lines(sent)) > _CHATS // 3)
        first = int(lines(sent)[0][0])
        delivering, other = sorted(workers, key=lambda worker: worker.pid != first)
        delivering.send_signal(signal.SIGKILL)
        killed_at = time.time()
        await until(lambda: len({line[1] for line in lines(sent)}) == _CHATS)
        await until_async(lambda: finished(store, 1))
    finally:
        for worker in workers:
            worker.kill()
            worker.communicate()
    said = lines(sent)
    by = [int(line[0]) for line in said]
    change = by.index(other.pid)
    assert set(by[:change]) == {delivering.pid}, "the standby sent while the other delivered"
    assert set(by[change:]) == {other.pid}
    assert float(said[change][2]) - killed_at < 15, "seconds until the other took over"
    assert len(said) - _CHATS <= _CONCURRENCY
    progress = await store.progress(1)
    assert (progress.sent, progress.total) == (_CHATS, _CHATS)
    assert len(said) - _CHATS <= progress.repeated <= _CONCURRENCY
    await store.close()


async def finished(store, alert_id: int) -> bool:
    return (await store.progress(alert_id)).left == 0


async def until(condition, seconds: float = 60) -> None:
    async def ask() -> bool:
        return condition()

    await until_async(ask, seconds)


async def until_async(condition, seconds: float = 60) -> None:
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.01)


@pytest.fixture
async def pair(database):
    """Two stores, as two processes would have them."""
    stores = [await open_postgres(database, clock) for _ in range(2)]
    yield stores
    for store in stores:
        await store.close()


async def test_every_process_hears_of_an_alert(pair):
    heard = [asyncio.Event() for _ in pair]
    for store, event in zip(pair, heard, strict=True):
        store.on_news(event.set)
    await asyncio.sleep(0.1)
    for event in heard:
        event.clear()  # each looks once when it begins
    await pair[0].record_alert(alert(1), SCOPES)
    async with asyncio.timeout(3.5):  # sooner than it is looked for anyway
        await asyncio.gather(*(event.wait() for event in heard))


async def test_one_process_claims_what_another_has_not(pair):
    one, other = pair
    await follow(one, 1, 2, 3)
    await one.record_alert(alert(1), SCOPES)
    (first,) = await claim(one, 1)
    rest = await claim(other)
    assert {first.address, *(each.address for each in rest)} == {Address(n) for n in (1, 2, 3)}
    assert await claim(one) == []
    await other.settle([settled(first)])  # it is not the other's to release, but it was sent
    assert (await one.progress(1)).sent == 1


async def test_what_a_killed_process_had_in_hand_is_due_again(pair, database):
    one, other = pair
    await follow(one, 1)
    await one.record_alert(alert(1), SCOPES)
    assert await claim(one)
    async with other.leading():
        await asyncio.sleep(1.2)
        assert await claim(other) == [], "the other one is alive"
        await kill(one)
        await until_async(lambda: sent_some(other), 15)


async def sent_some(store) -> bool:
    return bool(await send(store))


async def test_a_process_that_is_not_heard_of_any_more_loses_what_it_had(pair, database):
    one, other = pair
    await follow(one, 1)
    await one.record_alert(alert(1), SCOPES)
    (held,) = await claim(one)
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(
            "update process set alive_until = now() - interval '1 second' where id = %s",
            (one._database.owner,),
        )
    async with other.leading():
        await until_async(lambda: sent_some(other), 15)
    # It only slept, and says what came of it.
    await one.settle([settled(held)])
    assert await one.progress(1) == Progress(1, sent=1, repeated=1)
    before = one._database.owner
    await until(lambda: one._database.owner != before)


async def test_what_a_process_had_in_hand_that_lost_its_turn_is_due_again(pair, database):
    one, other = pair
    await follow(one, 1)
    await one.record_alert(alert(1), SCOPES)
    async with AsyncExitStack() as stack:
        lost = await stack.enter_async_context(one.leading())
        assert await claim(one)
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute(
                "select pg_terminate_backend(pid) from pg_locks"
                " where locktype = 'advisory' and granted and objid = %s",
                (Lock.LEADER,),
            )
        async with asyncio.timeout(60):
            await lost.wait()
    async with other.leading():
        assert await claim(other) == [], "it may be sending still"
        await until_async(lambda: sent_some(other), 15)
    assert await one.progress(1) == Progress(1, sent=1, repeated=1)


@pytest.mark.parametrize("breaks_off", [False, True])
async def test_a_claim_that_is_written_after_its_turn_ended_is_due_again(
    pair, database, breaks_off
):
    store, _ = pair
    await follow(store, 1)
    await store.record_alert(alert(1), SCOPES)
    waits = (
        "select pid from pg_stat_activity"
        " where wait_event_type = 'Lock' and query like '%from tally where remaining > 0%'"
    )
    with psycopg.connect(database, autocommit=True) as watcher, psycopg.connect(database) as slow:

        def waiting() -> list:
            return watcher.execute(waits).fetchall()

        async with store.leading():
            slow.execute("lock table tally in access exclusive mode")
            claiming = asyncio.create_task(store.claim(9, NOW))
            await until(waiting)
            claiming.cancel()
            await asyncio.wait([claiming])
        async with AsyncExitStack() as stack:
            leading = asyncio.create_task(stack.enter_async_context(store.leading()))
            await asyncio.wait([leading], timeout=0.5)
            if breaks_off:
                watcher.execute("select pg_terminate_backend(%s)", waiting()[0])
                await asyncio.sleep(0.5)  # it is tried again meanwhile
            slow.rollback()
            await leading
            await until_async(lambda: sent_some(store))


async def test_who_is_back_soon_after_the_database_keeps_what_it_has_in_hand(pair, database):
    one, other = pair
    await one.accept_updates([Accepted(1, 1, b"{}")])
    assert await one.take_updates(9)
    owner, held = one._database.owner, "select from pg_locks where granted and objid = %s"
    elsewhere = make_conninfo(database, dbname="template1")
    with (
        psycopg.connect(database, autocommit=True) as connection,
        psycopg.connect(elsewhere, autocommit=True) as door,
    ):
        name = connection.info.dbname

        def connected() -> int:
            return connection.execute(held, (PROCESSES + owner,)).rowcount

        async with other.leading():
            door.execute(f'alter database "{name}" allow_connections false')
            try:
                # Away for so long that nothing was heard of it either.
                connection.execute("update process set alive_until = now() where id = %s", (owner,))
                connection.execute(
                    "select pg_terminate_backend(pid) from pg_locks where granted and objid = %s",
                    (PROCESSES + owner,),
                )
                await asyncio.sleep(1.2)  # the other one has looked meanwhile
                assert not connected()
            finally:
                door.execute(f'alter database "{name}" allow_connections true')
            assert await other.take_updates(9) == []
            await until(connected)
            assert await other.take_updates(9) == []
    assert one._database.owner == owner


async def test_one_process_delivers_at_a_time(pair):
    one, other = pair
    order = []

    async def lead(store, name: str) -> None:
        async with store.leading():
            order.append(f"{name} leads")
            await asyncio.sleep(0.2)
            order.append(f"{name} is done")

    await asyncio.gather(lead(one, "one"), lead(other, "other"))
    assert [line.split(" ", 1)[1] for line in order] == ["leads", "is done"] * 2
    assert len({line.split()[0] for line in order}) == 2


async def test_who_loses_the_connection_is_told_and_another_takes_over(pair, database):
    one, other = pair
    async with AsyncExitStack() as stack:
        lost = await stack.enter_async_context(one.leading())
        disconnect(database)
        async with asyncio.timeout(60):
            await lost.wait()
        async with asyncio.timeout(60), other.leading():
            pass


async def test_who_stood_by_lets_the_other_go_on_when_the_database_was_away(pair, database):
    one, other = pair
    async with AsyncExitStack() as turn, AsyncExitStack() as others:
        lost = await turn.enter_async_context(one.polling())
        standing_by = asyncio.create_task(others.enter_async_context(other.polling()))
        await asyncio.sleep(0.3)
        disconnect(database)
        async with asyncio.timeout(60):
            await lost.wait()
        await turn.aclose()
        await asyncio.sleep(1.5)  # it is the slower one to come back
        async with one.polling():
            assert not standing_by.done()
        async with asyncio.timeout(60):
            await standing_by


async def test_a_database_that_restarts_is_waited_for(pair, database):
    one, _ = pair
    await follow(one, 1)
    for _ in range(3):
        disconnect(database)
        await one.update_chat(1, lambda known: known.choosing("az"))
        assert (await one.chat(1)).locale == "az"
    heard = asyncio.Event()
    one.on_news(heard.set)
    await one.record_alert(alert(1), SCOPES)
    async with asyncio.timeout(60):
        await heard.wait()


def disconnect(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where application_name = 'briefing-bot'"
        )


class Sender:
    """Notes what it sends."""

    def __init__(self) -> None:
        self.sent: list[int] = []

    async def send(self, batch, alerts) -> Outcome:
        assert len(alerts) == 1
        await asyncio.sleep(0.002)
        self.sent.append(batch.address.chat_id)
        return Outcome(Result.SENT)


async def test_delivering_goes_on_through_cut_connections(pair, database):
    store, _ = pair
    await know(store, *(chat(number, EVERYTHING) for number in range(1, 301)))
    sender = Sender()
    worker = DeliveryWorker(store, sender, clock, concurrency=_CONCURRENCY, settled=lambda _: None)
    store.on_news(worker.wake)
    working = asyncio.create_task(deliver(store, worker))
    await store.record_alert(alert(1), SCOPES)
    for more in range(40, 201, 40):
        await until(lambda more=more: len(sender.sent) > more)
        assert not working.done()
        disconnect(database)
    await until_async(lambda: finished(store, 1))
    worker.stop()
    await working
    assert set(sender.sent) == set(range(1, 301))
    assert len(sender.sent) - 300 <= _CONCURRENCY * 5
    progress = await store.progress(1)
    assert (progress.sent, progress.total) == (300, 300)
    assert len(sender.sent) - 300 <= progress.repeated <= _CONCURRENCY * 5


async def test_a_chat_that_two_processes_change_keeps_both_changes(pair):
    await asyncio.gather(
        *(
            pair[number % 2].update_chat(
                -1, lambda known, number=number: (known or chat(-1)).following(number, EVERYTHING)
            )
            for number in range(1, 21)
        )
    )
    assert len((await pair[0].chat(-1)).subscriptions) == 20


async def test_a_correction_of_one_process_and_the_claims_of_another(pair):
    one, other = pair
    await follow(one, 1, 2, 3)
    await one.record_alert(alert(1), SCOPES)
    held = await claim(other, 2)
    await other.settle([settled(held[0])])
    due, _ = await asyncio.gather(
        one.record_alert(alert(2, undoes=1), SCOPES), other.settle([settled(held[1])])
    )
    assert due == 2
    assert {address for _, address in await send(other, now=NOW)} == {
        held[0].address,
        held[1].address,
    }
    assert await one.progress(1) == Progress(3, sent=2, cancelled=1)


async def test_of_two_changes_at_once_one_is_refused(pair):
    results = await asyncio.gather(
        *(
            store.record_alert(alert(number), SCOPES, known=0)
            for number, store in enumerate(pair, start=1)
        ),
        return_exceptions=True,
    )
    assert sorted(type(result).__name__ for result in results) == ["Overtaken", "int"]


async def test_handled_updates_are_known_to_all(pair):
    one, other = pair
    await one.updates_handled([5])
    await other.accept_updates([Accepted(5, 1, b"{}"), Accepted(6, 1, b"{}")])
    assert [update.update_id for update in await other.take_updates(9)] == [6]
