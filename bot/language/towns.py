"""Towns and regions with an airport, and the time zones there: most of the large ones are known.

The package's names are English, with those of regions in their own language; CLDR knows only the
cities that stand for a zone (`bot.language.places`).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from importlib.resources import files

_ADDED = "-City"
"""How the package ends the name of a city that is a region of its own."""


def towns() -> Iterator[tuple[str, str]]:
    """A name and the IANA name of its zone, once an airport; first those of towns, then of regions.

    Reads 3 MB from a file: not for the event loop.
    """
    regions: list[tuple[str, str]] = []
    # The package's own reader makes a dictionary of every airport, for many times the memory.
    with files("airportsdata").joinpath("airports.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            yield row["city"], row["tz"]
            regions.append((row["subd"].removesuffix(_ADDED), row["tz"]))
    yield from regions
