"""The search: words and meaning of a question weighed against every provision, and a decision."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from bot.agreement.model import Agreement
from bot.search.embedder import EmbedderFails
from bot.search.intents import phrases
from bot.search.lexical import LIGHT, Field, Hit, Term, Words
from bot.search.named import Named
from bot.search.normalization import parts
from bot.search.results import Decision, Match, Reason, SearchResults

if TYPE_CHECKING:
    from bot.search.meaning import Meaning

_log = structlog.get_logger(__name__)

_WORDS = 0.8
"""What the words weigh where the nearest meaning weighs 1."""
_LANGUAGE = 0.5
"""The share of the mean nearness that is due to a question's language, not to its subject."""
_LENGTH, _LONG = 0.2, 12
"""What a longer question gets for its many words: they dilute what it shares with a provision."""
_ANSWER, _OFFER = 0.86, 0.5
"""How sure the best provision must be to be an answer, and to be offered as a guess."""
_ANSWER_BY_WORDS, _OFFER_BY_WORDS = 0.9, 0.68
"""The same where there are only words."""
_NEAR_BEST = 0.4
"""Provisions that are less sure than the best by more than this are left out."""
_TOPICS = 3
_LONGEST = 60
"""Words of a question that are looked at."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A question as it was weighed, for whoever asks why."""

    sure: tuple[tuple[int, float], ...]
    """The surest provisions by their place in the agreement, the surest first."""
    readings: dict[int, list[Term]]
    """The words of the question in the language in which they fit a provision best."""
    near: list[float] | None = None
    """How near the meaning of each provision is; None where words alone decide."""
    words: tuple[Term, ...] = ()
    """Those of the language in which most are known."""

    @property
    def best(self) -> float:
        """How sure the surest is."""
        return self.sure[0][1] if self.sure else 0.0

    @property
    def thresholds(self) -> tuple[float, float]:
        """From where on it is an answer, and an offer."""
        return (_ANSWER_BY_WORDS, _OFFER_BY_WORDS) if self.near is None else (_ANSWER, _OFFER)

    @property
    def decision(self) -> Decision:
        """What follows."""
        answer, offer = self.thresholds
        if self.best >= answer:
            return Decision.ANSWER
        return Decision.OFFER if self.best >= offer else Decision.DECLINE


class Search:
    """The provisions of an agreement, found by words and meaning in any of its languages."""

    def __init__(self, agreement: Agreement) -> None:
        self.agreement = agreement
        self.meaning: Meaning | None = None
        """Set once its vectors are known; the words answer until then."""
        self.names = Named(agreement)
        self._words = [Words(agreement, code) for code in agreement.languages]
        phrases()  # Read the files of words here, in a thread, and not at the first question.

    def find(self, question: str, limit: int = 10) -> SearchResults:
        """The provisions that apply, best first; the language need not be known.

        Takes a while where there is a meaning: not to be called on an event loop then.
        """
        if by_number := self._by_number(question):
            return by_number
        weighed = self.weigh(question)
        topics = self._topics(weighed)
        if weighed.decision is Decision.DECLINE:
            return SearchResults(Decision.DECLINE, topics=topics)
        matches = tuple(self._match(weighed, place, sure) for place, sure in weighed.sure[:limit])
        return SearchResults(weighed.decision, matches, topics)

    def weigh(self, question: str) -> Weighed:
        """How sure it is that a question is about each provision.

        The share of its words, weighed by how rare they are, that a provision has; plus how near
        their meanings are. Each language reads the question by itself.
        """
        typed = parts(question)[:_LONGEST]
        readings = [reader.terms(typed) for reader in self._words]
        if not all(any(term.is_subject for term in terms) for terms in readings):
            return Weighed((), {})
        covers: dict[int, float] = {}
        best_reading: dict[int, list[Term]] = {}
        for terms in readings:
            for place, cover in _covers(terms).items():
                if cover > covers.get(place, 0.0):
                    covers[place] = cover
                    best_reading[place] = terms
        near = self._nearness(question, typed)
        length = _LENGTH * math.log1p(min(len(typed), _LONG))
        if near is None:
            sure = {place: cover + length for place, cover in covers.items()}
        else:
            base = length - _LANGUAGE * sum(near) / len(near)
            sure = {
                place: base + value + _WORDS * covers.get(place, 0.0)
                for place, value in enumerate(near)
            }
        floor = max(sure.values(), default=0.0) - _NEAR_BEST
        near_best = ((place, value) for place, value in sure.items() if value >= floor)
        ranked = sorted(near_best, key=lambda item: (-round(item[1], 4), item[0]))
        known = max(readings, key=lambda terms: sum(bool(term.hits) for term in terms))
        return Weighed(tuple(ranked), best_reading, near, tuple(known))

    def is_topic(self, question: str) -> bool:
        """Whether every word that says something is a name of one and the same topic."""
        readings = (reader.terms(parts(question)[:_LONGEST]) for reader in self._words)
        return any(self._name_a_topic(terms) for terms in readings)

    def _name_a_topic(self, terms: Iterable[Term]) -> bool:
        named = [term for term in terms if term.weight > LIGHT]
        topics = [term.topics for term in named if term.topics]
        rest = [hit.field for term in named if not term.topics for hit in term.hits.values()]
        return (
            bool(topics and frozenset.intersection(*topics))
            and min(rest, default=Field.NOTE) > Field.KEYWORD
        )

    def _nearness(self, question: str, typed: Iterable[str]) -> list[float] | None:
        """How near the meaning of each provision is, the parties' names left out: all have them."""
        if self.meaning is None:
            return None
        parties = [word for word in typed if any(item.is_party(word) for item in self._words)]
        if parties:
            question = re.sub(rf"\b(?:{'|'.join(parties)})\b", " ", question)
        try:
            return self.meaning.nearness(" ".join(question.split()))
        except EmbedderFails as error:
            _log.warning("a question is answered by its words alone", error=str(error))
            return None

    def _by_number(self, question: str) -> SearchResults | None:
        """A provision that is asked for by its number alone: "7", "#7", "№ 7"."""
        digits = question.strip().lstrip("#№").strip()
        if not (digits.isascii() and digits.isdigit()):
            return None
        for provision in self.agreement.provisions:
            if str(provision.number) == digits:
                reason = Reason(digits, digits, "number")
                match = Match(provision.id, 1.0, (digits,), (reason,))
                return SearchResults(Decision.ANSWER, (match,), provision.topics[:_TOPICS])
        return SearchResults(Decision.DECLINE)

    def _match(self, weighed: Weighed, place: int, sure: float) -> Match:
        met: list[tuple[str, Hit]] = [
            (term.word, term.hits[place])
            for term in weighed.readings.get(place, ())
            if place in term.hits
        ]
        reasons = tuple(Reason(word, hit.found, hit.field.name.lower()) for word, hit in met)
        typed = tuple(word for word, _ in met)
        score = min(1.0, max(0.01, sure if weighed.near is None else sure / (1 + _WORDS)))
        provision_id = self.agreement.provisions[place].id
        return Match(provision_id, round(score, 4), typed, reasons)

    def _topics(self, weighed: Weighed) -> tuple[str, ...]:
        """The topics that the words name, then those of the provisions that they find."""
        scores: dict[str, float] = {}
        for term in weighed.words:
            for topic_id in term.topics:
                scores[topic_id] = scores.get(topic_id, 0.0) + 2 * term.weight
        for rank, (place, sure) in enumerate(weighed.sure[:16], 1):
            for topic_id in self.agreement.provisions[place].topics:
                scores[topic_id] = scores.get(topic_id, 0.0) + max(0.0, sure) / rank
        order = {topic.id: place for place, topic in enumerate(self.agreement.topics)}
        by_score = sorted(scores, key=lambda topic: (-scores[topic], order.get(topic, 0)))
        return tuple(by_score[:_TOPICS])


def _covers(terms: list[Term]) -> dict[int, float]:
    """Of each provision the share of the question's weight that it has."""
    total = sum(term.weight for term in terms)
    found: dict[int, float] = {}
    for term in terms:
        share = term.weight / total
        for place, hit in term.hits.items():
            found[place] = found.get(place, 0.0) + share * hit[0]
    return found
