"""Who and what an agreement names: people, sources, parties, and its own name."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz.distance import OSA

from bot.agreement.board import Latest
from bot.agreement.model import Agreement
from bot.search.languages import stems
from bot.search.normalization import fold, words

SOURCE, SIDE = "~", "="
"""How the id of a publisher and of a side begins among those of people."""
_LONGEST_ENDING, _SHORTEST, _TYPO, _STEM = 4, 4, 6, 5
_MOST_WORDS = 4
"""Words of a source's name: "Hürriyet Daily News"."""


class Named:
    """The names of one agreement, as they are met in a question."""

    def __init__(self, agreement: Agreement) -> None:
        self.agreement = agreement
        self._people = {
            person.id: {fold(words(name)[-1]) for name in person.name.values() if words(name)}
            for person in agreement.people
        }
        self._sources = {
            SOURCE + publisher.id: {_joined(name) for name in publisher.name.values()}
            for publisher in agreement.publishers
        }
        parties = {party.id: party.name for party in agreement.parties}
        self._sides = {
            SIDE + side.id: {fold(word) for name in names for word in words(name)}
            for side in agreement.sides
            if (names := {*side.title.values(), *parties.get(side.id, {}).values()})
        }
        own = (*agreement.title.values(), *agreement.short_title.values())
        self._own = {fold(part)[:_STEM] for name in own for part in words(name)}
        self._known = {fold(word) for text in _texts(agreement) for word in words(text)}

    def is_own(self, folded: str) -> bool:
        """Whether a word is one of the agreement's own name."""
        return folded[:_STEM] in self._own

    def is_known(self, folded: str) -> bool:
        """Whether the agreement itself uses the word."""
        return folded in self._known

    def people(self, folded: Sequence[str]) -> dict[int, tuple[str, ...]]:
        """The people whose family name stands at a place."""
        return {
            place: found
            for place, word in enumerate(folded)
            if (found := tuple(key for key, names in self._people.items() if _is_form(word, names)))
        }

    def speakers(self, folded: Sequence[str]) -> dict[int, tuple[str, ...]]:
        """The sources and the sides that stand at a place."""
        found: dict[int, tuple[str, ...]] = {}
        for place, word in enumerate(folded):
            keys = [key for key, names in self._sides.items() if _is_form(word, names)]
            if keys:
                found[place] = tuple(keys)
            for end in range(place + 1, min(place + _MOST_WORDS, len(folded)) + 1):
                name = "".join(folded[place:end])
                keys = [key for key, names in self._sources.items() if name in names]
                found |= {each_place: tuple(keys) for each_place in range(place, end) if keys}
        return found

    def has_part(self, who: str, latest: Latest) -> bool:
        """Whether somebody said or did it, or a source told of it."""
        entry = latest.entry
        if who.startswith(SOURCE):
            return any(cited.publisher == who[1:] for cited in entry.evidence)
        if who.startswith(SIDE):
            people = (self.agreement.person(person_id) for person_id in entry.people)
            return any(person is not None and person.side == who[1:] for person in people)
        return who in entry.people


def _is_form(word: str, names: set[str]) -> bool:
    """Whether a word is a name in one of its forms: "Erdoğana", "Эрдогану", "erdogam"."""
    for name in names:
        if word == name:
            return True
        if len(name) < _SHORTEST or len(word) < _SHORTEST or word[0] != name[0]:
            continue
        if word.startswith(name) and len(word) - len(name) <= _LONGEST_ENDING:
            return True
        if not stems(word).isdisjoint(stems(name)):
            return True
        if len(word) >= _TYPO and OSA.distance(word, name) == 1:
            return True
    return False


def _joined(name: str) -> str:
    return "".join(fold(word) for word in words(name.partition("(")[0]))


def _texts(agreement: Agreement) -> list[str]:
    """The titles, keywords and texts: what a question may be about."""
    found = [text for topic in agreement.topics for text in topic.title.values()]
    for topic in agreement.topics:
        found += [word for listed in topic.keywords.values() for word in listed]
    for provision in agreement.provisions:
        found += [*provision.title.values(), *provision.text.values()]
        found += [word for listed in provision.keywords.values() for word in listed]
    return found
