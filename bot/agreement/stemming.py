"""The stems of a word: what is left without its endings."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Protocol

import snowballstemmer  # type: ignore[import-untyped]

from bot.agreement.folding import fold, lower

_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_SHORTEST = 3
_NAMES = {"en": "english", "tr": "turkish", "az": "turkish", "ru": "russian"}
"""Snowball's stemmers by language. It has none for Azerbaijani; Turkish has like endings."""


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...  # noqa: N802 - Snowball's name


def stems(word: str, language: str | None = None) -> frozenset[str]:
    """The folded stems of a word, of at least three letters.

    Where the language is not known those of every language of its script. A word typed
    without diacritics has the stems of the folded word beside its own.
    """
    if language is None:
        languages = ("ru",) if _CYRILLIC.search(word) else ("en", "tr")
    else:
        languages = (language.partition("-")[0],)
    found = {
        _stem(_NAMES[one], form)
        for one in languages
        if one in _NAMES
        for form in (lower(word), fold(word))
    }
    return frozenset(stem for stem in found if len(stem) >= _SHORTEST)


@lru_cache(maxsize=50_000)
def _stem(name: str, form: str) -> str:
    return fold(_stemmer(name).stemWord(form))


@cache
def _stemmer(name: str) -> _Stemmer:
    stemmer: _Stemmer = snowballstemmer.stemmer(name)
    return stemmer
