"""Words typed in another alphabet: Russian in Latin letters, Azerbaijani in Cyrillic."""

from __future__ import annotations

import re

_CYRILLIC = re.compile(r"[\u0400-\u04ff]")

_TO_CYRILLIC = (
    ("shch", "щ"), ("iya", "ия"), ("ija", "ия"), ("iyu", "ию"), ("iye", "ие"), ("yye", "ые"),
    ("sch", "щ"), ("zh", "ж"), ("kh", "х"), ("ts", "ц"), ("tc", "ц"), ("ch", "ч"),
    ("sh", "ш"), ("yu", "ю"), ("ju", "ю"), ("iu", "ю"), ("ya", "я"), ("ja", "я"), ("ia", "я"),
    ("yo", "е"), ("jo", "е"), ("ye", "е"), ("je", "же"), ("iy", "ии"), ("yi", "ыи"), ("yy", "ыи"),
    ("a", "а"), ("b", "б"), ("v", "в"), ("w", "в"), ("g", "г"), ("d", "д"), ("e", "е"),
    ("z", "з"), ("i", "и"), ("j", "и"), ("k", "к"), ("q", "к"), ("l", "л"), ("m", "м"),
    ("n", "н"), ("o", "о"), ("p", "п"), ("r", "р"), ("s", "с"), ("t", "т"), ("u", "у"),
    ("f", "ф"), ("h", "х"), ("x", "х"), ("c", "ц"), ("y", "ы"),
)  # fmt: skip
"""How Russian is typed in Latin letters, the longest first: what ISO 9:1995, BGN/PCGN and habit
share, folded (й as и)."""

_VOWELS = "аеиоуыэюя"
_E = re.compile(r"^е|(?<=о)е")
"""Where "e" may be э: "energiya", "elektroenergiya"."""

_AZERBAIJANI = str.maketrans({
    "а": "a", "б": "b", "в": "v", "г": "q", "ғ": "g", "д": "d", "е": "e", "ә": "e", "ж": "j",
    "з": "z", "и": "i", "ы": "i", "ј": "y", "й": "y", "к": "k", "ҝ": "g", "л": "l", "м": "m",
    "н": "n", "о": "o", "ө": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ү": "u",
    "ф": "f", "х": "x", "һ": "h", "ч": "c", "ҹ": "c", "ш": "s", "э": "e", "ю": "yu", "я": "ya",
    "ц": "s", "щ": "s", "ъ": "", "ь": "",
})  # fmt: skip
"""The Azerbaijani Cyrillic alphabet of 1958 to 1991, letter by letter, to folded Latin."""

_RUSSIAN = _AZERBAIJANI | str.maketrans({
    "г": "g", "ж": "zh", "х": "h", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch",
})  # fmt: skip
"""The same by Russian habit, as names are taken over."""


def is_cyrillic(text: str) -> bool:
    """Whether there is a Cyrillic letter in it."""
    return bool(_CYRILLIC.search(text))


def in_other_script(folded: str) -> tuple[str, ...]:
    """How a folded word may be written in the other alphabet, folded; likeliest first."""
    if is_cyrillic(folded):
        return tuple(dict.fromkeys((folded.translate(_AZERBAIJANI), folded.translate(_RUSSIAN))))
    if not folded.isascii() or not folded.isalpha():
        return ()
    plain = _cyrillic(folded)
    return tuple(dict.fromkeys((plain, _E.sub("э", plain))))


def _cyrillic(folded: str) -> str:
    found, place = "", 0
    while place < len(folded):
        for latin, cyrillic in _TO_CYRILLIC:
            if folded.startswith(latin, place):
                after_vowel = found[-1:] in _VOWELS if found else True
                is_last = place + len(latin) == len(folded)
                if latin == "y" and found and after_vowel:
                    found += "и"
                elif latin == "ia" and not is_last:
                    found += "иа"  # "diaspora", "milliard"
                elif latin == "ye" and is_last and not after_vowel:
                    found += "ые"  # as adjectives end
                else:
                    found += cyrillic
                place += len(latin)
                break
        else:
            return found
    return found
