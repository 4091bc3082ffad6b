"""The board as a rich message: a table.

Written in the HTML of rich messages (Bot API, sendRichMessage), which holds 32,768 characters
and 500 blocks. A map needs places with coordinates; the content has none, so there is none.
"""

from __future__ import annotations

from dataclasses import replace

from markupsafe import Markup

from bot.agreement.board import Board
from bot.agreement.filters import NO_FILTER, Filter
from bot.views.board import ON_A_BOARD, board_page
from bot.views.filtering import filter_words
from bot.views.format import page_number, pick, untranslated
from bot.views.message import Message, Reader
from bot.views.pagination import page_of
from bot.views.statuses import board_dates, counts_in_words, in_order, status_name, symbol

LONGEST, MOST_BLOCKS = 32_768, 500
"""Characters and blocks of a rich message (Bot API, "Rich message limits")."""


def with_table(reader: Reader, board: Board, page: int, only: Filter = NO_FILTER) -> Message:
    """The board's page, or a part's, which has a rich form: a table."""
    plain = board_page(reader, board, page, only)
    return replace(plain, rich=lambda: board_rich(reader, board, page, only))


def board_rich(reader: Reader, board: Board, page: int, only: Filter = NO_FILTER) -> Markup:
    """The board as a table: number, provision, status. With a filter only what fits."""
    language = reader.language
    ordered = in_order(only.provisions(board))
    found = page_of(ordered, page, ON_A_BOARD)
    words = filter_words(reader, board, only)
    only_words = language.gettext("Only: {filter}", filter=words) if words else ""
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
        _paragraph(only_words or counts_in_words(reader, board)),
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


def _paragraph(text: str) -> Markup:
    return Markup("<p>{}</p>").format(_broken(text)) if text else Markup("")


def _footer(text: str) -> Markup:
    return Markup("<footer>{}</footer>").format(text)


def _note(text: Markup | None) -> Markup:
    return _paragraph(text) if text else Markup("")


def _broken(text: str) -> Markup:
    """Line breaks as tags: in rich messages they are white space."""
    return Markup("<br>").join(text.split("\n"))


def _joined(*parts: Markup) -> Markup:
    return Markup("").join(parts)
