"""When a chat wants to hear: at once, in a daily or weekly digest, not at night, not for a while.

All times of day are local, in an IANA time zone, so a digest stays at nine through summer time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

_MORNING = 9
_DAY = timedelta(days=1)


class Rhythm(StrEnum):
    """How often news comes."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class Schedule:
    """A rhythm, with the hour of the day and the day of the week (0 is Monday) of its digest."""

    rhythm: Rhythm = Rhythm.AT_ONCE
    hour: int = _MORNING
    weekday: int = 0

    @property
    def urgency(self) -> int:
        """Its place among the rhythms; the lower the sooner."""
        return list(Rhythm).index(self.rhythm)


AT_ONCE = Schedule()


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From the one full hour to the other, across midnight where `end` is not after `start`."""

    start: int = 22
    end: int = 8

    def holds(self, hour: int) -> bool:
        """Whether it is quiet at an hour of the day."""
        if self.start < self.end:
            return self.start <= hour < self.end
        return hour >= self.start or hour < self.end


@dataclass(frozen=True, slots=True)
class Timing:
    """A chat's wishes. `schedule` holds for every subscription that has none of its own."""

    schedule: Schedule = AT_ONCE
    zone: str = "UTC"
    quiet: QuietHours | None = None
    muted_until: datetime | None = None

    def due(self, schedule: Schedule, since: datetime, now: datetime) -> datetime:
        """When news that was ready at `since` is due, looked at `now`.

        Not in the future means: now. A digest at an hour that is itself quiet was chosen so and
        comes then; whatever comes late is held by quiet hours like everything else.
        """
        zone = ZoneInfo(self.zone)
        at = since if schedule.rhythm is Rhythm.AT_ONCE else _next_digest(schedule, since, zone)
        quiet = self.quiet
        if quiet and schedule.rhythm is not Rhythm.AT_ONCE and quiet.holds(schedule.hour):
            quiet = None
        at = max(at, self.muted_until) if self.muted_until else at
        if at > now and schedule.rhythm is not Rhythm.AT_ONCE and not quiet:
            return at
        return _after_quiet(max(at, now), quiet, zone) if quiet else at


NO_WISHES = Timing()


def _next_digest(schedule: Schedule, since: datetime, zone: ZoneInfo) -> datetime:
    """The first digest at or after a moment.

    An hour that a clock change leaves out moves with the clock (PEP 495); of one that comes
    twice the first counts.
    """
    day = since.astimezone(zone).date()
    while True:
        at = datetime.combine(day, time(schedule.hour), zone).astimezone(UTC)
        fits = schedule.rhythm is Rhythm.DAILY or day.weekday() == schedule.weekday
        if fits and at >= since:
            return at
        day += _DAY


def _after_quiet(at: datetime, quiet: QuietHours, zone: ZoneInfo) -> datetime:
    local = at.astimezone(zone)
    if not quiet.holds(local.hour):
        return at
    end = datetime.combine(local.date(), time(quiet.end), zone)
    if end <= local:
        end = datetime.combine(local.date() + _DAY, time(quiet.end), zone)
    return end.astimezone(UTC)
