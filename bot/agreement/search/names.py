"""The names of several words that a provision goes by, and how much of one a question says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from bot.agreement.search.term import TWO, Term


class Names:
    """A provision's titles, keywords and phrases of several words, by their words."""

    def __init__(self, names: Iterable[frozenset[str]]) -> None:
        known = sorted({one for one in names if len(one) >= TWO}, key=sorted)
        self._sizes = [len(one) for one in known]
        self._with: defaultdict[str, list[int]] = defaultdict(list)
        for place, name in enumerate(known):
            for word in name:
                self._with[word].append(place)

    def said(self, terms: Sequence[Term]) -> tuple[float, frozenset[int]]:
        """How much of a name was said, 0 to 1, and the places of the words that said it.

        Of several names the one that was said most completely; a party's name in it belongs to
        many, so that such a name is said as a whole or not at all.
        """
        met: defaultdict[int, dict[str, int]] = defaultdict(dict)
        for number, term in enumerate(terms):
            for word in term.meanings:
                for place in self._with.get(word, ()):
                    met[place][word] = number
        best, said = 0.0, frozenset[int]()
        for place in sorted(met):
            words, size = met[place], self._sizes[place]
            numbers = frozenset(words.values())
            if len(numbers) < TWO:
                continue
            telling = sum(not terms[one].is_party for one in numbers)
            if not telling or (telling < TWO and len(words) < size):
                continue
            share = min(len(numbers), len(words)) / size
            if (share, len(numbers)) > (best, len(said)):
                best, said = share, numbers
        return best, said
