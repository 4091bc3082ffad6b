"""How processes share the rate of one token, and that a scheduler keeps to a rate that changes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.alerts.rate_leases import ALONE, Peers, share_of
from bot.alerts.rate_scheduler import Limits, Priority, RateBucket, RateScheduler

rates = st.floats(0.1, 1000)


def test_a_process_that_is_alone_has_all_of_it():
    assert share_of(30, ALONE) == (30, 30)
    assert share_of(30, Peers(1, leading=False))[0] == 30


def test_of_two_the_one_that_delivers_has_most():
    assert share_of(30, Peers(2, leading=True)) == (23, 29)
    assert share_of(30, Peers(2, leading=False)) == (6, 29)


def test_each_of_several_has_one_a_second_at_least():
    assert share_of(30, Peers(11, leading=False)) == (1, 27)
    assert share_of(30, Peers(11, leading=True)) == (17, 27)


@given(rates, st.integers(1, 50), st.integers(0, 5))
def test_all_shares_together_are_never_more_than_the_rate(rate, count, lost):
    most, whole = share_of(rate, Peers(count, leading=True, lost=lost))
    each, same = share_of(rate, Peers(count, leading=False, lost=lost))
    assert same == whole <= rate
    assert each > 0
    if count > 1:
        assert most + each * (count - 1) == pytest.approx(whole)
        assert most >= whole / 2


def played(pacer: RateScheduler, rates: list[tuple[float, float]], end: float) -> list[float]:
    """When each turn of a scheduler with always something to do comes, as its rate changes."""
    turns: list[float] = []
    changes = [*rates, (end, 0.0)]
    for number in range(200):
        pacer.add(RateBucket(number), Priority.PERSON, 0.0)
    for at, rate in changes:
        while (due := pacer.next_at()) is not None and due < at:
            turns.append(max(0.0, due))
            assert pacer.take(turns[-1]) is not None
        pacer.allow(rate, at)
    return turns


def throughout(changes: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The rates as `RateLeases` allows them: what was held throughout the last second."""

    def held(moment: float) -> float:
        before = [rate for at, rate in changes if at <= moment - 1]
        within = [rate for at, rate in changes if moment - 1 < at <= moment]
        return min([*(before[-1:] or [15.0]), *within])

    moments = sorted({moment for at, _ in changes for moment in (at, at + 1)})
    return [(moment, held(moment)) for moment in moments]


def most_within_a_second(turns: list[float]) -> int:
    return max(sum(first <= turn < first + 1 for turn in turns) for first in turns)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0, 4), st.sampled_from([0.0, 1.0, 6.0, 14.5, 23.0, 30.0])), max_size=8
    )
)
def test_two_processes_that_share_a_rate_never_make_more_calls_within_a_second(changes):
    changes = sorted(changes)
    one, other = (RateScheduler(Limits(15, 0, 10**9)) for _ in range(2))
    turns = sorted(
        [
            *played(one, throughout(changes), 6),
            *played(other, throughout([(at, 30 - rate) for at, rate in changes]), 6),
        ]
    )
    assert most_within_a_second(turns) <= 30
    if not changes:
        assert len(turns) >= 6 * 30 * 0.98


def test_a_rate_of_nothing_keeps_the_place_in_time():
    pacer = RateScheduler(Limits(10, 0))
    for chat in (1, 2, 3):
        pacer.add(RateBucket(chat), Priority.PERSON, 0.0)
    assert pacer.take(0.0)
    pacer.allow(0, 0.05)  # half the way to the next
    assert pacer.take(99.0) is None
    assert pacer.rate(99.0) == 0
    pacer.allow(1, 100.0)
    assert pacer.next_at() == pytest.approx(100.5)
    pacer.allow(10, 100.1)
    assert pacer.next_at() == pytest.approx(100.14)
