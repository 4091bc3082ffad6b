"""Finding a time zone by what a person calls it: a city, a country, an IANA name."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import lru_cache

from babel import Locale
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from bot.agreement.search.scripts import in_other_script, is_cyrillic
from bot.agreement.typed import fold
from bot.language.language import Language
from bot.language.places import UNIVERSAL, city_in, country_in, older_names, zone_names
from bot.language.towns import towns

MOST_FOUND = 8
_SHORTEST_BEGINNING = 3
_SHORTEST_FORGIVEN, _LONG = 5, 9
_OFFSET = re.compile(r"(?:utc|gmt)?\s*([+\-−])\s*(\d{1,2})(?::?([0-5]\d))?", re.IGNORECASE)


def zones_called(language: Language, text: str) -> Sequence[str]:
    """The zones that a text may mean, the best first; none if it means none.

    Cities that stand for a zone and countries are known in the reader's language and in English,
    and a slip is forgiven; other towns in English, or as they are spelt there.
    The first call in a language takes a while: not for the event loop.
    """
    given = _plain(text)
    names = _names(language.code)
    found = list(names.get(given, ())) or _zones_of_town(given)
    if not found and len(given) >= _SHORTEST_BEGINNING:
        found = [zone for name, zones in names.items() if name.startswith(given) for zone in zones]
    if not found:
        near = process.extractOne(
            given, list(names), scorer=DamerauLevenshtein.distance, score_cutoff=_slips(given)
        )
        found = list(names[near[0]]) if near else []
    return list(dict.fromkeys(found))[:MOST_FOUND]


def _zones_of_town(given: str) -> list[str]:
    """The zones of the towns of that name, the one with the most airports first."""
    spellings = (given, *in_other_script(given)) if is_cyrillic(given) else (given,)
    return next((_towns()[one].split() for one in spellings if one in _towns()), [])


@lru_cache(maxsize=1)
def _towns() -> Mapping[str, str]:
    """Zones by the comparable name of a town, with spaces between: most have one."""
    known, renamed = frozenset(zone_names()), older_names()
    counted: dict[str, dict[str, int]] = {}
    plain = lru_cache(_plain)
    for name, given in towns():
        zone = renamed.get(given, given)
        if name and zone in known:
            zones = counted.setdefault(plain(name), {})
            zones[zone] = zones.get(zone, 0) + 1
    return {
        name: sys.intern(" ".join(sorted(zones, key=lambda zone: -zones[zone])))
        for name, zones in counted.items()
    }


def _slips(given: str) -> int:
    """How many slips are forgiven. Few: a city that names no zone must not become another."""
    return 0 if len(given) < _SHORTEST_FORGIVEN else 1 if len(given) < _LONG else 2


def offset_called(text: str) -> timedelta | None:
    """The offset that a text names: +4, UTC-3:30; None if it names none."""
    read = _OFFSET.fullmatch(text.strip())
    if read is None:
        return None
    offset = timedelta(hours=int(read[2]), minutes=int(read[3] or 0))
    return offset if read[1] == "+" else -offset


@lru_cache(maxsize=16)
def _names(code: str) -> Mapping[str, Sequence[str]]:
    """Zones by everything that they are called, comparable; cities before countries."""
    locales = [Locale.parse(code, sep="-"), Locale.parse("en")]
    zones = zone_names()
    called = [(city_in(locale, zone), zone) for zone in zones for locale in locales]
    called += [(zone, zone) for zone in zones]
    called += [(zone.rpartition("/")[2], zone) for zone in zones]
    older = [(old, new) for old, new in older_names().items() if new in zones]
    called += [*older, *((old.rpartition("/")[2], new) for old, new in older)]
    called += [(UNIVERSAL, UNIVERSAL), ("GMT", UNIVERSAL)]
    called += [(country_in(locale, zone), zone) for zone in zones for locale in locales]
    found: dict[str, list[str]] = {}
    for name, zone in called:
        if name and zone not in found.setdefault(_plain(name), []):
            found[_plain(name)].append(zone)
    return {name: listed for name, listed in found.items() if name}


def _plain(text: str) -> str:
    apart = unicodedata.normalize("NFKD", fold(text))
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[\s_\-]+", " ", bare).split())
