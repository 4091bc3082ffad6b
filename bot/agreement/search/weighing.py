"""How sure it is that a question is about a provision: what the provision covers of its words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.agreement.search.index import Field, Hit

LIGHT = 0.15
"""The weight of a party's name, and of a word that any question may hold."""
_NAMED, _WHOLE = 0.5, 0.9
"""The least weight, and cover, of words that together say a name: "third countries"."""
TWO, _PARTS = 2, 0.7
"""A word of a longer name covers more where it is not the only word that was met."""
_PLACE = 1.5
"""The weight of a country or city that a provision does not speak of."""
_ELSEWHERE = 0.7
"""The weight of a word that only other provisions answer to."""
_ONLY_PLACE = 0.62
"""What is left of sureness where only a place was met; twice where something was missed."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the question: what it weighs, and how each provision answers to it."""

    word: str
    weight: float
    hits: dict[int, Hit]
    meanings: dict[str, float]
    is_specific: bool = False
    is_place: bool = False
    is_party: bool = False
    foreign: float = LIGHT
    """What it weighs for a provision that does not have it, if it is no subject of others."""


def named(terms: Sequence[Term], names: Iterable[frozenset[str]]) -> tuple[float, frozenset[int]]:
    """How much of a name of several words was said, and which words said it."""
    best, said = 0.0, frozenset[int]()
    for name in names:
        met = {
            word: number for number, one in enumerate(terms) for word in one.meanings.keys() & name
        }
        numbers = frozenset(met.values())
        telling = {one for one in numbers if not terms[one].is_party}
        if not telling or (len(telling) < TWO and len(met) < len(name)):
            continue  # a party's name belongs to many: such a name is said as a whole or not
        share = min(len(numbers), len(met)) / len(name)
        if len(numbers) > 1 and len(met) > 1 and (share, len(numbers)) > (best, len(said)):
            best, said = share, numbers
    return best, said


def sureness(terms: Sequence[Term], place: int, said: frozenset[int]) -> float:
    """What the provision covers of the question's weight, 0 to 1.

    Words that together say a name of several words weigh and cover more than each alone.
    Nothing is sure that rests on common words only, or on a place while the rest is missed.
    """
    covered = total = 0.0
    is_specific, is_only_place, is_missed = False, True, False
    met = sum(
        one.weight > LIGHT and (hit := one.hits.get(place)) is not None and hit.field < Field.TOPIC
        for one in terms
    )
    for number, term in enumerate(terms):
        hit = term.hits.get(place)
        weight = max(term.weight, _NAMED) if number in said else term.weight
        if hit is not None:
            covered += weight * _cover(hit, is_named=number in said, is_alone=met < TWO)
            total += weight
            is_this = number in said or (term.is_specific and hit.field < Field.TEXT)
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
    if hit.field is Field.PHRASE and not is_alone:
        return hit.cover / Field.PHRASE.cover * _PARTS
    return hit.cover
