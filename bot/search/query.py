"""A question read: its words, what each can mean, and what each weighs."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from bot.agreement.model import Agreement
from bot.search.index import Field, Hit, Index
from bot.search.languages import stems
from bot.search.lexicon import is_errand, is_generic, is_listed, is_of_any_agreement, is_stop_word
from bot.search.months import Months
from bot.search.normalization import fold, words
from bot.search.places import Places
from bot.search.term import LIGHT, Term
from bot.search.transliteration import in_other_script
from bot.search.verbs import is_verb
from bot.search.vocabulary import SAME_STEM, Vocabulary

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
_ERRAND = 2.5
"""The same of a word that is asked of any bot, about anything but agreements."""
_ERRANDS_OF_ITS_OWN = frozenset(
    {Field.TITLE, Field.KEYWORD, Field.SYNONYM, Field.TOPIC, Field.TEXT}
)
"""Where such a word stands that this agreement does speak of: fishing, in one on fishing."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_SHORTEST_OTHER = 3
_LONGEST = 60
"""Words of a question that are looked at; nobody types more."""


class QueryParser:
    """Reads questions about one agreement."""

    def __init__(self, agreement: Agreement, index: Index) -> None:
        self._index = index
        self._count = len(agreement.provisions)
        self._places = Places(agreement.languages)
        self._months = Months(agreement.languages)
        self._parties = Vocabulary(_party_words(agreement))
        self._name = Vocabulary(
            fold(word) for name in agreement.short_title.values() for word in words(name)
        )
        is_generic("")  # its lists are read once, here and not while someone waits

    def terms(self, question: str) -> list[Term]:
        """The words of a question that say something. Pure; the language need not be known."""
        typed = self._without_name(words(question)[:_LONGEST])
        kept = [part for item in typed if not self._is_stop(item) for part in self._parts(item)]
        meanings = [self._meanings(word) for word in kept]
        vocabulary = self._index.vocabulary
        for place, (left, right) in enumerate(pairwise(kept)):
            joined = vocabulary.sure_meanings(left + right)
            alone = vocabulary.sure_meanings(left)  # the right one is not an ending
            for found in meanings[place : place + 2]:
                found.update({item: sure for item, sure in joined.items() if item not in alone})
        return [self._term(*item) for item in zip(kept, meanings, strict=True)]

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
        """The known words that it can mean, the likelier the surer.

        A place or an errand means only itself: "Грузия" is not a form of "грузы". Nor does such a
        word hint: an author who wants it to lead somewhere makes it a keyword.
        """
        folded = fold(word)
        vocabulary = self._index.vocabulary
        if self._places.has(word):
            sure = vocabulary.sure_meanings(word).items()
            return {
                item: likely for item, likely in sure if item == folded or self._places.has(item)
            }
        if is_errand(folded):
            return {**self._other_forms(folded), **vocabulary.sure_meanings(word)}
        if is_common(folded) and folded not in vocabulary:
            return vocabulary.sure_meanings(word)
        return {**self._index.hints(word), **vocabulary.meanings(word)}

    def _other_forms(self, folded: str) -> dict[str, float]:
        """Of an errand, by a stem that is too short for other words: "цены" of "цена"."""
        return {
            known: SAME_STEM
            for stem in stems(folded)
            for known in self._index.vocabulary.with_stem(stem)
            if is_errand(stem) or is_errand(known)
        }

    def _is_stop(self, word: str) -> bool:
        folded = fold(word)
        return is_stop_word(folded) or (
            self._is_unknown(folded) and any(map(is_stop_word, in_other_script(folded)))
        )

    def _is_unknown(self, folded: str) -> bool:
        """Whether it is long enough to be a word of the other alphabet, and none of this one."""
        return len(folded) >= _SHORTEST_OTHER and not self._index.is_known(folded)

    def _parts(self, word: str) -> tuple[str, ...]:
        """A word as typed, or the two that it is written together of: "fishmarket"."""
        folded, vocabulary = fold(word), self._index.vocabulary
        if is_common(folded) or self._places.has(word) or vocabulary.sure_meanings(word):
            return (word,)
        return vocabulary.parts(word) or (word,)

    def _term(self, word: str, meanings: dict[str, float]) -> Term:
        folded = fold(word)
        hits = self._index.hits(meanings)
        is_errand_here = is_errand(folded)
        if is_errand_here or self._places.has(word):
            hits = {place: hit for place, hit in hits.items() if hit.field is not Field.RELATED}
        fields = [hit.field for hit in hits.values()]
        if is_errand_here and _ERRANDS_OF_ITS_OWN.isdisjoint(fields):
            return Term(word, _ERRAND, hits, meanings, foreign=_ERRAND)
        is_party = bool(self._parties.sure_meanings(word))
        is_light = self._is_light(folded, hits.values())
        filed = fields.count(Field.KEYWORD)
        if is_of_any_agreement(folded):
            filed += fields.count(Field.TITLE)
        if not is_party and is_light and 0 < filed <= _FEW:
            return Term(word, _KIND, hits, meanings, is_specific=True)
        is_when = self._months.has(word) and all(field > Field.SYNONYM for field in fields)
        is_light = is_light or is_when or _is_number(folded, fields)
        if is_party or is_light or (len(folded) == 1 and not hits):
            return Term(word, LIGHT, hits, meanings, is_party=is_party)
        is_specific = _is_clear(hits.values()) and not self._is_everywhere(fields)
        is_specific |= len(hits) <= _FEW and any(map(_is_surely_promised, hits.values()))
        is_place = self._is_place(folded, meanings, [*hits.values()])
        is_akin = any(field <= Field.RELATED for field in fields)
        foreign = _VERB if (is_verb(folded) or is_akin) and not is_place else _NOUN
        weight = self._weight(hits.values()) if hits else foreign
        if all(field >= Field.TEXT for field in fields):
            weight = min(weight, foreign)
        return Term(word, weight, hits, meanings, is_specific, is_place, foreign=foreign)

    def _is_everywhere(self, fields: Sequence[Field]) -> bool:
        """Whether most provisions have it; a topic's name says something however many it has."""
        own = sum(field is not Field.TOPIC for field in fields)
        return own > max(1, self._count * _COMMON)

    def _is_light(self, folded: str, hits: Iterable[Hit]) -> bool:
        """Whether any question about any agreement may hold it, and no author filed it."""
        found = [*hits]
        if is_of_any_agreement(folded):
            return True
        if is_generic(folded):
            is_filed = any(hit.found == folded and hit.field <= Field.KEYWORD for hit in found)
            return is_listed(folded) or not is_filed
        is_other = self._is_unknown(folded) and not _is_clear(found)
        return is_other and any(map(is_common, in_other_script(folded)))

    def _weight(self, hits: Iterable[Hit]) -> float:
        """By how few provisions answer to it, those counted in part that do so by the way.

        The inverse document frequency of BM25 (Robertson and Zaragoza, 2009), scaled to 1.
        """
        ranks = [hit.rank for hit in hits]
        frequency = max(1.0, sum(ranks) / max(ranks))
        rarity = math.log(1 + (self._count - frequency + 0.5) / (frequency + 0.5))
        scale = math.log(1 + (self._count - 0.5) / 1.5)
        return _LEAST_WEIGHT + (1 - _LEAST_WEIGHT) * rarity / scale

    def _is_place(self, folded: str, meanings: dict[str, float], hits: Sequence[Hit]) -> bool:
        """Whether it names a place; the agreement's own words that only look so do not."""
        if self._places.has_exactly(folded):
            return not self._index.topic_hits(meanings)
        is_own = any(hit.found == folded and hit.field <= Field.SYNONYM for hit in hits)
        is_own = is_own or bool(self._index.topic_hits(meanings))
        return self._places.has(folded) and (not is_own or len(hits) <= _FEW)


def is_common(folded: str) -> bool:
    """Whether a folded word may stand in any question about any agreement."""
    return is_generic(folded) or is_of_any_agreement(folded)


def _is_empty(folded: str) -> bool:
    return is_stop_word(folded) or is_common(folded)


def _is_clear(hits: Iterable[Hit]) -> bool:
    return any(hit.cover >= _CLEAR and hit.field < Field.TEXT for hit in hits)


def _is_surely_promised(hit: Hit) -> bool:
    return hit.field is Field.TEXT and hit.cover >= SAME_STEM * Field.TEXT.cover


def _is_number(folded: str, fields: Iterable[Field]) -> bool:
    """Whether it is a year, or another number that no provision is known by."""
    if _YEAR.fullmatch(folded):
        return True
    return not folded.isalpha() and all(field >= Field.TEXT for field in fields)


def _party_words(agreement: Agreement) -> set[str]:
    """The parties' names, and what the content says that they are called as well, in one word."""
    names = {
        fold(word)
        for party in agreement.parties
        for name in party.name.values()
        for word in words(name)
    }
    for group in agreement.synonyms:
        folded = {fold(member) for member in group if len(words(member)) == 1}
        if not names.isdisjoint(folded):
            names |= folded
    return names
