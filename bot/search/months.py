"""The names of months: when something was asked about, never what."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from babel import Locale, UnknownLocaleError

from bot.search.languages import stems
from bot.search.normalization import fold
from bot.search.vocabulary import Vocabulary

_ALSO, _MAY = "мае", 5
"""Too short to have a stem."""
_IN = re.compile(r"[dt][ae](?:n|ki)?$")
"""What Azerbaijani and Turkish put behind a month: "iyunda", "mayıstan", "ocaktaki"."""


class Months:
    """The months of the calendar in some languages (CLDR)."""

    def __init__(self, languages: Iterable[str]) -> None:
        self._numbers = {_ALSO: _MAY}
        for tag in ("en", *languages):
            self._numbers |= _numbers(tag)
        self._vocabulary = Vocabulary(self._numbers)

    def has(self, word: str) -> bool:
        """Whether a typed word is such a name, in any form of it: "haziranda", "в июне"."""
        return self.number(word) is not None

    def number(self, word: str) -> int | None:
        """Which month a typed word names, 1 to 12."""
        folded = fold(word)
        bare = _IN.sub("", folded)
        if bare in self._numbers:
            return self._numbers[bare]
        known = (item for stem in stems(folded) for item in self._vocabulary.with_stem(stem))
        return next((self._numbers[item] for item in known), None)


@cache
def _numbers(tag: str) -> dict[str, int]:
    """Each month's folded names, alone and alongside a day: "июнь", "июня"."""
    try:
        locale = Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return {}
    return {
        fold(name): number
        for context in ("format", "stand-alone")
        for number, name in locale.months[context]["wide"].items()
    }
