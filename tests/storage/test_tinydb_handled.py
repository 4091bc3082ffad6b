"""Numbers of handled updates, as ranges."""

from __future__ import annotations

import itertools
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from store_samples import NOW

from bot.storage.protocol import Accepted
from bot.storage.tinydb import open_store
from bot.storage.tinydb.inbox import Handled, Range


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 5)), max_size=30))
def test_ranges_hold_what_a_set_holds(added):
    handled, plain = Handled(), set()
    for first, more in added:
        handled.add(Range(first, first + more, NOW))
        plain |= set(range(first, first + more + 1))
    assert {number for number in range(-2, 70) if number in handled} == plain
    ends = [(each_range.first, each_range.last) for each_range in handled.ranges]
    assert all(last + 1 < first for (_, last), (first, _) in itertools.pairwise(ends))


async def accepted(store, number: int) -> list[int]:
    await store.accept_updates([Accepted(number, 1, b"{}")])
    return [update.update_id for update in await store.take_updates(9)]


async def test_numbers_are_forgotten_before_telegram_begins_anew(tmp_path):
    now = NOW
    store = await open_store(tmp_path, lambda: now)
    await store.updates_handled(range(1, 11))
    now = NOW + timedelta(hours=30)
    assert await accepted(store, 5) == []
    now = NOW + timedelta(hours=40)
    await store.updates_handled([11])
    now = NOW + timedelta(hours=80)
    assert await accepted(store, 5) == []
    now = NOW + timedelta(days=6)
    assert await accepted(store, 5) == [5]
    await store.close()
