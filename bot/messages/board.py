"""The board: every provision in one view; and what changed last."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from bot.agreement.changes import Board, Latest
from bot.agreement.model import Provision, StatusEntry
from bot.messages.actions import Place, View
from bot.messages.buttons import numbers, to_board, to_latest, to_topics, turning
from bot.messages.fitting import clip, page_of
from bot.messages.model import Message
from bot.messages.reader import Reader
from bot.messages.tags import bold, italic, lines, paragraphs
from bot.messages.text import (
    Picked,
    ago,
    as_of,
    counts_line,
    name,
    page_number,
    pick,
    source_links,
    status_label,
    status_name,
    untranslated,
)

ON_A_BOARD = 40
"""Provisions on one page of the board: at 80 units a line they fit with their headings."""
ON_A_PAGE = 5


def board_page(reader: Reader, board: Board, page: int) -> Message:
    """Counts by status, then every provision in one line, grouped by status."""
    language = reader.language
    ordered = sorted(board.provisions, key=lambda one: (one.current.status.order, one.number))
    found = page_of(ordered, page, ON_A_BOARD)
    total = language.ngettext("{n} provision", "{n} provisions", len(ordered))
    newest = language.gettext("as of {date}", date=language.short_date(as_of(board)))
    html = paragraphs(
        lines(
            bold(language.gettext("Status board")),
            Markup("{} · {}").format(total, newest),
            counts_line(reader, board),
            page_number(language, found.number, found.count),
        ),
        *_groups(reader, board, found.items),
        language.gettext("Touch a number for the details."),
        untranslated(language, [pick(one.title, language) for one in found.items]),
    )
    here = Place(View.BOARD, page=found.number)
    rows = (
        *numbers(sorted(found.items, key=lambda one: one.number), here),
        turning(found, View.BOARD),
        (to_topics(reader), to_latest(reader)),
    )
    return Message(html, tuple(row for row in rows if row))


def latest_page(reader: Reader, board: Board, page: int) -> Message:
    """The newest entries of all histories: what changed, from what, and by which source."""
    language = reader.language
    everything = board.latest(sum(len(one.history) for one in board.provisions))
    found = page_of(everything, page, ON_A_PAGE)
    texts: list[Picked] = []
    for one in found.items:
        texts += [pick(one.provision.title, language), pick(one.entry.note or {"": ""}, language)]
    html = paragraphs(
        lines(
            bold(language.gettext("Latest changes")),
            page_number(language, found.number, found.count),
        ),
        *(_news(reader, one) for one in found.items),
        None if everything else language.gettext("Nothing has changed since the announcement."),
        untranslated(language, [text for text in texts if text.text]),
    )
    here = Place(View.LATEST, page=found.number)
    provisions = dict.fromkeys(one.provision.id for one in found.items)
    shown = [one for one in map(board.provision, provisions) if one is not None]
    rows = (
        *numbers(shown, here),
        turning(found, View.LATEST),
        (to_topics(reader), to_board(reader)),
    )
    return Message(html, tuple(row for row in rows if row))


def _groups(reader: Reader, board: Board, provisions: tuple[Provision, ...]) -> Iterator[Markup]:
    language = reader.language
    for status, count in board.counts().items():
        group = [one for one in provisions if one.current.status is status]
        if group:
            label = bold(status_label(language, status))
            head = Markup("{} {} · {}").format(status.symbol, label, language.number(count))
            yield lines(head, *(_line(reader, one) for one in group))


def _line(reader: Reader, provision: Provision) -> Markup:
    title = clip(pick(provision.title, reader.language).text, 56)
    return Markup("{}. {}").format(provision.number, title)


def _news(reader: Reader, one: Latest) -> Markup:
    language = reader.language
    relative = ago(reader, one.entry.date)
    date = language.capitalised(language.date(one.entry.date))
    note = clip(pick(one.entry.note, language).text, 220) if one.entry.note else None
    return lines(
        Markup("{} ({})").format(date, relative) if relative else date,
        name(reader, one.provision),
        _step(reader, _before(one), one.entry),
        note,
        source_links(reader, one.entry.evidence),
    )


def _before(one: Latest) -> StatusEntry:
    place = next(at for at, entry in enumerate(one.provision.history) if entry is one.entry)
    return one.provision.history[place - 1]


def _step(reader: Reader, before: StatusEntry, after: StatusEntry) -> Markup:
    """From one status to the next, or that there is news at the same one."""
    language = reader.language
    now = Markup("{} {}").format(after.status.symbol, bold(status_name(language, after)))
    if (before.status, before.reason) == (after.status, after.reason):
        return Markup("{} · {}").format(now, italic(language.gettext("further news")))
    old = f"{before.status.symbol} {status_name(language, before)}"
    return Markup("{} → {}").format(old, now)
