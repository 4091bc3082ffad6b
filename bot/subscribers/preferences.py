"""What a chat can choose of when it hears, in the words that buttons carry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.subscribers.chat import Chat
from bot.subscribers.schedule import QuietHours, Rhythm, Timing, zone_named

OFF = "off"
_MUTES = {"day": timedelta(days=1), "week": timedelta(weeks=1)}
_HOURS = 24
_WEEKDAYS = 7


def adjusted(chat: Chat, what: str, value: str, now: datetime) -> Chat | None:
    """The chat with one wish more; None where there is no such wish.

    What can be wished, and with which values:
        * ``rhythm``: a value of `Rhythm`. ``hour``: 0 to 23. ``day``: 0 (Monday) to 6.
        * ``quiet``: ``22-8`` for from ten to eight, or ``off``.
        * ``zone``: the name of a time zone.
        * ``mute``: ``day`` or ``week`` from now, or ``off``.
    """
    wish = _PREFERENCES.get(what)
    if wish is None:
        return None
    try:
        timing = wish(chat.timing, value, now)
    except ValueError:
        return None
    return chat.timed(timing)


def _rhythm(timing: Timing, value: str, _: datetime) -> Timing:
    return replace(timing, schedule=replace(timing.schedule, rhythm=Rhythm(value)))


def _hour(timing: Timing, value: str, _: datetime) -> Timing:
    return replace(timing, schedule=replace(timing.schedule, hour=_number(value, _HOURS)))


def _day(timing: Timing, value: str, _: datetime) -> Timing:
    return replace(timing, schedule=replace(timing.schedule, weekday=_number(value, _WEEKDAYS)))


def _quiet(timing: Timing, value: str, _: datetime) -> Timing:
    if value == OFF:
        return replace(timing, quiet=None)
    start, _dash, end = value.partition("-")
    quiet = QuietHours(_number(start, _HOURS), _number(end, _HOURS))
    if quiet.start == quiet.end:
        raise ValueError("quiet hours that never begin")
    return replace(timing, quiet=quiet)


def _zone(timing: Timing, value: str, _: datetime) -> Timing:
    if zone_named(value) is None:
        raise ValueError("no such time zone")
    return replace(timing, zone=value)


def _mute(timing: Timing, value: str, now: datetime) -> Timing:
    if value == OFF:
        return replace(timing, muted_until=None)
    if value not in _MUTES:
        raise ValueError("no such span")
    return replace(timing, muted_until=now + _MUTES[value])


def _number(value: str, below: int) -> int:
    number = int(value) if value.isascii() and value.isdecimal() else -1
    if not 0 <= number < below:
        raise ValueError("no such hour or day")
    return number


_PREFERENCES: Mapping[str, Callable[[Timing, str, datetime], Timing]] = {
    "rhythm": _rhythm,
    "hour": _hour,
    "day": _day,
    "quiet": _quiet,
    "zone": _zone,
    "mute": _mute,
}
