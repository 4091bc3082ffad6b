"""The board: every provision in one view; and what changed last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from bot.agreement.board import Board, Latest
from bot.agreement.events import Event
from bot.agreement.filters import NO_FILTER, Filter
from bot.agreement.model import Provision
from bot.agreement.status import Status
from bot.views.callbacks import Download, Place, View
from bot.views.filtering import details_of, filter_words
from bot.views.format import Picked, name, page_number, pick, source_links, untranslated
from bot.views.html import bold, italic, lines, paragraphs
from bot.views.keyboards import rows_of, to_board, to_latest, to_topics, turning
from bot.views.message import Button, Message, Reader, Row
from bot.views.pagination import clip, page_of
from bot.views.statuses import (
    board_dates,
    correction_text,
    counts_line,
    in_order,
    status_label,
    status_name,
    symbol,
)

ON_A_BOARD = 40
"""Provisions on one page of the board: at 80 units a line they fit with their headings."""
ON_A_PAGE = 5


def board_page(reader: Reader, board: Board, page: int, only: Filter = NO_FILTER) -> Message:
    """Counts by status, then every provision in one line, grouped by status.

    With a filter only those that fit.
    """
    language = reader.language
    ordered = in_order(only.provisions(board))
    found = page_of(ordered, page, ON_A_BOARD)
    total = language.ngettext("{n} provision", "{n} provisions", len(ordered))
    words = filter_words(reader, board, only)
    html = paragraphs(
        lines(
            bold(language.gettext("Status board")),
            total,
            board_dates(language, board),
            italic(language.gettext("Only: {filter}", filter=words))
            if words
            else counts_line(reader, board),
            page_number(language, found.number, found.count),
        ),
        *_groups(reader, ordered, found.items),
        language.gettext("Tap a number for details.")
        if ordered
        else language.gettext("There is nothing like that on the board."),
        untranslated(language, [pick(entry.title, language) for entry in found.items]),
    )
    here = Place(View.BOARD, str(only), found.number)
    rows = (
        *_numbers(sorted(found.items, key=lambda item: item.number), here),
        turning(found, View.BOARD, str(only)),
        (to_topics(reader), to_latest(reader), Button(language.gettext("As a table"), Download())),
    )
    return Message(html, tuple(row for row in rows if row))


def latest_page(
    reader: Reader, board: Board, page: int, only: Filter = NO_FILTER, notice: str = ""
) -> Message:
    """The newest entries of all histories: what changed, from what, and by which source.

    With a filter only those that fit. `notice` stands above all.
    """
    language = reader.language
    everything = only.news(board)
    found = page_of(everything, page, ON_A_PAGE)
    texts: list[Picked] = []
    for entry in found.items:
        texts += [
            pick(entry.provision.title, language),
            pick(entry.entry.note or {"": ""}, language),
        ]
    words = filter_words(reader, board, only)
    head = language.gettext("Latest changes")
    html = paragraphs(
        notice,
        bold(" · ".join(part for part in (head, words) if part)),
        *(news(reader, item) for item in found.items),
        None if everything else _quiet(reader, only),
        page_number(language, found.number, found.count),
        untranslated(language, [text for text in texts if text.text]),
    )
    here = Place(View.LATEST, str(only), found.number)
    provisions = dict.fromkeys(item.provision.id for item in found.items)
    shown = [item for item in map(board.provision, provisions) if item is not None]
    rows = (
        *_numbers(shown, here),
        turning(found, View.LATEST, str(only)),
        (to_topics(reader), to_board(reader)),
    )
    return Message(html, tuple(row for row in rows if row))


def news(reader: Reader, latest: Latest) -> Markup:
    """An entry of a history: when and of what, then what happened and who says so."""
    language = reader.language
    date = language.capitalised(language.short_date(latest.entry.date))
    note = clip(pick(latest.entry.note, language).text, 220) if latest.entry.note else ""
    links = source_links(reader, latest.entry.evidence)
    head = Markup("<b>{}</b> · {}").format(date, name(reader, latest.provision, 60))
    step = _step(reader, latest.before, latest.entry)
    return lines(
        Markup("{} · {}").format(head, step) if latest.entry.status else head,
        Markup("{} ({})").format(note, links) if note and links else note or links,
    )


def _numbers(provisions: Sequence[Provision], here: Place) -> tuple[Row, ...]:
    return rows_of(
        [Button(str(provision.number), details_of(provision, here)) for provision in provisions], 8
    )


def _quiet(reader: Reader, only: Filter) -> str:
    if only:
        return reader.language.gettext("Nothing like that has changed.")
    return reader.language.gettext("Nothing has changed since the announcement.")


def _groups(
    reader: Reader, everything: Sequence[Provision], provisions: tuple[Provision, ...]
) -> Iterator[Markup]:
    language = reader.language
    for status in (*Status, None):
        group = [provision for provision in provisions if provision.status is status]
        if group:
            count = sum(item.status is status for item in everything)
            label = bold(status_label(language, status))
            head = Markup("{} {} · {}").format(symbol(status), label, language.number(count))
            yield lines(head, *(_line(reader, item) for item in group))


def _line(reader: Reader, provision: Provision) -> Markup:
    title = clip(pick(provision.title, reader.language).text, 56)
    return Markup("{}. {}").format(provision.number, title)


def _step(reader: Reader, before: Event | None, after: Event) -> Markup:
    """From one status to the next, or that there is news at the same one."""
    language = reader.language
    now = Markup("{} {}").format(symbol(after.status), bold(status_name(language, after)))
    if after.correction is not None:
        return Markup("<s>{}</s> · {}").format(now, correction_text(language, after.correction))
    if after.status is None or before is None:
        return now
    if (before.status, before.reason) == (after.status, after.reason):
        return Markup("{} · {}").format(now, italic(language.gettext("new development")))
    old = f"{symbol(before.status)} {status_name(language, before)}"
    return Markup("{} → {}").format(old, now)
