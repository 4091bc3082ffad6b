"""The answer to a question: the search, the board's statuses and what was asked before."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import takewhile

from bot.agreement.board import Board, Latest
from bot.agreement.events import EventKind
from bot.agreement.filters import Filter
from bot.agreement.model import Provision
from bot.agreement.status import Status
from bot.search.engine import Search
from bot.search.intents import Intent
from bot.search.languages import is_stop_word
from bot.search.named import SOURCE, Named
from bot.search.normalization import fold, words
from bot.search.questions import Context, Query, in_context, limited, parse
from bot.search.results import Decision, Match, Reason, SearchResults

_MOST = 10
_OVER = (Status.DONE, Status.ENDED)
"""What is at one of these can miss no date any more."""
_NEAR = 0.1
"""How far apart two provisions may be that are about as sure."""
_MOST_OF_A_TOPIC = 3
"""Words that say something in a question about a topic; more are about one thing in it."""
_SHORTEST = 3
_NEEDS_SUBJECT = frozenset({Intent.SOURCES, Intent.WHEN})


@dataclass(frozen=True, slots=True)
class Answered:
    """What was found, and what it was looked for by."""

    findings: SearchResults
    query: Query
    """After the context; `query.is_filtered` says whether there is a filter to show."""
    relaxed: bool = False
    """Whether nothing fitted the filter, so that what is shown was found without it."""
    events: tuple[Latest, ...] = ()
    """What happened or was said, newest first, where that is asked for."""
    topic: str = ""
    """The topic that is asked about, and nothing in it alone."""

    @property
    def context(self) -> Context:
        """For the question after this one."""
        return Context(self.query, tuple(match.provision_id for match in self.findings.matches))


def answer_question(
    board: Board,
    search: Search,
    text: str,
    context: Context | None = None,
    today: date | None = None,
    limit: int = _MOST,
) -> Answered:
    """What the agreement has on a question, by its words, statuses and times. Pure.

    `context` is the question before, if it was asked a short while ago; `today` is what "this
    month" is counted from, the newest source that the content looked at if left out.
    """
    text, today = limited(text), today or board.checked_on.last
    names = search.names
    asked = parse(text, today, names)
    query = in_context(asked, context)
    is_of_before = query is not asked and context is not None and not asked.text
    if is_of_before and context is not None and context.provision_ids:
        return _again(board, query, context.provision_ids[:limit])
    if not query.text:
        return _of_all(board, names, query, today, limit)
    if query.who:
        answered = _said(board, search, names, query, limit)
        if answered is not None:
            return answered
    if query.is_filtered and not query.headline:
        return _filtered(board, search, text, query, limit)
    found = search.find(query.text if query is not asked else text, limit)
    if query.text != text and found.decision is not Decision.ANSWER:
        found = _surer(found, search.find(query.text, limit))
    found = _called_first(board, query, found)
    return Answered(found, query, topic=_topic(board, search, query, found))


def _topic(board: Board, search: Search, query: Query, found: SearchResults) -> str:
    """The topic that is asked about; "" where it is a provision.

    A word that a topic is found by and that stands in a provision's title means the provision.
    """
    if found.decision is Decision.DECLINE or not search.is_topic(query.text):
        return ""
    topic = board.agreement.topic(next(iter(found.topics), ""))
    best = board.provision(found.matches[0].provision_id)
    if topic is None or best is None or len(board.of_topic(topic.id)) <= 1:
        return ""
    asked = [fold(word) for word in words(query.text)]
    names = {topic.id, topic.command, *map(fold, topic.title.values())}
    if not names.isdisjoint(asked):
        return topic.id
    said = [word for word in asked if not is_stop_word(word)]
    is_titled = any(_is_in_title(best, word) for word in said)
    return "" if is_titled or len(said) > _MOST_OF_A_TOPIC else topic.id


def _called_first(board: Board, query: Query, found: SearchResults) -> SearchResults:
    """Of provisions that are about as sure, first those whose titles have more of the words.

    Of several such, the one with the newest event: it has most to tell.
    """
    asked = [word for word in map(fold, words(query.text)) if not is_stop_word(word)]
    if not asked or not found.matches:
        return found

    def rank(match: Match) -> tuple[int, int]:
        provision = board.provision(match.provision_id)
        is_near = match.score >= found.matches[0].score - _NEAR
        if provision is None or not is_near:
            return 0, 0
        titled = [word for word in asked if _is_in_title(provision, word)]
        is_other = any(word.isdecimal() and word not in titled for word in asked)
        if is_other or 2 * len(titled) < len(asked):  # 25 billion is another matter than 15
            return 0, 0
        return -len(titled), -provision.last_event.date.first.toordinal()

    return replace(found, matches=tuple(sorted(found.matches, key=rank)))


def _is_in_title(provision: Provision, folded: str) -> bool:
    """Whether a word stands in a title, in any language and form: "железной", "demiryolunda"."""
    return any(
        _is_form(folded, fold(word)) for text in provision.title.values() for word in words(text)
    )


def _is_form(word: str, other: str) -> bool:
    shorter = min(len(word), len(other))
    same = takewhile(lambda pair: pair[0] == pair[1], zip(word, other, strict=False))
    common = len(list(same))
    return common == shorter >= _SHORTEST or common >= max(_SHORTEST + 1, shorter - _SHORTEST)


def _again(board: Board, query: Query, provision_ids: Iterable[str]) -> Answered:
    """What was shown before, from the side that is asked for now."""
    known = [item for item in map(board.provision, provision_ids) if item is not None]
    events = tuple(item for item in _news(board, query) if item.provision in known)
    reason = (Reason("", "", "context"),)
    matches = tuple(Match(item.id, 1.0, (), reason) for item in known)
    decision = Decision.ANSWER if known else Decision.DECLINE
    return Answered(SearchResults(decision, matches), query, events=events)


def _of_all(board: Board, names: Named, query: Query, today: date, limit: int) -> Answered:
    """A question about the whole agreement."""
    if query.intent in {Intent.DEADLINES, Intent.OVERDUE}:
        is_any = query.intent is Intent.DEADLINES
        due = [item for item in _with_date(board) if is_any or _is_overdue(item, today)]
        return _listed(sorted(due, key=_date_of), query, limit)
    if query.who:
        return _told(_of_somebody(board, names, query), query, limit)
    if query.intent in _NEEDS_SUBJECT and not query.is_filtered:
        return Answered(SearchResults(Decision.DECLINE), query)
    if query.statuses and query.intent is not Intent.LEGEND:
        kept = [item for item in board.provisions if _fits(board, query)(item)]
        return _listed(kept, query, limit)
    if query.latest:
        return _told(tuple(_news(board, query)), query, limit)
    decision = Decision.DECLINE if query.intent is None else Decision.ANSWER
    return Answered(SearchResults(decision), query)


def _listed(provisions: Iterable[Provision], query: Query, limit: int) -> Answered:
    matches = [
        Match(item.id, 1.0, (), (Reason("", item.status.value if item.status else "", "status"),))
        for item in provisions
    ]
    return Answered(SearchResults(Decision.ANSWER, tuple(matches[:limit])), query)


def _told(events: tuple[Latest, ...], query: Query, limit: int) -> Answered:
    provisions = {item.provision.id: item.provision for item in events}
    found = _listed(provisions.values(), query, limit)
    return Answered(found.findings, query, events=events)


def _said(board: Board, search: Search, names: Named, query: Query, limit: int) -> Answered | None:
    """What somebody said about a subject; None where there is no such word of theirs."""
    found = search.find(query.text, limit)
    if found.decision is Decision.DECLINE:
        return None
    events = _of_somebody(board, names, query)
    for match in found.matches:
        own = tuple(item for item in events if item.provision.id == match.provision_id)
        if own:
            return _told(own, query, limit)
    return None


def _of_somebody(board: Board, names: Named, query: Query) -> tuple[Latest, ...]:
    """What somebody said, else what they did, in the time that is asked for; newest first."""
    events = tuple(
        item
        for item in board.events()
        if _is_within(query, item) and any(names.has_part(who, item) for who in query.who)
    )
    wanted = EventKind.OCCURRENCE if query.intent is Intent.SIGNED else EventKind.ANNOUNCEMENT
    is_source = any(who.startswith(SOURCE) for who in query.who)
    if is_source:
        return events
    return tuple(item for item in events if item.entry.kind is wanted) or events


def _filtered(board: Board, search: Search, text: str, query: Query, limit: int) -> Answered:
    """By status or time, of what the subject finds.

    "Is the railway finished?" has a status word but asks about the railway: where the best
    match does not fit the filter, it is answered without one, unless a topic was named.
    """
    fits = _fits(board, query)
    found = _surer(search.find(query.text, len(board.provisions)), search.find(text, limit))
    if found.decision is Decision.DECLINE:
        return Answered(found, query.unfiltered())
    found = _called_first(board, query, found)
    topic = _topic(board, search, query, found)
    if topic:
        kept = [item for item in board.of_topic(topic) if fits(item)]
        events = tuple(item for item in _news(board, query) if topic in item.provision.topics)
        answered = _told(events, query, limit) if query.latest else _listed(kept, query, limit)
        return Answered(answered.findings, query, events=answered.events, topic=topic)
    best = board.provision(found.matches[0].provision_id)
    events = tuple(item for item in _news(board, query) if item.provision == best)
    is_relaxed = best is None or not fits(best)
    kept_matches = found.matches[:limit]
    findings = SearchResults(found.decision, kept_matches, found.topics)
    return Answered(findings, query, relaxed=is_relaxed, events=events)


def _fits(board: Board, query: Query) -> Callable[[Provision], bool]:
    with_news = {item.provision.id for item in _news(board, query)}

    def fits(provision: Provision) -> bool:
        if query.statuses and provision.status not in query.statuses:
            return False
        standing = provision.standing
        if query.reason and (standing is None or standing.reason is not query.reason):
            return False
        return not query.latest or provision.id in with_news

    return fits


def _news(board: Board, query: Query) -> list[Latest]:
    """What happened in the time that is asked for, newest first."""
    return Filter(since=query.since, until=query.until).news(board)


def _is_within(query: Query, item: Latest) -> bool:
    if query.since is not None and item.entry.date.last < query.since:
        return False
    return query.until is None or item.entry.date.first <= query.until


def _with_date(board: Board) -> list[Provision]:
    return [item for item in board.counted if item.deadline or item.expected]


def _date_of(provision: Provision) -> date:
    return (provision.deadline or provision.expected or provision.checked_on).first


def _is_overdue(provision: Provision, today: date) -> bool:
    due = provision.deadline or provision.expected
    return due is not None and due.last < today and provision.status not in _OVER


def _surer(results: SearchResults, other: SearchResults) -> SearchResults:
    """The surer of two findings, the first if they are equal."""
    order = list(Decision)
    return other if order.index(other.decision) < order.index(results.decision) else results
