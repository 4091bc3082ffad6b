"""Text made comparable: one letter for what people type in several ways."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+(?:['’ʼ][^\W_]+)*")
_PART = re.compile(r"[^\W_]+")
_APOSTROPHE = re.compile(r"['’ʼ]")
_UNSEEN = re.compile("[\u0300-\u036f\u00ad\u200c\u200d\u2060\ufeff]")
"""Marks that belong to no letter, soft hyphens, joiners: none of them parts a word."""
_ORDINAL = re.compile(r"(?<=\d)[-‐‑–](?:c[iıuü]|го|м|й|я|е)\b")
"""What Azerbaijani and Russian put behind a number: "2025-ci ildə", "в 2025-м году"."""
_PLAIN = str.maketrans({"ı": "i", "ə": "e", "ß": "ss", "ø": "o", "đ": "d", "ł": "l", "æ": "ae"})
_DOT_ABOVE = "\N{COMBINING DOT ABOVE}"


def lower(text: str) -> str:
    """Lower case without regard to language: I, İ become i and ı stays, in one code point each."""
    return unicodedata.normalize("NFC", text).lower().replace("i" + _DOT_ABOVE, "i")


def composed(text: str) -> str:
    """Each letter with its marks in one code point, without marks that have no such letter."""
    return _UNSEEN.sub("", unicodedata.normalize("NFC", text))


def fold(text: str) -> str:
    """Lower case without diacritics, I, İ, ı and i the same letter: "Ağaç" and "agac" are one.

    Cyrillic stays Cyrillic, with ё as е and й as и.
    """
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return plain.translate(_PLAIN)


def words(text: str) -> list[str]:
    """The words of a text as written, numbers too.

    What follows an apostrophe is dropped: in Turkish names it is the ending ("Ali'nin"). So are
    the ending of a number and marks apart from their letters (Unicode's NFD, and "i̇" of "İ").
    """
    if not text.isascii():
        text = composed(text)
    text = _ORDINAL.sub("", text)
    return [_APOSTROPHE.split(found)[0] for found in _WORD.findall(text)]


def parts(text: str) -> list[str]:
    """The words of a text as written, those on both sides of an apostrophe apart.

    Which side matters depends on the language: "Ali'nin", "l'Assemblée". The other side is a stop
    word there.
    """
    return _PART.findall(_ORDINAL.sub("", text if text.isascii() else composed(text)))
