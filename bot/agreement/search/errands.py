"""Words of everyday errands, in English, Azerbaijani, Turkish and Russian, folded.

People send a bot what they would type anywhere: weather, prices, tickets, scores, recipes, loans.
No agreement answers that unless it has the word itself, so such a word makes a question more
foreign than another unknown one does. An entry that ends in * stands for all that begin so.
"""

from __future__ import annotations

from functools import lru_cache

from bot.agreement.search.errand_words import AZERBAIJANI, ENGLISH, RUSSIAN, TURKISH

_ENTRIES = f"{ENGLISH} {AZERBAIJANI} {TURKISH} {RUSSIAN}".split()
_WHOLE = frozenset(one for one in _ENTRIES if not one.endswith("*"))
_BEGINNINGS = tuple(one[:-1] for one in _ENTRIES if one.endswith("*"))


@lru_cache(maxsize=20_000)
def is_errand(folded: str) -> bool:
    """Whether a folded word is of the kind that is asked of any bot: "weather", "biletləri"."""
    return folded in _WHOLE or folded.startswith(_BEGINNINGS)
