"""A question to the provisions that answer it, or to the honest "not in here"."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from bot.agreement.folding import fold, words
from bot.agreement.index import Index
from bot.agreement.model import Agreement
from bot.agreement.stopwords import is_stop_word

_ANSWER = 0.6
"""The share of a question's weight that the best provision must cover to be an answer."""
_OFFER = 0.3
"""The same to be offered as a guess."""
_NEAR_BEST = 0.35
"""Provisions below this share of the best one's score are left out."""
_COMMON = 0.5
"""A word that more than this share of the provisions answer to says nothing by itself."""
_CLEAR = 0.6
"""Nor does one that no provision answers to at least so well."""
_PARTY = 0.25
"""What is left of a word's weight if it names a party."""
_TOPICS = 3
_LONGEST = 60
"""Words of a question that are looked at; nobody types more."""


class Decision(StrEnum):
    """What to do with a question."""

    ANSWER = "answer"
    OFFER = "offer"
    DECLINE = "decline"


@dataclass(frozen=True, slots=True)
class Match:
    """A provision that was found. `score` is its share of the question's weight, 0 to 1."""

    provision_id: str
    score: float
    words: tuple[str, ...]
    """The words of the question that found it, as they were typed."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What a question leads to: matches, best first, and the nearest topics' ids."""

    decision: Decision
    matches: tuple[Match, ...] = ()
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Term:
    """A word of the question: what it weighs, and how well each provision answers to it."""

    word: str
    weight: float
    hits: dict[str, float]
    is_specific: bool


class Search:
    """The provisions of an agreement, found by their words in any of its languages."""

    def __init__(self, agreement: Agreement) -> None:
        self._agreement = agreement
        self._index = Index(agreement)

    def find(self, question: str, limit: int = 10) -> Findings:
        """The provisions that apply, best first. Pure; the language need not be known.

        Every word of the question that says something weighs by how rare it is among the
        provisions (the inverse document frequency of BM25); a word that nothing answers to
        weighs as one that a single provision knows. A provision's score is the share of that
        weight that it covers, a word in a title or keyword in full, elsewhere in part.
        """
        if by_number := self._by_number(question):
            return by_number
        terms = self._terms(question)
        total = sum(term.weight for term in terms)
        if not total:
            return Findings(Decision.DECLINE)
        topics = self._topics(terms)
        if not any(term.is_specific for term in terms):
            return Findings(Decision.DECLINE, topics=topics)
        matches = self._matches(terms, total)
        best = matches[0].score
        if best < _OFFER:
            return Findings(Decision.DECLINE, topics=topics)
        decision = Decision.ANSWER if best >= _ANSWER else Decision.OFFER
        near = tuple(one for one in matches if one.score >= best * _NEAR_BEST)
        return Findings(decision, near[:limit], topics)

    def _by_number(self, question: str) -> Findings | None:
        """A provision that is asked for by its number alone: "7", "#7", "№ 7"."""
        digits = question.strip().lstrip("#№").strip()
        if not (digits.isascii() and digits.isdigit()):
            return None
        for provision in self._agreement.provisions:
            if str(provision.number) == digits:
                match = Match(provision.id, 1.0, (digits,))
                return Findings(Decision.ANSWER, (match,), provision.topics[:_TOPICS])
        return None

    def _terms(self, question: str) -> list[_Term]:
        typed = [one for one in words(question)[:_LONGEST] if not is_stop_word(fold(one))]
        found = [self._index.hits(word) for word in typed]
        for place, (left, right) in enumerate(pairwise(typed)):
            joined = self._index.compound_hits(left + right)
            for hits in found[place : place + 2]:
                hits.update({key: max(hits.get(key, 0.0), hit) for key, hit in joined.items()})
        return [self._term(word, hits) for word, hits in zip(typed, found, strict=True)]

    def _term(self, word: str, hits: dict[str, float]) -> _Term:
        count, frequency = len(self._agreement.provisions), len(hits)
        weight = math.log(1 + (count - max(frequency, 1) + 0.5) / (max(frequency, 1) + 0.5))
        if self._index.is_party(word):
            return _Term(word, weight * _PARTY, hits, is_specific=False)
        is_clear = max(hits.values(), default=0.0) >= _CLEAR
        return _Term(word, weight, hits, is_clear and frequency <= max(1, count * _COMMON))

    def _matches(self, terms: Iterable[_Term], total: float) -> list[Match]:
        scores: dict[str, float] = {}
        found: dict[str, list[str]] = {}
        for term in terms:
            for provision_id, hit in term.hits.items():
                scores[provision_id] = scores.get(provision_id, 0.0) + term.weight * hit
                found.setdefault(provision_id, []).append(term.word)
        numbers = {one.id: one.number for one in self._agreement.provisions}
        ranked = sorted(scores, key=lambda one: (-scores[one], numbers[one]))
        return [Match(one, scores[one] / total, tuple(found[one])) for one in ranked]

    def _topics(self, terms: Iterable[_Term]) -> tuple[str, ...]:
        """The topics that the words name, then those of the provisions that they find."""
        scores: dict[str, float] = {}
        for term in terms:
            for topic_id, hit in self._index.topic_hits(term.word).items():
                scores[topic_id] = scores.get(topic_id, 0.0) + 2 * hit * (term.weight or 1.0)
            for provision_id, hit in term.hits.items():
                for topic_id in self._index.topics_of(provision_id):
                    share = term.weight * hit / len(term.hits)
                    scores[topic_id] = scores.get(topic_id, 0.0) + share
        order = [topic.id for topic in self._agreement.topics]
        ranked = sorted(scores, key=lambda one: (-scores[one], order.index(one)))
        return tuple(ranked[:_TOPICS])
