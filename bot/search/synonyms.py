"""Groups of words that mean the same, as the content gives them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

from bot.search.normalization import fold
from bot.search.postings import Normalizer


@dataclass(frozen=True, eq=False)
class Group:
    """Words that mean the same, those of one word apart from those of several."""

    number: int
    single: tuple[str, ...]
    several: tuple[str, ...]


class Groups:
    """The content's synonyms: who has one word of a group has all."""

    def __init__(self, groups: Iterable[tuple[str, ...]], folded: Normalizer) -> None:
        self._of_keyword: dict[str, Group] = {}
        for number, names in enumerate(groups):
            single, several = folded.apart(names)
            group = Group(number, tuple(single), tuple(several))
            self._of_keyword.update(dict.fromkeys(map(str.casefold, names), group))
        self._of_word = {fold(name): group for name, group in self._of_keyword.items()}
        self._folded = folded

    def beside(self, keywords: Iterable[str], titles: Iterable[str]) -> list[Group]:
        """Those that hold one of these keywords, or a word of these titles, in their order."""
        of_keyword, of_word = self._of_keyword, self._of_word
        said = of_keyword.keys() & {*map(str.casefold, keywords)}
        words = of_word.keys() & {*self._folded.each(titles)}
        found = {*map(of_keyword.__getitem__, said), *map(of_word.__getitem__, words)}
        return sorted(found, key=attrgetter("number"))

    def names(self, keywords: Iterable[str], titles: Iterable[str]) -> list[str]:
        """All that is said for these keywords, or for words of these titles, as well."""
        found = self.beside(keywords, titles)
        return [name for item in found for name in (*item.single, *item.several)]
