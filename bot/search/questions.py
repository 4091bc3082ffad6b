"""What a question asks for alongside its subject: statuses, a time, sources, the latest news."""

from __future__ import annotations

import re
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum
from functools import cache
from itertools import accumulate, islice
from typing import NamedTuple, TypeVar

from bot.agreement.status import Status
from bot.search.lexicon import is_of_any_agreement, is_stop_word
from bot.search.months import Months
from bot.search.normalization import composed, fold, words
from bot.search.question_words import (
    ASPECTS,
    FOLLOWING,
    LATEST,
    OF_THE_BOARD,
    PERIODS,
    REFERRING,
    STATUSES,
    Aspect,
    Period,
    Phrases,
)

_YEAR = re.compile(r"(?:19|20)\d\d", re.ASCII)
_DAY = re.compile(r"[1-9]|[12]\d|3[01]", re.ASCII)
_LONGEST = 4
LONGEST_WORD = 40
"""Letters of a word that are read, counted after folding, which makes up to 18 of one."""
MOST_WORDS = 60
"""Words of a question that are read."""
_LONGEST_TEXT = 4000
_WORD = re.compile(r"[^\W_]+")
_LONG_GAP = re.compile(r"(\W{30})\W+")
"""Combining marks among them: to put thousands of them in order takes quadratic time."""
_T = TypeVar("_T", Status, Period, Aspect, "_News", "_Whole")
_SHORT_FOLLOW_UP = 4


@dataclass(frozen=True, slots=True)
class Query:
    """A question taken apart."""

    text: str
    """What it is about; "" where it is about the whole agreement."""
    statuses: tuple[Status, ...] = ()
    """Only provisions at one of these; all of them if empty."""
    since: date | None = None
    """Only what changed on this day or later."""
    until: date | None = None
    """Only what changed on this day or earlier."""
    latest: bool = False
    """Whether the newest changes are asked for."""
    aspect: Aspect | None = None
    leans: bool = False
    """Whether it begins like the second of two questions: "and the railway?"."""
    refers: bool = False
    """Whether it is about what was shown before: "is it finished?"."""

    @property
    def is_filtered(self) -> bool:
        """Whether it asks for a part of the board by status or time."""
        return bool(self.statuses or self.latest)

    def unfiltered(self) -> Query:
        """The same subject without statuses and times."""
        return Query(self.text, aspect=self.aspect, leans=self.leans)


@dataclass(frozen=True, slots=True)
class Context:
    """What the chat was about a moment ago."""

    query: Query
    provision_ids: tuple[str, ...] = ()
    """What was shown, best first."""


def limited(text: str) -> str:
    """Return the beginning of a text, short enough to be searched for.

    Keep at most 60 words of at most 40 letters, counted after normalisation. Whoever reads a
    question passes it through here first, so that its cost does not depend on what was typed.
    """
    if text.isascii() and len(text) <= LONGEST_WORD:
        return text
    text = composed(_LONG_GAP.sub(r"\1", text[:_LONGEST_TEXT]))
    found = [*islice(_WORD.finditer(text), MOST_WORDS + 1)]
    end = found[MOST_WORDS].start() if len(found) > MOST_WORDS else len(text)
    return _WORD.sub(lambda word: _cut(word[0]), text[:end])


def _cut(word: str) -> str:
    """Return the beginning of a word that has at most 40 letters when it is folded."""
    word = word[:LONGEST_WORD]
    if word.isascii() or len(fold(word)) <= LONGEST_WORD:
        return word
    lengths = accumulate(len(fold(letter)) for letter in word)
    return word[: sum(length <= LONGEST_WORD for length in lengths)]


def parse(text: str, today: date, *, dated: bool = False) -> Query:
    """Take a question apart, in any of the languages of `bot.search.question_words`.

    Words of status and time are taken out of the subject; a year or a month ("in 2025") only where
    something is asked for that changes, or is known to be (`dated`). Whether "is the railway
    finished?" asks for what is finished or for the railway only the board can tell
    (`bot.search.answering`).
    """
    typed = words(limited(text))
    folded = [fold(word) for word in typed]
    used: set[int] = set()
    said = _said(folded)
    named = _taken(said, used, Status)
    statuses = tuple(status for status in Status if status in named)
    periods = _taken(said, used, Period)
    aspects = _taken(said, used, Aspect)
    latest = bool(_taken(said, used, _News))
    since, until = _days(periods[0], today) if periods else (None, None)
    if (latest or statuses or dated) and not periods:
        since, until = _dates(folded, used, today)
    subject = _subject([word for place, word in enumerate(typed) if place not in used])
    aspect = aspects[0] if aspects else None
    is_of_all = aspect is Aspect.STATUS and not subject
    latest = latest or (bool(periods or is_of_all) and not statuses)
    leans = any(item.tag is _Follow.AND and item.start == 0 for item in said)
    refers = any(item.tag is _Follow.IT and item.start not in used for item in said)
    refers = refers or any(_bare(item) != item for item in folded)
    return Query(subject, statuses, since, until, latest, aspect, leans, refers and not subject)


def in_context(query: Query, previous: Context | None) -> Query:
    """What a follow-up means after the question before: "sources?", "when?", "and stalled?".

    A question with a subject of its own keeps it ("and the railway?"), with the statuses of
    the one before if it leans on that. One without gets the subject of the one before.
    """
    if previous is None:
        return query
    is_status = query.aspect is Aspect.STATUS and not query.statuses and query.since is None
    is_of_it = is_status and bool(previous.query.text)
    if not query.text and query.aspect is not None and (is_of_it or not query.is_filtered):
        return replace(previous.query.unfiltered(), aspect=query.aspect)
    if query.refers and query.statuses and previous.query.text:
        return replace(previous.query.unfiltered(), aspect=query.aspect or Aspect.STATUS)
    if not query.text and query.statuses and query.leans:
        return replace(query, text=previous.query.text)
    if query.text and query.leans and not query.is_filtered and query.aspect is None:
        is_short = len(words(query.text)) <= _SHORT_FOLLOW_UP
        if is_short:
            before = previous.query
            return replace(
                query,
                statuses=before.statuses,
                since=before.since,
                until=before.until,
                latest=before.latest,
                aspect=before.aspect,
            )
    return query


class _News(Enum):
    LATEST = "latest"


class _Follow(Enum):
    AND = "and"
    IT = "it"


class _Whole(Enum):
    BOARD = "board"


_Tag = Status | Period | Aspect | _News | _Follow | _Whole


class _Said(NamedTuple):
    """A phrase of the tables that was met in a question."""

    start: int
    length: int
    tag: _Tag


def _said(folded: Sequence[str]) -> list[_Said]:
    """Every known phrase in it, the longest first: "not started" before "started"."""
    lexicon = _lexicon()
    found = []
    for start, word in enumerate(folded):
        ends = range(2, min(len(word), _longest_beginning()) + 1)
        keys = (_bare(word), word, *(f"{word[:end]}*" for end in ends))
        for key in dict.fromkeys(keys):
            for phrase, tag in lexicon.get(key, ()):
                if _is(folded[start : start + len(phrase)], phrase):
                    found.append(_Said(start, len(phrase), tag))
    return sorted(found, key=lambda item: -item.length)


def _taken(said: Iterable[_Said], used: set[int], kind: type[_T]) -> list[_T]:
    """The tags of one kind that were said in words that are free yet; they are used then."""
    tags: list[_T] = []
    for item in said:
        places = range(item.start, item.start + item.length)
        if isinstance(item.tag, kind) and used.isdisjoint(places):
            used.update(places)
            tags.append(item.tag)
    return tags


def _is(part: Sequence[str], phrase: tuple[str, ...]) -> bool:
    return len(part) == len(phrase) and all(
        word.startswith(known[:-1]) if known.endswith("*") else known in {word, _bare(word)}
        for word, known in zip(part, phrase, strict=True)
    )


def _bare(word: str) -> str:
    """Without the ending that asks in Azerbaijani and Turkish: "bitibmi", "bittimi"."""
    return word[:-2] if len(word) > _LONGEST and word.endswith(("mi", "mu")) else word


@cache
def _lexicon() -> Mapping[str, list[tuple[tuple[str, ...], _Tag]]]:
    """The phrases by their first word."""
    tables: list[tuple[_Tag, Phrases]] = [
        *STATUSES.items(),
        *PERIODS.items(),
        *ASPECTS.items(),
        (_News.LATEST, LATEST),
        (_Follow.AND, FOLLOWING),
        (_Follow.IT, REFERRING),
        (_Whole.BOARD, OF_THE_BOARD),
    ]
    found: defaultdict[str, list[tuple[tuple[str, ...], _Tag]]] = defaultdict(list)
    for tag, phrases in tables:
        for phrase in (part.split() for line in phrases.values() for part in line.split(",")):
            found[phrase[0]].append((tuple(phrase), tag))
    return found


@cache
def _longest_beginning() -> int:
    """Return how many letters the longest known beginning of a word has."""
    return max(len(known) - 1 for known in _lexicon() if known.endswith("*"))


def _days(period: Period, today: date) -> tuple[date, date]:
    monday = today - timedelta(days=today.weekday())
    first = today.replace(day=1)
    before = (first - timedelta(days=1)).replace(day=1)
    year = today.replace(month=1, day=1)
    day = timedelta(days=1)
    spans: Mapping[Period, tuple[date, date]] = {
        Period.TODAY: (today, today),
        Period.YESTERDAY: (today - day, today - day),
        Period.THIS_WEEK: (monday, today),
        Period.LAST_WEEK: (monday - 7 * day, monday - day),
        Period.THIS_MONTH: (first, today),
        Period.LAST_MONTH: (before, first - day),
        Period.THIS_YEAR: (year, today),
        Period.LAST_YEAR: (year.replace(year=today.year - 1), year - day),
    }
    return spans[period]


def _dates(folded: Sequence[str], used: set[int], today: date) -> tuple[date | None, date | None]:
    """A year, a month ("in June" is the last one), or a day of it."""
    free = [place for place in range(len(folded)) if place not in used]
    years = [place for place in free if _YEAR.fullmatch(folded[place])]
    months = [place for place in free if _month(folded, place)]
    used.update([*years[:1], *months[:1]])
    year = int(folded[years[0]]) if years else None
    if not months:
        return (date(year, 1, 1), date(year, 12, 31)) if year else (None, None)
    number = _month(folded, months[0]) or 1
    year = year or today.year - (number > today.month)
    length = monthrange(year, number)[1]
    for place in (months[0] - 1, months[0] + 1):
        if place in free and _DAY.fullmatch(folded[place]) and int(folded[place]) <= length:
            used.add(place)
            day = date(year, number, int(folded[place]))
            return day, day
    return date(year, number, 1), date(year, number, length)


def _month(folded: Sequence[str], place: int) -> int | None:
    """The number of the month that is named there; "may" is a verb without a number next to it."""
    if is_stop_word(folded[place]):
        beside = folded[max(0, place - 1) : place + 2]
        if not any(item.isdecimal() for item in beside):
            return None
    return _months().number(folded[place])


@cache
def _months() -> Months:
    return Months(FOLLOWING)  # the languages of the tables


def _subject(typed: Sequence[str]) -> str:
    """What is left to look for, or "" where only the words of asking are left."""
    folded = [fold(word) for word in typed]
    about: set[int] = set()
    _taken(_said(folded), about, _Whole)
    left = (word for place, word in enumerate(folded) if place not in about)
    is_empty = all(is_stop_word(word) or is_of_any_agreement(word) for word in left)
    return "" if is_empty else " ".join(typed)
