"""The words of an agreement, folded and filed: each text is looked at once, a word at a time."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Generic, Protocol, TypeVar

from bot.search.lexicon import is_stop_word
from bot.search.normalization import composed, fold

_Field = TypeVar("_Field")
_WORD = re.compile(r"[^\W_]+")
_ENDING = re.compile(r"(?<=[^\W_])['’ʼ][^\W_]+")
"""What follows an apostrophe is an ending: "Ali’nin", "Ali’s"."""


class Normalizer(dict[str, str]):
    """Text between blanks to its folded word, each once: an agreement repeats its words.

    A stop word becomes "", and what holds several words ("rail/road") the words with blanks
    between, which `Postings` takes apart. To look up what stands between blanks is several times as
    fast as to look for the words of every text.
    """

    def __init__(self) -> None:
        super().__init__()
        self._apart: dict[tuple[str, ...], tuple[list[str], list[str]]] = {}

    def __missing__(self, typed: str) -> str:
        parts = [typed] if typed.isalpha() else _WORD.findall(_ENDING.sub("", composed(typed)))
        folded = map(fold, parts)
        kept = [item for item in folded if not is_stop_word(item)]
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
        return " " in name and len([part for part in name.split() if self[part]]) > 1

    def apart(self, names: Iterable[str]) -> tuple[list[str], list[str]]:
        """The names of one word, and those of several; the same ones are told apart once."""
        key = tuple(names)
        both = self._apart.get(key)
        if both is None:
            both = self._apart[key] = ([], [])
            for name in key:
                both[self.is_several(name)].append(name)
        return both


class _Takes(Protocol):
    """What takes the numbers of the texts that have a word."""

    def append(self, number: int, /) -> None: ...


class _Several:
    """Takes them for several words that were written as one: "rail/road"."""

    def __init__(self, each: Sequence[list[int]]) -> None:
        self._each = each

    def append(self, number: int, /) -> None:
        for item in self._each:
            item.append(number)


class Postings(Generic[_Field]):
    """Which texts have a word, and which places of the agreement have a text.

    A large agreement has a million words, and texts that are alike in many places: nothing is
    looked up twice for a word, and no text is read twice.
    """

    def __init__(self, folded: Normalizer) -> None:
        self._folded = folded
        self._takes: dict[str, _Takes] = _Typed(self._made)
        self._texts_of: defaultdict[str, list[int]] = defaultdict(list)
        self._basket: list[int] = []
        self._numbers: dict[tuple[_Field, str], int] = {}
        self._fields: list[_Field] = []
        self._places: list[list[int]] = []

    @property
    def words(self) -> Iterable[str]:
        """All words, folded."""
        return self._texts_of

    def of(self, word: str) -> Iterator[tuple[_Field, list[int]]]:
        """The texts that have a folded word: which field each is, and of which places."""
        for number in self._texts_of.get(word, ()):
            yield self._fields[number], self._places[number]

    def file(self, place: int, field: _Field, texts: Iterable[str]) -> None:
        """Take in what a place has in a field."""
        text = "\n".join(texts)
        number = self._numbers.setdefault((field, text), len(self._places))
        if number < len(self._places):
            self._places[number].append(place)
            return
        self._fields.append(field)
        self._places.append([place])
        for takes in map(self._takes.__getitem__, text.split()):
            takes.append(number)
        self._basket.clear()

    def _made(self, typed: str) -> _Takes:
        """What takes for text between blanks: the basket where it is not a word."""
        each = [self._texts_of[word] for word in self._folded[typed].split()]
        return _Several(each) if len(each) > 1 else each[0] if each else self._basket


class _Typed(dict[str, _Takes]):
    """Each made once, when it is needed first."""

    def __init__(self, make: Callable[[str], _Takes]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, typed: str) -> _Takes:
        self[typed] = self._make(typed)
        return self[typed]
