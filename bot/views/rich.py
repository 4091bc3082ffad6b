"""The board and a provision's page as rich messages: a table, and parts that unfold.

Written in the HTML of rich messages (Bot API, sendRichMessage), which holds 32,768 characters
and 500 blocks. A map needs places with coordinates; the content has none, so there is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from markupsafe import Markup

from bot.agreement.board import Board
from bot.agreement.filters import NO_FILTER, Filter
from bot.agreement.model import Provision
from bot.views.board import ON_A_BOARD, board_page
from bot.views.filtering import filter_line
from bot.views.format import page_number, pick, untranslated
from bot.views.message import Message, Reader
from bot.views.pagination import page_of
from bot.views.provision import (
    entry_line,
    goal_of,
    head_of,
    remarks_of,
    sources_of,
    texts_of,
    wordings_of,
)
from bot.views.statuses import board_dates, counts_in_words, in_order, status_name, symbol

LONGEST, MOST_BLOCKS = 32_768, 500
"""Characters and blocks of a rich message (Bot API, "Rich message limits")."""

_QUOTE = re.compile(r"<blockquote[^>]*>(.*?)</blockquote>", re.DOTALL)


def with_table(reader: Reader, board: Board, page: int, only: Filter = NO_FILTER) -> Message:
    """The board's page, or a part's, which has a rich form: a table."""
    plain = board_page(reader, board, page, only)
    return replace(plain, rich=lambda: board_rich(reader, board, page, only))


def board_rich(reader: Reader, board: Board, page: int, only: Filter = NO_FILTER) -> Markup:
    """The board as a table: number, provision, status. With a filter only what fits."""
    language = reader.language
    ordered = in_order(only.provisions(board))
    found = page_of(ordered, page, ON_A_BOARD)
    total = language.ngettext("{n} provision", "{n} provisions", len(ordered))
    dates = board_dates(language, board)
    paging = page_number(language, found.number, found.count)
    heads = (
        language.gettext("No."),
        language.pgettext("column", "Provision"),
        language.pgettext("column", "Status"),
    )
    rows = Markup("").join(
        Markup('<tr><td align="right">{}</td><td>{}</td><td>{} {}</td></tr>').format(
            language.number(item.number),
            pick(item.title, language).text,
            symbol(item.status),
            status_name(language, item.standing),
        )
        for item in found.items
    )
    return _joined(
        Markup("<h2>{}</h2>").format(language.gettext("Status board")),
        _paragraph(" · ".join(part for part in (total, dates, paging) if part)),
        _paragraph(filter_line(reader, board, only) or counts_in_words(reader, board)),
        *(
            (
                Markup(
                    "<table bordered striped><tr><th>{}</th><th>{}</th><th>{}</th></tr>{}</table>"
                ).format(*heads, rows),
                _footer(language.gettext("Tap a number for details.")),
            )
            if ordered
            else (_paragraph(language.gettext("There is nothing like that on the board.")),)
        ),
        _note(untranslated(language, [pick(item.title, language) for item in found.items])),
    )


def provision_rich(reader: Reader, board: Board, provision: Provision) -> Markup:
    """All that is known of a provision; history, remarks and sources unfold."""
    language = reader.language
    _, *head = head_of(reader, provision).split("\n")
    title = pick(provision.title, language).text
    history = [entry_line(reader, entry) for entry in reversed(provision.history)]
    conflicts = remarks_of(reader, provision.conflicts, language.gettext("Where sources disagree"))
    context = remarks_of(reader, provision.context, language.gettext("Context"))
    sources = sources_of(reader, board.agreement, provision, quotes=True)
    return _joined(
        Markup("<h3>{}. {}</h3>").format(provision.number, title),
        _paragraph(Markup("\n").join(head)),
        _paragraph(pick(provision.text, language).text),
        _paragraph(goal_of(reader, provision)),
        *(_wording(wording) for wording in wordings_of(reader, provision)),
        _unfolding(
            language.gettext("History"), history, language.number(len(history)), opened=True
        ),
        *(
            _unfolding(part.head.striptags(), part.lines, language.number(len(part.lines)))
            for part in (conflicts, context, sources)
            if part.head
        ),
        _note(untranslated(language, texts_of(reader, provision))),
    )


def _paragraph(text: str) -> Markup:
    return Markup("<p>{}</p>").format(_broken(text)) if text else Markup("")


def _footer(text: str) -> Markup:
    return Markup("<footer>{}</footer>").format(text)


def _note(text: Markup | None) -> Markup:
    return _paragraph(text) if text else Markup("")


def _wording(text: Markup) -> Markup:
    """A wording with its quote as a block of its own."""
    quote = _QUOTE.search(text)
    if quote is None:
        return _paragraph(text)
    before = Markup(text[: quote.start()].rstrip("\n"))  # noqa: S704 - a part of what was escaped
    words = _broken(Markup(quote[1]))  # noqa: S704 - as before
    return _joined(_paragraph(before), Markup("<blockquote>{}</blockquote>").format(words))


def _unfolding(title: str, items: Iterable[Markup], count: str, *, opened: bool = False) -> Markup:
    """A part that unfolds, each item on its own; nothing where there are none."""
    listed = Markup("").join(
        Markup("<li>{}</li>").format(_broken(_without_bullet(item))) for item in items
    )
    if not listed:
        return Markup("")
    start = Markup("<details open>") if opened else Markup("<details>")
    return start + Markup("<summary>{} ({})</summary><ul>{}</ul></details>").format(
        title, count, listed
    )


def _without_bullet(text: Markup) -> Markup:
    return Markup(text.removeprefix("• "))  # noqa: S704 - a part of what was escaped


def _broken(text: str) -> Markup:
    """Line breaks as tags: in rich messages they are white space."""
    return Markup("<br>").join(text.split("\n"))


def _joined(*parts: Markup) -> Markup:
    return Markup("").join(parts)
