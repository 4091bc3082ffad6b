"""Stems of words; Azerbaijani and Turkish endings."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from threading import get_ident
from typing import Protocol

import Stemmer  # type: ignore[import-not-found]

from bot.search.normalization import fold
from bot.search.transliteration import is_cyrillic

_SHORTEST = 3
_LONG_ENOUGH = 4
_SHARE = 0.6
"""A stem of three letters counts only where it is most of the word, or a plural follows it."""
_PLURALS = ("lar", "ler")


class _OneLanguage(Protocol):
    def stemWord(self, word: str) -> str: ...  # noqa: N802 - Snowball's name


@lru_cache(maxsize=50_000)
def stems(folded: str) -> frozenset[str]:
    """The folded stems of a folded word, in every language of its script.

    Snowball's for Russian; English and Turkish alongside `without_endings` for Azerbaijani. The
    language of a question is nowhere needed: a wrong language's stem meets nothing.
    """
    if is_cyrillic(folded):
        found = {fold(_stemmer("russian", get_ident()).stemWord(folded))}
    else:
        found = {
            _stemmer("english", get_ident()).stemWord(folded),
            fold(_stemmer("turkish", get_ident()).stemWord(folded)),
            without_endings(folded),
            in_turkish(folded, without_endings(folded)),
            without_tense(folded),
            of_quality(folded),
        }
    return frozenset(item for item in found if _is_enough(item, folded))


def _is_enough(stem: str, folded: str) -> bool:
    if len(stem) >= _LONG_ENOUGH:
        return True
    if len(stem) < _SHORTEST:
        return False
    return len(stem) >= len(folded) * _SHARE or folded.startswith(_PLURALS, len(stem))


@cache
def _stemmer(name: str, thread: int) -> _OneLanguage:  # noqa: ARG001 - it is the key
    """A stemmer of a thread's own: PyStemmer's are not to be shared between threads."""
    stemmer: _OneLanguage = Stemmer.Stemmer(name)
    return stemmer


_LAYERS = (
    ("dir", "dur"),
    ("daki", "deki", "ndaki", "ndeki"),
    ("ndan", "nden", "dan", "den", "nda", "nde", "da", "de", "nin", "nun", "in", "un", "nu",
     "ni", "na", "ne", "ya", "ye", "yi", "yu", "yla", "yle", "la", "le", "a", "e", "i", "u"),
    ("imiz", "umuz", "iniz", "unuz", "lari", "leri", "si", "su", "im", "um", "in", "un", "i", "u"),
    ("lar", "ler"),
    ("siz", "suz", "li", "lu"),
)  # fmt: skip
"""From the end of a word inwards, folded (ı as i, ə as e, ü as u); one ending of each."""

_VERB = re.compile(
    r"(?P<stem>\w{2,}?)y?(?:il|ul|n)?"
    r"(?:acaq|ecek|acak|acag|eceg|iyor|uyor|mis|mus|maq|mek|mak|meli|mali|ib|ub|di|du|[iu]r(?=lar|ler|sen|san|ik|iq|em|am)|(?<=[pctkfhs])t[iu])"
    r"(?:lar|ler|dir|im|em|am|ik|iq|sen|san|i|a|e)?(?:mi|mu)?"
)
"""Tenses of a verb, folded, with the passive before them and "is it?" after."""
_VOWELS = "aeiou"
_POSSESSIVE = re.compile("^[aeiou]s[iu]$")
"""Where a bare i is not the ending: it belongs to -sı after a vowel."""
_HARDENED = {"g": "q", "y": "k"}


def _is_word(rest: str) -> bool:
    return len(rest) >= _SHORTEST and any(letter in _VOWELS for letter in rest)


def without_endings(folded: str) -> str:
    """What is left of a folded word; at least three letters and a vowel among them."""
    stem, was_vowel = folded, False
    for layer in _LAYERS:
        for ending in sorted(layer, key=len, reverse=True):
            rest = stem.removesuffix(ending)
            if rest != stem and _is_word(rest) and not _POSSESSIVE.search(stem[len(rest) - 2 :]):
                stem, was_vowel = rest, ending[0] in _VOWELS
                break
    if was_vowel and stem[-1] in _HARDENED:
        return stem[:-1] + _HARDENED[stem[-1]]
    return stem


def in_turkish(folded: str, stem: str) -> str:
    """The stem of a word as Turkish has it, whose ğ hardens to k: "destek" of "desteği"."""
    return f"{stem[:-1]}k" if stem.endswith("q") and folded[len(stem) - 1] == "g" else stem


def without_tense(folded: str) -> str:
    """The stem of a verb, Turkish as well, or the word itself: "uretilecek" to "uret"."""
    found = _VERB.fullmatch(folded)
    return found["stem"] if found else folded


_ABSTRACT = re.compile(r"(?P<stem>\w{3,}l[iu])[yg][aeiu]\w{0,5}")
"""The noun of a quality with a vowel behind it: "təhlükəsizliyə" of "təhlükəsizlik"."""


def of_quality(folded: str) -> str:
    """The noun of a quality without its ending, or the word itself; Turkish as well."""
    found = _ABSTRACT.fullmatch(folded)
    return f"{found['stem']}k" if found else folded


_DOING = re.compile(
    r"\w{2,}(?:l[aei]|n|il|[td]ir|dur|t|ul|is|us|r)m[ae](?:si|sini|sinin|sina|sine|lari|leri|k|q)?"
)
"""The noun of a verb: "yenilenmesi", the renewing of something."""


_PRESENT = re.compile(r"\w{3,}[iu]r|\w{2,}[rlndtkz]s[ae]")
"""The present, "tikir", and the condition, "olunsa". Nouns that end so do no harm here."""


def is_verb(folded: str) -> bool:
    """Whether it is a verb with its tense or the noun of one, Azerbaijani or Turkish."""
    return any(item.fullmatch(folded) for item in (_VERB, _DOING, _PRESENT))
