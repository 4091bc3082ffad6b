"""The answer to a question: the search, the board's statuses and what was asked before."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from bot.agreement.board import Board
from bot.agreement.model import Provision
from bot.search.agreement_facts import Fact, fact_asked
from bot.search.engine import Search
from bot.search.questions import Context, Query, in_context, limited, parse
from bot.search.results import Decision, Match, Reason, SearchResults

_MOST = 10


@dataclass(frozen=True, slots=True)
class Answered:
    """What was found, and what it was looked for by."""

    findings: SearchResults
    query: Query
    """After the context; `query.is_filtered` says whether there is a filter to show."""
    relaxed: bool = False
    """Whether nothing fitted the filter, so that what is shown was found without it."""
    fact: Fact | None = None
    """What was asked of the agreement itself, not of a provision."""

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
    text = limited(text)
    asked = parse(text, today or board.checked_on.last)
    query = in_context(asked, context)
    if fact := fact_asked(text, board.agreement):
        return Answered(SearchResults(Decision.ANSWER), query, fact=fact)
    if query.is_filtered:
        return _filtered(board, search, text, query, limit)
    is_of_before = query is not asked and context is not None and not asked.text
    if is_of_before and context is not None and context.provision_ids:
        return Answered(_again(board, context.provision_ids[:limit]), query)
    if not query.text and query.aspect is not None:  # "sources?" of nothing
        return Answered(SearchResults(Decision.DECLINE), query)
    found = search.find(query.text if query is not asked else text, limit)
    if query.text and query.text != text and found.decision is not Decision.ANSWER:
        found = _surer(found, search.find(query.text, limit))
    return Answered(found, query)


def _filtered(board: Board, search: Search, text: str, query: Query, limit: int) -> Answered:
    """By status or time: of the whole board, or of what the subject finds.

    "Is the railway finished?" has a status word but asks about the railway: where the best
    match does not fit the filter, it is answered without one, unless a topic was named.
    """
    fits = _fits(query)
    if not query.text:
        return _of_board(board, query, fits, limit)
    found = _surer(search.find(query.text, len(board.provisions)), search.find(text, limit))
    if found.decision is Decision.DECLINE:
        return Answered(found, query.unfiltered())
    kept = [match for match in found.matches if fits(_of(board, match))]
    if kept and (found.matches[0] in kept or search.is_topic(query.text)):
        matches = _latest_first(board, kept) if query.latest else kept
        return Answered(SearchResults(found.decision, tuple(matches[:limit]), found.topics), query)
    whole = SearchResults(found.decision, found.matches[:limit], found.topics)
    return Answered(whole, query, relaxed=True)


def _of_board(
    board: Board, query: Query, fits: Callable[[Provision | None], bool], limit: int
) -> Answered:
    kept = [provision for provision in board.provisions if fits(provision)]
    if kept:
        return Answered(_found(board, kept, query, Decision.ANSWER, limit), query)
    if not query.latest:  # that nothing stands there is an answer
        return Answered(SearchResults(Decision.ANSWER), query)
    open_query = Query("", latest=True)
    changed = [provision for provision in board.provisions if _fits(open_query)(provision)]
    if not changed:
        return Answered(SearchResults(Decision.DECLINE), query)
    return Answered(_found(board, changed, open_query, Decision.OFFER, limit), query, relaxed=True)


def _found(
    board: Board, kept: Iterable[Provision], query: Query, decision: Decision, limit: int
) -> SearchResults:
    matches = [
        Match(item.id, 1.0, (), (Reason("", item.status.value if item.status else "", "status"),))
        for item in kept
    ]
    ordered = _latest_first(board, matches) if query.latest else matches
    return SearchResults(decision, tuple(ordered[:limit]), ())


def _again(board: Board, provision_ids: Iterable[str]) -> SearchResults:
    known = [
        provision_id for provision_id in provision_ids if board.provision(provision_id) is not None
    ]
    matches = tuple(Match(item, 1.0, (), (Reason("", item, "context"),)) for item in known)
    return SearchResults(Decision.ANSWER if matches else Decision.DECLINE, matches)


def _fits(query: Query) -> Callable[[Provision | None], bool]:
    def fits(provision: Provision | None) -> bool:
        if provision is None:
            return False
        if query.statuses and provision.status not in query.statuses:
            return False
        is_dated = query.since is not None or query.until is not None
        if not is_dated and not query.latest:
            return True
        return any(
            (query.since is None or entry.date.last >= query.since)
            and (query.until is None or entry.date.first <= query.until)
            for entry in provision.history[1:]
        )

    return fits


def _latest_first(board: Board, matches: Iterable[Match]) -> list[Match]:
    order = {
        entry.provision.id: place for place, entry in reversed([*enumerate(board.latest(10_000))])
    }
    return sorted(matches, key=lambda match: order.get(match.provision_id, len(order)))


def _of(board: Board, match: Match) -> Provision | None:
    return board.provision(match.provision_id)


def _surer(results: SearchResults, other: SearchResults) -> SearchResults:
    """The surer of two findings, the first if they are equal."""
    order = list(Decision)
    return other if order.index(other.decision) < order.index(results.decision) else results
