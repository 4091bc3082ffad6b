"""What any store must do with updates that came by a webhook."""

from __future__ import annotations

import asyncio

import orjson
import psycopg
import pytest
import structlog
from store_samples import NOW, clock, handled, kill

from bot.storage.postgres import open_postgres
from bot.storage.protocol import Accepted
from bot.storage.tinydb import open_store
from bot.storage.tinydb.journal import Journal


def update(number: int, lane: int = 1, text: str = "words") -> Accepted:
    return Accepted(number, lane, b'{"update_id":%d,"text":"%s"}' % (number, text.encode()))


def numbers(taken) -> list[int]:
    return [item.update_id for item in taken]


async def test_what_was_accepted_is_taken_once_in_order(store):
    await store.accept_updates([update(3), update(2, 5), update(1)])
    assert numbers(await store.take_updates(2)) == [1, 2]
    assert numbers(await store.take_updates(9)) == [3]
    assert not await store.take_updates(9)
    assert (await store.inbox()).count == 3
    assert (await store.inbox()).oldest == NOW


async def test_it_comes_back_as_it_was(store):
    await store.accept_updates([update(1, -100, "naïve 😀")])
    assert await store.take_updates(1) == [update(1, -100, "naïve 😀")]


async def taken_again(store, count: int) -> dict[int, int]:
    """The deaths of what waits, once it was noticed that the process before is gone."""
    taken: dict[int, int] = {}
    async with asyncio.timeout(60):
        while len(taken) < count:
            taken |= {
                each_update.update_id: each_update.deaths
                for each_update in await store.take_updates(9)
            }
            await asyncio.sleep(0.01)
    return taken


async def test_deaths_are_counted_of_what_was_begun_again(reopen):
    store = await reopen()
    await store.accept_updates([update(1), update(2), update(3)])
    assert {each_update.deaths for each_update in await store.take_updates(9)} == {0}
    store = await reopen()
    assert await taken_again(store, 3) == {1: 1, 2: 1, 3: 1}
    await store.begin_again(1)
    await store.begin_again(2)
    await store.updates_handled([1])
    store = await reopen()
    assert await taken_again(store, 2) == {2: 2, 3: 1}
    await store.begin_again(3)
    store = await reopen()
    assert await taken_again(store, 2) == {2: 2, 3: 2}


async def test_what_was_given_back_has_no_more_deaths_than_before(reopen):
    store = await reopen()
    await store.accept_updates([update(1), update(2)])
    await store.take_updates(1)
    await store.give_back_updates([1])
    store = await reopen()
    await store.take_updates(1)
    store = await reopen()
    assert (await taken_again(store, 2))[1] == 1
    await store.begin_again(1)
    await store.give_back_updates([1, 2])
    store = await reopen()
    assert (await taken_again(store, 2))[1] == 1


@pytest.mark.parametrize("gap", [b",\n", b" ,\r\n\t", b",\r"])
async def test_line_breaks_as_telegram_writes_them_survive_a_kill(reopen, gap):
    store = await reopen()
    bodies = [b'{"update_id":%d%b"text":"a\\nb"}' % (number, gap) for number in (1, 2, 3)]
    await store.accept_updates(
        [Accepted(number, 1, body) for number, body in enumerate(bodies, start=1)]
    )
    store = await reopen()
    assert [orjson.loads(each_update.document) for each_update in await store.take_updates(9)] == [
        {"update_id": number, "text": "a\nb"} for number in (1, 2, 3)
    ]


async def test_what_was_handled_is_erased_and_not_accepted_again(store):
    await store.accept_updates([update(1), update(2)])
    await store.take_updates(9)
    await store.updates_handled([1, 2])
    await store.accept_updates([update(1), update(2), update(3)])
    assert numbers(await store.take_updates(9)) == [3]
    assert await handled(store) == {1, 2}


async def test_what_is_in_hand_is_not_accepted_again(store):
    await store.accept_updates([update(1)])
    await store.take_updates(9)
    await store.accept_updates([update(1)])
    assert not await store.take_updates(9)


async def test_what_is_given_back_can_be_taken(store):
    await store.accept_updates([update(1), update(2)])
    await store.take_updates(9)
    await store.give_back_updates([2])
    assert numbers(await store.take_updates(9)) == [2]


async def test_what_was_not_handled_outlives_a_kill(reopen):
    store = await reopen()
    await store.accept_updates([update(1), update(2), update(3)])
    await store.take_updates(2)
    await store.updates_handled([1])
    store = await reopen()
    taken = []
    async with asyncio.timeout(60):
        while len(taken) < 2:
            taken += numbers(await store.take_updates(9))
            await asyncio.sleep(0.01)
    assert taken == [2, 3]


async def test_what_was_handled_is_in_no_file(tmp_path):
    store = await open_store(tmp_path, clock)
    await store.accept_updates([update(1, text="zzyzx")])
    assert any(b"zzyzx" in path.read_bytes() for path in tmp_path.iterdir())
    await store.take_updates(1)
    await store.updates_handled([1])
    assert not any(b"zzyzx" in path.read_bytes() for path in tmp_path.iterdir())
    await store.close()


async def test_the_file_does_not_grow_with_what_was_handled(tmp_path, monkeypatch):
    monkeypatch.setattr("bot.storage.tinydb.storage._LARGE", 500_000)
    store = await open_store(tmp_path, clock)
    await store.accept_updates([update(0)])
    long = "x" * 100_000
    for number in range(1, 40):
        await store.accept_updates([update(number, text=long)])
        await store.take_updates(9)
        await store.updates_handled([number])
    assert (tmp_path / "journal.jsonl").stat().st_size < 700_000
    await kill(store)
    store = await open_store(tmp_path, clock)
    assert numbers(await store.take_updates(9)) == [0]
    await store.close()


async def test_what_cannot_be_read_any_more_is_set_aside_alone(tmp_path):
    store = await open_store(tmp_path, clock)
    await store.accept_updates([update(1, text="first"), update(2, text="second")])
    await kill(store)
    journal = tmp_path / "journal.jsonl"
    journal.write_bytes(journal.read_bytes().replace(b"first", b"f1rst"))
    with structlog.testing.capture_logs() as logs:
        store = await open_store(tmp_path, clock)
    assert [entry["row"] for entry in logs if entry["log_level"] == "error"] == ["1"]
    assert numbers(await store.take_updates(9)) == [2]
    await store.close()


async def test_words_that_a_kill_kept_from_being_erased_are_erased_at_the_start(
    tmp_path, monkeypatch
):
    store = await open_store(tmp_path, clock)
    await store.accept_updates([update(1, text="zzyzx")])
    with monkeypatch.context() as patched:
        patched.setattr(Journal, "_erase", lambda *_: None)  # the kill comes before
        await store.updates_handled([1])
    await kill(store)
    assert b"zzyzx" in (tmp_path / "journal.jsonl").read_bytes()
    store = await open_store(tmp_path, clock)
    assert not any(b"zzyzx" in file.read_bytes() for file in tmp_path.iterdir())
    assert not await store.take_updates(9)
    await store.close()


@pytest.fixture
async def two(database):
    one, other = await open_postgres(database, clock), await open_postgres(database, clock)
    yield one, other
    await one.close()
    await other.close()


async def test_a_lane_is_in_one_process_only(two):
    one, other = two
    await one.accept_updates([update(1, 7), update(2, 8), update(3, 7), update(4, 8)])
    assert numbers(await one.take_updates(1)) == [1]
    assert numbers(await other.take_updates(9)) == [2, 4]
    assert numbers(await one.take_updates(9)) == [3]
    await one.updates_handled([1, 3])
    await one.accept_updates([update(5, 7)])
    assert numbers(await other.take_updates(9)) == [5]


async def test_what_waited_behind_another_process_is_told_of_when_it_is_free(two):
    one, other = two
    await one.accept_updates([update(1, 7), update(2, 8)])
    assert numbers(await one.take_updates(9)) == [1, 2]
    await other.accept_updates([update(3, 7)])
    assert not await other.take_updates(9)
    assert not await one.updates_handled([2])
    assert await one.updates_handled([1])
    assert numbers(await one.take_updates(9)) == [3]
    assert not await one.updates_handled([3])


async def test_processes_take_each_update_once(two):
    accepted = [update(number, number % 7) for number in range(300)]
    await asyncio.gather(*(two[n % 2].accept_updates(accepted[n::10]) for n in range(10)))
    taken: list[int] = []
    held: dict[int, int] = {}

    async def work(store) -> None:
        while len(taken) < 300:
            some = await store.take_updates(5)
            for entry in some:
                assert held.setdefault(entry.lane, id(store)) == id(store)
            await asyncio.sleep(0)
            taken.extend(numbers(some))
            for item in some:
                held.pop(item.lane, None)
            await store.updates_handled(numbers(some))

    async with asyncio.timeout(60):
        await asyncio.gather(*map(work, two))
    assert sorted(taken) == list(range(300))


async def test_an_update_that_came_twice_to_two_processes_is_handled_once(two):
    one, other = two
    await asyncio.gather(one.accept_updates([update(1)]), other.accept_updates([update(1)]))
    assert len([*await one.take_updates(9), *await other.take_updates(9)]) == 1


async def test_what_was_taken_in_a_call_that_broke_off_is_taken_again(database):
    store = await open_postgres(database, clock)
    await store.accept_updates([update(1), update(2), update(3)])
    assert numbers(await store.take_updates(1)) == [1]
    with psycopg.connect(database, autocommit=True) as connection:  # the call was, its answer not
        connection.execute(
            "update inbox set owner = (select id from process) where update_id in (2, 3)"
        )
    assert numbers(await store.take_updates(9)) == [2, 3]
    assert not await store.take_updates(9)
    await store.close()


async def test_calls_at_once_take_each_update_once(store):
    await store.accept_updates([update(number, number) for number in range(100)])
    taken = await asyncio.gather(*(store.take_updates(30) for _ in range(5)))
    assert sorted(number for some in taken for number in numbers(some)) == list(range(100))


async def test_one_process_polls_and_another_takes_over(two):
    one, other = two
    async with one.polling() as lost:
        turn = asyncio.create_task(_polls(other))
        await asyncio.sleep(0.2)
        assert not turn.done()
        assert not lost.is_set()
    async with asyncio.timeout(60):
        await turn


async def _polls(store) -> None:
    async with store.polling():
        return
