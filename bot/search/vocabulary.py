"""The words of an agreement, and which of them a typed word can mean."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from bot.search.languages import stems
from bot.search.normalization import fold
from bot.search.transliteration import in_other_script, is_cyrillic
from bot.search.verbs import is_verb

SAME, SAME_STEM, BEGINNING, TYPO, SHORT_BEGINNING = 1.0, 0.92, 0.82, 0.75, 0.7
"""How sure it is that a typed word means a known one, by how it was recognised."""
ALIKE = 0.72
"""The same for a word that only begins alike."""
_OF_SHORTER, _OF_LONGER = 0.65, 0.55
_SURELY_ALIKE, _SHORT_WORDS, _ALIKE_NOUN = 6, 8, 9
_OTHER_SCRIPT = 0.95
"""What is left of that for a word read in the other alphabet."""
_SPLIT = 0.8
"""How sure a word is that was typed as one and is known as two."""

_SHORTEST_BEGINNING = 5
_LONGEST_ENDING = 6
_DERIVATION = 2
_SHORT, _SHORT_ENDING = 4, 3
_SHORTEST_TYPO = 5
_LONG = 9
_LONG_STEM = 7
_STEM_KEPT = 3
"""Letters of a stem that no ending changes."""
_MOST = 40
_REMEMBERED = 5_000


class Vocabulary:
    """Known words, found again by the word, its stem, its beginning, a typo, another script."""

    def __init__(self, folded: Iterable[str]) -> None:
        self._words = frozenset(folded)
        self._sorted = sorted(self._words)
        self._shelves: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
        for word in self._sorted:
            self._shelves[word[:1], len(word)].append(word)
        self._remembered: dict[str, dict[str, float]] = {}
        self._cut: dict[tuple[str, int], dict[str, list[str]]] = {}

    def __contains__(self, folded: str) -> bool:
        return folded in self._words

    def meanings(self, word: str) -> dict[str, float]:
        """The folded known words that a typed word can mean, each with its likelihood, 0 to 1.

        The likeliest come first. A typo is looked for only where nothing else was recognised.
        """
        folded = fold(word)
        found = self._remembered.get(folded)
        if found is None:
            ranked = sorted(self._recognised(folded).items(), key=lambda pair: (-pair[1], pair[0]))
            found = dict(ranked[:_MOST])
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            self._remembered[folded] = found
        return found

    def sure_meanings(self, word: str) -> dict[str, float]:
        """Only those that have the same letters or the same stem."""
        return {item: sure for item, sure in self._plain(fold(word)).items() if sure >= SAME_STEM}

    def with_stem(self, stem: str) -> Iterator[str]:
        """The known words that have a folded stem, however short it is."""
        return (known for known in self._starting(stem[:_STEM_KEPT]) if stem in stems(known))

    def parts(self, word: str) -> tuple[str, str] | None:
        """Two known words that a typed one is written together of, or None."""
        folded = fold(word)
        for place in range(_SHORT, len(folded) - _SHORT + 1):
            left, right = folded[:place], folded[place:]
            if left in self._words and right in self._words:
                return left, right
        return None

    def _recognised(self, folded: str) -> dict[str, float]:
        found = self._plain(folded)
        others = in_other_script(folded) if len(folded) >= _SHORT else ()
        if max(found.values(), default=0.0) >= SAME_STEM:
            found.update({other: _OTHER_SCRIPT for other in others if other in self._words})
            return found
        for other in others:
            _merge(found, self.sure_meanings(other), _OTHER_SCRIPT)
        _merge(found, self._alike(folded))
        if found:
            return found
        _merge(found, self._typos(folded))
        if not found:
            for other in others:
                _merge(found, self._typos(other), _OTHER_SCRIPT)
        return found

    def _plain(self, folded: str) -> dict[str, float]:
        found = dict(self._beginnings(folded))
        for stem in stems(folded):
            for known in self._starting(stem[:-1] if len(stem) > _SHORT else stem):
                is_whole = len(stem) >= _SHORT or stem in {folded, known}
                if is_whole and stem in stems(known):
                    found[known] = SAME_STEM
        if is_cyrillic(folded):
            _merge(found, self._derived(folded))
        if folded in self._words:
            found[folded] = SAME
        return found

    def _derived(self, folded: str) -> dict[str, float]:
        """Russian words of which one is made from the other: the stem with one or two letters."""
        return {
            known: BEGINNING
            for stem in stems(folded)
            if len(stem) >= _SHORTEST_BEGINNING
            for known in self._starting(stem[:_SHORTEST_BEGINNING])
            for other in stems(known)
            if len(other) >= _SHORTEST_BEGINNING
            and (stem.startswith(other) or other.startswith(stem))
            and abs(len(stem) - len(other)) <= _DERIVATION
        }

    def _starting(self, beginning: str) -> Iterator[str]:
        for place in range(bisect_left(self._sorted, beginning), len(self._sorted)):
            if not self._sorted[place].startswith(beginning):
                return
            yield self._sorted[place]

    def _beginnings(self, folded: str) -> Iterator[tuple[str, float]]:
        """Known words that begin like the typed one, or that the typed one begins with."""
        if len(folded) < _SHORTEST_BEGINNING:
            return
        is_any = False
        for known in self._starting(folded):
            if len(known) - len(folded) <= _LONGEST_ENDING:
                is_any = True
                yield known, BEGINNING
        for length in range(max(_SHORTEST_BEGINNING, len(folded) - _LONGEST_ENDING), len(folded)):
            if folded[:length] in self._words:
                is_any = True
                yield folded[:length], BEGINNING
        short = folded[:_SHORT]
        if not is_any and len(folded) - _SHORT <= _SHORT_ENDING and short in self._words:
            yield short, SHORT_BEGINNING

    def _alike(self, folded: str) -> dict[str, float]:
        """Known words that begin alike: other forms of a verb, or of a long word."""
        shortest = _SURELY_ALIKE if is_verb(folded) else _ALIKE_NOUN
        if len(folded) < shortest:
            return {}
        near = self._starting(folded[:_SHORTEST_BEGINNING])
        return {
            known: ALIKE
            for known in near
            if _is_alike(folded, known) and (is_verb(folded) or _shared(folded, known) >= shortest)
        }

    def _typos(self, folded: str) -> dict[str, float]:
        """Known words one slip away; of nine letters or more, two. Stems are tried as well."""
        found: dict[str, float] = {}
        for form in sorted({folded, *stems(folded)}, key=len, reverse=True):
            if len(form) >= _SHORTEST_TYPO and form.isalpha():
                is_whole = form == folded
                near = self._near(form, 2 if len(form) >= _LONG and is_whole else 1)
                if not is_whole:  # another last letter is another ending, not a slip
                    near = {item: sure for item, sure in near.items() if item[-1] == form[-1]}
                    _merge(near, self._near_beginning(form))
                _merge(found, near, SAME if form == folded else SAME_STEM)
        return found

    def _near_beginning(self, stem: str) -> dict[str, float]:
        """Known words whose beginning is one slip away from a long stem, endings left aside."""
        if len(stem) < _LONG_STEM:
            return {}
        shelves = [self._cut_to(stem[0], len(stem) + item) for item in (-1, 0, 1)]
        near = process.extract(
            stem,
            [beginning for shelf in shelves for beginning in shelf if beginning[-1] == stem[-1]],
            scorer=DamerauLevenshtein.distance,
            score_cutoff=1,
            limit=5,
        )
        beginnings = {beginning for beginning, _, _ in near}
        return {
            known: TYPO
            for shelf in shelves
            for beginning in beginnings & shelf.keys()
            for known in shelf[beginning]
        }

    def _cut_to(self, letter: str, length: int) -> dict[str, list[str]]:
        """Known words with an ending, by as many letters as they begin with."""
        found = self._cut.get((letter, length))
        if found is None:
            found = {}
            for known in self._starting(letter):
                if 0 < len(known) - length <= _SHORT_ENDING:
                    found.setdefault(known[:length], []).append(known)
            self._cut[letter, length] = found
        return found

    def _near(self, form: str, slips: int) -> dict[str, float]:
        shelves = (
            self._shelves.get((form[0], length), ())
            for length in range(max(_SHORT, len(form) - slips), len(form) + slips + 1)
        )
        near = process.extract(
            form,
            [word for shelf in shelves for word in shelf],
            scorer=DamerauLevenshtein.distance,
            score_cutoff=slips,
            limit=5,
        )
        best = min((distance for _, distance, _ in near), default=0)
        return {known: TYPO for known, distance, _ in near if distance == best}


def _is_alike(text: str, other: str) -> bool:
    shared = _shared(text, other)
    shorter, longer = sorted((len(text), len(other)))
    if shared < _SURELY_ALIKE and longer > _SHORT_WORDS:
        return False
    return shared >= shorter * _OF_SHORTER and shared >= longer * _OF_LONGER


def _shared(text: str, other: str) -> int:
    """How many letters both begin with."""
    for place, (left, right) in enumerate(zip(text, other, strict=False)):
        if left != right:
            return place
    return min(len(text), len(other))


def _merge(found: dict[str, float], more: dict[str, float], share: float = 1.0) -> None:
    for word, likely in more.items():
        found[word] = max(found.get(word, 0.0), likely * share)
