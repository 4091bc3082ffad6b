"""When a chat wants to hear: at once, in a daily or weekly digest, not at night, not for a while.

All times of day are local, in an IANA time zone, so a digest stays at nine through summer time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_MORNING = 9
_HOUR = timedelta(hours=1)
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

    @property
    def is_digest(self) -> bool:
        """Whether news is gathered."""
        return self.rhythm is not Rhythm.AT_ONCE


AT_ONCE = Schedule()


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From the one full hour to the other, across midnight where `end` is before `start`.

    Where both are the same it is never quiet.
    """

    start: int = 22
    end: int = 8

    def holds(self, hour: int) -> bool:
        """Whether it is quiet at an hour of the day."""
        if self.start <= self.end:
            return self.start <= hour < self.end
        return hour >= self.start or hour < self.end


@dataclass(frozen=True, slots=True)
class Timing:
    """A chat's wishes. `schedule` holds for every subscription that has none of its own."""

    schedule: Schedule = AT_ONCE
    zone: str = "UTC"
    quiet: QuietHours | None = None
    muted_until: datetime | None = None

    @property
    def tzinfo(self) -> tzinfo:
        """The time zone; UTC where the time zone database has none of that name any more."""
        return zone_named(self.zone) or UTC

    def muted(self, now: datetime) -> bool:
        """Whether the chat hears nothing at all for now."""
        return self.muted_until is not None and now < self.muted_until

    def due(self, schedule: Schedule, since: datetime, now: datetime) -> datetime:
        """When news that was ready at `since` is due, looked at `now`.

        Not in the future means: now. A digest at an hour that is itself quiet was chosen so and
        comes within that hour; whatever comes later is held by quiet hours like everything
        else. What becomes ready while the chat is muted counts as ready when that ends.
        """
        zone = self.tzinfo
        at = max(since, self.muted_until) if self.muted_until else since
        if schedule.is_digest:
            at = _next_digest(schedule, at, zone)
            if now < at + _HOUR:
                return at
        return _after_quiet(max(at, now), self.quiet, zone) if self.quiet else at


NO_WISHES = Timing()


@lru_cache(maxsize=1024)
def zone_named(name: str) -> ZoneInfo | None:
    """The time zone of an IANA name, or None; each is read once."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None  # unknown, no path inside the database, or a folder of it


def _next_digest(schedule: Schedule, since: datetime, zone: tzinfo) -> datetime:
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


def _after_quiet(at: datetime, quiet: QuietHours, zone: tzinfo) -> datetime:
    """The moment itself, or the end of the quiet hours that it falls into."""
    while quiet.holds((local := at.astimezone(zone)).hour):
        day = local.date() + (_DAY if local.hour >= quiet.end else timedelta())
        # Clocks that are put back pass some hours twice: the end that is still to come counts.
        # At an end that they leave out it may be quiet again already: hence the loop.
        ends = (
            datetime.combine(day, time(quiet.end, fold=fold), zone).astimezone(UTC)
            for fold in (0, 1)
        )
        at = next(end for end in ends if end > at)
    return at
