"""What is known of a language: its stop words, what it elides, and its stemmer.

A language is a file of data, ``lexicon/CODE.txt``, whose other lines are for `bot.search.intents`.
One without a file has no stop words; it has a stemmer if Snowball knows its English name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import local

import Stemmer  # type: ignore[import-not-found]
from babel import Locale, UnknownLocaleError

from bot.search.normalization import fold

_SHORTEST_STEM = 3
_FOLDER = Path(__file__).parent / "lexicon"


@dataclass(frozen=True)
class SearchLanguage:
    """A language as the search knows it."""

    code: str
    stop_words: frozenset[str]
    """Folded words that say nothing of a question's subject, and parts that are elided."""
    agreement_words: tuple[str, ...]
    """Beginnings of folded words that mean an agreement or a part of one."""
    stemmer: str | None

    def stem(self, folded: str) -> str:
        """The folded stem of a folded word, or the word."""
        return fold(_stem_word(self.stemmer)(folded)) if self.stemmer else folded


@cache
def search_language(code: str) -> SearchLanguage:
    """A language by its code: "en", "pt-BR"."""
    base = code.partition("-")[0]
    data = lexicon(base)
    return SearchLanguage(
        base,
        frozenset(data.get("search.stop", ())),
        data.get("search.agreement", ()),
        "".join(data.get("search.stemmer", ())) or _snowball(base),
    )


def is_stop_word(folded: str) -> bool:
    """Whether a word says nothing of a question's subject in a language that has a file."""
    return any(folded in language.stop_words for language in with_lexicon())


def is_of_any_agreement(folded: str) -> bool:
    """Whether it is a word for an agreement or a part of one: "declaration", "maddesi"."""
    return any(folded.startswith(language.agreement_words) for language in with_lexicon())


def stems(folded: str) -> frozenset[str]:
    """The stems of a folded word in the languages that have a file."""
    found = (language.stem(folded) for language in with_lexicon())
    return frozenset(stem for stem in found if len(stem) >= _SHORTEST_STEM)


@cache
def lexicon(code: str) -> dict[str, tuple[str, ...]]:
    """The phrases of a language by the name of their line; empty where it has no file.

    A line that begins with a blank goes on with the one before.
    """
    file = _FOLDER / f"{code}.txt"
    text = file.read_text(encoding="utf-8").replace("\n ", " ") if file.is_file() else ""
    lines = (line.partition(":") for line in text.splitlines()[1:])
    return {
        name: tuple(phrase.strip() for phrase in listed.split(",") if phrase.strip())
        for name, _, listed in lines
    }


@cache
def with_lexicon() -> tuple[SearchLanguage, ...]:
    """The languages that have a data file."""
    return tuple(search_language(file.stem) for file in sorted(_FOLDER.glob("*.txt")))


def _snowball(code: str) -> str | None:
    try:
        name = (Locale.parse(code).get_language_name("en") or "").lower()
    except (UnknownLocaleError, ValueError):
        return None
    return name if name in Stemmer.algorithms() else None


class _Stemmers(local):
    """A stemmer is not to be shared between threads."""

    def __init__(self) -> None:
        self.by_name: dict[str, Callable[[str], str]] = {}


_stemmers = _Stemmers()


def _stem_word(name: str) -> Callable[[str], str]:
    if name not in _stemmers.by_name:
        _stemmers.by_name[name] = Stemmer.Stemmer(name).stemWord
    return _stemmers.by_name[name]
