from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from itertools import pairwise
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.alerts.rate_scheduler import Limits, Priority, RateBucket, RateScheduler

PERSON, ALERT = Priority.PERSON, Priority.ALERT


def run(pacer: RateScheduler, arrivals, *, until: float = inf, late=lambda _: 0.0):
    """Play arrivals (at, lane, priority) and take each turn when it falls due.

    Returns the turns: (when, ticket).
    """
    arrivals = sorted(arrivals, key=lambda arrival: arrival[0])
    turns, now, n = [], 0.0, 0
    while True:
        ticket = pacer.take(now)
        if ticket is not None:
            turns.append((now, ticket))
            continue
        due = pacer.next_at()
        times = [arrivals[0][0]] if arrivals else []
        times += [due + late(n)] if due is not None else []
        n += 1
        if not times or min(times) > until:
            return turns
        now = max(now, min(times))
        while arrivals and arrivals[0][0] <= now:
            at, bucket, priority = arrivals.pop(0)
            pacer.add(bucket, priority, at)


def most_within(times, seconds):
    times = sorted(times)
    return max((sum(1 for other in times if at <= other < at + seconds) for at in times), default=0)


def broadcast(chats, at=0.0):
    return [(at, RateBucket(chat), ALERT) for chat in range(1, chats + 1)]


def test_a_broadcast_takes_just_as_long_as_the_rate_says():
    turns = run(RateScheduler(Limits()), broadcast(600))
    assert 599 / 30 <= turns[-1][0] <= 599 / 30 * 1.006
    assert most_within([at for at, _ in turns], 1.0) <= 30


def test_it_ends_in_time_though_every_turn_is_taken_a_little_late():
    lateness = lambda n: (n * 7 % 10) / 1000  # noqa: E731
    turns = run(RateScheduler(Limits()), broadcast(600), late=lateness)
    assert turns[-1][0] < 1.02 * 600 / 30
    assert most_within([at for at, _ in turns], 1.0) <= 30


def test_there_is_no_burst_after_a_rest():
    turns = run(RateScheduler(Limits()), [*broadcast(1), *broadcast(40, at=100.0)])
    times = [at for at, _ in turns][1:]
    assert times[0] == 100.0
    assert min(later - at for at, later in pairwise(times)) > 0.033


def test_a_person_waits_for_no_more_than_one_slot_while_a_broadcast_runs():
    people = [(0.5 + n * 0.7, RateBucket(10_000 + n), PERSON) for n in range(20)]
    turns = run(RateScheduler(Limits()), [*broadcast(600), *people])
    waits = [at - ticket.asked_at for at, ticket in turns if ticket.priority is PERSON]
    assert len(waits) == 20
    assert max(waits) <= 1 / 30 + 1e-9


def test_an_answer_goes_before_the_alert_that_waits_in_the_same_chat():
    pacer = RateScheduler(Limits())
    pacer.add(RateBucket(1), ALERT, 0.0)
    assert pacer.take(0.0).priority is ALERT
    pacer.add(RateBucket(1), ALERT, 0.1)
    answer = pacer.add(RateBucket(1), PERSON, 0.2)
    assert pacer.take(0.9) is None
    assert pacer.next_at() == 1.0
    assert pacer.take(1.0) is answer


def test_one_message_a_second_in_a_chat_and_edits_beside_it():
    arrivals = [(0.0, RateBucket(1), PERSON)] * 3 + [
        (0.0, RateBucket(1, counted=False), PERSON)
    ] * 3
    turns = run(RateScheduler(Limits()), arrivals)
    assert [at for at, t in turns if t.bucket.counted] == pytest.approx([0.0, 1.0, 2.0])
    assert [at for at, t in turns if not t.bucket.counted] == pytest.approx([1 / 30, 2 / 30, 0.1])


def test_twenty_a_minute_in_a_group():
    turns = run(RateScheduler(Limits()), [(0.0, RateBucket(-1), ALERT)] * 50)
    times = [at for at, _ in turns]
    assert most_within(times, 60.0) == 20
    assert times[19] == pytest.approx(19.0)
    assert times[20] == pytest.approx(60.0)


def test_a_busy_chat_holds_up_nobody_else():
    flood = [(0.0, RateBucket(7), PERSON)] * 1000
    turns = run(RateScheduler(Limits()), [*flood, (0.01, RateBucket(8), PERSON)], until=0.2)
    assert [t.bucket.chat for _, t in turns] == [7, 8]


def test_floods_in_many_chats_hold_up_nobody_else():
    floods = [(0.0, RateBucket(-chat), PERSON) for chat in range(1, 101) for _ in range(20)]
    asked = [0.5 + 2 * number for number in range(10)]
    others = [(at, RateBucket(number), PERSON) for number, at in enumerate(asked, start=1)]
    turns = run(RateScheduler(Limits()), [*floods, *others], until=60)
    answered = [when for when, ticket in turns if ticket.bucket.chat > 0]
    assert len(answered) == 10
    assert all(when - at < 0.1 for at, when in zip(asked, answered, strict=True))


def test_floods_do_not_hold_up_alerts():
    floods = [(0.0, RateBucket(-chat), PERSON) for chat in range(1, 201) for _ in range(20)]
    turns = run(RateScheduler(Limits()), [*floods, *broadcast(100, at=30.0)], until=60)
    sent = [when for when, ticket in turns if ticket.priority is ALERT]
    assert len(sent) == 100
    assert sent[0] < 30 + 200 / 30 + 1  # each busy chat goes before it once


def test_a_flood_wait_in_one_chat_concerns_that_chat_alone():
    pacer = RateScheduler(Limits())
    pacer.pause(1, 43_837, 0.0)
    turns = run(pacer, broadcast(30))
    assert [t.bucket.chat for _, t in turns] == [*range(2, 31), 1]
    assert turns[-1][0] == 43_837
    assert turns[-2][0] == pytest.approx(28 / 30)


def test_a_paused_chat_s_edits_wait_too():
    pacer = RateScheduler(Limits())
    pacer.pause(1, 5, 0.0)
    assert (
        pacer.wait_in(RateBucket(1), 1.0) == pacer.wait_in(RateBucket(1, counted=False), 1.0) == 4.0
    )
    assert pacer.wait_in(RateBucket(2), 1.0) == 0.0


def test_a_flood_wait_of_the_whole_bot_stops_all_and_the_rate_recovers():
    pacer = RateScheduler(Limits())
    for chat in (1, 2, 3):
        pacer.pause(chat, 10, 0.0)
    assert pacer.paused_for(0.0) == 10
    for chat in range(4, 10):  # what was under way is refused as well: still the same flood
        pacer.pause(chat, 10, 0.1)
    turns = run(pacer, broadcast(3000))
    times = [at for at, _ in turns]
    assert times[0] >= 10
    per_second = Counter(int(at) for at in times)
    assert per_second[11] in range(14, 18)
    assert per_second[25] in range(20, 25)
    assert per_second[45] in range(29, 32)


def test_busy_groups_are_no_flood_of_the_whole_bot():
    pacer = RateScheduler(Limits())
    for chat in (-1, -2, -3, 4):
        pacer.pause(chat, 40, 0.0)
    assert pacer.paused_for(0.0) == 0
    pacer.pause(6, 40, 10.0)
    assert pacer.paused_for(10.0) == 0, "those of ten seconds ago are no evidence any more"


def test_who_leaves_the_queue_is_passed_over():
    pacer = RateScheduler(Limits())
    gone = [pacer.add(RateBucket(chat), ALERT, 0.0) for chat in (1, 1, 2)]
    kept = pacer.add(RateBucket(2), ALERT, 0.0)
    for ticket in gone:
        pacer.cancel(ticket, 0.0)
    assert pacer.take(0.0) is kept
    assert pacer.take(100.0) is None
    assert pacer.next_at() is None


def test_idle_chats_are_forgotten():
    pacer = RateScheduler(Limits(per_second=1000))
    run(pacer, broadcast(5000))
    assert len(pacer) <= 1001
    run(pacer, [(10.0, RateBucket(-chat), ALERT) for chat in range(1, 100)])
    assert pacer.take(100.0) is None
    assert len(pacer) == 0
    assert not pacer._ready
    assert not pacer._asleep
    assert not pacer._idle


def test_no_limit_at_all():
    turns = run(RateScheduler(Limits(inf, 0.0, 10**9)), broadcast(1000))
    assert turns[-1][0] == 0.0


def test_the_cost_of_a_turn_hardly_grows_with_the_chats(monkeypatch):
    moves = Counter()
    monkeypatch.setattr("bot.alerts.rate_scheduler.heappush", counting(heapq.heappush, moves))
    monkeypatch.setattr("bot.alerts.rate_scheduler.heappop", counting(heapq.heappop, moves))
    per_turn = []
    for chats in (100, 10_000):
        moves.clear()
        run(RateScheduler(Limits()), broadcast(chats))
        per_turn.append(moves.total() / chats)
    assert per_turn[1] < 1.5 * per_turn[0] < 10


def counting(function, moves):
    def counted(*args):
        moves[function.__name__] += 1
        return function(*args)

    return counted


events = st.lists(
    st.tuples(
        st.floats(0, 30),
        st.sampled_from(
            [
                RateBucket(1),
                RateBucket(2),
                RateBucket(3),
                RateBucket(-1),
                RateBucket(1, counted=False),
            ]
        ),
        st.sampled_from(list(Priority)),
    ),
    max_size=60,
)


@settings(max_examples=60, deadline=None)
@given(events, st.floats(0.5, 50))
def test_every_limit_holds_whatever_comes(arrivals, rate):
    limits = Limits(per_second=rate, group_count=3, group_seconds=10)
    pacer = RateScheduler(limits)
    turns = run(pacer, arrivals)
    assert len(turns) == len(arrivals), "everyone has a turn"
    times = [at for at, _ in turns]
    assert all(later - at >= 1 / rate - 1e-6 for at, later in pairwise(times))
    by_lane = defaultdict(list)
    for at, ticket in turns:
        by_lane[ticket.bucket].append((at, ticket))
    for bucket, own in by_lane.items():
        if bucket.counted:
            gaps = [b[0] - a[0] for a, b in pairwise(own)]
            assert all(gap >= 1.0 - 1e-6 for gap in gaps)
        if bucket.is_group:
            assert most_within([at for at, _ in own], 10 - 1e-6) <= 3
        for priority in Priority:
            numbers = [ticket.number for _, ticket in own if ticket.priority is priority]
            assert numbers == sorted(numbers), "in one chat first come, first served"
    assert pacer.take(1e9) is None
    assert len(pacer) == 0
