"""Which provisions and topics have a word, and where."""

from __future__ import annotations

import gc
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple, Protocol

from bot.agreement.model import Agreement, Provision, Topic
from bot.agreement.search.folding import composed, fold
from bot.agreement.search.stopwords import is_stop_word
from bot.agreement.search.vocabulary import Vocabulary

_WORD = re.compile(r"[^\W_]+")
_ENDING = re.compile(r"(?<=[^\W_])['’ʼ][^\W_]+")
"""What follows an apostrophe is an ending: "Ali’nin", "Ali’s"."""
_FIELDS = 16


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
        folded = _Folding()
        self._postings: defaultdict[str, list[int]] = defaultdict(list)
        self._topics: defaultdict[str, list[str]] = defaultdict(list)
        self._groups = _Groups(agreement.synonyms, folded)
        self._subjects: defaultdict[str, list[str]] = defaultdict(list)
        self._of_topic: defaultdict[str, list[int]] = defaultdict(list)
        self._folded = folded
        self._filing = _Filing(folded, self._postings)
        with _uncollected():
            for topic in agreement.topics:
                self._topic(topic)
            for place, provision in enumerate(agreement.provisions):
                self._provision(place, provision)
        related = folded.words(
            one for each in agreement.provisions for one in each.related.values()
        )
        hinting = {one for one in related - self._topics.keys() if _only_hint(self._postings[one])}
        self.vocabulary = Vocabulary({*self._postings, *self._topics} - hinting)
        self._hinting = Vocabulary(hinting)

    def names(self, provision: Provision) -> Iterator[frozenset[str]]:
        """The words of each title, keyword and synonym that has several."""
        keywords = [one for many in provision.keywords.values() for one in many]
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
            hits = tuple(Hit(likely * one.cover, likely * one.rank, one, word) for one in Field)
            for code in self._postings.get(word, ()):
                place, field = divmod(code, _FIELDS)
                known = found.get(place)
                if known is None or hits[field].rank > known.rank:
                    found[place] = hits[field]
            hit = hits[Field.TOPIC]
            for topic_id in self._subjects.get(word, ()):
                for place in self._of_topic[topic_id]:
                    known = found.get(place)
                    if known is None or hit.rank > known.rank:
                        found[place] = hit
        return found

    def topic_hits(self, meanings: Mapping[str, float]) -> dict[str, float]:
        """How well each topic's own names answer to a word, 0 to 1."""
        found: dict[str, float] = {}
        for word, likely in meanings.items():
            for topic_id in self._topics.get(word, ()):
                found[topic_id] = max(found.get(topic_id, 0.0), likely)
        return found

    def _topic(self, topic: Topic) -> None:
        """Take in its names; those of one word name it alone."""
        keywords = [one for many in topic.keywords.values() for one in many]
        names = [*keywords, *self._groups.names(keywords, topic.title.values())]
        names += [topic.command, *topic.aliases]
        alone = self._folded.words([*topic.title.values(), *self._folded.apart(names)[0]])
        for word in alone:
            self._subjects[word].append(topic.id)
        for word in alone | self._folded.words(names):
            self._topics[word].append(topic.id)

    def _provision(self, place: int, provision: Provision) -> None:
        for field, texts in self._by_field(provision):
            if typed := "\n".join(texts).split():
                self._filing.file(typed, place * _FIELDS + field)
        for topic_id in provision.topics:
            self._of_topic[topic_id].append(place)

    def _by_field(self, provision: Provision) -> tuple[tuple[Field, Iterable[str]], ...]:
        """Its texts, the most telling first."""
        titles = list(provision.title.values())
        keywords = [one for many in provision.keywords.values() for one in many]
        groups = self._groups.beside(keywords, titles)
        single, several = self._folded.apart(keywords)
        several += [
            provision.id.replace("_", " "),
            *(name for one in groups for name in one.several),
        ]
        wordings = (provision.wordings.announced, provision.wordings.published)
        return (
            (Field.TITLE, [*titles, provision.bullet or ""]),
            (Field.KEYWORD, single),
            (Field.SYNONYM, [name for one in groups for name in one.single]),
            (Field.PHRASE, several),
            (Field.RELATED, provision.related.values()),
            (Field.TEXT, [*provision.text.values(), *(provision.target or {}).values()]),
            (Field.WORDING, [one.text for one in wordings if one]),
            (Field.NOTE, _notes(provision)),
        )


def _only_hint(codes: Iterable[int]) -> bool:
    return all(code % _FIELDS == Field.RELATED for code in codes)


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


class _Folding(dict[str, str]):
    """Text between blanks to its folded word, each once: an agreement repeats its words.

    A stop word becomes "", and what holds several words ("rail/road") the words with blanks
    between, which `Index` takes apart. To look up what stands between blanks is several times as
    fast as to look for the words of every text.
    """

    def __missing__(self, typed: str) -> str:
        parts = [typed] if typed.isalpha() else _WORD.findall(_ENDING.sub("", composed(typed)))
        folded = map(fold, parts)
        kept = [one for one in folded if not is_stop_word(one)]
        self[typed] = " ".join(kept)
        return self[typed]

    def each(self, texts: Iterable[str]) -> Iterator[str]:
        """The words of texts, folded, one after the other; see above for which are no words."""
        return map(self.__getitem__, "\n".join(texts).split())

    def words(self, texts: Iterable[str]) -> set[str]:
        return set(" ".join(self.each(texts)).split())

    def is_several(self, name: str) -> bool:
        """Whether it has several words that are no stop words: "за рубежом" has one."""
        return " " in name and len([one for one in name.split() if self[one]]) > 1

    def apart(self, names: Iterable[str]) -> tuple[list[str], list[str]]:
        """The names of one word, and those of several."""
        both: tuple[list[str], list[str]] = [], []
        for name in names:
            both[self.is_several(name)].append(name)
        return both


class _Postings(Protocol):
    """What takes the codes of a word."""

    def append(self, code: int, /) -> None: ...


class _Several:
    """The postings of several words that were written as one: "rail/road"."""

    def __init__(self, each: Sequence[list[int]]) -> None:
        self._each = each

    def append(self, code: int, /) -> None:
        for one in self._each:
            one.append(code)


class _Filing(dict[str, _Postings]):
    """Text between blanks to the postings of its word, or to a basket if it is no word.

    A large agreement has a million words: nothing is looked up twice for one of them.
    """

    def __init__(self, folded: _Folding, postings: defaultdict[str, list[int]]) -> None:
        super().__init__()
        self._folded = folded
        self._postings = postings
        self._basket: list[int] = []

    def __missing__(self, typed: str) -> _Postings:
        each = [self._postings[word] for word in self._folded[typed].split()]
        self[typed] = _Several(each) if len(each) > 1 else each[0] if each else self._basket
        return self[typed]

    def file(self, texts: Iterable[str], code: int) -> None:
        """Add a code to the postings of every word of these."""
        for postings in map(self.__getitem__, texts):
            postings.append(code)
        self._basket.clear()


@dataclass(frozen=True, eq=False)
class _Group:
    """Words that mean the same, those of one word apart from those of several."""

    single: tuple[str, ...]
    several: tuple[str, ...]


class _Groups:
    """The content's synonyms: who has one word of a group has all."""

    def __init__(self, groups: Iterable[tuple[str, ...]], folded: _Folding) -> None:
        self._of_keyword: dict[str, _Group] = {}
        for names in groups:
            single, several = folded.apart(names)
            group = _Group(tuple(single), tuple(several))
            self._of_keyword.update(dict.fromkeys(map(str.casefold, names), group))
        self._of_word = {fold(name): group for name, group in self._of_keyword.items()}
        self._folded = folded

    def beside(self, keywords: Iterable[str], titles: Iterable[str]) -> set[_Group]:
        """Those that hold one of these keywords, or a word of these titles."""
        of_keyword, of_word = self._of_keyword, self._of_word
        said = of_keyword.keys() & {*map(str.casefold, keywords)}
        words = of_word.keys() & {*self._folded.each(titles)}
        return {*map(of_keyword.__getitem__, said), *map(of_word.__getitem__, words)}

    def names(self, keywords: Iterable[str], titles: Iterable[str]) -> list[str]:
        """All that is said for these keywords, or for words of these titles, as well."""
        found = self.beside(keywords, titles)
        return [name for one in found for name in (*one.single, *one.several)]
