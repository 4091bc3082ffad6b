"""Score how sure it is that a question is about a provision."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from bot.search.index import Field, Hit
from bot.search.term import LIGHT, TWO, Term

_NAMED, _WHOLE = 0.5, 0.9
"""The least weight, and cover, of words that together say a name: "third countries"."""
_PARTS = 0.7
"""A word of a longer name covers more where it is not the only word that was met."""
_OF_LONGER = frozenset({Field.PHRASE, Field.RELATED})
_PLACE = 2.0
"""The weight of a country or city that a provision does not speak of."""
_ELSEWHERE = 0.7
"""The weight of a word that only other provisions answer to."""
_ONLY_PLACE = 0.62
"""What is left of sureness where only a place was met; twice where something was missed."""


def sureness(terms: Sequence[Term], place: int, said: frozenset[int]) -> float:
    """What the provision covers of the question's weight, 0 to 1.

    Words that together say a name of several words weigh and cover more than each alone.
    Nothing is sure that rests on common words only, or on a place while the rest is missed.
    """
    covered = total = 0.0
    is_specific, is_only_place, is_missed = False, True, False
    met = sum(
        term.weight > LIGHT
        and (hit := term.hits.get(place)) is not None
        and hit.field < Field.TOPIC
        for term in terms
    )
    for number, term in enumerate(terms):
        hit = term.hits.get(place)
        weight = max(term.weight, _NAMED) if number in said else term.weight
        if hit is not None:
            covered += weight * _cover(hit, is_named=number in said, is_alone=met < TWO)
            total += weight
            is_this = number in said or (term.is_specific and hit.field <= Field.TEXT)
            is_specific |= is_this
            is_only_place &= term.is_place or not is_this
            is_missed |= hit.field >= Field.TEXT and not term.is_party
        else:
            is_missed |= not term.is_party
            total += _missed(term)
    if not is_specific:
        return 0.0
    sure = min(1.0, covered / total)
    if is_only_place:
        sure *= _ONLY_PLACE**2 if is_missed else _ONLY_PLACE
    return sure


def _missed(term: Term) -> float:
    """The weight of a word that a provision does not have."""
    if term.is_place:
        return _PLACE
    return term.weight * _ELSEWHERE if term.is_specific else term.foreign


def _cover(hit: Hit, *, is_named: bool, is_alone: bool) -> float:
    if is_named:
        return max(hit.cover, _WHOLE)
    if hit.field in _OF_LONGER and not is_alone:
        return hit.cover / hit.field.cover * _PARTS
    return hit.cover


class Names:
    """A provision's titles, keywords and phrases of several words, by their words."""

    def __init__(self, names: Iterable[frozenset[str]]) -> None:
        known = sorted({name for name in names if len(name) >= TWO}, key=sorted)
        self._sizes = [len(item) for item in known]
        self._with: defaultdict[str, list[int]] = defaultdict(list)
        for place, name in enumerate(known):
            for word in name:
                self._with[word].append(place)

    def said(self, terms: Sequence[Term]) -> tuple[float, frozenset[int]]:
        """How much of a name was said, 0 to 1, and the places of the words that said it.

        Of several names the one that was said most completely; a party's name in it belongs to
        many, so that such a name is said as a whole or not at all.
        """
        met: defaultdict[int, dict[str, int]] = defaultdict(dict)
        for number, term in enumerate(terms):
            for word in term.meanings:
                for place in self._with.get(word, ()):
                    met[place][word] = number
        best, said = 0.0, frozenset[int]()
        for place in sorted(met):
            words, size = met[place], self._sizes[place]
            numbers = frozenset(words.values())
            if len(numbers) < TWO:
                continue
            telling = sum(not terms[number].is_party for number in numbers)
            if not telling or (telling < TWO and len(words) < size):
                continue
            share = min(len(numbers), len(words)) / size
            if (share, len(numbers)) > (best, len(said)):
                best, said = share, numbers
        return best, said
