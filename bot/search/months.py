"""The names of months: when something was asked about, never what."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from babel import Locale, UnknownLocaleError

from bot.search.languages import search_language
from bot.search.normalization import fold

_LONGEST_ENDING = 4
_SHORTEST = 4


class Months:
    """The months of the calendar in some languages (CLDR)."""

    def __init__(self, languages: Iterable[str]) -> None:
        self._languages = dict.fromkeys(("en", *languages))

    def has(self, word: str) -> bool:
        """Whether a typed word is such a name, in any form of it: "haziranda", "в июне"."""
        return self.number(word) is not None

    def number(self, word: str) -> int | None:
        """Which month a typed word names, 1 to 12."""
        folded = fold(word)
        numbers = (_number(code, folded) for code in self._languages)
        return next((number for number in numbers if number), None)


def _number(code: str, folded: str) -> int | None:
    names, stem = _names(code), search_language(code).stem
    if number := names.get(folded) or _stems(code).get(stem(folded)):
        return number
    beginnings = (folded[:-length] for length in range(1, _LONGEST_ENDING + 1))
    return next(
        (names[item] for item in beginnings if len(item) >= _SHORTEST and item in names), None
    )


@cache
def _names(code: str) -> dict[str, int]:
    """Each month's folded names, alone and alongside a day: "июнь", "июня"."""
    try:
        locale = Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        return {}
    return {
        fold(name): number
        for context in ("format", "stand-alone")
        for number, name in locale.months[context]["wide"].items()
    }


@cache
def _stems(code: str) -> dict[str, int]:
    stem = search_language(code).stem
    return {stem(name): number for name, number in _names(code).items()}
