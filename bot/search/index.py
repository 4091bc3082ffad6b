"""Which provisions and topics have a word, and where."""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from enum import IntEnum
from typing import NamedTuple

from bot.agreement.model import Agreement, Provision, Topic
from bot.search.postings import Normalizer, Postings
from bot.search.synonyms import Groups
from bot.search.vocabulary import Vocabulary


class Field(IntEnum):
    """Where a provision has a word, the most telling place first."""

    TITLE = 0
    KEYWORD = 1
    SYNONYM = 2
    PHRASE = 3
    RELATED = 4
    TOPIC = 5
    TEXT = 6
    WORDING = 7
    NOTE = 8

    @property
    def cover(self) -> float:
        """How sure it makes that a question with the word is about the provision."""
        return _COVER[self]

    @property
    def rank(self) -> float:
        """What it counts for among several provisions that have the word."""
        return _RANK[self]


_COVER = (1.0, 1.0, 0.95, 0.5, 0.5, 0.9, 0.5, 0.45, 0.4)
_RANK = (1.0, 0.9, 0.8, 0.5, 0.5, 0.45, 0.4, 0.3, 0.25)


class Hit(NamedTuple):
    """How a provision answers to a word."""

    cover: float
    rank: float
    field: Field
    found: str


class Index:
    """An agreement's words with the provisions and topics that have them."""

    def __init__(self, agreement: Agreement) -> None:
        folded = Normalizer()
        self._topics: defaultdict[str, list[str]] = defaultdict(list)
        self._groups = Groups(agreement.synonyms, folded)
        self._subjects: defaultdict[str, list[str]] = defaultdict(list)
        self._of_topic: defaultdict[str, list[int]] = defaultdict(list)
        self._people = {person.id: person for person in agreement.people}
        self._folded = folded
        self._filing: Postings[Field] = Postings(folded)
        with _uncollected():
            for topic in agreement.topics:
                self._topic(topic)
            for place, provision in enumerate(agreement.provisions):
                self._provision(place, provision)
        texts = {item for each in agreement.provisions for item in each.related.values()}
        related = folded.words(texts)
        hinting = {item for item in related - self._topics.keys() if self._only_hints(item)}
        self.vocabulary = Vocabulary({*self._filing.words, *self._topics} - hinting)
        self._hinting = Vocabulary(hinting)

    def names(self, provision: Provision) -> Iterator[frozenset[str]]:
        """The words of each title, keyword and synonym that has several."""
        keywords = [item for many in provision.keywords.values() for item in many]
        titles = list(provision.title.values())
        synonyms = self._groups.names(keywords, titles)
        for name in (*titles, *keywords, *synonyms, *_related(provision)):
            if self._folded.is_several(name):
                yield frozenset(self._folded.words([name]))

    def is_known(self, word: str) -> bool:
        """Whether a typed word has the letters or the stem of one here."""
        return bool(self.vocabulary.sure_meanings(word) or self._hinting.sure_meanings(word))

    def hints(self, word: str) -> dict[str, float]:
        """The words that only hint at provisions which a typed word surely means.

        They are kept apart: so many that some are a slip away from any word.
        """
        return self._hinting.sure_meanings(word)

    def hits(self, meanings: Mapping[str, float]) -> dict[int, Hit]:
        """The best hit of each provision, by its place in the agreement."""
        found: dict[int, Hit] = {}
        for word, likely in meanings.items():
            hits = tuple(
                Hit(likely * field.cover, likely * field.rank, field, word) for field in Field
            )
            for field, places in self._filing.of(word):
                _better(found, places, hits[field])
            for topic_id in self._subjects.get(word, ()):
                _better(found, self._of_topic[topic_id], hits[Field.TOPIC])
        return found

    def topic_hits(self, meanings: Mapping[str, float]) -> dict[str, float]:
        """How well each topic's own names answer to a word, 0 to 1."""
        found: dict[str, float] = {}
        for word, likely in meanings.items():
            for topic_id in self._topics.get(word, ()):
                found[topic_id] = max(found.get(topic_id, 0.0), likely)
        return found

    def _only_hints(self, word: str) -> bool:
        return all(field is Field.RELATED for field, _ in self._filing.of(word))

    def _topic(self, topic: Topic) -> None:
        """Take in its names; those of one word name it alone."""
        keywords = [item for many in topic.keywords.values() for item in many]
        names = [*keywords, *self._groups.names(keywords, topic.title.values())]
        names += [topic.command, *topic.aliases]
        alone = self._folded.words([*topic.title.values(), *self._folded.apart(names)[0]])
        for word in alone:
            self._subjects[word].append(topic.id)
        for word in alone | self._folded.words(names):
            self._topics[word].append(topic.id)

    def _provision(self, place: int, provision: Provision) -> None:
        for field, texts in self._by_field(provision):
            self._filing.file(place, field, texts)
        for topic_id in provision.topics:
            self._of_topic[topic_id].append(place)

    def _by_field(self, provision: Provision) -> tuple[tuple[Field, Iterable[str]], ...]:
        """Its texts, the most telling first."""
        titles = list(provision.title.values())
        keywords = [item for many in provision.keywords.values() for item in many]
        groups = self._groups.beside(keywords, titles)
        single, several = self._folded.apart(keywords)
        return (
            (Field.TITLE, [*titles, provision.bullet or ""]),
            (Field.KEYWORD, single),
            (Field.SYNONYM, [name for group in groups for name in group.single]),
            (Field.PHRASE, [*several, *(name for group in groups for name in group.several)]),
            (Field.PHRASE, [provision.id.replace("_", " ")]),
            (Field.RELATED, provision.related.values()),
            (Field.TEXT, [*provision.text.values(), *(provision.target or {}).values()]),
            (Field.WORDING, [wording.text for wording in provision.wordings]),
            (Field.NOTE, [*_notes(provision), *self._people_of(provision)]),
        )

    def _people_of(self, provision: Provision) -> Iterator[str]:
        """The names and offices of those who said or signed something about it."""
        named = {person_id for event in provision.history for person_id in event.people}
        for person_id in sorted(named):
            if person_id in self._people:
                person = self._people[person_id]
                yield from (*person.name.values(), *person.office.values())


def _better(found: dict[int, Hit], places: Iterable[int], hit: Hit) -> None:
    """Put a hit where there is none, or a lesser one."""
    for place in places:
        known = found.get(place)
        if known is None or hit.rank > known.rank:
            found[place] = hit


def _related(provision: Provision) -> Iterator[str]:
    for listed in provision.related.values():
        yield from map(str.strip, listed.split(","))


def _notes(provision: Provision) -> Iterator[str]:
    for remark in (*provision.conflicts, *provision.context):
        yield from remark.text.values()
    for entry in provision.history:
        yield from (entry.note or {}).values()


@contextmanager
def _uncollected() -> Iterator[None]:
    """No garbage collection: what is made here stays, and to walk it again and again is slow."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
