"""What any store must do with the contexts of chats and with counts of unanswered questions."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import store_samples
from store_samples import NOW, follow

DAY = date(2026, 3, 1)
OLDEST = DAY - timedelta(days=90)


def table(counts):
    return {(count.text, count.day): count.count for count in counts}


async def test_a_context_is_kept_until_its_time_is_over(store):
    await store.keep_context(1, {"provisions": ["rail"]}, NOW + timedelta(minutes=10))
    await store.keep_context(2, {"provisions": []}, NOW)
    assert (await store.known(1)).context == {"provisions": ["rail"]}
    assert (await store.known(2)).context is None
    assert (await store.known(3)).context is None
    await store.keep_context(1, {"provisions": ["port"]}, NOW + timedelta(minutes=10))
    assert (await store.known(1)).context == {"provisions": ["port"]}


async def test_each_of_many_at_once_is_known_by_itself(store):
    await follow(store, *range(0, 60, 2))
    until = NOW + timedelta(minutes=10)
    await asyncio.gather(
        *(
            store.keep_context(number, {"provisions": [str(number)]}, until)
            for number in range(0, 60, 3)
        )
    )
    found = await asyncio.gather(*map(store.known, [*range(60), 0]))
    for number, known in enumerate(found[:60]):
        assert known.chat == await store.chat(number)
        assert known.context == (None if number % 3 else {"provisions": [str(number)]})
    assert (found[0].chat is None, found[1].chat) == (False, None)
    assert found[60] == found[0]


async def test_of_contexts_of_one_chat_the_last_is_kept(store):
    until = NOW + timedelta(minutes=10)
    await asyncio.gather(*(store.keep_context(1, {"n": n}, until) for n in range(10)))
    assert (await store.known(1)).context == {"n": 9}


async def test_a_forgotten_chat_has_no_context(store):
    await follow(store, 1)
    await store.keep_context(1, {"provisions": ["rail"]}, NOW + timedelta(minutes=10))
    await store.forget_chat(1)
    assert (await store.known(1)).context is None


async def test_counts_of_a_day_add_up_and_last(reopen):
    store = await reopen()
    await store.count_gaps({"weather": 2, "#0123456789": 1}, DAY, OLDEST)
    await store.count_gaps({"weather": 1}, DAY, OLDEST)
    await store.count_gaps({"weather": 1}, DAY + timedelta(days=1), OLDEST)
    await store.count_gaps({}, DAY, OLDEST)
    expected = {
        ("weather", DAY): 3,
        ("weather", DAY + timedelta(days=1)): 1,
        ("#0123456789", DAY): 1,
    }
    assert table(await store.gaps()) == expected
    store = await reopen()
    assert table(await store.gaps()) == expected
    await store.close()
    store = await reopen()
    assert table(await store.gaps()) == expected


async def test_old_counts_are_erased(reopen):
    store = await reopen()
    await store.count_gaps({"old": 1}, OLDEST, OLDEST)
    await store.count_gaps({"new": 1}, DAY, OLDEST + timedelta(days=1))
    assert table(await store.gaps()) == {("new", DAY): 1}
    await store.clear_gaps()
    await store.clear_gaps()
    store = await reopen()
    assert not await store.gaps()


async def test_what_is_erased_stays_in_no_file(tmp_path):
    from bot.storage.tinydb import open_store

    store = await open_store(tmp_path, store_samples.clock)
    await store.count_gaps({"zzyzx": 2}, OLDEST, OLDEST)
    await store.close()
    store = await open_store(tmp_path, store_samples.clock)
    await store.count_gaps({}, DAY, OLDEST + timedelta(days=1))
    await store.close()
    assert not any(b"zzyzx" in path.read_bytes() for path in tmp_path.iterdir())
