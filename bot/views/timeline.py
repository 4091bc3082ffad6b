"""The timeline: one chronology of all that happened, a year or a topic at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from markupsafe import Markup

from bot.agreement.board import Board, Latest
from bot.agreement.filters import Filter
from bot.search.spans import EVER
from bot.views.callbacks import Place, Show, View
from bot.views.filtering import filter_words
from bot.views.format import page_number, pick, untranslated
from bot.views.html import bold, lines, paragraphs
from bot.views.keyboards import numbers, rows_of, to_latest, to_topics, turning
from bot.views.message import Button, Message, Reader, Row
from bot.views.pagination import clip, page_of
from bot.views.statuses import symbol

_ON_A_PAGE, _IN_A_ROW = 8, 5
_TITLE, _NOTE = 50, 110


def timeline_page(reader: Reader, board: Board, only: Filter, page: int) -> Message:
    """A page of what happened, the oldest first; without a filter that of the newest year."""
    language = reader.language
    whole = replace(only, since=EVER, until=None).news(board)
    if only.since is None and not only.topic and whole:
        only = _year(only, whole[0].entry.date.year)
    events = replace(only, since=only.since or EVER).news(board)[::-1]
    found = page_of(events, page, _ON_A_PAGE)
    head = (language.gettext("Timeline"), filter_words(reader, board, only))
    html = paragraphs(
        bold(" · ".join(part for part in head if part)),
        lines(*(_line(reader, item) for item in found.items))
        or language.gettext("There is nothing like that on the board."),
        page_number(language, found.number, found.count),
        untranslated(language, [pick(item.provision.title, language) for item in found.items]),
    )
    here = Place(View.TIMELINE, str(only), found.number)
    shown = {item.provision.id: item.provision for item in found.items}
    rows = (
        *numbers(shown.values(), here),
        turning(found, View.TIMELINE, str(only)),
        *_years(whole, only),
        (to_topics(reader), to_latest(reader)),
    )
    return Message(html, tuple(row for row in rows if row))


def _line(reader: Reader, item: Latest) -> Markup:
    language, entry = reader.language, item.entry
    day = language.capitalised(language.short_date(entry.date))
    title = clip(pick(item.provision.title, language).text, _TITLE)
    note = clip(pick(entry.note, language).text, _NOTE) if entry.note else ""
    mark = f"{symbol(entry.status)} " if entry.status else ""
    text = Markup("<b>{}</b> · {}{}. {}").format(day, mark, item.provision.number, title)
    text = Markup("{}: {}").format(text, note) if note else text
    return Markup("<s>{}</s>").format(text) if entry.correction else text


def _years(events: list[Latest], only: Filter) -> tuple[Row, ...]:
    """A button to each year in which something happened."""
    years = sorted({item.entry.date.year for item in events})
    return rows_of(
        [Button(str(year), Show(Place(View.TIMELINE, str(_year(only, year))))) for year in years],
        _IN_A_ROW,
    )


def _year(only: Filter, year: int) -> Filter:
    return replace(only, since=date(year, 1, 1), until=date(year, 12, 31))
