"""What any store must do with the contexts of chats and with counts of unanswered questions."""

from __future__ import annotations

from datetime import date, timedelta

import store_samples
from store_samples import NOW, follow

DAY = date(2026, 3, 1)
OLDEST = DAY - timedelta(days=90)


def table(counts):
    return {(one.text, one.day): one.count for one in counts}


async def test_a_context_is_kept_until_its_time_is_over(store):
    await store.keep_context(1, {"provisions": ["rail"]}, NOW + timedelta(minutes=10))
    await store.keep_context(2, {"provisions": []}, NOW)
    assert await store.context(1) == {"provisions": ["rail"]}
    assert await store.context(2) is None
    assert await store.context(3) is None
    await store.keep_context(1, {"provisions": ["port"]}, NOW + timedelta(minutes=10))
    assert await store.context(1) == {"provisions": ["port"]}


async def test_a_forgotten_chat_has_no_context(store):
    await follow(store, 1)
    await store.keep_context(1, {"provisions": ["rail"]}, NOW + timedelta(minutes=10))
    await store.forget_chat(1)
    assert await store.context(1) is None


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
    from bot.store.tinydb import open_store

    store = await open_store(tmp_path, store_samples.clock)
    await store.count_gaps({"zzyzx": 2}, OLDEST, OLDEST)
    await store.close()
    store = await open_store(tmp_path, store_samples.clock)
    await store.count_gaps({}, DAY, OLDEST + timedelta(days=1))
    await store.close()
    assert not any(b"zzyzx" in one.read_bytes() for one in tmp_path.iterdir())
