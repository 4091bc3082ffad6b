"""The timeline in words, a provision's card, and the rich forms of pages."""

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

from bot.agreement.filters import Filter
from bot.agreement.status import Status
from bot.playground.rich import parse_rich, plain
from bot.views.callbacks import NOWHERE, ShowCard
from bot.views.inline import card_message, with_card
from bot.views.message import Message
from bot.views.pagination import shown
from bot.views.provision import summary
from bot.views.rich import board_rich, provision_rich
from bot.views.timeline import timeline_page


def test_the_timeline_tells_each_history() -> None:
    page = timeline_page(reader(), board(), None, 0)
    check(page)
    assert "1 Mar 2023" in page.html
    assert "Deadline: Dec 2026" in page.html
    assert page.picture is not None
    assert page.picture.count == 1


def test_a_topic_has_its_own_timeline() -> None:
    topic = board().agreement.topic("boats")
    page = timeline_page(reader(), board(), topic, 0)
    check(page)
    assert "1. " not in shown(page.html)
    nothing = timeline_page(reader(), board(), board().agreement.topic("birds"), 0)
    check(nothing)
    assert nothing.picture is None


def test_a_card_is_a_short_message_and_is_asked_for_on_the_page() -> None:
    standing = board()
    for provision in standing.provisions:
        card = card_message(reader(), standing, provision)
        check(card)
        assert len(shown(card.html)) <= 1024
        page = summary(reader(), provision, NOWHERE, frozenset())
        wanted = with_card(reader(), provision, page)
        check(wanted)
        assert ShowCard(provision.id) in [button.action for button in buttons(wanted)]


def test_every_word_is_translated() -> None:
    standing = board(spelling=in_greek_letters)
    check_translated(timeline_page(reader(GREEK), standing, None, 0))
    check_translated(card_message(reader(GREEK), standing, standing.provisions[0]))
    for rich in (
        board_rich(reader(GREEK), standing, 0),
        board_rich(reader(GREEK), standing, 0, Filter("boats", (Status.DONE,))),
        board_rich(reader(GREEK), standing, 0, Filter("birds", (Status.DONE,))),
        *(provision_rich(reader(GREEK), standing, provision) for provision in standing.provisions),
    ):
        check_translated(Message(Markup(plain(parse_rich(str(rich))["blocks"]))))


def test_rich_pages_say_what_the_plain_ones_say() -> None:
    standing = board(spelling=as_it_is)
    blocks = parse_rich(str(board_rich(reader(), standing, 0)))["blocks"]
    (table,) = (block for block in blocks if block["type"] == "table")
    assert len(table["cells"]) == 1 + len(standing.provisions)
    lamp = standing.provisions[0]
    blocks = parse_rich(str(provision_rich(reader(), standing, lamp)))["blocks"]
    said = plain(blocks)
    for words in ("A common lamp <big & bright>", "The tower stands.", "Harbour Post", "Deadline"):
        assert words in said
    assert [block["type"] for block in blocks].count("details") == 4


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
