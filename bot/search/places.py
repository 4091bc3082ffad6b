"""Countries, cities and peoples: what a question may name that an agreement says nothing of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global

from bot.search.languages import stems, without_endings
from bot.search.lexicon import is_generic
from bot.search.normalization import fold, words
from bot.search.vocabulary import Vocabulary

_SHORTEST = 3
_LONG_ENOUGH = 5
_TWO_LETTERS = 2
_NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
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
        names = {name for tag in ("en", *languages) for name in _names(tag)}
        self._vocabulary = Vocabulary(names)
        self._abbreviations = frozenset(_ABBREVIATIONS.split())

    def has(self, word: str) -> bool:
        """Whether a typed word is such a name, in any form of it."""
        folded = fold(word)
        if self.has_exactly(folded):
            return True
        if len(folded) < _SHORTEST or is_generic(folded):
            return False
        if without_endings(folded) in self._vocabulary:
            return True
        return any(len(name) >= _LONG_ENOUGH for name in self._vocabulary.sure_meanings(folded))

    def has_exactly(self, folded: str) -> bool:
        """Whether a folded word is such a name as it stands."""
        is_name = folded in self._vocabulary or folded in self._abbreviations
        return is_name and not is_generic(folded)


@cache
def _names(tag: str) -> frozenset[str]:
    try:
        locale = Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return frozenset()
    return frozenset(_of(locale))


def _of(locale: Locale) -> Iterator[str]:
    cities = [zone["city"] for zone in locale.time_zones.values() if "city" in zone]
    cities += [zone.partition("/")[2] for zone in get_global("zone_territories") if "/" in zone]
    peoples = [name for code, name in locale.languages.items() if len(code) == _TWO_LETTERS]
    for name in (*cities, *peoples):
        if len(name) >= _LONG_ENOUGH and name.isalpha():
            yield fold(name)
    of_names = frozenset(stem for part in _OF_NAMES.split() for stem in (part, *stems(part)))
    for code, name in locale.territories.items():
        typed = [fold(word) for word in words(name)] if _is_country(code) else []
        if len(typed) == 1:
            yield typed[0]
        else:
            yield from (
                item
                for item in typed
                if len(item) >= _LONG_ENOUGH and of_names.isdisjoint({item, *stems(item)})
            )


def _is_country(code: str) -> bool:
    """Whether it is a country: not a part of the world, a union or a code for tests."""
    return len(code) == _TWO_LETTERS and code.isalpha() and code not in _NO_COUNTRIES
