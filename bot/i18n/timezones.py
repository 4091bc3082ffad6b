"""Time zones by city, country and airport town, in the reader's language (CLDR)."""

from __future__ import annotations

import csv
from array import array
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from importlib.resources import files
from math import cos, radians
from sys import intern
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale
from babel.core import get_global

from bot.i18n.language import Language

UNIVERSAL = "UTC"
_NOWHERE = "Etc/"
_FEW = 3
"""How many zones a country may have to be offered whole to those who speak its language."""


def zone_names() -> Sequence[str]:
    """The zones that have a city, by their IANA names."""
    return [zone for zone in get_global("zone_territories") if not zone.startswith(_NOWHERE)]


def city(language: Language, zone: str) -> str:
    """The city that stands for a zone, in the reader's language as far as CLDR names it."""
    return city_in(language.locale, zone)


def city_in(locale: Locale, zone: str) -> str:
    """The same in any locale."""
    for name in (zone, *_older_names().get(zone, ())):
        known = locale.time_zones.get(name, {}).get("city")
        if known:
            return str(known)
    return zone.rpartition("/")[2].replace("_", " ")


def country_in(locale: Locale, zone: str) -> str:
    """The country that a zone belongs to, "" if it is none."""
    return str(locale.territories.get(get_global("zone_territories").get(zone, ""), ""))


def older_names() -> Mapping[str, str]:
    """Names that zones had before, and those that they have now."""
    return dict(get_global("zone_aliases"))


def offset_at(zone: str, now: datetime) -> timedelta:
    """How far a zone is ahead of Universal Time at a moment; nothing for one that is unknown."""
    return now.astimezone(_zone(zone)).utcoffset() or timedelta()


def offsets(now: datetime) -> dict[timedelta, list[str]]:
    """The zones by how far each is ahead of Universal Time at a moment, the least first.

    The first call reads some 400 small files: not for the event loop.
    """
    found: dict[timedelta, list[str]] = {}
    for zone in (*zone_names(), UNIVERSAL):
        found.setdefault(offset_at(zone, now), []).append(zone)
    return dict(sorted(found.items()))


def likely_zones(language: Language) -> Sequence[str]:
    """The zones of the country where most speakers live (CLDR, likely subtags), if they are few."""
    likely = str(get_global("likely_subtags").get(language.locale.language, ""))
    territory = language.region or likely.rpartition("_")[2]
    zones = list(get_global("territory_zones").get(territory, ()))
    return zones if len(zones) <= _FEW else []


@lru_cache(maxsize=1)
def _older_names() -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    for old, new in get_global("zone_aliases").items():
        found.setdefault(new, []).append(old)
    return found


@lru_cache(maxsize=1024)
def _zone(name: str) -> tzinfo:
    """A zone, read once; one that the time zone database has lost counts as Universal Time."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def other_names() -> Iterator[tuple[str, list[str]]]:
    """A name that CLDR does not know, and the zones that it stands for, in order."""
    lexicon = files("bot.i18n").joinpath("lexicon/time_zones.txt").read_text(encoding="utf-8")
    for line in lexicon.splitlines():
        if line and not line.startswith("#"):
            zones, _, names = line.partition(":")
            for name in names.split(","):
                yield name.strip(), zones.split()


_ADDED = "-City"
"""How the package ends the name of a city that is a region of its own."""


def towns() -> Iterator[tuple[str, str]]:
    """A name and the IANA name of its zone, once an airport; first those of towns, then of regions.

    Reads 3 MB from a file: not for the event loop.
    """
    regions: list[tuple[str, str]] = []
    for row in _airports():
        yield row["city"], row["tz"]
        regions.append((row["subd"].removesuffix(_ADDED), row["tz"]))
    yield from regions


def zone_at(latitude: float, longitude: float) -> str:
    """The zone of the nearest airport: near a border it may be the neighbour's.

    The first call reads 3 MB from a file: not for the event loop.
    """
    latitudes, longitudes, zones = _places()
    narrow = cos(radians(latitude))

    def distance(place: int) -> float:
        across = abs(longitudes[place] - longitude)
        across = min(across, 360 - across) * narrow
        return across * across + (latitudes[place] - latitude) ** 2

    return zones[min(range(len(zones)), key=distance)]


@lru_cache(maxsize=1)
def _places() -> tuple[array[float], array[float], list[str]]:
    """Latitudes and longitudes of all airports, and the zones there."""
    known, renamed = frozenset(zone_names()), older_names()
    latitudes, longitudes, zones = array("f"), array("f"), list[str]()
    for row in _airports():
        zone = renamed.get(row["tz"], row["tz"])
        if zone in known:
            latitudes.append(float(row["lat"]))
            longitudes.append(float(row["lon"]))
            zones.append(intern(zone))
    return latitudes, longitudes, zones


def _airports() -> Iterator[dict[str, str]]:
    # The package's own reader makes a dictionary of every airport, for many times the memory.
    with files("airportsdata").joinpath("airports.csv").open(encoding="utf-8") as file:
        yield from csv.DictReader(file)
