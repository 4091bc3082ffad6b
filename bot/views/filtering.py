"""A filter in words, and buttons that take it away part by part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from markupsafe import Markup

from bot.agreement.board import Board
from bot.agreement.dates import PartialDate
from bot.agreement.filters import Filter
from bot.agreement.model import Provision
from bot.agreement.status import Status
from bot.i18n.language import Language
from bot.search.normalization import fold
from bot.subscribers.chat import Scope, ScopeKind
from bot.views.callbacks import Follow, Place, Show, ShowProvision, View, encode
from bot.views.format import pick
from bot.views.html import italic
from bot.views.keyboards import LABEL, rows_of
from bot.views.message import Button, Reader, Row
from bot.views.pagination import clip
from bot.views.statuses import status_label


def filter_line(reader: Reader, board: Board, only: Filter) -> Markup | None:
    """What is shown of the board, in words; None where all of it is."""
    if not only:
        return None
    words = " · ".join(label for label, _ in _parts(reader, board, only))
    return italic(reader.language.gettext("Only: {filter}", filter=words))


def filter_buttons(reader: Reader, board: Board, only: Filter, view: View) -> tuple[Row, ...]:
    """A button for each part of the filter, which shows the page without that part."""
    buttons = [
        Button(removing(label), Show(Place(view, str(rest))))
        for label, rest in _parts(reader, board, only)
    ]
    return rows_of(buttons, 2)


def removing(label: str) -> str:
    """The label of a button that takes a part of a filter away."""
    return "✕ " + clip(label, LABEL)


def details_of(provision: Provision, back: Place) -> ShowProvision:
    """Leads to a provision and back; to the whole board where the filter is too long for that."""
    try:
        encode(Follow(Scope(ScopeKind.PROVISION, provision.id), back))
    except ValueError:
        back = Place(back.view)
    return ShowProvision(provision.id, back)


def status_words(language: Language, statuses: tuple[Status, ...]) -> str:
    """Statuses one of which is meant."""
    return language.join_or(status_label(language, status) for status in statuses)


def time_words(language: Language, since: date, until: date) -> str:
    """A stretch of days: a year, a month, a day, or from one to another."""
    following = until + timedelta(days=1)
    if since.day == 1 and following.day == 1:
        if (since.month, until.month) == (1, 12) and since.year == until.year:
            return language.date(PartialDate(since.year))
        if (since.year, since.month) == (until.year, until.month):
            return language.capitalised(language.date(PartialDate(since.year, since.month)))
    if since == until:
        return language.short_date(since)
    return f"{language.short_date(since)} – {language.short_date(until)}"


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


def _parts(reader: Reader, board: Board, only: Filter) -> Iterator[tuple[str, Filter]]:
    """Each part in words, with the filter that is left without it."""
    language = reader.language
    topic = board.agreement.topic(only.topic)
    if topic is not None:
        title = clip(pick(topic.title, language).text, LABEL)
        yield f"{topic.symbol} {title}", replace(only, topic="")
    for status in only.statuses:
        label = f"{status.symbol} {status_label(language, status)}"
        rest = tuple(each_status for each_status in only.statuses if each_status is not status)
        yield label, replace(only, statuses=rest)
    if only.since is not None and only.until is not None:
        yield time_words(language, only.since, only.until), replace(only, since=None, until=None)
