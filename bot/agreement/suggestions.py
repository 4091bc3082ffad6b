"""The known name that was probably meant."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

_SIMILARITY = 0.65
"""Of five letters one may differ, of six two."""


def nearest(given: str, known: Iterable[str]) -> str | None:
    """The known name that is written most like `given`, or None if none is near.

    A swap of neighbouring letters counts as one slip. Of two that are equally near the
    earlier one is taken.
    """
    found = process.extractOne(
        given,
        list(known),
        scorer=DamerauLevenshtein.normalized_similarity,
        processor=_plain,
        score_cutoff=_SIMILARITY,
    )
    return found[0] if found else None


def _plain(name: str) -> str:
    return name.casefold().replace("-", "_")
