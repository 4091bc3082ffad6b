from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.agreement.board import StatusChange
from bot.agreement.dates import PartialDate
from bot.agreement.events import Event
from bot.agreement.evidence import Origin
from bot.agreement.status import Status
from bot.alerts.model import Alert, AlertKind, ClaimedBatch, Delivery
from bot.alerts.scheduling import Plan, planned
from bot.subscribers.chat import EVERYTHING, Address, Chat, ChatKind, Scope, ScopeKind
from bot.subscribers.pauses import Obstacle
from bot.subscribers.schedule import QuietHours, Rhythm, Schedule, Timing

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
HERE = Address(7)
DAILY = Timing(Schedule(Rhythm.DAILY, 9))
QUIET = Timing(quiet=QuietHours(11, 14))


def entry(status: Status = Status.ANNOUNCED) -> Event:
    return Event(status=status, date=PartialDate.parse(date(2026, 4, 1).isoformat()))


def alert(
    number: int,
    provision_id: str = "lamp",
    ready_at: datetime = NOON,
    kind: AlertKind = AlertKind.CHANGE,
    topics: tuple[str, ...] = (),
) -> Alert:
    return Alert(
        id=number,
        kind=kind,
        change=StatusChange(
            id=number,
            provision_id=provision_id,
            before=entry(),
            after=entry(),
            made_by=1,
            made_at=NOON,
        ),
        number=1,
        title={"en": "A lamp"},
        text={"en": "A lamp is lit."},
        origin=Origin.CLAUSE,
        topics=topics,
        ready_at=ready_at,
    )


def chat(timing: Timing = DAILY, scope: Scope = EVERYTHING) -> Chat:
    return Chat(7, ChatKind.PRIVATE, since=NOON).following(None, scope).timed(timing)


def plan(who: Chat, *alerts: Alert, now: datetime = NOON) -> Plan:
    deliveries = tuple(Delivery(each_alert.id, HERE) for each_alert in alerts)
    return planned(ClaimedBatch(who, HERE, deliveries), alerts, now)


def due(found: Plan) -> list[int]:
    return [item.id for _, item in found.due]


def test_what_is_due_goes_and_the_rest_waits_for_its_digest() -> None:
    old, new = alert(1, ready_at=NOON - 30 * HOUR), alert(2, "ferry", NOON - HOUR)
    found = plan(chat(), old, new)
    assert due(found) == [1]
    assert [(item.alert_id, at) for item, at in found.later] == [(2, NOON + 21 * HOUR)]


def test_an_older_change_goes_with_a_newer_one_of_the_same_provision() -> None:
    """A correction waits for no digest: what it follows goes out with it, not after it."""
    first = alert(1)
    correction = alert(3, kind=AlertKind.CORRECTION)
    found = plan(chat(), correction, alert(2, "ferry"), first)
    assert due(found) == [1, 3]
    assert [item.alert_id for item, _ in found.later] == [2]


def test_a_newer_change_is_not_dragged_along_by_an_older_one() -> None:
    """An admin holds the newer one: it must not go out before its time."""
    found = plan(chat(Timing()), alert(1), alert(2, ready_at=NOON + HOUR))
    assert due(found) == [1]
    assert found.later == ((Delivery(2, HERE), NOON + HOUR),)


def test_an_older_change_that_is_held_goes_with_a_newer_one_that_is_not() -> None:
    found = plan(chat(Timing()), alert(1, ready_at=NOON + HOUR), alert(2))
    assert due(found) == [1, 2]


def test_a_correction_arrives_in_quiet_hours_too() -> None:
    assert due(plan(chat(QUIET), alert(1, kind=AlertKind.CORRECTION))) == [1]
    held = plan(chat(QUIET), alert(1))
    assert held.later == ((Delivery(1, HERE), NOON + 2 * HOUR),)


def test_who_has_left_or_follows_something_else_is_left_alone() -> None:
    ferry = Scope(ScopeKind.PROVISION, "ferry")
    followers = (chat(scope=ferry), chat().without(None))
    left = [(chat().lost(NOON), kind) for kind in AlertKind]
    for who, kind in [*left, *((item, AlertKind.CHANGE) for item in followers)]:
        found = plan(who, alert(1, kind=kind))
        assert found.unwanted == (Delivery(1, HERE),)
        assert not found.due
        assert not found.later
    for who in followers:  # they got the alert, and what they believe is wrong
        assert plan(who, alert(1, kind=AlertKind.CORRECTION)).due


def test_nothing_goes_out_where_nothing_can_be_sent() -> None:
    who = chat(Timing())
    pause = who.refused(None, Obstacle.NO_RIGHT, NOON)
    who = who.paused(None, pause)
    for kind in AlertKind:
        found = plan(who, alert(1, kind=kind))
        assert found.paused
        assert found.later == ((Delivery(1, HERE), pause.until),)
    found = plan(who, alert(1), now=pause.until)
    assert due(found) == [1], "it is tried again"


def test_an_alert_that_is_gone_is_wanted_by_nobody() -> None:
    delivery = Delivery(1, HERE)
    assert planned(ClaimedBatch(chat(), HERE, (delivery,)), [None], NOON).unwanted == (delivery,)


SCHEDULES = st.builds(Schedule, st.sampled_from(Rhythm), st.integers(0, 23), st.integers(0, 6))
HOURS = st.integers(0, 23)
TIMINGS = st.builds(
    Timing,
    SCHEDULES,
    st.sampled_from(["UTC", "Asia/Baku", "America/New_York"]),
    st.none() | st.builds(QuietHours, HOURS, HOURS),
    st.none() | st.integers(-50, 200).map(lambda hours: NOON + hours * HOUR),
)
PROVISIONS = ["lamp", "ferry", "oars"]


@settings(max_examples=150, deadline=None)
@given(
    TIMINGS,
    st.lists(
        st.tuples(st.sampled_from(PROVISIONS), st.integers(-300, 50), st.sampled_from(AlertKind)),
        max_size=8,
    ),
    st.integers(0, 300),
)
def test_a_later_alert_of_a_provision_never_goes_before_an_earlier_one(
    timing: Timing,
    made: list[tuple[str, int, AlertKind]],
    passed: int,
) -> None:
    who = chat(timing)
    alerts = [
        alert(number, name, NOON + hours * HOUR, kind)
        for number, (name, hours, kind) in enumerate(made, 1)
    ]
    now = NOON + passed * HOUR
    found = plan(who, *alerts, now=now)
    going, waiting = due(found), [item.alert_id for item, _ in found.later]
    assert sorted([*going, *waiting]) == [each_alert.id for each_alert in alerts]
    assert going == sorted(going)
    assert all(at > now for _, at in found.later)
    for element in alerts:
        if element.id in going:
            earlier = [
                other.id
                for other in alerts
                if other.change.provision_id == element.change.provision_id
                and other.id < element.id
            ]
            assert set(earlier) <= set(going)
    # Nothing is early: of each provision the newest that goes out has come to its time.
    for name in PROVISIONS:
        newest = [
            each_alert
            for each_alert in alerts
            if each_alert.id in going and each_alert.change.provision_id == name
        ]
        if newest:
            alone = plan(replace(who), newest[-1], now=now)
            assert due(alone) == [newest[-1].id]
