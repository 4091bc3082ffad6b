"""Questions that the agreement has nothing on, counted without anyone in them.

A text is kept in plain only once it was asked twice: what only one person would write stays a
checksum. What looks like a person's data is not counted at all.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.search.normalization import fold

KEPT = timedelta(days=90)
"""How long a count is kept."""
LONGEST = 80
"""Characters of a text that is counted; who writes more tells a story."""
MOST = 5000
"""Texts and checksums that are kept at a time."""

_MARK = "#"
"""What a checksum begins with; no text does."""
_PERSONAL = re.compile(
    r"@\w"  # a name, an e-mail address
    r"|\w\.\w+/|://|\bwww\.|\bt\.me\b"  # an address on the web
    r"|\b[\w-]+\.(?:com|org|net|info|io|me|ru|az|tr|com\.\w\w)\b"
    r"|\d(?:[\s().+\-/]*\d){4}",  # a phone number, a document's, a card's
    re.IGNORECASE,
)
_OTHER = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class GapCount:
    """How often a text, or what has its checksum, was asked on a day."""

    text: str
    day: date
    count: int


@dataclass(frozen=True, slots=True)
class Gap:
    """A question that was asked more than once and never answered."""

    text: str
    count: int
    last: date


def normalised(question: str) -> str | None:
    """The words of a question, folded, with single spaces; None for what must not be counted.

    That is what holds an e-mail address, a name with @, a web address or five digits in a row
    (a year has four), what is longer than `LONGEST`, and what has no letter.
    """
    if _PERSONAL.search(question):
        return None
    text = _OTHER.sub(" ", fold(question)).strip()
    if len(text) > LONGEST or not any(letter.isalpha() for letter in text):
        return None
    return text


def counted(asked: Mapping[str, int], known: Iterable[GapCount]) -> dict[str, int]:
    """What to add to the counts: a text in plain if it was asked twice by now, else its checksum.

    `asked` are normalised texts; those beyond `MOST` are left out.
    """
    kept = {item.text for item in known}
    room = MOST - len(kept)
    found: dict[str, int] = {}
    for text, count in asked.items():
        is_known = text in kept or checksum(text) in kept
        key = text if is_known or count > 1 else checksum(text)
        if key not in kept:
            room -= 1
        if key in kept or room >= 0:
            found[key] = count
    return found


def gaps(counts: Iterable[GapCount], today: date) -> list[Gap]:
    """The texts in plain that are young enough, the most asked first."""
    rows = [count for count in counts if count.day >= oldest(today)]
    by_text: defaultdict[str, list[GapCount]] = defaultdict(list)
    for row in rows:
        by_text[row.text].append(row)
    found = []
    for text, own in by_text.items():
        if not text.startswith(_MARK):
            all_of_it = [*own, *by_text.get(checksum(text), ())]
            total = sum(item.count for item in all_of_it)
            found.append(Gap(text, total, max(item.day for item in all_of_it)))
    return sorted(found, key=lambda item: (-item.count, -item.last.toordinal(), item.text))


def oldest(today: date) -> date:
    """The first day whose counts are kept."""
    return today - KEPT


def checksum(text: str) -> str:
    """A mark for a text that does not say it. Too short for telling what the text was."""
    return _MARK + hashlib.sha256(text.encode()).hexdigest()[:10]
