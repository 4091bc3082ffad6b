"""What readers and callers of the API choose, read strictly: a wrong value is named."""

from __future__ import annotations

from starlette.datastructures import QueryParams

from bot.agreement.dates import PartialDate
from bot.agreement.status import Status
from bot.web import api, latest_page
from bot.web.openapi import DEFAULT_CHANGES, MOST_FOUND, MOST_LISTED
from bot.web.page_context import Edition

_DIGITS = 9
_MOST_OFFSET = 100_000


class BadQuery(Exception):
    """A parameter has a value that it cannot have; the message says which one and what it can."""


def list_wanted(edition: Edition, query: QueryParams) -> api.Wanted:
    """The provisions that are asked for.

    Raises:
        BadQuery: a parameter is wrong.
    """
    _known(query, {"topic", "status", "limit", "offset"})
    return api.Wanted(
        _topic(edition, query),
        _status(query),
        limit=_number(query, "limit", MOST_LISTED, 1, MOST_LISTED),
        offset=_number(query, "offset", 0, 0, _MOST_OFFSET),
    )


def changes_wanted(edition: Edition, query: QueryParams) -> api.Wanted:
    """The changes that are asked for.

    Raises:
        BadQuery: a parameter is wrong.
    """
    _known(query, {"topic", "status", "since", "limit", "offset"})
    return api.Wanted(
        _topic(edition, query),
        _status(query),
        _since(query),
        limit=_number(query, "limit", DEFAULT_CHANGES, 1, MOST_LISTED),
        offset=_number(query, "offset", 0, 0, _MOST_OFFSET),
    )


def search_wanted(query: QueryParams) -> tuple[str, int]:
    """The question, and how many matches are asked for.

    Raises:
        BadQuery: a parameter is wrong.
    """
    _known(query, {"q", "limit"})
    if not query.get("q", "").strip():
        raise BadQuery("q holds the words to look for.")
    return query["q"], _number(query, "limit", 10, 1, MOST_FOUND)


def log_wanted(edition: Edition, query: QueryParams) -> tuple[latest_page.Wanted, int]:
    """The changes that a page of the change log shows, and the page's number.

    Raises:
        BadQuery: a parameter is wrong.
    """
    given = QueryParams([(name, value) for name, value in query.multi_items() if value])
    _known(given, {"topic", "status", "side", "page"})
    side = given.get("side")
    if side is not None and edition.board.agreement.side(side) is None:
        raise BadQuery("There is no such side.")
    wanted = latest_page.Wanted(_topic(edition, given), _status(given), side)
    most = latest_page.latest_pages(edition, wanted)
    return wanted, _number(given, "page", 1, 1, most)


def _known(query: QueryParams, names: set[str]) -> None:
    given = [name for name, _ in query.multi_items()]
    if set(given) - names:
        raise BadQuery(f"The parameters are: {', '.join(sorted(names))}.")
    if len(given) != len(set(given)):
        raise BadQuery("A parameter can be given once.")


def _topic(edition: Edition, query: QueryParams) -> str | None:
    given = query.get("topic")
    ids = [topic.id for topic in edition.board.agreement.topics]
    if given is not None and given not in ids:
        raise BadQuery(f"The topics are: {', '.join(ids)}.")
    return given


def _status(query: QueryParams) -> Status | None:
    given = query.get("status")
    if given is None:
        return None
    try:
        return Status(given)
    except ValueError:
        raise BadQuery(f"The statuses are: {', '.join(Status)}.") from None


def _since(query: QueryParams) -> PartialDate | None:
    given = query.get("since")
    if given is None:
        return None
    try:
        found = PartialDate.parse(given)
    except ValueError:
        found = None
    if found is None or str(found) != given or found.day is None:
        raise BadQuery("A day is written 2025-08-22.")
    return found


def _number(query: QueryParams, name: str, default: int, least: int, most: int) -> int:
    given = query.get(name)
    if given is None:
        return default
    number = int(given) if given.isascii() and given.isdecimal() and len(given) < _DIGITS else -1
    if not least <= number <= most:
        raise BadQuery(f"{name} is a number from {least} to {most}.")
    return number
