from __future__ import annotations

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import Update

from bot.telegram.offset_tracker import OffsetTracker


def taken(hand: OffsetTracker, *numbers: int) -> None:
    hand.fetched(numbers)
    for number in numbers:
        hand.take(Update(number))


async def test_the_offset_stays_at_the_lowest_that_is_not_handled():
    hand = OffsetTracker()
    assert hand.offset is None
    taken(hand, 5, 6, 7)
    hand.handled(6)
    assert (hand.offset, hand.blocking, hand.unmarked) == (5, 2, [6])
    hand.handled(5)
    assert hand.offset == 7
    hand.confirmed(7)
    assert hand.unmarked == []
    hand.handled(7)
    assert (hand.offset, len(hand)) == (8, 0)
    assert all(number in hand for number in (5, 6, 7))
    assert 8 not in hand


async def test_what_is_kept_elsewhere_does_not_hold_the_offset_back():
    hand = OffsetTracker()
    taken(hand, 1, 2, 3)
    hand.handled(3)
    hand.let_pass([1, 2], kept={1})
    assert (hand.offset, len(hand), hand.blocking) == (4, 2, 0)
    assert [item.update_id for item in hand.kept] == [1]
    hand.handled(2)
    assert not hand.kept_changed.is_set()
    hand.handled(1)
    assert hand.kept_changed.is_set()
    assert hand.unmarked == [3]


async def test_what_is_handled_while_it_is_kept_is_taken_out_again():
    hand = OffsetTracker()
    taken(hand, 1)
    hand.handled(1)
    hand.let_pass([1], kept={1})
    assert hand.kept_changed.is_set()


async def test_numbers_that_start_anew_are_followed():
    hand = OffsetTracker()
    taken(hand, 900)
    hand.handled(900)
    taken(hand, 17)
    assert hand.offset == 17
    hand.handled(17)
    assert hand.offset == 18


async def test_waiting_ends_with_progress_or_time():
    hand = OffsetTracker()
    taken(hand, 1, 2)
    loop = asyncio.get_running_loop()
    loop.call_later(0.01, hand.handled, 2)
    begun = loop.time()
    await hand.until_fewer(2, 5)
    assert loop.time() - begun < 4
    await hand.until_fewer(1, 0.01)
    assert hand.blocking == 1


@given(st.permutations(range(1, 9)), st.sets(st.integers(1, 8)))
@settings(max_examples=60, deadline=None)
def test_nothing_unhandled_is_ever_confirmed(order, kept):
    async def check() -> None:
        hand, left = OffsetTracker(), set(range(1, 9))
        taken(hand, *range(1, 9))
        for place, number in enumerate(order):
            if place == 3:
                hand.let_pass(kept, kept)
            hand.handled(number)
            left.discard(number)
            safe = {item.update_id for item in hand.kept}
            offset = hand.offset
            assert offset is not None
            assert all(item >= offset or item in safe for item in left)

    asyncio.run(check())
