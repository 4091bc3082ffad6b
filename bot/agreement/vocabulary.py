"""The words of an agreement, and which of them a typed word can mean."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from bot.agreement.folding import fold
from bot.agreement.stemming import stems

SAME, SAME_STEM, BEGINNING, TYPO, SHORT_BEGINNING = 1.0, 0.92, 0.82, 0.75, 0.7
"""How sure it is that a typed word means a known one, by how it was recognised."""

_SHORTEST_BEGINNING = 5
_LONGEST_ENDING = 6
_SHORT, _SHORT_ENDING = 4, 3
_SHORTEST_TYPO = 5
_LONG = 8


class Vocabulary:
    """The words that were added, found again by the word, its stem, its beginning or a typo."""

    def __init__(self) -> None:
        self._words: set[str] = set()
        self._by_stem: defaultdict[str, set[str]] = defaultdict(set)
        self._seen: set[tuple[str, str]] = set()
        self._sorted: list[str] = []

    def add(self, word: str, language: str) -> str:
        """Take in a word as it is written in a text of this language; its folded form."""
        folded = fold(word)
        if (word, language) not in self._seen:
            self._seen.add((word, language))
            self._words.add(folded)
            for stem in stems(word, language):
                self._by_stem[stem].add(folded)
        return folded

    def close(self) -> None:
        """Make ready for questions, once every word was added."""
        self._sorted = sorted(self._words)

    def meanings(self, word: str) -> dict[str, float]:
        """The folded known words that a typed word can mean, each with its likelihood, 0 to 1.

        A typo is looked for only where nothing else was recognised.
        """
        folded = fold(word)
        found = self._beginnings(folded)
        for stem in stems(word):
            found |= dict.fromkeys(self._by_stem.get(stem, ()), SAME_STEM)
        if folded in self._words:
            found[folded] = SAME
        return found or self._typos(folded)

    def _beginnings(self, folded: str) -> dict[str, float]:
        """Known words that begin like the typed one, or that the typed one begins with."""
        found: dict[str, float] = {}
        if len(folded) < _SHORTEST_BEGINNING:
            return found
        for known in self._sorted[bisect_left(self._sorted, folded) :]:
            if not known.startswith(folded):
                break
            if len(known) - len(folded) <= _LONGEST_ENDING:
                found[known] = BEGINNING
        for length in range(max(_SHORTEST_BEGINNING, len(folded) - _LONGEST_ENDING), len(folded)):
            if folded[:length] in self._words:
                found[folded[:length]] = BEGINNING
        short = folded[:_SHORT]
        if not found and len(folded) - _SHORT <= _SHORT_ENDING and short in self._words:
            found[short] = SHORT_BEGINNING
        return found

    def _typos(self, folded: str) -> dict[str, float]:
        """Known words one slip away; of eight letters or more, two."""
        if len(folded) < _SHORTEST_TYPO or folded.isdigit():
            return {}
        slips = 2 if len(folded) >= _LONG else 1
        near = process.extract(
            folded,
            self._sorted,
            scorer=DamerauLevenshtein.distance,
            score_cutoff=slips,
            limit=5,
        )
        return {
            known: TYPO
            for known, _, _ in near
            if len(known) >= _SHORTEST_TYPO and known[0] == folded[0]
        }
