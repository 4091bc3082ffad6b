"""Which provisions answer to a word, and how well."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

from bot.agreement.folding import fold, words
from bot.agreement.model import Agreement, Provision, Topic
from bot.agreement.stopwords import is_stop_word
from bot.agreement.vocabulary import SAME_STEM, Vocabulary

TITLE, KEYWORD, TOPIC, TEXT, WORDING, AROUND = 1.0, 1.0, 0.9, 0.75, 0.55, 0.5
"""How much of a word's weight counts, by where a provision has it."""


class _Passage(NamedTuple):
    share: float
    language: str
    text: str


class Index:
    """An agreement's words with the provisions and topics that have them."""

    def __init__(self, agreement: Agreement) -> None:
        self._vocabulary = Vocabulary()
        self._provisions: defaultdict[str, dict[str, float]] = defaultdict(dict)
        self._topics: defaultdict[str, dict[str, float]] = defaultdict(dict)
        self._parties: set[str] = set()
        self._topics_of = {one.id: one.topics for one in agreement.provisions}
        self._add(agreement)
        self._vocabulary.close()

    def hits(self, word: str) -> dict[str, float]:
        """How well each provision answers to a typed word, 0 to 1; others are left out."""
        return _best(self._vocabulary.meanings(word), self._provisions)

    def compound_hits(self, joined: str) -> dict[str, float]:
        """The same for two neighbouring words typed apart that a text may write as one."""
        meanings = self._vocabulary.meanings(joined)
        sure = {word: likely for word, likely in meanings.items() if likely >= SAME_STEM}
        return _best(sure, self._provisions)

    def topic_hits(self, word: str) -> dict[str, float]:
        """How well each topic's own names answer to a typed word, 0 to 1."""
        return _best(self._vocabulary.meanings(word), self._topics)

    def topics_of(self, provision_id: str) -> tuple[str, ...]:
        """The ids of a provision's topics."""
        return self._topics_of[provision_id]

    def is_party(self, word: str) -> bool:
        """Whether a word is the name of a party: every provision is about those."""
        return not self._parties.isdisjoint(self._vocabulary.meanings(word))

    def _add(self, agreement: Agreement) -> None:
        of_topics = {one.id: tuple(_topic_passages(one)) for one in agreement.topics}
        for topic_id, passages in of_topics.items():
            self._take(passages, topic_id, self._topics)
        for provision in agreement.provisions:
            self._take(_passages(provision), provision.id, self._provisions)
            for topic_id in provision.topics:
                self._take(of_topics.get(topic_id, ()), provision.id, self._provisions)
        for party in agreement.parties:
            for language, name in party.name.items():
                self._parties |= {self._vocabulary.add(word, language) for word in words(name)}

    def _take(
        self,
        passages: Iterable[_Passage],
        key: str,
        where: defaultdict[str, dict[str, float]],
    ) -> None:
        for passage in passages:
            for word in _indexed(passage):
                folded = self._vocabulary.add(word, passage.language)
                if not is_stop_word(folded):
                    where[folded][key] = max(where[folded].get(key, 0.0), passage.share)


def _indexed(passage: _Passage) -> list[str]:
    """Its words; of titles and keywords neighbours as one too: "sea port" for "seaport"."""
    typed = words(passage.text)
    if passage.share >= KEYWORD:
        typed += [
            left + right
            for left, right in pairwise(typed)
            if not (is_stop_word(fold(left)) or is_stop_word(fold(right)))
        ]
    return typed


def _best(
    meanings: Mapping[str, float], where: Mapping[str, Mapping[str, float]]
) -> dict[str, float]:
    found: dict[str, float] = {}
    for word, likely in meanings.items():
        for key, share in where.get(word, {}).items():
            found[key] = max(found.get(key, 0.0), likely * share)
    return found


def _topic_passages(topic: Topic) -> Iterator[_Passage]:
    yield from _each(TOPIC, topic.title)
    for language, keywords in topic.keywords.items():
        yield from (_Passage(TOPIC, language, keyword) for keyword in keywords)
    for alias in (topic.command, *topic.aliases):
        yield _Passage(TOPIC, "", alias)


def _passages(provision: Provision) -> Iterator[_Passage]:
    yield from _each(TITLE, provision.title)
    yield _Passage(TEXT, "", provision.id.replace("_", " "))
    yield _Passage(TITLE, "", provision.bullet or "")
    for language, keywords in provision.keywords.items():
        yield from (_Passage(KEYWORD, language, keyword) for keyword in keywords)
    yield from _each(TEXT, provision.text)
    yield from _each(TEXT, provision.target or {})
    for wording in (provision.wordings.announced, provision.wordings.published):
        if wording:
            yield _Passage(WORDING, wording.language, wording.text)
    for remark in (*provision.conflicts, *provision.context):
        yield from _each(AROUND, remark.text)
    for entry in provision.history:
        yield from _each(AROUND, entry.note or {})


def _each(share: float, texts: Mapping[str, str]) -> Iterator[_Passage]:
    for language, text in texts.items():
        yield _Passage(share, language, text)
