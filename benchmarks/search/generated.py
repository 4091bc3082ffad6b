"""A generated agreement of any size, in the languages of the content, to measure speed with."""

from __future__ import annotations

import random
from collections.abc import Sequence

from bot.agreement.model import Agreement, Provision

_SYLLABLES = {
    "en": ["tra", "port", "len", "ment", "gov", "ris", "ter", "con", "sal", "ing"],
    "az": ["qa", "lər", "müd", "bir", "şə", "dən", "yol", "çi", "lik", "sar"],
    "tr": ["gü", "ler", "sav", "ış", "ka", "den", "yol", "cı", "lık", "sor"],
    "ru": ["пра", "ност", "тор", "гов", "лен", "ие", "сот", "вер", "ств", "ный"],
}
_VOCABULARY = 6_000
"""Invented words a language, alongside those of the content."""
_KEYWORDS, _WORDS = 6, 34


def generated(agreement: Agreement, size: int, seed: int = 1) -> Agreement:
    """An agreement of `size` provisions: the content's own, then invented ones of like length."""
    chance = random.Random(seed)
    known = {language: _invented(language, chance) for language in agreement.languages}
    invented = [
        _provision(agreement, known, number, chance)
        for number in range(len(agreement.provisions) + 1, size + 1)
    ]
    return agreement.model_copy(update={"provisions": (*agreement.provisions, *invented)})


def _provision(
    agreement: Agreement, known: dict[str, list[str]], number: int, chance: random.Random
) -> Provision:
    like = chance.choice(agreement.provisions)
    topics = chance.sample([topic.id for topic in agreement.topics], 1)
    texts = {
        language: _words(words + like.text[language].split(), _WORDS, chance)
        for language, words in known.items()
    }
    return like.model_copy(
        update={
            "id": f"p{number}",
            "number": number,
            "topics": tuple(topics),
            "title": {item: _words(words, 4, chance) for item, words in known.items()},
            "text": texts,
            "keywords": {
                item: tuple(_words(words, chance.randint(1, 2), chance) for _ in range(_KEYWORDS))
                for item, words in known.items()
            },
            "related": {},
            "history": like.history[:1],
            "conflicts": (),
            "context": (),
        }
    )


def _words(words: Sequence[str], count: int, chance: random.Random) -> str:
    return " ".join(chance.choices(words, k=count))


def _invented(language: str, chance: random.Random) -> list[str]:
    syllables = _SYLLABLES.get(language, _SYLLABLES["en"])
    return ["".join(chance.choices(syllables, k=chance.randint(2, 4))) for _ in range(_VOCABULARY)]
