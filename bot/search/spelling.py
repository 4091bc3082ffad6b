"""Which known words a typed one can mean: the same letters, a stem, a beginning, a slip."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from anyascii import anyascii
from rapidfuzz import process
from rapidfuzz.distance import OSA, Prefix

SAME, SAME_STEM, BEGINNING, ALIKE, SLIP = 1.0, 0.95, 0.8, 0.7, 0.8
"""How sure it is that a typed word means a known one, by how it was recognised."""
_SHORTEST = 4
"""Letters of a word that is recognised by its beginning or with a slip."""
_LONGEST_ENDING = 6
_BEGINNING = 5
_OF_LONGER = 0.6
"""Letters that two words share, in all and of the longer one, for one to be a form of the other."""
_LONG = 8
"""Letters from which on two slips are forgiven."""
_MOST = 24
_HABITS = (("y", "i"), ("j", "i"), ("kh", "h"), ("x", "h"), ("ts", "c"), ("w", "v"), ("q", "k"))
"""Letters that people write in place of each other when they write a language in Latin letters."""


@lru_cache(maxsize=50_000)
def romanised(folded: str) -> str:
    """A folded word in Latin letters, so that it is the same in each alphabet: "газ", "qaz"."""
    text = folded if folded.isascii() else anyascii(folded).lower()
    for written, plain in _HABITS:
        text = text.replace(written, plain)
    found = ""
    for letter in text:
        if letter.isalnum() and (letter != found[-1:] or letter.isdigit()):
            found += letter
    return found


class Spelling:
    """The words of a language, found again however they are written."""

    def __init__(self, folded: Iterable[str], stem: Callable[[str], str]) -> None:
        self._stem = stem
        self._by_key: defaultdict[str, list[str]] = defaultdict(list)
        self._by_stem: defaultdict[str, list[str]] = defaultdict(list)
        self._of_length: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
        for word in sorted(set(folded)):
            self._by_key[romanised(word)].append(word)
            self._by_stem[stem(word)].append(word)
        self._sorted = sorted(self._by_key)
        for key in self._sorted:
            self._of_length[key[:1], len(key)].append(key)

    def has(self, folded: str) -> bool:
        """Whether a folded word is known by its letters."""
        return romanised(folded) in self._by_key

    def meanings(self, folded: str) -> dict[str, float]:
        """The known words that a folded word can mean, each with its likelihood, 0 to 1.

        A slip is looked for only where nothing else was recognised.
        """
        key = romanised(folded)
        found = dict.fromkeys(self._by_key.get(key, ()), SAME)
        for word in self._by_stem.get(self._stem(folded), ()):
            found.setdefault(word, SAME_STEM)
        if len(key) >= _SHORTEST and not key.isdigit():
            self._add(found, self._begins(key))
            if not found:
                self._add(found, self._slips(key))
        return found

    def _add(self, found: dict[str, float], keys: Iterable[tuple[str, float]]) -> None:
        for key, likely in keys:
            for word in self._by_key[key]:
                found.setdefault(word, likely)
            if len(found) > _MOST:
                return

    def _begins(self, key: str) -> Iterator[tuple[str, float]]:
        """Words of which one begins with the other, or that begin alike for the most part."""
        for known in self._starting(key[:_SHORTEST]):
            shared = Prefix.similarity(key, known)
            shorter, longer = sorted((len(key), len(known)))
            if shared == shorter and longer - shorter <= _LONGEST_ENDING:
                yield known, BEGINNING
            elif shared >= max(_BEGINNING, longer * _OF_LONGER):
                yield known, ALIKE

    def _slips(self, key: str) -> Iterator[tuple[str, float]]:
        slips = 2 if len(key) >= _LONG else 1
        near = [
            known
            for length in range(max(_SHORTEST, len(key) - slips), len(key) + slips + 1)
            for known in self._of_length.get((key[0], length), ())
        ]
        ranked = process.extract(key, near, scorer=OSA.distance, score_cutoff=slips, limit=5)
        best = min((distance for _, distance, _ in ranked), default=0)
        return ((known, SLIP) for known, distance, _ in ranked if distance == best)

    def _starting(self, beginning: str) -> Iterator[str]:
        for place in range(bisect_left(self._sorted, beginning), len(self._sorted)):
            if not self._sorted[place].startswith(beginning):
                return
            yield self._sorted[place]
