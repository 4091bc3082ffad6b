"""Countries, cities and peoples: what a question may name that an agreement says nothing of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from babel import Locale, UnknownLocaleError

from bot.agreement.search.folding import fold, words
from bot.agreement.search.vocabulary import SAME_STEM, Vocabulary

_SHORTEST = 3
_LONG_ENOUGH = 5
_ABBREVIATIONS = """
usa uk eu nato uae abs abd ab aib сша ес нато оаэ снг brics uefa fifa imf wto opec
"""
_OF_NAMES = """
islands island republic united states kingdom south north east west central democratic people
outlying northern southern french british american dutch world unknown region territories territory
adalar adalari birlesik birlesmis cumhuriyeti respublikasi guney kuzey cenub simal serq qerb dogu
bati merkez merkezi krallik kralligi ozerk bolgesi bolge topraklari toprak erazileri erazisi
острова остров республика соединенные объединенные южная южныи северная северныи восточныи западная
демократическая народная центрально неизвестныи регион внешние малые территории территория
"""
"""Parts of countries' names that say nothing of which country."""


class Places:
    """The names of the world's countries, larger cities and languages (CLDR)."""

    def __init__(self, languages: Iterable[str]) -> None:
        names = {one for tag in ("en", *languages) for one in _names(tag)}
        self._vocabulary = Vocabulary(names)
        self._abbreviations = frozenset(_ABBREVIATIONS.split())

    def has(self, word: str) -> bool:
        """Whether a typed word is such a name, in any form of it."""
        folded = fold(word)
        if folded in self._abbreviations:
            return True
        if len(folded) < _SHORTEST:
            return False
        return any(
            likely >= SAME_STEM for likely in self._vocabulary.sure_meanings(folded).values()
        )


@cache
def _names(tag: str) -> frozenset[str]:
    try:
        locale = Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return frozenset()
    return frozenset(_of(locale))


def _of(locale: Locale) -> Iterator[str]:
    cities = (zone.get("city", name.rpartition("/")[2]) for name, zone in _zones(locale))
    peoples = (name for code, name in locale.languages.items() if len(code) == 2)  # noqa: PLR2004
    countries = (name for code, name in locale.territories.items() if code.isalpha())
    of_names = frozenset(_OF_NAMES.split())
    for name in (*cities, *peoples, *countries):
        typed = [fold(word) for word in words(str(name).replace("_", " "))]
        if len(typed) == 1 and len(typed[0]) >= _SHORTEST:
            yield typed[0]
        elif len(typed) > 1:
            yield from (one for one in typed if len(one) >= _LONG_ENOUGH and one not in of_names)


def _zones(locale: Locale) -> Iterable[tuple[str, dict[str, str]]]:
    return [(name, zone) for name, zone in locale.time_zones.items() if "/" in name]
