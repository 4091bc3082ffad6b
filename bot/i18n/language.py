"""One language: its texts, plurals, dates, numbers, lists and casing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date as day_type
from datetime import datetime, timedelta
from gettext import GNUTranslations, NullTranslations
from typing import Literal, Protocol

from babel import Locale
from babel.core import get_global, parse_locale
from babel.dates import (
    format_date,
    format_skeleton,
    format_time,
    format_timedelta,
    get_datetime_format,
)
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent
from markupsafe import Markup, escape

_Unit = Literal["year", "month", "week", "day"]
_UNITS: dict[_Unit, int] = {"year": 365, "month": 30, "week": 7, "day": 1}
"""How many days `format_timedelta` takes for a unit."""
_FEW_DAYS = 14
"""Below these days are counted one by one: "1 week ago" would be half the truth of 13 days."""


class CalendarDate(Protocol):
    """A date of a day, only a month, or only a year. `datetime.date` is one too."""

    @property
    def year(self) -> int:
        """The year."""

    @property
    def month(self) -> int | None:
        """The month from 1, or None."""

    @property
    def day(self) -> int | None:
        """The day of the month, or None."""


_REGIONS = {"en": "en-GB"}
"""Whose dates and numbers a language without a region has."""


class Language:
    """Texts of one catalog and formats of one CLDR locale.

    Messages are whole sentences with named placeholders; the ``html`` variants escape every
    parameter that is not `Markup` already, and the translation itself is trusted.
    """

    def __init__(self, code: str, catalog: NullTranslations | GNUTranslations) -> None:
        self.code = code
        self.locale = Locale.parse(_REGIONS.get(code, code), sep="-")
        self._catalog = catalog

    def __repr__(self) -> str:
        return f"Language({self.code!r})"

    def under(self, code: str) -> Language:
        """The same texts with the formats of another code: English for readers in en-IE."""
        return self if code == self.code else Language(code, self._catalog)

    @property
    def region(self) -> str | None:
        """The country that its code names; None where the code names none."""
        return Locale.parse(self.code, sep="-").territory

    @property
    def name(self) -> str:
        """Its own name for itself, as it stands in a list: English, Türkçe, Русский."""
        plain = Locale.parse(self.code, sep="-")
        own = plain.get_display_name(plain)
        return self.capitalised(self._told_apart(self.code, own) if own else self.code)

    def name_of(self, code: str) -> str:
        """What this language calls one, itself too, within a sentence: French, fransızca, русский.

        The code if it is unknown.
        """
        code = code.partition("-")[0]
        name = self.locale.languages.get(code)
        return self._told_apart(code, str(name)) if name else code

    def _told_apart(self, code: str, name: str) -> str:
        """The name of a language; where CLDR calls its country the same, with a word added."""
        likely = get_global("likely_subtags").get(code)
        country = self.locale.territories.get(parse_locale(likely)[1] if likely else None)
        is_a_people = self.locale.language == "az"  # "fransız" alone is a French person
        if not is_a_people and (country is None or self.lower(country) != self.lower(name)):
            return name
        return self.gettext("the {name} language", name=name)

    def gettext(self, message: str, /, **params: object) -> str:
        """The message in this language as plain text."""
        return self._catalog.gettext(message).format(**params)

    def ngettext(self, one: str, other: str, n: int, /, **params: object) -> str:
        """The form that this language uses for `n`; ``{n}`` is the number as people write it."""
        return self._catalog.ngettext(one, other, n).format(n=self.number(n), **params)

    def pgettext(self, context: str, message: str, /, **params: object) -> str:
        """The message where one English word stands for several of other languages."""
        return self._catalog.pgettext(context, message).format(**params)

    def html(self, message: str, /, **params: object) -> Markup:
        """The message as HTML; parameters are escaped."""
        return _fill(self._catalog.gettext(message), params)

    def nhtml(self, one: str, other: str, n: int, /, **params: object) -> Markup:
        """The form for `n` as HTML; parameters are escaped."""
        return _fill(self._catalog.ngettext(one, other, n), {"n": self.number(n), **params})

    def date(self, value: CalendarDate) -> str:
        """A date of the precision that it has: 22 August 2025, August 2025, 2025."""
        day = day_type(value.year, value.month or 1, value.day or 1)
        if value.day:
            return format_date(day, "long", locale=self.locale)
        return format_skeleton("yMMMM" if value.month else "y", day, locale=self.locale)

    def short_date(self, value: CalendarDate) -> str:
        """A date for a narrow line: 22 Aug 2025, Aug 2025, 2025."""
        day = day_type(value.year, value.month or 1, value.day or 1)
        if value.day:
            return format_date(day, "medium", locale=self.locale)
        return format_skeleton("yMMM" if value.month else "y", day, locale=self.locale)

    def moment(self, value: datetime) -> str:
        """A date with its hour and minute, in the zone of `value`: May 20, 2024, 9:30 AM."""
        glue = str(get_datetime_format("medium", locale=self.locale)).replace("'", "")
        return glue.format(
            format_time(value, "short", locale=self.locale),
            format_date(value, "medium", locale=self.locale),
        )

    def ago(self, value: day_type, today: day_type) -> str:
        """How long ago or how far ahead, in words: 3 months ago, yesterday, in 40 days.

        Whole units that have passed: 4 years and 9 months are 4 years. What lies ahead is
        counted in days, as CLDR's words for it say "within" in some languages.
        """
        ahead = (value - today).days
        near = {
            0: self.gettext("today"),
            1: self.gettext("tomorrow"),
            -1: self.gettext("yesterday"),
        }
        if ahead in near:
            return near[ahead]
        if ahead > 0:
            return self.ngettext("in {n} day", "in {n} days", ahead)
        count, unit = _passed(value, today)
        span = timedelta(days=-count * _UNITS[unit])
        # Without a threshold babel would round up to the next unit.
        return format_timedelta(
            span, unit, threshold=float("inf"), add_direction=True, locale=self.locale
        )

    def number(self, value: float) -> str:
        """A number as people of this language write it: 1,234.5 or 1 234,5."""
        return format_decimal(value, locale=self.locale)

    def percent(self, share: float) -> str:
        """A share of 1 as a whole percentage."""
        return format_percent(share, locale=self.locale)

    def join(self, items: Iterable[str]) -> str:
        """A list as people of this language write it: a, b and c."""
        return format_list(list(items), locale=self.locale)

    def join_or(self, items: Iterable[str]) -> str:
        """Alternatives as people of this language write them: a, b or c."""
        return format_list(list(items), "or", locale=self.locale)

    def join_html(self, items: Iterable[str]) -> Markup:
        """A list as HTML; items are escaped."""
        return Markup(self.join(str(escape(item)) for item in items))  # noqa: S704 - every item is escaped

    def join_or_html(self, items: Iterable[str]) -> Markup:
        """Alternatives as HTML; items are escaped."""
        return Markup(self.join_or(str(escape(item)) for item in items))  # noqa: S704 - every item is escaped

    def lower(self, text: str) -> str:
        """Lower case: in Turkish and Azerbaijani I becomes ı and İ becomes i."""
        if self._dotted:
            text = text.replace("İ", "i").replace("I", "ı")
        return text.lower()

    def upper(self, text: str) -> str:
        """Upper case: in Turkish and Azerbaijani i becomes İ."""
        if self._dotted:
            text = text.replace("i", "İ")
        return text.upper()

    def capitalised(self, text: str) -> str:
        """The text with its first letter in upper case."""
        return self.upper(text[:1]) + text[1:]

    @property
    def _dotted(self) -> bool:
        return self.locale.language in {"az", "tr"}


def _passed(since: day_type, today: day_type) -> tuple[int, _Unit]:
    """The largest unit of which at least one whole has passed, and how many."""
    whole = today.day >= since.day or _ends_month(today)
    months = (today.year - since.year) * 12 + today.month - since.month - (not whole)
    years, days = months // 12, (today - since).days
    if years:
        return years, "year"
    if months:
        return months, "month"
    return (days, "day") if days < _FEW_DAYS else (days // 7, "week")


def _ends_month(day: day_type) -> bool:
    return (day + timedelta(days=1)).day == 1


def _fill(template: str, params: dict[str, object]) -> Markup:
    # `Markup.format` does the same at twice the cost.
    escaped = {name: escape(value) for name, value in params.items()}
    return Markup(template.format(**escaped))  # noqa: S704 - catalogs are ours
