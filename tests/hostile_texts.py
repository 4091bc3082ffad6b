"""Texts that cost more than they look: for tests, and for `benchmarks/texts.py`."""

from __future__ import annotations

import random
from collections.abc import Mapping
from string import ascii_lowercase

LONGEST = 4000
_CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
_MARKS = "\u0345\u0301\u0327\u0334\u05b0\u3099"


def hostile_texts(seed: int = 1) -> Mapping[str, str]:
    """Texts of 4,000 characters each by what is wrong with them. Deterministic for a seed."""
    chance = random.Random(seed)

    def word(length: int, letters: str) -> str:
        return "".join(chance.choices(letters, k=length))

    def unknown(length: int, letters: str) -> str:
        return " ".join(word(length, letters) for _ in range(LONGEST // (length + 1)))

    texts = {
        "a letter that is eighteen when normalised": "ﷺ" * LONGEST,
        "a letter that is three when normalised": "ﬃ" * LONGEST,
        "a letter that is two when folded": "ß" * LONGEST,
        "syllables that are three letters each": "각" * LONGEST,
        "marks out of order": "a" + "".join(mark * (LONGEST // 6) for mark in _MARKS),
        "marks in any order": "a" + word(LONGEST, _MARKS),
        "letters with thirty marks": ("e" + "\u0300" * 30) * (LONGEST // 31),
        "one word": word(LONGEST, ascii_lowercase),
        "one letter": "a" * LONGEST,
        "one Cyrillic word": word(LONGEST, _CYRILLIC),
        "one number": "9" * LONGEST,
        "one Turkish word": "Çekoslovakyalılaştıramadıklarımızdanmışsınız" * 90,
        "unknown words": unknown(12, ascii_lowercase),
        "unknown long words": unknown(60, ascii_lowercase),
        "unknown Cyrillic words": unknown(12, _CYRILLIC),
        "unknown words in two alphabets": unknown(9, ascii_lowercase + _CYRILLIC),
        "slips in known words": "railvay enerqy declaratoin transpotr sekurity cooperatoin " * 70,
        "known words": "железная дорога безопасность энергия railway energy müdafiə " * 70,
        "thousands of words": "ab " * (LONGEST // 3),
        "thousands of clauses": "a," * (LONGEST // 2),
        "thousands of apostrophes": "a'" * (LONGEST // 2),
        "thousands of hyphens": "a-" * (LONGEST // 2),
        "thousands of dots": "a." * (LONGEST // 2),
        "thousands of ordinals": "1-ci" * (LONGEST // 4),
        "thousands of digits apart": "1 " * (LONGEST // 2),
        "markup": "<b>&amp;" * (LONGEST // 8),
        "nothing but blanks": "x" + " " * LONGEST + "x",
        "unseen letters": "a" + "\u200b\u2060" * (LONGEST // 2),
        "emoji of seven parts": "👩‍👩‍👧‍👦" * (LONGEST // 11),
        "letters from right to left": "\u202e" + word(LONGEST, "אבגדהוזחטיךכל"),
    }
    return {name: text[:LONGEST] for name, text in texts.items()}
