"""The first sentence of a text, which stands alone as the promise in one line."""

from __future__ import annotations

import re

_END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s+[\"'“‘«„(\[]*(\S))")
_SHORT = re.compile(r"(?:\b[^\W\d_]|\b\d{1,2})\.$")
"""An initial ("J. Smith") or an ordinal ("2. madde") ends with a dot, but ends no sentence."""


def first_sentence(text: str) -> str:
    """The text up to the end of its first sentence, or all of it if it is only one."""
    for found in _END.finditer(text):
        head = text[: found.end()]
        if not _SHORT.search(head) and not found[1].islower():
            return head
    return text


def opening(text: str, most: int, units: int) -> str:
    """The first sentences: at most `most`, and no more of them than `units` UTF-16 units hold.

    The first one is there in any case.
    """
    end = len(first_sentence(text))
    for _ in range(most - 1):
        rest = text[end:].lstrip()
        longer = len(text) - len(rest) + len(first_sentence(rest))
        if utf16_length(text[:longer]) > units:
            break
        end = longer
    return text[:end]


def utf16_length(text: str) -> int:
    """The length as Telegram counts it, in UTF-16 code units (Bot API, MessageEntity)."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
