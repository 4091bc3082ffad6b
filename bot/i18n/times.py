"""Times of day, days of the week and spans, as people of a language write them (CLDR)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from babel.dates import format_date, format_interval, format_time, get_datetime_format

from bot.i18n.language import Language

_SHORT_NAME = re.compile(r"E+|c+|MMM")
"""Days and months shortened in a pattern (UTS #35, Date Field Symbol Table)."""


def hour_name(language: Language, hour: int) -> str:
    """A full hour of the day: 09:00, 9:00 AM."""
    return clock_time(language, time(hour))


def clock_time(language: Language, value: time | datetime) -> str:
    """A time of day, in the zone that it has: 13:30, 1:30 PM."""
    bare = value.time() if isinstance(value, datetime) else value
    return format_time(bare, "short", locale=language.locale)


def weekday_name(language: Language, weekday: int) -> str:
    """The name of a day of the week, 0 being Monday, as it stands alone."""
    return str(language.locale.days["stand-alone"]["wide"][weekday])


def day_and_time(language: Language, value: datetime) -> str:
    """A near day with its time of day, in the zone of `value`: Monday, May 20, 09:00."""
    short = language.locale.datetime_skeletons["MMMEd"].pattern
    day = format_date(value.date(), _SHORT_NAME.sub(_whole_name, short), locale=language.locale)
    glue = str(get_datetime_format("medium", locale=language.locale)).replace("'", "")
    return glue.format(clock_time(language, value), day)


def _whole_name(letters: re.Match[str]) -> str:
    return letters[0][0] * 4


def days(language: Language, first: date, last: date) -> str:
    """A day, or the days from one to another: 18–20 May 2024."""
    if first == last:
        return language.short_date(first)
    if language.locale.language == "az":  # CLDR's intervals put the year first, or only last
        end = language.short_date(last)
        if (first.year, first.month) == (last.year, last.month):
            return f"{first.day}–{end}"
        return f"{language.short_date(first)} – {end}"
    return format_interval(first, last, "yMMMd", locale=language.locale)


def offset_name(language: Language, offset: timedelta) -> str:
    """How far ahead of Universal Time: UTC+4, UTC−3:30."""
    minutes = round(offset.total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "−" if minutes < 0 else "+"
    written = f"{sign}{hours}:{rest:02}" if rest else f"{sign}{hours}"
    return language.gettext("UTC{offset}", offset=written if minutes else "")


def month_names(languages: Iterable[Language]) -> dict[str, int]:
    """The names of months as people write them, whole or short, alone or with a day."""
    return {
        name: number
        for language in languages
        for names in language.locale.months.values()
        for width in ("wide", "abbreviated")
        for number, name in names[width].items()
    }
