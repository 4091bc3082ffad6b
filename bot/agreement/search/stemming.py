"""The stems of a word: what is left without its endings."""

from __future__ import annotations

from functools import cache, lru_cache
from threading import get_ident
from typing import Protocol

import Stemmer  # type: ignore[import-not-found]

from bot.agreement.search.azerbaijani import (
    in_turkish,
    of_quality,
    without_endings,
    without_tense,
)
from bot.agreement.search.folding import fold
from bot.agreement.search.scripts import is_cyrillic

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

    Snowball's for Russian; English and Turkish beside `without_endings` for Azerbaijani. The
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
    return frozenset(one for one in found if _is_enough(one, folded))


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
