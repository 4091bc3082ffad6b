"""The search by words: each word of a question by how rare it is and where a provision has it."""

from __future__ import annotations

import gc
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from bot.agreement.model import Agreement, Provision, Topic
from bot.search.languages import search_language
from bot.search.months import Months
from bot.search.normalization import fold, parts
from bot.search.spelling import Spelling


class Field(IntEnum):
    """Where a provision has a word, the most telling place first."""

    TITLE = 0
    KEYWORD = 1
    TOPIC = 2
    RELATED = 3
    TEXT = 4
    NOTE = 5

    @property
    def tells(self) -> float:
        """How much it tells that a provision has a word there, 0 to 1."""
        return _TELLS[self]


_TELLS = (1.0, 1.0, 0.7, 0.6, 0.6, 0.35)
LIGHT = 0.15
"""The most that a word weighs which a question about any provision may hold."""
_LEAST = 0.2
"""The weight of the most common word."""
_REMEMBERED = 5_000
_MANY = 200
"""In a larger agreement a word of most provisions tells too little for what it costs."""
_UNKNOWN_SHORT, _SHORT = 3, 0.5
"""Letters of an unknown word that weighs less: few short words are a subject."""


class Hit(NamedTuple):
    """How a provision answers to a word of the question."""

    tells: float
    field: Field
    found: str


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the question: what it weighs, and how each provision answers to it."""

    word: str
    weight: float
    hits: Mapping[int, Hit]
    topics: frozenset[str]
    is_subject: bool
    """Whether a question that consists of such words asks for anything."""


class Words:
    """An agreement's words in one language, with the provisions and topics that have them."""

    def __init__(self, agreement: Agreement, code: str) -> None:
        self.language = search_language(code)
        self._count = len(agreement.provisions)
        self._fields: defaultdict[str, dict[int, Field]] = defaultdict(dict)
        self._topics: defaultdict[str, set[str]] = defaultdict(set)
        self._of_topic: defaultdict[str, list[int]] = defaultdict(list)
        self._read = _Reader(self.language.stop_words)
        synonyms = _synonyms(agreement.synonyms)
        people = {person.id: person for person in agreement.people}
        with _uncollected():
            for topic in agreement.topics:
                for word in self._words(_names(topic, code)):
                    self._topics[word].add(topic.id)
            for place, provision in enumerate(agreement.provisions):
                for topic_id in provision.topics:
                    self._of_topic[topic_id].append(place)
                named = {item for event in provision.history for item in event.people}
                notes = [person.name[code] for item in named if (person := people.get(item))]
                for field, texts in _texts(provision, code, notes, synonyms):
                    for word in self._words(texts):
                        self._fields[word].setdefault(place, field)
        self._parties = frozenset(
            self._words(name for party in agreement.parties for name in party.name.values())
        )
        self._months = Months(agreement.languages)
        self._spelling = Spelling({*self._fields, *self._topics}, self.language.stem)
        self._term = lru_cache(_REMEMBERED)(self._looked_up)

    def terms(self, typed: Sequence[str]) -> list[Term]:
        """The words of a question that say something in this language."""
        stop_words = self.language.stop_words
        kept = [word for word in typed if fold(word) not in stop_words]
        joined = self._joined(kept)
        return [self._term(word) for word in joined]

    def is_party(self, word: str) -> bool:
        """Whether a word is a party's name, or a form of it."""
        return not self._parties.isdisjoint(self._spelling.meanings(fold(word)))

    def _joined(self, typed: Sequence[str]) -> Iterator[str]:
        """Two words as one where the content writes them so: "light house"."""
        place = 0
        while place < len(typed):
            both = "".join(typed[place : place + 2])
            is_one = both != typed[place] and self._spelling.has(fold(both))
            yield both if is_one else typed[place]
            place += 1 + is_one

    def _looked_up(self, word: str) -> Term:
        folded = fold(word)
        hits: dict[int, Hit] = {}
        topics: set[str] = set()
        meanings = self._spelling.meanings(folded)
        for known, likely in meanings.items():
            of_field = [Hit(likely * field.tells, field, known) for field in Field]
            for place, field in self._fields.get(known, {}).items():
                _better(hits, place, of_field[field])
            for topic_id in self._topics.get(known, ()):
                topics.add(topic_id)
                for place in self._of_topic[topic_id]:
                    _better(hits, place, of_field[Field.TOPIC])
        weight = self._weight(hits) if hits else 1.0
        if not hits and len(folded) <= _UNKNOWN_SHORT:
            weight = _SHORT
        if weight <= _LEAST and self._count > _MANY and not topics:
            hits = {}
        is_subject = self._is_subject(folded, meanings)
        if not is_subject or self._is_date(folded, hits):
            weight = min(weight, LIGHT)
        return Term(word, weight, hits, frozenset(topics), is_subject)

    def _is_subject(self, folded: str, meanings: Iterable[str]) -> bool:
        """Whether it is more than a party's name or "agreement", which any question may hold."""
        is_party = not self._parties.isdisjoint(meanings)
        return not is_party and not folded.startswith(self.language.agreement_words)

    def _is_date(self, folded: str, hits: Mapping[int, Hit]) -> bool:
        """Whether it is a number or a month that no title or keyword has."""
        is_date = folded.isdecimal() or self._months.has(folded)
        return is_date and all(hit.field > Field.TOPIC for hit in hits.values())

    def _weight(self, hits: Mapping[int, Hit]) -> float:
        """The inverse document frequency of BM25 (Robertson and Zaragoza, 2009), scaled to 1."""
        most = max(hit.tells for hit in hits.values())
        frequency = max(1.0, sum(hit.tells for hit in hits.values()) / most)
        rarity = math.log(1 + (self._count - frequency + 0.5) / (frequency + 0.5))
        return max(_LEAST, rarity / math.log(1 + (self._count - 0.5) / 1.5))

    def _words(self, texts: Iterable[str]) -> set[str]:
        """The words of texts that say something, folded."""
        return set().union(*map(self._read.__getitem__, {*" ".join(texts).split()}))


class _Reader(dict[str, tuple[str, ...]]):
    """Text between blanks to its folded words, each once: an agreement repeats its words."""

    def __init__(self, stop_words: frozenset[str]) -> None:
        super().__init__()
        self._stop_words = stop_words

    def __missing__(self, typed: str) -> tuple[str, ...]:
        found = tuple(word for word in map(fold, parts(typed)) if word not in self._stop_words)
        self[typed] = found
        return found


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


def _synonyms(groups: Iterable[tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """The group of each folded word or phrase that is in one."""
    return {fold(item): group for group in groups for item in group}


def _better(hits: dict[int, Hit], place: int, hit: Hit) -> None:
    known = hits.get(place)
    if known is None or hit.tells > known.tells:
        hits[place] = hit


def _names(topic: Topic, code: str) -> Iterator[str]:
    yield topic.title.get(code, "")
    yield from topic.keywords.get(code, ())
    yield from topic.names


def _texts(
    provision: Provision, code: str, notes: list[str], synonyms: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[Field, Iterable[str]]]:
    """A provision's texts in a language, the most telling first."""
    title, keywords = provision.title.get(code, ""), provision.keywords.get(code, ())
    yield Field.TITLE, [title, provision.bullet or "", provision.id.replace("_", " ")]
    yield Field.KEYWORD, keywords
    said = synonyms.keys() & {fold(item) for item in (*keywords, *parts(title))}
    yield Field.KEYWORD, [item for word in said for item in synonyms[word]]
    yield Field.RELATED, [provision.related.get(code, "").replace(",", " ")]
    yield Field.TEXT, [provision.text.get(code, ""), (provision.target or {}).get(code, "")]
    remarks = [*provision.conflicts, *provision.context]
    notes += [remark.text.get(code, "") for remark in remarks]
    notes += [(event.note or {}).get(code, "") for event in provision.history]
    notes += [wording.text for wording in provision.wordings]
    yield Field.NOTE, notes
