"""What a question asks for beside its subject: statuses, a time, sources, the latest news."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

from bot.agreement.question_words import (
    ASPECTS,
    FOLLOWING,
    LATEST,
    OF_THE_BOARD,
    PERIODS,
    STATUSES,
    Aspect,
    Period,
    Phrases,
)
from bot.agreement.search.folding import fold, words
from bot.agreement.search.stopwords import is_of_any_agreement, is_stop_word
from bot.agreement.status import Status

_YEAR = re.compile(r"(?:19|20)\d\d")
_LONGEST = 4
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


def parse(text: str, today: date) -> Query:
    """Take a question apart, in any of the languages of `bot.agreement.question_words`.

    Words of status and time are taken out of the subject; a year ("in 2025") only where
    something is asked for that changes. Status words stay in the subject as well where no
    question of status is meant: whether one is, only the board can tell
    (`bot.agreement.answering`).
    """
    typed = words(text)
    folded = [fold(word) for word in typed]
    used: set[int] = set()
    leans = bool(_take(folded, FOLLOWING, set(), at_start=True))
    statuses = _statuses(folded, used)
    periods = [one for one in Period if _take(folded, PERIODS[one], used)]
    aspect = next((one for one in Aspect if _take(folded, ASPECTS[one], used)), None)
    latest = _take(folded, LATEST, used)
    since, until = _span(periods, today)
    if (latest or statuses) and since is None and until is None:
        since, until = _years(folded, used)
    if periods and not statuses:
        latest = True
    rest = " ".join(word for place, word in enumerate(typed) if place not in used)
    subject = _subject(rest)
    if aspect is Aspect.STATUS and not subject and not statuses:
        latest = True
    return Query(subject, statuses, since, until, latest, aspect, leans)


def in_context(query: Query, previous: Context | None) -> Query:
    """What a follow-up means after the question before: "sources?", "when?", "and stalled?".

    A question with a subject of its own keeps it ("and the railway?"), with the statuses of
    the one before if it leans on that. One without gets the subject of the one before.
    """
    if previous is None:
        return query
    if not query.text and not query.is_filtered and query.aspect is not None:
        return replace(previous.query.unfiltered(), aspect=query.aspect)
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


def _statuses(folded: Sequence[str], used: set[int]) -> tuple[Status, ...]:
    """The statuses named, the longest phrase first, so that "not started" is not "started"."""
    named = [
        (len(phrase), status, phrase)
        for status in Status
        for phrase in _phrases(tuple(STATUSES[status].values()))
    ]
    named.sort(key=lambda one: -one[0])
    found: list[Status] = []
    for _, status, phrase in named:
        if _take_phrase(folded, phrase, used) and status not in found:
            found.append(status)
    return tuple(status for status in Status if status in found)


def _take(
    folded: Sequence[str], phrases: Phrases, used: set[int], *, at_start: bool = False
) -> bool:
    found = False
    for phrase in _phrases(tuple(phrases.values())):
        found |= _take_phrase(folded, phrase, used, at_start=at_start)
    return found


def _take_phrase(
    folded: Sequence[str], phrase: tuple[str, ...], used: set[int], *, at_start: bool = False
) -> bool:
    starts = range(1) if at_start else range(len(folded) - len(phrase) + 1)
    for start in starts:
        places = range(start, start + len(phrase))
        part = folded[start : start + len(phrase)]
        if len(part) == len(phrase) and not used.intersection(places) and _is(part, phrase):
            used.update(places)
            return True
    return False


def _is(part: Sequence[str], phrase: tuple[str, ...]) -> bool:
    return all(
        word.startswith(known[:-1]) if known.endswith("*") else _bare(word) == known
        for word, known in zip(part, phrase, strict=True)
    )


def _bare(word: str) -> str:
    """Without the ending that asks in Azerbaijani and Turkish: "bitibmi", "bittimi"."""
    return word[:-2] if len(word) > _LONGEST and word.endswith(("mi", "mu")) else word


@cache
def _phrases(lines: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    found = (tuple(phrase.split()) for line in lines for phrase in line.split(","))
    return tuple(sorted(found, key=len, reverse=True))


def _span(periods: Sequence[Period], today: date) -> tuple[date | None, date | None]:
    for period in periods:
        return _days(period, today)
    return None, None


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


def _years(folded: Sequence[str], used: set[int]) -> tuple[date | None, date | None]:
    for place, word in enumerate(folded):
        if _YEAR.fullmatch(word) and place not in used:
            used.add(place)
            return date(int(word), 1, 1), date(int(word), 12, 31)
    return None, None


def _subject(rest: str) -> str:
    """What is left to look for, or "" where only the words of asking are left."""
    folded = [fold(word) for word in words(rest)]
    about: set[int] = set()
    while _take(folded, OF_THE_BOARD, about):
        pass
    left = (word for place, word in enumerate(folded) if place not in about)
    is_empty = all(is_stop_word(word) or is_of_any_agreement(word) for word in left)
    return "" if is_empty else rest


def everyday_names(status: Status) -> Iterator[str]:
    """What a status is called in a question, folded, without the open beginnings."""
    for line in STATUSES[status].values():
        yield from (one for one in map(str.strip, line.split(",")) if not one.endswith("*"))
