"""The days that a question names: "2025", "in June", "since March 2026", "last week"."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from bot.search.intents import Period, Sign, languages
from bot.search.languages import is_stop_word
from bot.search.months import Months

_YEAR = re.compile(r"(?:19|20)\d\d", re.ASCII)
_NUMBER = re.compile(r"0?[1-9]|[12]\d|3[01]", re.ASCII)
_MONTHS = 12
_FROM = re.compile(r"[dt][ae]n$")
"""The ending by which Azerbaijani and Turkish say since when: "martdan", "mayıstan"."""
_GAP = 3
"""Words that may stand between a date and its sign: "since the beginning of 2025"."""
EVER = date.min
"""Since when, where only an end is named: "before 2025"."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of days, and the words that name it."""

    since: date
    until: date
    start: int
    end: int


def days(
    folded: Sequence[str],
    signs: Mapping[int, set[Sign]],
    periods: Mapping[int, Period],
    today: date,
) -> tuple[date | None, date | None, set[int]]:
    """Since and until when, and the places of the words that say so.

    `signs` and `periods` are what the phrases at a place mean. "Since" leaves the end open; of two
    dates the first is the beginning and the second the end.
    """
    named = [*_named(folded, today)]
    for place, period in periods.items():
        named.append(Span(*_period(period, today), place, place + 1))
    if not named:
        return None, None, set()
    named.sort(key=lambda span: span.start)
    used = {place for span in named for place in range(span.start, span.end)}
    first, last = named[0], named[-1]
    if first is not last:
        return min(first.since, last.since), max(first.until, last.until), used
    sign, beside = _sign(folded, signs, first)
    used |= beside
    if sign is Sign.SINCE:
        return first.since, None, used
    if sign is Sign.UNTIL:
        return EVER, first.until, used
    if sign is Sign.BEFORE:
        return EVER, first.since - timedelta(days=1), used
    return first.since, first.until, used


def _sign(
    folded: Sequence[str], signs: Mapping[int, set[Sign]], span: Span
) -> tuple[Sign | None, set[int]]:
    """What stands next to a date and says which side of it is meant, with its places."""
    for place in range(span.start - 1, max(span.start - 2 - _GAP, -1), -1):
        for sign in (Sign.SINCE, Sign.UNTIL, Sign.BEFORE):
            if sign in signs.get(place, ()):
                return sign, {place}
        if not is_stop_word(folded[place]) and Sign.BOARD not in signs.get(place, ()):
            break
    after = range(span.end, min(span.end + _GAP, len(folded)))
    behind_it = {  # "2022-dən əvvəl" has both: "from" is the ending that "before" asks for
        Sign.BEFORE: Sign.BEFORE_AFTER,
        Sign.SINCE: Sign.SINCE_AFTER,
        Sign.UNTIL: Sign.UNTIL_AFTER,
    }
    for sign, behind in behind_it.items():
        if places := {place for place in after if behind in signs.get(place, ())}:
            return sign, places
    is_from = any(
        _FROM.search(folded[place]) and _month(folded, place)
        for place in range(span.start, span.end)
    )
    return (Sign.SINCE if is_from else None), set()


def _named(folded: Sequence[str], today: date) -> Iterator[Span]:
    """The years, the months ("in June" is the last one) and the days that are written."""
    place = 0
    while place < len(folded):
        span = _at(folded, place, today)
        if span is None:
            place += 1
        else:
            yield span
            place = span.end


def _at(folded: Sequence[str], place: int, today: date) -> Span | None:
    """A date that begins at that place: "5 march 2026", "march 5", "2026 march", "2026-03"."""
    end = place
    year = month = day = None
    while end < len(folded):
        word = folded[end]
        is_number = bool(_NUMBER.fullmatch(word))
        if year is None and _YEAR.fullmatch(word):
            year = int(word)
        elif month is None and (named := _month(folded, end)):
            month = named
        elif is_number and year and month is None and place == end - 1 and int(word) <= _MONTHS:
            month = int(word)
        elif is_number and day is None and (month or _is_before_month(folded, end)):
            day = int(word)
        elif end == place or not _is_of_a_date(folded, end):
            break
        end += 1
    if year is None and month is None:
        return None
    while not (_YEAR.fullmatch(folded[end - 1]) or _NUMBER.fullmatch(folded[end - 1])) and not (
        _month(folded, end - 1)
    ):
        end -= 1
    return _span(year, month, day, today, place, end)


def _span(
    year: int | None, month: int | None, day: int | None, today: date, start: int, end: int
) -> Span:
    if month is None:
        year = year or today.year
        return Span(date(year, 1, 1), date(year, 12, 31), start, end)
    year = year or today.year - (month > today.month)
    length = monthrange(year, month)[1]
    if day is not None and day <= length:
        return Span(date(year, month, day), date(year, month, day), start, end)
    return Span(date(year, month, 1), date(year, month, length), start, end)


def _is_before_month(folded: Sequence[str], place: int) -> bool:
    return place + 1 < len(folded) and _month(folded, place + 1) is not None


def _is_of_a_date(folded: Sequence[str], place: int) -> bool:
    """Whether a word only joins the parts of a date: "2026-cı ilin martı", "March of 2026"."""
    after = folded[place + 1 : place + 2]
    is_next = bool(after) and (bool(_YEAR.fullmatch(after[0])) or _month(folded, place + 1))
    return bool(is_next) and folded[place] in _JOINING


_JOINING = frozenset({"of", "il", "ilin", "ilinin", "yili", "yilinin", "ci", "cu"})


def _month(folded: Sequence[str], place: int) -> int | None:
    """The number of the month that is named there; "may" is a verb without a number next to it."""
    if is_stop_word(folded[place]):
        beside = folded[max(0, place - 1) : place + 2]
        if not any(item.isdecimal() for item in beside):
            return None
    return _months().number(folded[place])


@cache
def _months() -> Months:
    return Months(languages())


def _period(period: Period, today: date) -> tuple[date, date]:
    monday = today - timedelta(days=today.weekday())
    first = today.replace(day=1)
    before = (first - timedelta(days=1)).replace(day=1)
    year = today.replace(month=1, day=1)
    day = timedelta(days=1)
    stretches: Mapping[Period, tuple[date, date]] = {
        Period.TODAY: (today, today),
        Period.YESTERDAY: (today - day, today - day),
        Period.THIS_WEEK: (monday, today),
        Period.LAST_WEEK: (monday - 7 * day, monday - day),
        Period.THIS_MONTH: (first, today),
        Period.LAST_MONTH: (before, first - day),
        Period.THIS_YEAR: (year, today),
        Period.LAST_YEAR: (year.replace(year=today.year - 1), year - day),
    }
    return stretches[period]
