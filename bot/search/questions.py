"""What a question asks for alongside its subject: an intent, statuses, a time, somebody's words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate, islice
from typing import NamedTuple

from bot.agreement.status import Status, UnratedReason
from bot.search.intents import (
    Intent,
    Period,
    Sign,
    Tag,
    longest_beginning,
    phrases,
    without_slip,
)
from bot.search.languages import is_of_any_agreement, is_stop_word
from bot.search.named import Named
from bot.search.normalization import composed, fold, words
from bot.search.spans import days

_LONGEST = 4
LONGEST_WORD = 40
"""Letters of a word that are read, counted after folding, which makes up to 18 of one."""
MOST_WORDS = 60
"""Words of a question that are read."""
_LONGEST_TEXT = 4000
_WORD = re.compile(r"[^\W_]+")
_LONG_GAP = re.compile(r"(\W{30})\W+")
"""Combining marks among them: to put thousands of them in order takes quadratic time."""
_SHORT_FOLLOW_UP = 4
_HEADLINE = 8
"""Words from which on a text that asks nothing is taken for a headline."""
_NEAR_NOT = 2
"""Words that may stand between "not" and a status: "has not yet been finished"."""
_ADDRESS = re.compile(r"https?://\S+")
OF_ONE = frozenset({Intent.SOURCES, Intent.WHEN, Intent.STATUS, Intent.DEADLINES, Intent.OVERDUE})
"""What is asked about the provision that was shown, where no other is named."""
_OF_A_REPLY = OF_ONE | {Intent.NEWS, Intent.SUMMARY, Intent.TEXT, Intent.SAID, Intent.SIGNED}
"""The same of a reply to a message about a provision."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question taken apart."""

    text: str
    """What it is about; "" where it is about the whole agreement."""
    statuses: tuple[Status, ...] = ()
    """Only provisions at one of these; all of them if empty."""
    since: date | None = None
    """Only what happened on this day or later."""
    until: date | None = None
    """Only what happened on this day or earlier."""
    intent: Intent | None = None
    who: tuple[str, ...] = ()
    """Whose words or deeds are asked for (`bot.search.named`)."""
    leans: bool = False
    """Whether it begins like the second of two questions: "and the railway?"."""
    refers: bool = False
    """Whether it is about what was shown before: "is it finished?"."""
    headline: bool = False
    """Whether it is a text of somebody else, that asks nothing."""
    asks: bool = False
    """Whether it has the words or the mark of a question."""
    reason: UnratedReason | None = None
    """Only provisions that are not rated for this reason."""

    @property
    def is_dated(self) -> bool:
        """Whether it asks for a time."""
        return self.since is not None or self.until is not None

    @property
    def latest(self) -> bool:
        """Whether it asks for what happened."""
        return self.intent is Intent.NEWS or self.is_dated

    @property
    def is_filtered(self) -> bool:
        """Whether it asks for a part of the board by status or time."""
        return bool(self.statuses or self.latest)

    def unfiltered(self) -> Query:
        """The same subject without statuses and times."""
        return Query(self.text, intent=self.intent, leans=self.leans)


@dataclass(frozen=True, slots=True)
class Context:
    """What the chat was about a moment ago."""

    query: Query
    provision_ids: tuple[str, ...] = ()
    """What was shown, best first."""
    is_reply: bool = False
    """Whether the question replies to a message about it."""


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


def parse(text: str, today: date, names: Named | None = None) -> Query:
    """Take a question apart, in any of the languages of `bot.search.intents`.

    Words of asking, of status and of time are taken out of the subject. Whether "is the railway
    finished?" asks for what is finished or for the railway only the board can tell
    (`bot.search.answering`). `names` are those of the agreement.
    """
    typed = words(limited(_ADDRESS.sub(" ", text)))
    folded = [fold(word) for word in typed]
    read = folded if len(folded) > _HEADLINE else [_corrected(word, names) for word in folded]
    everything = _said(read)
    asks = "?" in text or any(item.tag is Sign.ASKS for item in everything)
    if len(folded) >= _HEADLINE and not asks:
        return Query(" ".join(typed), headline=True)
    since, until, used = _days(read, everything, today)
    taken = _taken(everything, used)
    reasons = (item.tag for item in taken if isinstance(item.tag, UnratedReason))
    reason = next(reasons, None)
    statuses = _statuses(taken) or ((Status.UNRATED,) if reason else ())
    intents = {item.tag for item in taken if isinstance(item.tag, Intent)}
    intent = next((item for item in Intent if item in intents), None)
    who = _who(folded, names, intent, used)
    if who and statuses == (Status.ANNOUNCED,):
        statuses = ()
    if who and intent in {None, Intent.NEWS, Intent.STATUS, Intent.COUNT, Intent.SUMMARY}:
        intent = Intent.SAID
    if intent is Intent.SAID and not who:
        intent = next((item for item in Intent if item in intents - {Intent.SAID}), None)
    left = [place for place in range(len(typed)) if place not in used]
    subject = _subject(typed, read, left, everything, names)
    if intent is None and not subject and not statuses and since is None and names:
        is_named = any(names.is_own(folded[place]) for place in left)
        intent = Intent.SUMMARY if is_named else None
    leans = any(item.tag is Sign.AND and item.start == 0 for item in everything)
    refers = any(item.tag is Sign.IT and item.start not in used for item in everything)
    refers = (refers or any(_bare(item) != item for item in folded)) and not subject
    return Query(
        subject, statuses, since, until, intent, who, leans, refers, asks=asks, reason=reason
    )


def in_context(query: Query, previous: Context | None) -> Query:
    """What a follow-up means after the question before: "sources?", "when?", "and stalled?".

    A question with a subject of its own keeps it ("and the railway?"), with the statuses of
    the one before if it leans on that. One without gets the subject of the one before.
    """
    if previous is None or query.headline:
        return query
    before = previous.query
    own = _OF_A_REPLY if previous.is_reply else OF_ONE
    if not query.text and before.text and not query.who:
        is_plain = not query.statuses and not query.is_dated
        if query.intent in own and (is_plain or query.intent is Intent.WHEN):
            return replace(query, text=before.text)
        if query.refers and query.statuses:
            return replace(before.unfiltered(), intent=query.intent or Intent.STATUS)
        if query.leans or (previous.is_reply and query.is_filtered):
            return replace(query, text=before.text)
    if query.text and query.leans and not query.is_filtered and query.intent is None:
        is_short = len(words(query.text)) <= _SHORT_FOLLOW_UP
        if is_short:
            return replace(
                query,
                statuses=before.statuses,
                since=before.since,
                until=before.until,
                intent=before.intent,
            )
    return query


class _Said(NamedTuple):
    """A phrase of the tables that was met in a question."""

    start: int
    length: int
    tag: Tag

    @property
    def places(self) -> range:
        return range(self.start, self.start + self.length)


def _corrected(word: str, names: Named | None) -> str:
    """The word of asking that one is a slip of; what the agreement itself says is none."""
    if is_stop_word(word) or (names is not None and names.is_known(word)):
        return word
    return without_slip(word)


def _said(folded: Sequence[str]) -> list[_Said]:
    """Every known phrase in it, the longest first: "not started" before "started"."""
    known_phrases = phrases()
    found = []
    for start, word in enumerate(folded):
        ends = range(2, min(len(word), longest_beginning()) + 1)
        keys = (_bare(word), word, *(f"{word[:end]}*" for end in ends))
        for key in dict.fromkeys(keys):
            for phrase, tag in known_phrases.get(key, ()):
                if _is(folded[start : start + len(phrase)], phrase):
                    found.append(_Said(start, len(phrase), tag))
    return sorted(found, key=lambda item: -item.length)


def _taken(said: Iterable[_Said], used: set[int]) -> list[_Said]:
    """The phrases of asking that stand in words that are free yet; they are used then."""
    taken: list[_Said] = []
    for item in said:
        is_kept = isinstance(item.tag, (Intent, UnratedReason, tuple)) or item.tag is Sign.NOT
        if is_kept and used.isdisjoint(item.places):
            used.update(item.places)
            taken.append(item)
        elif any(item.tag is other.tag and _overlap(item, other) for other in taken):
            used.update(item.places)
    return taken


def _overlap(said: _Said, other: _Said) -> bool:
    return not set(said.places).isdisjoint(other.places)


def _statuses(taken: Sequence[_Said]) -> tuple[Status, ...]:
    """The statuses that are asked for; "not" turns them into the others."""
    refusals = [item for item in taken if item.tag is Sign.NOT]
    found: set[Status] = set()
    for item in taken:
        if not isinstance(item.tag, tuple):
            continue
        end = item.start + item.length
        is_refused = any(
            0 <= item.start - (other.start + other.length) <= _NEAR_NOT or other.start == end
            for other in refusals
        )
        found |= _others(item.tag) if is_refused else set(item.tag)
    return tuple(status for status in Status if status in found)


def _others(statuses: tuple[Status, ...]) -> set[Status]:
    if statuses == (Status.STARTED,):
        return {Status.ANNOUNCED}
    return set(Status) - set(statuses)


def _days(
    folded: Sequence[str], said: Iterable[_Said], today: date
) -> tuple[date | None, date | None, set[int]]:
    signs: dict[int, set[Sign]] = {}
    periods: dict[int, Period] = {}
    lengths: dict[int, int] = {}
    for item in said:
        if isinstance(item.tag, Sign):
            signs.setdefault(item.start + item.length - 1, set()).add(item.tag)
            signs.setdefault(item.start, set()).add(item.tag)
        elif isinstance(item.tag, Period) and not periods:
            periods[item.start], lengths[item.start] = item.tag, item.length
    since, until, used = days(folded, signs, periods, today)
    used |= {place + more for place, length in lengths.items() for more in range(length)}
    return since, until, used


def _who(
    folded: Sequence[str], names: Named | None, intent: Intent | None, used: set[int]
) -> tuple[str, ...]:
    """Whose words are asked for: a person, or a source or a side that "said" something."""
    if names is None or (intent is not None and intent in _NEVER_OF_SOMEBODY):
        return ()
    found = names.people(folded)
    if intent is Intent.SAID and not found:
        free = {place: keys for place, keys in names.speakers(folded).items() if place not in used}
        found = free
    used.update(found)
    return tuple(dict.fromkeys(key for keys in found.values() for key in keys))


_NEVER_OF_SOMEBODY = frozenset({Intent.LEGEND, Intent.METHOD, Intent.TABLE})


def _subject(
    typed: Sequence[str],
    folded: Sequence[str],
    left: Sequence[int],
    said: Iterable[_Said],
    names: Named | None,
) -> str:
    """What is left to look for, or "" where only the words of asking are left."""
    about = {place for item in said if item.tag is Sign.BOARD for place in item.places}

    def says_nothing(place: int) -> bool:
        word = folded[place]
        is_own = names is not None and names.is_own(word)
        return place in about or is_own or is_stop_word(word) or is_of_any_agreement(word)

    return "" if all(map(says_nothing, left)) else " ".join(typed[place] for place in left)


def _is(part: Sequence[str], phrase: tuple[str, ...]) -> bool:
    return len(part) == len(phrase) and all(
        word.startswith(known[:-1]) if known.endswith("*") else known in {word, _bare(word)}
        for word, known in zip(part, phrase, strict=True)
    )


def _bare(word: str) -> str:
    """Without the ending that asks in Azerbaijani and Turkish: "bitibmi", "bittimi"."""
    return word[:-2] if len(word) > _LONGEST and word.endswith(("mi", "mu")) else word
