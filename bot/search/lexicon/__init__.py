"""Word lists, in English, Azerbaijani, Turkish and Russian, and what they say of a folded word.

The words are data: ``KIND.LANGUAGE.txt``, one header line, then words between blanks. They are
folded (`bot.search.normalization.fold`). An entry that ends in * stands for every word that begins
so.
"""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

from bot.search.languages import stems

_FOLDER = Path(__file__).parent
_LONGEST_ENDING = 6
_LONGEST_ENDING_OF_AN_AGREEMENT = 7
_SHORTEST_BEGINNING = 5
_SHORTEST_STEM = 4


def is_stop_word(folded: str) -> bool:
    """Whether a word says nothing about the subject of a question; "-mi" asks, in Turkic."""
    words = _stop_words()
    return folded in words or folded.removesuffix("mi").removesuffix("mu") in words


def is_of_any_agreement(folded: str) -> bool:
    """Whether it is a word for an agreement or a part of one: "declaration", "maddesi"."""
    return _begins(folded, _of_any_agreement(), _LONGEST_ENDING_OF_AN_AGREEMENT)


def is_listed(folded: str) -> bool:
    """Whether a word is in the lists of common words itself, not only by its stem or beginning."""
    return folded in _common()[0]


@lru_cache(maxsize=20_000)
def is_generic(folded: str) -> bool:
    """Whether a word may occur in any question: it neither makes it foreign nor names its subject.

    Unlike a stop word it still helps to find a provision that has it.
    """
    whole, beginnings, known_stems = _common()
    if folded in whole or folded.removesuffix("mi").removesuffix("mu") in whole:
        return True
    if not known_stems.isdisjoint(stems(folded)):
        return True
    return _begins(folded, beginnings, _LONGEST_ENDING)


@lru_cache(maxsize=20_000)
def is_errand(folded: str) -> bool:
    """Whether a word is of the kind that is asked of any bot: "weather", "biletləri"."""
    whole, beginnings = _errands()
    return folded in whole or folded.startswith(beginnings)


def _begins(folded: str, beginnings: tuple[str, ...], longest_ending: int) -> bool:
    return folded.startswith(beginnings) and any(
        folded.startswith(beginning) and len(folded) - len(beginning) <= longest_ending
        for beginning in beginnings
    )


@cache
def _stop_words() -> frozenset[str]:
    return frozenset(_entries("stop"))


@cache
def _of_any_agreement() -> tuple[str, ...]:
    return tuple(_entries("any_agreement"))


@cache
def _common() -> tuple[frozenset[str], tuple[str, ...], frozenset[str]]:
    """The words, the beginnings, and the stems of the words."""
    entries = _entries("common")
    beginnings = {entry[:-1] for entry in entries if entry.endswith("*")}
    long = tuple(beginning for beginning in beginnings if len(beginning) >= _SHORTEST_BEGINNING)
    whole = frozenset(entry.rstrip("*") for entry in entries)
    of_whole = (stem for word in whole for stem in stems(word))
    return whole, long, frozenset(stem for stem in of_whole if len(stem) >= _SHORTEST_STEM)


@cache
def _errands() -> tuple[frozenset[str], tuple[str, ...]]:
    """Whole words, and beginnings of words."""
    entries = _entries("off_topic")
    whole = frozenset(entry for entry in entries if not entry.endswith("*"))
    return whole, tuple(entry[:-1] for entry in entries if entry.endswith("*"))


def _entries(kind: str) -> list[str]:
    """The words of a kind in all languages."""
    texts = [file.read_text(encoding="utf-8") for file in sorted(_FOLDER.glob(f"{kind}.*"))]
    return [word for text in texts for word in text.partition("\n")[2].split()]
