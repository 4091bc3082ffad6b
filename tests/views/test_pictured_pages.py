"""The timeline, and the board as a table."""

from __future__ import annotations

from markupsafe import Markup
from sample import (
    GREEK,
    as_it_is,
    board,
    buttons,
    check,
    check_translated,
    in_greek_letters,
    reader,
)

from bot.agreement.filters import NO_FILTER, Filter
from bot.agreement.status import Status
from bot.playground.rich import parse_rich, plain
from bot.views.message import Message
from bot.views.pagination import shown
from bot.views.rich import board_rich
from bot.views.timeline import timeline_page


def test_the_timeline_is_a_chronology() -> None:
    page = timeline_page(reader(), board(), Filter("light"), 0)
    check(page)
    text = shown(page.html)
    assert text.index("1 Mar 2023") < text.index("Feb 2024")
    assert page.picture is None
    assert {"2023", "2024"} <= {button.label for button in buttons(page)}


def test_without_a_filter_the_newest_year_is_shown() -> None:
    page = timeline_page(reader(), board(), NO_FILTER, 0)
    check(page)
    assert shown(page.html).startswith("Timeline · 2024")
    assert "nothing like that" in shown(timeline_page(reader(), board(), Filter("birds"), 0).html)


def test_every_word_is_translated() -> None:
    standing = board(spelling=in_greek_letters)
    check_translated(timeline_page(reader(GREEK), standing, NO_FILTER, 0))
    for rich in (
        board_rich(reader(GREEK), standing, 0),
        board_rich(reader(GREEK), standing, 0, Filter("boats", (Status.DONE,))),
        board_rich(reader(GREEK), standing, 0, Filter("birds", (Status.DONE,))),
    ):
        check_translated(Message(Markup(plain(parse_rich(str(rich))["blocks"]))))


def test_rich_pages_say_what_the_plain_ones_say() -> None:
    standing = board(spelling=as_it_is)
    blocks = parse_rich(str(board_rich(reader(), standing, 0)))["blocks"]
    (table,) = (block for block in blocks if block["type"] == "table")
    assert len(table["cells"]) == 1 + len(standing.provisions)


def test_a_part_of_the_board_is_a_table_of_that_part() -> None:
    standing = board(spelling=as_it_is)
    for status in Status:
        only = Filter("", (status,), None, None)
        fitting = only.provisions(standing)
        blocks = parse_rich(str(board_rich(reader(), standing, 0, only)))["blocks"]
        tables = [block for block in blocks if block["type"] == "table"]
        assert [len(table["cells"]) for table in tables] == ([1 + len(fitting)] if fitting else [])
        assert "Only: " in plain(blocks)
        assert ("There is nothing like that on the board." in plain(blocks)) is not bool(fitting)
