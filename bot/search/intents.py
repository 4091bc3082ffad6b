"""What a question can ask for, and the words for it: a file a language in `lexicon/`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from enum import StrEnum
from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.agreement.status import Status, UnratedReason
from bot.search.languages import lexicon, with_lexicon
from bot.search.normalization import fold

_OF_SEARCH = "search."
"""How the names of lines begin that are for `bot.search.languages`."""
_SHORT, _LONG = 4, 9
"""Letters from which on a word may hold one slip, and two."""


class Intent(StrEnum):
    """What is asked for. Where a question has words for several, the first of these counts."""

    TABLE = "table"
    OPERATOR = "operator"
    METHOD = "method"
    LEGEND = "legend"
    IN_FORCE = "in_force"
    SIGNED = "signed"
    TEXT = "text"
    OVERDUE = "overdue"
    DEADLINES = "deadlines"
    SOURCES = "sources"
    WHEN = "when"
    SAID = "said"
    SUMMARY = "summary"
    COUNT = "count"
    NEWS = "news"
    STATUS = "status"
    HELP = "help"
    THANKS = "thanks"
    HELLO = "hello"
    OKAY = "okay"


class Period(StrEnum):
    """A stretch of the calendar that people name."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    THIS_WEEK = "this_week"
    LAST_WEEK = "last_week"
    THIS_MONTH = "this_month"
    LAST_MONTH = "last_month"
    THIS_YEAR = "this_year"
    LAST_YEAR = "last_year"


class Sign(StrEnum):
    """Words that say how the rest of a question is meant."""

    NOT = "not"
    SINCE = "since"
    """Stands before a date."""
    SINCE_AFTER = "since_after"
    """Stands after a date."""
    UNTIL = "until"
    UNTIL_AFTER = "until_after"
    BEFORE = "before"
    """As "until", without the day or the year that is named."""
    BEFORE_AFTER = "before_after"
    AND = "and"
    """How a question begins that leans on the one before."""
    IT = "it"
    """What "is it finished?" means the answer before by. In Azerbaijani and Turkish nothing stands
    for "it"; there who asks for yes or no ("bitti mi?") asks about what was shown."""
    BOARD = "board"
    """What a question may speak of and still be about the whole agreement."""
    ASKS = "asks"
    """What shows that a text is a question, not a headline."""
    SPEAK = "speak"
    """What may stand around the name of a language that is asked for."""


FAILED = (Status.STALLED, Status.ENDED)
"""The statuses that people call failed."""
Tag = Intent | Period | Sign | UnratedReason | tuple[Status, ...]


@cache
def phrases() -> Mapping[str, list[tuple[tuple[str, ...], Tag]]]:
    """Every phrase with what it means, by its first word."""
    found: defaultdict[str, list[tuple[tuple[str, ...], Tag]]] = defaultdict(list)
    for code in languages():
        for name, known in lexicon(code).items():
            if name.startswith(_OF_SEARCH):
                continue
            for phrase in known:
                words = tuple(fold(phrase).split())
                found[words[0]].append((words, _tag(name)))
    return found


def means(word: str, sign: Sign) -> bool:
    """Whether a folded word alone is such a sign."""
    return any(phrase == (word,) and tag is sign for phrase, tag in phrases().get(word, ()))


@cache
def languages() -> tuple[str, ...]:
    """The languages that there are words for."""
    return tuple(language.code for language in with_lexicon())


@cache
def longest_beginning() -> int:
    """Return how many letters the longest known beginning of a word has."""
    return max(len(known) - 1 for known in phrases() if known.endswith("*"))


def without_slip(word: str) -> str:
    """The known word that a folded one is a slip of, else the word itself.

    A short one can only lack a letter of a word that asks, have one too many or two in another
    order: "wich", "whta".
    """
    if len(word) < _SHORT or not word.isalpha():
        return word
    known = _vocabulary() if len(word) > _SHORT else _asking()
    if word in known:
        return word
    most = 2 if len(word) >= _LONG else 1
    near = process.extractOne(word, known, scorer=OSA.distance, score_cutoff=most)
    if near is None or near[0][0] != word[0]:
        return word
    is_swap = len(near[0]) != len(word) or sorted(near[0]) == sorted(word)
    return near[0] if len(word) > _SHORT or is_swap else word


@cache
def _vocabulary() -> tuple[str, ...]:
    """The long words of all phrases; a beginning counts as the word that it is."""
    every = {word.rstrip("*") for known in phrases().values() for item, _ in known for word in item}
    return tuple(sorted(word for word in every if len(word) > _SHORT))


@cache
def _asking() -> tuple[str, ...]:
    every = (item for known in phrases().values() for item in known)
    return tuple(sorted({item[0][0] for item in every if item[1] is Sign.ASKS}))


def _tag(name: str) -> Tag:
    kind, _, rest = name.partition(".")
    match kind:
        case "status" if rest:
            return FAILED if rest == "failed" else (Status(rest),)
        case "reason" if rest:
            return UnratedReason(rest)
        case "not" if rest:
            return tuple(status for status in Status if status.value != rest)
        case "period":
            return Period(rest)
        case _:
            return Intent(name) if name in set(Intent) else Sign(name)
