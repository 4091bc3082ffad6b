"""One language: its texts, plurals, dates, numbers, lists and casing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date as day_type
from datetime import datetime
from gettext import GNUTranslations, NullTranslations
from typing import Protocol

from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton, format_timedelta
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent
from markupsafe import Markup, escape


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


class Language:
    """Texts of one catalog and formats of one CLDR locale.

    Messages are whole sentences with named placeholders; the ``html`` variants escape every
    parameter that is not `Markup` already, and the translation itself is trusted.
    """

    def __init__(self, code: str, catalog: NullTranslations | GNUTranslations) -> None:
        self.code = code
        self.locale = Locale.parse(code, sep="-")
        self._catalog = catalog

    def __repr__(self) -> str:
        return f"Language({self.code!r})"

    @property
    def name(self) -> str:
        """Its own name for itself, as it stands in a list: Azərbaycan, English, Русский."""
        return self.capitalised(self.locale.get_display_name(self.locale) or self.code)

    def name_of(self, code: str) -> str:
        """What this language calls another: French, französisch, fransızca; the code if unknown."""
        return str(self.locale.languages.get(code.partition("-")[0], code))

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
        """A date with its time of day, in the zone of `value`."""
        return format_datetime(value, "medium", locale=self.locale)

    def ago(self, value: day_type, today: day_type) -> str:
        """How long ago or how far ahead, in words: 3 months ago, today, in 2 years."""
        if value == today:
            return self.gettext("today")
        return format_timedelta(value - today, "day", add_direction=True, locale=self.locale)

    def number(self, value: float) -> str:
        """A number as people of this language write it: 1,234.5 or 1 234,5."""
        return format_decimal(value, locale=self.locale)

    def percent(self, share: float) -> str:
        """A share of 1 as a whole percentage."""
        return format_percent(share, locale=self.locale)

    def join(self, items: Iterable[str]) -> str:
        """A list as people of this language write it: a, b and c."""
        return format_list(list(items), locale=self.locale)

    def join_html(self, items: Iterable[str]) -> Markup:
        """A list as HTML; items are escaped."""
        return Markup(format_list([str(escape(item)) for item in items], locale=self.locale))  # noqa: S704 - every item is escaped

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


def _fill(template: str, params: dict[str, object]) -> Markup:
    return Markup(template).format(**params)  # noqa: S704 - catalogs are ours, parameters are escaped
