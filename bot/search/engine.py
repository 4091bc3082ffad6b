"""The search: a question's words weighed against every provision, and a decision."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import nsmallest

from bot.agreement.model import Agreement
from bot.search.index import Field, Index
from bot.search.normalization import fold, words
from bot.search.query import QueryParser
from bot.search.results import Decision, Match, Reason, SearchResults
from bot.search.scoring import Names, sureness
from bot.search.term import LIGHT, TWO, Term
from bot.search.vocabulary import Vocabulary

_ANSWER = 0.66
"""How sure the best provision must be to be an answer."""
_OFFER = 0.46
"""The same to be offered as a guess: more of the question is known than not."""
_NEAR_BEST = 0.35
"""Provisions below this share of the best one's rank are left out."""
_PHRASE = 0.35
"""What a whole keyword of several words, or a title, adds to the rank."""
_SURE_SHARE = 0.25
_WEIGHED = 16
_TOPICS = 3
_CLAUSE = re.compile(r"[,;:.?!—–()\n]+")
_MOST_CLAUSES = 6
"""Looked at one by one: a message may be two thousand commas, and others wait meanwhile."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A provision by its place in the agreement, how it ranks, and how sure it is."""

    place: int
    rank: float
    sure: float


class Search:
    """The provisions of an agreement, found by their words in any of its languages."""

    def __init__(self, agreement: Agreement) -> None:
        self.agreement = agreement
        self._index = Index(agreement)
        self._reader = QueryParser(agreement, self._index)
        self._topic_names = Vocabulary(
            fold(word)
            for topic in agreement.topics
            for name in (*topic.title.values(), topic.command, *topic.aliases)
            for word in words(name)
        )
        self._names: dict[int, Names] = {}

    def find(self, question: str, limit: int = 10) -> SearchResults:
        """The provisions that apply, best first. Pure; the language need not be known.

        Every word of the question that says something weighs by how rare it is among the
        provisions (the inverse document frequency of BM25). What a provision covers of that
        weight is how sure it is; a word that nothing answers to weighs in full, so that the
        more of a question is foreign, the less is answered.
        """
        if by_number := self._by_number(question):
            return by_number
        found = self._found(question, limit)
        if found.decision is not Decision.DECLINE:
            return found
        clauses = [each_part for each_part in _CLAUSE.split(question) if each_part.strip()][
            :_MOST_CLAUSES
        ]
        if len(clauses) < TWO:
            return found
        # "My son serves, will there be exercises?": what else it tells does not make it foreign.
        parts = [self._found(clause, limit) for clause in clauses]
        surest = max(parts, key=lambda part: max((m.score for m in part.matches), default=0.0))
        return surest if surest.decision is Decision.DECLINE else surest.as_offer()

    def _found(self, question: str, limit: int) -> SearchResults:
        terms = self._reader.terms(question)
        ranked = self._ranked(terms)
        topics = self._topics(terms, ranked)
        best = max((item.sure for item in ranked[:3]), default=0.0)
        if best < _OFFER:
            return SearchResults(Decision.DECLINE, topics=topics)
        floor = ranked[0].rank * _NEAR_BEST
        near = [item for item in ranked if item.rank >= floor and item.sure][:limit]
        decision = Decision.ANSWER if best >= _ANSWER else Decision.OFFER
        return SearchResults(decision, tuple(self._match(terms, item) for item in near), topics)

    def is_topic(self, question: str) -> bool:
        """Whether every word that says something is a name of one and the same topic."""
        terms = [term for term in self._reader.terms(question) if term.weight > LIGHT]
        if any(self._is_of_one(term) for term in terms):
            return False
        named = [set(self._index.topic_hits(term.meanings)) for term in terms]
        return bool(named) and bool(set.intersection(*named))

    def _is_of_one(self, term: Term) -> bool:
        """Whether it stands in one provision's title only and is not a topic's name itself."""
        titles = sum(hit.field is Field.TITLE for hit in term.hits.values())
        return titles == 1 and not self._topic_names.sure_meanings(term.word)

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
        return None

    def _ranked(self, terms: Sequence[Term]) -> list[_Candidate]:
        ranks: dict[int, float] = {}
        for term in terms:
            share = 0.0 if term.is_party else term.weight  # a party is in every provision
            for place, hit in term.hits.items():
                ranks[place] = ranks.get(place, 0.0) + share * hit.rank
        provisions = self.agreement.provisions
        nearest = nsmallest(
            _WEIGHED, ranks.items(), key=lambda entry: (-entry[1], provisions[entry[0]].number)
        )
        total = sum(term.weight for term in terms)
        found = [self._candidate(terms, place, rank, total) for place, rank in nearest]
        return sorted(found, key=lambda item: (-round(_order(item), 3), self._length(item.place)))

    def _candidate(
        self, terms: Sequence[Term], place: int, rank: float, total: float
    ) -> _Candidate:
        share, said = self._names_of(place).said(terms)
        sure = sureness(terms, place, said)
        return _Candidate(place, rank + total * share * _PHRASE, sure)

    def _length(self, place: int) -> tuple[int, int]:
        """How long its titles are: of two that answer alike the one that says nothing else."""
        provision = self.agreement.provisions[place]
        return sum(map(len, provision.title.values())), provision.number

    def _names_of(self, place: int) -> Names:
        found = self._names.get(place)
        if found is None:
            found = Names(self._index.names(self.agreement.provisions[place]))
            self._names[place] = found
        return found

    def _match(self, terms: Sequence[Term], found: _Candidate) -> Match:
        met = [(term.word, term.hits[found.place]) for term in terms if found.place in term.hits]
        reasons = tuple(Reason(word, hit.found, hit.field.name.lower()) for word, hit in met)
        typed = tuple(word for word, _ in met)
        provision_id = self.agreement.provisions[found.place].id
        return Match(provision_id, round(found.sure, 4), typed, reasons)

    def _topics(self, terms: Iterable[Term], ranked: Iterable[_Candidate]) -> tuple[str, ...]:
        """The topics that the words name, then those of the provisions that they find."""
        scores: dict[str, float] = {}
        for term in terms:
            for topic_id, likely in self._index.topic_hits(term.meanings).items():
                scores[topic_id] = scores.get(topic_id, 0.0) + 2 * likely * term.weight
        for place, candidate in enumerate(ranked, 1):
            for topic_id in self.agreement.provisions[candidate.place].topics:
                scores[topic_id] = scores.get(topic_id, 0.0) + candidate.rank / place
        order = {topic.id: place for place, topic in enumerate(self.agreement.topics)}
        by_score = sorted(scores, key=lambda score: (-scores[score], order.get(score, 0)))
        return tuple(by_score[:_TOPICS])


def _order(candidate: _Candidate) -> float:
    """By rank; of two that rank alike the one that covers more of the question."""
    return candidate.rank * math.pow(candidate.sure, _SURE_SHARE)
