"""The words of an agreement, folded and filed: each text is looked at once, a word at a time."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from bot.agreement.search.folding import composed, fold
from bot.agreement.search.stopwords import is_stop_word

_WORD = re.compile(r"[^\W_]+")
_ENDING = re.compile(r"(?<=[^\W_])['’ʼ][^\W_]+")
"""What follows an apostrophe is an ending: "Ali’nin", "Ali’s"."""


class Folding(dict[str, str]):
    """Text between blanks to its folded word, each once: an agreement repeats its words.

    A stop word becomes "", and what holds several words ("rail/road") the words with blanks
    between, which `Filing` takes apart. To look up what stands between blanks is several times as
    fast as to look for the words of every text.
    """

    def __missing__(self, typed: str) -> str:
        parts = [typed] if typed.isalpha() else _WORD.findall(_ENDING.sub("", composed(typed)))
        folded = map(fold, parts)
        kept = [one for one in folded if not is_stop_word(one)]
        self[typed] = " ".join(kept)
        return self[typed]

    def each(self, texts: Iterable[str]) -> Iterator[str]:
        """The words of texts, folded, one after the other; see above for which are no words."""
        return map(self.__getitem__, "\n".join(texts).split())

    def words(self, texts: Iterable[str]) -> set[str]:
        """The folded words of texts, those of one that holds several apart."""
        return set(" ".join(self.each(texts)).split())

    def is_several(self, name: str) -> bool:
        """Whether it has several words that are no stop words: "за рубежом" has one."""
        return " " in name and len([one for one in name.split() if self[one]]) > 1

    def apart(self, names: Iterable[str]) -> tuple[list[str], list[str]]:
        """The names of one word, and those of several."""
        both: tuple[list[str], list[str]] = [], []
        for name in names:
            both[self.is_several(name)].append(name)
        return both


class _Postings(Protocol):
    """What takes the codes of a word."""

    def append(self, code: int, /) -> None: ...


class _Several:
    """The postings of several words that were written as one: "rail/road"."""

    def __init__(self, each: Sequence[list[int]]) -> None:
        self._each = each

    def append(self, code: int, /) -> None:
        for one in self._each:
            one.append(code)


class Filing(dict[str, _Postings]):
    """Text between blanks to the postings of its word, or to a basket if it is no word.

    A large agreement has a million words: nothing is looked up twice for one of them.
    """

    def __init__(self, folded: Folding, postings: defaultdict[str, list[int]]) -> None:
        super().__init__()
        self._folded = folded
        self._postings = postings
        self._basket: list[int] = []

    def __missing__(self, typed: str) -> _Postings:
        each = [self._postings[word] for word in self._folded[typed].split()]
        self[typed] = _Several(each) if len(each) > 1 else each[0] if each else self._basket
        return self[typed]

    def file(self, texts: Iterable[str], code: int) -> None:
        """Add a code to the postings of every word of these."""
        for postings in map(self.__getitem__, texts):
            postings.append(code)
        self._basket.clear()
