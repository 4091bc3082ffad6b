"""A part of the board in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from bot.agreement.board import Board
from bot.agreement.dates import PartialDate
from bot.agreement.filters import Filter
from bot.agreement.model import Provision
from bot.agreement.status import Status
from bot.i18n.language import Language
from bot.search.normalization import fold
from bot.search.spans import EVER
from bot.subscribers.chat import Scope, ScopeKind
from bot.views.callbacks import Follow, Part, Place, ShowPart, ShowProvision, encode
from bot.views.format import pick
from bot.views.keyboards import LABEL
from bot.views.message import Reader
from bot.views.pagination import clip
from bot.views.statuses import status_label

_MOST_PAGES = 99


def filter_words(reader: Reader, board: Board, only: Filter) -> str:
    """What is shown of the board, in words; "" where all of it is."""
    return " · ".join(_parts(reader, board, only))


def details_of(provision: Provision, back: Place) -> ShowProvision:
    """Leads to a provision and back; to the whole board where the filter is too long for that."""
    try:
        encode(Follow(Scope(ScopeKind.PROVISION, provision.id), back))
        encode(ShowPart(provision.id, Part.HISTORY, _MOST_PAGES, back))
    except ValueError:
        back = Place(back.view)
    return ShowProvision(provision.id, back)


def status_words(language: Language, statuses: tuple[Status, ...]) -> str:
    """Statuses one of which is meant."""
    return language.join_or(status_label(language, status) for status in statuses)


def time_words(language: Language, since: date | None, until: date | None) -> str:
    """A stretch of days: a year, a month, a day, from one to another, or open at an end."""
    if until is None:
        return (
            language.pgettext("time", "Since {date}", date=_day(language, since)) if since else ""
        )
    if since is None or since == EVER:
        return language.pgettext("time", "Until {date}", date=_day(language, until))
    following = until + timedelta(days=1)
    if since.day == 1 and following.day == 1:
        if (since.month, until.month) == (1, 12) and since.year == until.year:
            return language.date(PartialDate(since.year))
        if (since.year, since.month) == (until.year, until.month):
            return language.capitalised(language.date(PartialDate(since.year, since.month)))
    if since == until:
        return _day(language, since)
    return f"{_day(language, since)} – {_day(language, until)}"


def _day(language: Language, day: date) -> str:
    return language.short_date(PartialDate.of(day))


def named_statuses(language: Language, text: str) -> tuple[tuple[Status, ...], str]:
    """The statuses that a text calls as the board does, and what is left of the text, folded."""
    said = f" {fold(text)} "
    found = []
    for status in Status:
        name = f" {fold(status_label(language, status))} "
        if name in said:
            found.append(status)
            said = said.replace(name, " ")
    return tuple(found), said.strip()


def _parts(reader: Reader, board: Board, only: Filter) -> Iterator[str]:
    language = reader.language
    topic = board.agreement.topic(only.topic)
    if topic is not None:
        yield f"{topic.symbol} {clip(pick(topic.title, language).text, LABEL)}"
    if only.statuses:
        yield status_words(language, only.statuses)
    if only.since is not None or only.until is not None:
        yield time_words(language, only.since, only.until)
