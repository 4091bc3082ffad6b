from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.subscribers.schedule import (
    AT_ONCE,
    NO_WISHES,
    QuietHours,
    Rhythm,
    Schedule,
    Timing,
    zone_named,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# With and without summer time, south of the equator, half hours, a clock change of half an hour
# or two hours, at midnight, and one that skipped a whole day.
ZONES = [
    "UTC",
    "Asia/Baku",
    "Europe/Istanbul",
    "Europe/Berlin",
    "America/New_York",
    "America/Santiago",
    "America/Havana",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Antarctica/Troll",
    "Asia/Beirut",
    "Pacific/Apia",
]
ONES = st.integers(1_293_840_000, 1_830_000_000).map(lambda unix: datetime.fromtimestamp(unix, UTC))
HOURS = st.integers(0, 23)
SCHEDULES = st.builds(Schedule, st.sampled_from(Rhythm), HOURS, st.integers(0, 6))
QUIET = st.none() | st.builds(QuietHours, HOURS, HOURS)
SPANS = st.timedeltas(timedelta(0), timedelta(days=20))


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


def local(zone: str, *parts: int, fold: int = 0) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)  # type: ignore[arg-type, misc]


def daily(hour: int) -> Schedule:
    return Schedule(Rhythm.DAILY, hour)


def test_without_wishes_news_is_due_when_it_is_ready() -> None:
    since = utc(2026, 5, 1, 3)
    assert NO_WISHES.due(AT_ONCE, since, since + HOUR) == since


def test_a_daily_digest_comes_at_its_hour_in_summer_and_in_winter() -> None:
    timing = Timing(zone="Europe/Berlin")
    for month, offset in ((1, 1), (7, 2)):
        since = utc(2026, month, 10, 12)
        assert timing.due(daily(9), since, since) == utc(2026, month, 11, 9 - offset)


def test_news_that_is_ready_at_the_very_hour_is_in_that_digest() -> None:
    since = utc(2026, 5, 1, 9)
    assert NO_WISHES.due(daily(9), since, since) == since
    assert NO_WISHES.due(daily(9), since + timedelta(seconds=1), since) == since + DAY


def test_a_weekly_digest_comes_on_its_day_there() -> None:
    """It is Monday morning in Auckland while it is still Sunday in London."""
    timing = Timing(zone="Pacific/Auckland")
    due = timing.due(Schedule(Rhythm.WEEKLY, 9, 0), utc(2026, 5, 1, 0), utc(2026, 5, 1, 0))
    assert due == local("Pacific/Auckland", 2026, 5, 4, 9)
    assert due.weekday() == 6


@pytest.mark.parametrize(
    ("zone", "hour", "since", "due"),
    [
        # 2:00 is left out on 29 March 2026 in Berlin: the digest comes at 3:00 summer time.
        ("Europe/Berlin", 2, utc(2026, 3, 28, 12), utc(2026, 3, 29, 1)),
        ("Europe/Berlin", 2, utc(2026, 3, 29, 12), utc(2026, 3, 30, 0)),
        # 2:00 comes twice on 25 October 2026: the first counts, the second is the next day's.
        ("Europe/Berlin", 2, utc(2026, 10, 24, 12), utc(2026, 10, 25, 0)),
        ("Europe/Berlin", 2, utc(2026, 10, 25, 0, 30), utc(2026, 10, 26, 1)),
        ("America/New_York", 2, utc(2026, 3, 7, 12), utc(2026, 3, 8, 7)),
        ("America/New_York", 1, utc(2026, 10, 31, 12), utc(2026, 11, 1, 5)),
        # Midnight is left out in Santiago (6 September 2026): the digest comes at 1:00.
        ("America/Santiago", 0, utc(2026, 9, 5, 12), utc(2026, 9, 6, 4)),
        # Half an hour is left out on Lord Howe Island (4 October 2026).
        ("Australia/Lord_Howe", 2, utc(2026, 10, 3, 0), utc(2026, 10, 3, 15, 30)),
    ],
)
def test_days_on_which_clocks_change(zone: str, hour: int, since: datetime, due: datetime) -> None:
    assert Timing(zone=zone).due(daily(hour), since, since) == due


def test_quiet_hours_across_midnight_hold_news_until_they_end() -> None:
    timing = Timing(zone="Asia/Baku", quiet=QuietHours(22, 8))
    morning = local("Asia/Baku", 2026, 5, 2, 8)
    for since in (local("Asia/Baku", 2026, 5, 1, 22), local("Asia/Baku", 2026, 5, 2, 7, 59)):
        assert timing.due(AT_ONCE, since, since) == morning
    for since in (local("Asia/Baku", 2026, 5, 1, 21, 59), morning):
        assert timing.due(AT_ONCE, since, since) == since


def test_quiet_hours_within_a_day() -> None:
    timing = Timing(quiet=QuietHours(13, 15))
    assert timing.due(AT_ONCE, utc(2026, 5, 1, 14), utc(2026, 5, 1, 14)) == utc(2026, 5, 1, 15)
    assert timing.due(AT_ONCE, utc(2026, 5, 1, 15), utc(2026, 5, 1, 15)) == utc(2026, 5, 1, 15)


def test_quiet_hours_that_end_where_they_begin_hold_nothing() -> None:
    assert not any(QuietHours(7, 7).holds(hour) for hour in range(24))


@pytest.mark.parametrize(
    ("zone", "quiet", "since", "due"),
    [
        # They end in the hour that is left out: when the clock shows 3:00.
        ("Europe/Berlin", QuietHours(22, 2), utc(2026, 3, 29, 0), utc(2026, 3, 29, 1)),
        # The only hour that is not quiet is left out: it stays quiet until the next day.
        ("Europe/Berlin", QuietHours(3, 2), utc(2026, 3, 28, 12), utc(2026, 3, 30, 0)),
        # They end in the hour that comes twice: the first time it does.
        ("Europe/Berlin", QuietHours(22, 2), utc(2026, 10, 24, 23), utc(2026, 10, 25, 0)),
        # They begin and end around the hour that comes twice.
        ("Europe/Berlin", QuietHours(2, 3), utc(2026, 10, 25, 0), utc(2026, 10, 25, 2)),
        # Two hours come twice in Troll: at 1:00 it is quiet a second time.
        ("Antarctica/Troll", QuietHours(22, 2), utc(2026, 10, 25, 1), utc(2026, 10, 25, 2)),
    ],
)
def test_quiet_hours_when_clocks_change(
    zone: str, quiet: QuietHours, since: datetime, due: datetime
) -> None:
    assert Timing(zone=zone, quiet=quiet).due(AT_ONCE, since, since) == due


def test_a_digest_at_a_quiet_hour_was_chosen_so() -> None:
    timing = Timing(quiet=QuietHours(22, 8))
    since, at = utc(2026, 5, 1, 12), utc(2026, 5, 2, 7)
    assert timing.due(daily(7), since, since) == at
    assert timing.due(daily(7), since, at + timedelta(minutes=59)) == at


def test_a_digest_that_comes_late_is_held_by_quiet_hours() -> None:
    """The bot was down when it was due, and comes back at night."""
    timing = Timing(quiet=QuietHours(22, 8))
    since, night = utc(2026, 5, 1, 12), utc(2026, 5, 2, 23, 30)
    for hour in (9, 22):
        assert timing.due(daily(hour), since, utc(2026, 5, 3, 1)) == utc(2026, 5, 3, 8)
    assert timing.due(daily(9), since, night) == utc(2026, 5, 3, 8)
    assert timing.due(daily(9), since, utc(2026, 5, 2, 21)) <= utc(2026, 5, 2, 21)


def test_a_muted_chat_hears_when_it_is_over() -> None:
    until = utc(2026, 5, 4, 12)
    timing = Timing(muted_until=until)
    assert timing.muted(until - HOUR)
    assert not timing.muted(until)
    since = utc(2026, 5, 3, 12)
    assert timing.due(AT_ONCE, since, since) == until
    assert timing.due(AT_ONCE, until + HOUR, until + HOUR) == until + HOUR
    assert timing.due(daily(9), since, since) == utc(2026, 5, 5, 9)
    # Looked at after it was over: the digest is the same.
    assert timing.due(daily(9), since, until + HOUR) == utc(2026, 5, 5, 9)


def test_silence_that_ends_at_night_lasts_until_the_morning() -> None:
    timing = Timing(muted_until=utc(2026, 5, 4, 23), quiet=QuietHours(22, 8))
    since = utc(2026, 5, 4, 12)
    assert timing.due(AT_ONCE, since, since) == utc(2026, 5, 5, 8)


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../UTC", "Europe", "/etc/passwd"])
def test_a_zone_that_is_unknown_counts_as_utc(name: str) -> None:
    assert zone_named(name) is None
    assert Timing(zone=name).tzinfo is UTC


@settings(max_examples=250, deadline=None)
@given(SCHEDULES, st.sampled_from(ZONES), QUIET, ONES, SPANS, st.none() | ONES)
def test_what_holds_at_any_time_anywhere(
    schedule: Schedule,
    zone: str,
    quiet: QuietHours | None,
    since: datetime,
    passed: timedelta,
    muted: datetime | None,
) -> None:
    now = since + passed
    timing = Timing(zone=zone, quiet=quiet, muted_until=muted)
    due = timing.due(schedule, since, now)
    assert due >= since
    assert muted is None or due >= muted
    there = due.astimezone(ZoneInfo(zone))
    # Until its time has come, and then, looking again changes nothing.
    assert due <= now or timing.due(schedule, since, due) == due
    on_time = schedule.is_digest and now < due + HOUR and there.minute == 0
    if quiet and due >= now and not (schedule.is_digest and quiet.holds(schedule.hour)):
        gap = _in_gap(there, schedule.hour)
        assert gap or not quiet.holds(there.hour)
    if schedule.is_digest and due > now and not (quiet and due == _end(there, quiet)):
        assert on_time
        assert there.hour == schedule.hour or _in_gap(there, schedule.hour)
        if schedule.rhythm is Rhythm.WEEKLY and zone != "Pacific/Apia":
            assert there.weekday() == schedule.weekday


def _in_gap(there: datetime, hour: int) -> bool:
    """Whether that hour of the day is one that a clock change left out or moved."""
    wanted = there.replace(hour=hour, minute=0, second=0, microsecond=0, fold=0)
    return wanted.astimezone(UTC).astimezone(there.tzinfo).replace(fold=0) != wanted


def _end(there: datetime, quiet: QuietHours) -> datetime | None:
    return there.astimezone(UTC) if there.hour == quiet.end and there.minute == 0 else None
