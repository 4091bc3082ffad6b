"""What callers of the API choose, read strictly: a wrong value is named, never ignored."""

from __future__ import annotations

from starlette.datastructures import QueryParams

from bot.agreement.dates import PartialDate
from bot.agreement.status import Status
from bot.web import api
from bot.web.api import Wanted
from bot.web.openapi import MOST_CHANGES
from bot.web.page_context import Edition
from bot.web.sitemap import as_json

_DIGITS = 9


class BadQuery(Exception):
    """A parameter has a value that it cannot have; the message says which one and what it can."""


def list_wanted(edition: Edition, query: QueryParams) -> bytes:
    """The provisions that are asked for.

    Raises:
        BadQuery: a parameter is wrong.
    """
    _known(query, {"topic", "status"})
    return as_json(api.provisions(edition, Wanted(_topic(edition, query), _status(query))))


def changes_wanted(edition: Edition, query: QueryParams) -> bytes:
    """The changes that are asked for.

    Raises:
        BadQuery: a parameter is wrong.
    """
    _known(query, {"topic", "status", "since", "limit"})
    wanted = Wanted(_topic(edition, query), _status(query), _since(query), _limit(query))
    return as_json(api.changes(edition, wanted))


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


def _limit(query: QueryParams) -> int:
    given = query.get("limit", "100")
    number = int(given) if given.isascii() and given.isdecimal() and len(given) < _DIGITS else 0
    if not 1 <= number <= MOST_CHANGES:
        raise BadQuery(f"The limit is a number from 1 to {MOST_CHANGES}.")
    return number
