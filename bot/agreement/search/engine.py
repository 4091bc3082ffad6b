"""The search: a question's words weighed against every provision, and a decision."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import pairwise

from bot.agreement.model import Agreement
from bot.agreement.search.errands import is_errand
from bot.agreement.search.findings import Decision, Findings, Match, Reason
from bot.agreement.search.folding import fold, words
from bot.agreement.search.generic import is_generic, is_listed
from bot.agreement.search.index import Field, Hit, Index
from bot.agreement.search.places import Places
from bot.agreement.search.scripts import in_other_script
from bot.agreement.search.stopwords import is_of_any_agreement, is_stop_word
from bot.agreement.search.verbs import is_verb
from bot.agreement.search.vocabulary import SAME_STEM, Vocabulary
from bot.agreement.search.weighing import LIGHT, TWO, Term, named, sureness

_ANSWER = 0.66
"""How sure the best provision must be to be an answer."""
_OFFER = 0.49
"""The same to be offered as a guess: more of the question is known than not."""
_NEAR_BEST = 0.35
"""Provisions below this share of the best one's rank are left out."""
_OFFER_OFTWO = 0.43
"""The same where two words of the question or more are subjects of the agreement."""
_OFFER_TITLE = 0.4
"""The same where a word of a title was said that few provisions have."""
_RARE = 0.85
_COMMON = 0.6
"""A word that more than this share of the provisions answer to says nothing by itself."""
_LEAST_WEIGHT = 0.35
_KIND = 0.5
"""The weight of a word for agreements that few provisions are filed under: "treaty"."""
_FEW = 2
_CLEAR = 0.6
"""A word that nothing answers to so well is not what a question is about."""
_VERB = 0.5
"""The weight of a verb that nothing answers to: the subject is in the nouns."""
_NOUN = 0.92
"""The same of a noun: a question has more of them than an author has keywords."""
_ERRAND = 1.5
"""The same of a word that is asked of any bot, about anything but agreements."""
_PHRASE = 0.35
"""What a whole keyword of several words, or a title, adds to the rank."""
_SURE_SHARE = 0.25
_WEIGHED = 16
_TOPICS = 3
_YEAR = re.compile(r"(?:19|20)\d\d")
_SHORTEST_OTHER = 3
_LONGEST = 60
"""Words of a question that are looked at; nobody types more."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A provision by its place in the agreement, how it ranks, and how sure it is."""

    place: int
    rank: float
    sure: float


class Search:
    """The provisions of an agreement, found by their words in any of its languages."""

    def __init__(self, agreement: Agreement) -> None:
        self._agreement = agreement
        self._index = Index(agreement)
        self._places = Places(agreement.languages)
        self._parties = Vocabulary(_party_words(agreement))
        self._name = Vocabulary(
            fold(word) for name in agreement.short_title.values() for word in words(name)
        )
        self._topic_names = Vocabulary(
            fold(word)
            for topic in agreement.topics
            for name in (*topic.title.values(), topic.command, *topic.aliases)
            for word in words(name)
        )
        is_generic("")  # its lists are read once, here and not while someone waits
        self._names: dict[int, tuple[frozenset[str], ...]] = {}

    def find(self, question: str, limit: int = 10) -> Findings:
        """The provisions that apply, best first. Pure; the language need not be known.

        Every word of the question that says something weighs by how rare it is among the
        provisions (the inverse document frequency of BM25). What a provision covers of that
        weight is how sure it is; a word that nothing answers to weighs in full, so that the
        more of a question is foreign, the less is answered.
        """
        if by_number := self._by_number(question):
            return by_number
        terms = self._terms(question)
        ranked = self._ranked(terms)
        topics = self._topics(terms, ranked)
        best = max((one.sure for one in ranked[:3]), default=0.0)
        if best < self._least(terms, ranked):
            return Findings(Decision.DECLINE, topics=topics)
        floor = ranked[0].rank * _NEAR_BEST
        near = [one for one in ranked if one.rank >= floor and one.sure][:limit]
        decision = Decision.ANSWER if best >= _ANSWER else Decision.OFFER
        return Findings(decision, tuple(self._match(terms, one) for one in near), topics)

    def _least(self, terms: Sequence[Term], ranked: Sequence[_Candidate]) -> float:
        """How sure the best provision must be to be offered at all."""
        if any(one.is_place and not one.hits for one in terms) or not ranked:
            return _OFFER
        if any(
            one.weight >= _RARE
            and (hit := one.hits.get(ranked[0].place)) is not None
            and hit.field is Field.TITLE
            and hit.cover >= SAME_STEM
            for one in terms
        ):
            return _OFFER_TITLE
        return _OFFER if sum(one.is_specific for one in terms) < TWO else _OFFER_OFTWO

    def is_topic(self, question: str) -> bool:
        """Whether every word that says something is a name of one and the same topic."""
        terms = [one for one in self._terms(question) if one.weight > LIGHT]
        if any(self._is_of_one(term) for term in terms):
            return False
        named = [set(self._index.topic_hits(one.meanings)) for one in terms]
        return bool(named) and bool(set.intersection(*named))

    def _is_of_one(self, term: Term) -> bool:
        """Whether it stands in one provision's title only and is no topic's name itself."""
        titles = sum(hit.field is Field.TITLE for hit in term.hits.values())
        return titles == 1 and not self._topic_names.sure_meanings(term.word)

    def _by_number(self, question: str) -> Findings | None:
        """A provision that is asked for by its number alone: "7", "#7", "№ 7"."""
        digits = question.strip().lstrip("#№").strip()
        if not (digits.isascii() and digits.isdigit()):
            return None
        for provision in self._agreement.provisions:
            if str(provision.number) == digits:
                reason = Reason(digits, digits, "number")
                match = Match(provision.id, 1.0, (digits,), (reason,))
                return Findings(Decision.ANSWER, (match,), provision.topics[:_TOPICS])
        return None

    def _terms(self, question: str) -> list[Term]:
        typed = self._without_name(words(question)[:_LONGEST])
        kept = [part for one in typed if not self._is_stop(one) for part in self._parts(one)]
        meanings = [self._meanings(word) for word in kept]
        for place, (left, right) in enumerate(pairwise(kept)):
            joined = self._index.vocabulary.sure_meanings(left + right)
            alone = self._index.vocabulary.sure_meanings(left)  # the right one is no ending
            for found in meanings[place : place + 2]:
                found.update({one: sure for one, sure in joined.items() if one not in alone})
        return [self._term(*one) for one in zip(kept, meanings, strict=True)]

    def _without_name(self, typed: list[str]) -> list[str]:
        """The words without the agreement's own name, if they say more than that."""
        is_name = [bool(self._name.sure_meanings(word)) for word in typed]
        kind = [is_of_any_agreement(fold(word)) for word in typed]
        named = {
            place
            for place in range(len(typed))
            if is_name[place] and any(kind[max(0, place - 1) : place + 2])
        }
        rest = [word for place, word in enumerate(typed) if place not in named]
        return rest if any(not _is_empty(fold(word)) for word in rest) else typed

    def _meanings(self, word: str) -> dict[str, float]:
        folded = fold(word)
        vocabulary = self._index.vocabulary
        if self._places.has(word):  # "Грузия" is no form of "грузы"
            sure = vocabulary.sure_meanings(word).items()
            return {one: likely for one, likely in sure if one == folded or self._places.has(one)}
        if folded in vocabulary:
            return dict(vocabulary.meanings(word))
        if is_common(folded):
            return vocabulary.sure_meanings(word)
        return dict(vocabulary.meanings(word))

    def _is_stop(self, word: str) -> bool:
        folded = fold(word)
        return is_stop_word(folded) or (
            self._is_unknown(folded) and any(map(is_stop_word, in_other_script(folded)))
        )

    def _is_unknown(self, folded: str) -> bool:
        """Whether it is long enough to be a word of the other alphabet, and none of this one."""
        return len(folded) >= _SHORTEST_OTHER and not self._index.vocabulary.sure_meanings(folded)

    def _parts(self, word: str) -> tuple[str, ...]:
        """A word as typed, or the two that it is written together of: "fishmarket"."""
        folded, vocabulary = fold(word), self._index.vocabulary
        if is_common(folded) or self._places.has(word) or vocabulary.sure_meanings(word):
            return (word,)
        return vocabulary.parts(word) or (word,)

    def _term(self, word: str, meanings: dict[str, float]) -> Term:
        folded = fold(word)
        hits = self._index.hits(meanings)
        is_party = bool(self._parties.sure_meanings(word))
        fields = [hit.field for hit in hits.values()]
        is_filed = not is_listed(folded) and any(
            hit.found == folded and hit.field <= Field.KEYWORD for hit in hits.values()
        )
        is_light = is_of_any_agreement(folded) or (is_generic(folded) and not is_filed)
        if not is_light and self._is_unknown(folded):
            is_light = any(map(is_common, in_other_script(folded)))
        filed = fields.count(Field.KEYWORD)
        if is_of_any_agreement(folded):
            filed += fields.count(Field.TITLE)
        if not is_party and is_light and 0 < filed <= _FEW:
            return Term(word, _KIND, hits, meanings, is_specific=True)
        is_number = not folded.isalpha() and all(one >= Field.TEXT for one in fields)
        is_number = is_number or _YEAR.fullmatch(folded) is not None
        if is_party or is_light or is_number:
            return Term(word, LIGHT, hits, meanings, is_party=is_party)
        if len(folded) == 1 and not hits:
            return Term(word, LIGHT, hits, meanings)
        count, frequency = len(self._agreement.provisions), max(len(hits), 1)
        rarity = math.log(1 + (count - frequency + 0.5) / (frequency + 0.5))
        weight = _LEAST_WEIGHT + (1 - _LEAST_WEIGHT) * rarity / math.log(1 + (count - 0.5) / 1.5)
        is_clear = any(hit.cover >= _CLEAR and hit.field < Field.TEXT for hit in hits.values())
        is_told = any(hit.field < Field.TEXT for hit in hits.values())
        is_specific = is_clear and len(hits) <= max(1, count * _COMMON)
        is_place = self._is_place(folded, meanings, hits.values())
        foreign = _VERB if is_verb(folded) and not is_place else _NOUN
        if not is_told and is_errand(folded):
            return Term(word, _ERRAND, hits, meanings, foreign=_ERRAND)
        if not is_told:
            weight = min(weight, foreign) if hits else foreign
        return Term(word, weight, hits, meanings, is_specific, is_place, foreign=foreign)

    def _is_place(self, folded: str, meanings: dict[str, float], hits: Iterable[Hit]) -> bool:
        """Whether it names a place; the agreement's own words that only look so do not."""
        if self._places.has_exactly(folded):
            return not self._index.topic_hits(meanings)
        is_own = any(hit.found == folded and hit.field <= Field.SYNONYM for hit in hits)
        is_own = is_own or bool(self._index.topic_hits(meanings))
        return not is_own and self._places.has(folded)

    def _ranked(self, terms: Sequence[Term]) -> list[_Candidate]:
        ranks: dict[int, float] = {}
        for term in terms:
            share = 0.0 if term.is_party else term.weight  # a party is in every provision
            for place, hit in term.hits.items():
                ranks[place] = ranks.get(place, 0.0) + share * hit.rank
        provisions = self._agreement.provisions
        nearest = nsmallest(
            _WEIGHED, ranks.items(), key=lambda one: (-one[1], provisions[one[0]].number)
        )
        total = sum(term.weight for term in terms)
        found = [self._candidate(terms, place, rank, total) for place, rank in nearest]
        return sorted(found, key=lambda one: (-_order(one), provisions[one.place].number))

    def _candidate(
        self, terms: Sequence[Term], place: int, rank: float, total: float
    ) -> _Candidate:
        share, said = named(terms, self._names_of(place))
        sure = sureness(terms, place, said)
        return _Candidate(place, rank + total * share * _PHRASE, sure)

    def _names_of(self, place: int) -> tuple[frozenset[str], ...]:
        found = self._names.get(place)
        if found is None:
            names = set(self._index.names(self._agreement.provisions[place]))
            found = self._names[place] = tuple(one for one in names if len(one) > 1)
        return found

    def _match(self, terms: Sequence[Term], found: _Candidate) -> Match:
        met = [(term.word, term.hits[found.place]) for term in terms if found.place in term.hits]
        reasons = tuple(Reason(word, hit.found, hit.field.name.lower()) for word, hit in met)
        typed = tuple(word for word, _ in met)
        provision_id = self._agreement.provisions[found.place].id
        return Match(provision_id, round(found.sure, 4), typed, reasons)

    def _topics(self, terms: Iterable[Term], ranked: Iterable[_Candidate]) -> tuple[str, ...]:
        """The topics that the words name, then those of the provisions that they find."""
        scores: dict[str, float] = {}
        for term in terms:
            for topic_id, likely in self._index.topic_hits(term.meanings).items():
                scores[topic_id] = scores.get(topic_id, 0.0) + 2 * likely * term.weight
        for place, candidate in enumerate(ranked, 1):
            for topic_id in self._agreement.provisions[candidate.place].topics:
                scores[topic_id] = scores.get(topic_id, 0.0) + candidate.rank / place
        order = {topic.id: place for place, topic in enumerate(self._agreement.topics)}
        by_score = sorted(scores, key=lambda one: (-scores[one], order.get(one, 0)))
        return tuple(by_score[:_TOPICS])


def _order(one: _Candidate) -> float:
    """By rank; of two that rank alike the one that covers more of the question."""
    return one.rank * math.pow(one.sure, _SURE_SHARE)


def is_common(folded: str) -> bool:
    """Whether a folded word may stand in any question about any agreement."""
    return is_generic(folded) or is_of_any_agreement(folded)


def _is_empty(folded: str) -> bool:
    return is_stop_word(folded) or is_common(folded)


def _party_words(agreement: Agreement) -> set[str]:
    """The parties' names, and what the content says that they are called as well, in one word."""
    names = {
        fold(word)
        for one in agreement.parties
        for name in one.name.values()
        for word in words(name)
    }
    for group in agreement.synonyms:
        folded = {fold(member) for member in group if len(words(member)) == 1}
        if not names.isdisjoint(folded):
            names |= folded
    return names
