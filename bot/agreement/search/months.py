"""The names of months: when something was asked about, never what."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from babel import Locale, UnknownLocaleError

from bot.agreement.search.folding import fold
from bot.agreement.search.stemming import stems
from bot.agreement.search.vocabulary import Vocabulary

_ALSO = ("мае",)
"""Too short to have a stem."""
_IN = re.compile(r"[dt][ae](?:n|ki)?$")
"""What Azerbaijani and Turkish put behind a month: "iyunda", "mayıstan", "ocaktaki"."""


class Months:
    """The months of the calendar in some languages (CLDR)."""

    def __init__(self, languages: Iterable[str]) -> None:
        names = {one for tag in ("en", *languages) for one in _names(tag)}
        self._vocabulary = Vocabulary({*names, *_ALSO})

    def has(self, word: str) -> bool:
        """Whether a typed word is such a name, in any form of it: "haziranda", "в июне"."""
        folded = fold(word)
        return _IN.sub("", folded) in self._vocabulary or any(
            any(self._vocabulary.with_stem(stem)) for stem in stems(folded)
        )


@cache
def _names(tag: str) -> frozenset[str]:
    try:
        locale = Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return frozenset()
    return frozenset(_of(locale))


def _of(locale: Locale) -> Iterator[str]:
    """As they stand alone, and as they stand beside a day: "июнь", "июня"."""
    for context in ("format", "stand-alone"):
        yield from map(fold, locale.months[context]["wide"].values())
