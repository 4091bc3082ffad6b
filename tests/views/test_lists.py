from __future__ import annotations

from gettext import NullTranslations
from pathlib import Path

import pytest

from bot.agreement.board import Board
from bot.agreement.content import load_file
from bot.i18n.language import Language
from bot.search import Decision, Match, SearchResults
from bot.search.answering import Answered
from bot.search.questions import Query
from bot.views.answers import answer, quoted
from bot.views.board import board_page, latest_page
from bot.views.callbacks import Place, Show, ShowProvision, View
from bot.views.home import about, commands_page, help_page, welcome
from bot.views.inline import card
from bot.views.pagination import shown
from bot.views.topics import topic_list, topic_page
from tests.views import sample
from tests.views.test_pages import enormous

READER = sample.reader()
HERE = Place(View.ANSWER)
CONTENT = Path(__file__).parents[2] / "content" / "provisions.json"


def test_a_topic_begins_with_its_last_event() -> None:
    board = sample.board()
    page = topic_page(READER, board, board.agreement.topics[0], 0, frozenset())
    assert (
        shown(page.html)
        == """\
💡 Light
Feb 2024 · 1. A common lamp <big & bright> · ◐ Started → ◕ Substantial progress
The tower stands. (Harbour Post, 2 Mar 2023)

1. A common lamp <big & bright> · ◕ Substantial progress · Feb 2024
2. A ferry between the shores · ○ Announced · 5 Jan 2020"""
    )
    here = Place(View.TOPIC, "light")
    assert [row.action for row in page.rows[0]] == [
        ShowProvision("lamp", here),
        ShowProvision("ferry", here),
    ]


def test_a_long_topic_is_turned_page_by_page() -> None:
    board = Board(enormous("x", 12, 1))
    topic = board.agreement.topics[0]
    first = topic_page(READER, board, topic, 0, frozenset())
    assert "Page 1 of 2" in shown(first.html)
    assert sample.button(first, "›").action == Show(Place(View.TOPIC, "light", 1))
    last = topic_page(READER, board, topic, 7, frozenset())
    assert "Page 2 of 2" in shown(last.html)
    assert sample.button(last, "‹").action == Show(Place(View.TOPIC, "light", 0))
    assert not any(button.label == "›" for button in sample.buttons(last))


def test_an_empty_topic_says_so() -> None:
    board = sample.board()
    page = topic_page(READER, board, board.agreement.topics[2], 0, frozenset())
    assert "Nothing in this topic yet." in shown(page.html)


def test_each_topic_has_its_command_and_button() -> None:
    page = topic_list(READER, sample.board())
    assert "💡 Light · /light · 2 provisions" in shown(page.html)
    assert sample.button(page, "⛵ Boats").action == Show(Place(View.TOPIC, "boats"))


def test_the_board_shows_every_provision_by_status() -> None:
    page = board_page(READER, sample.board(), 0)
    assert (
        shown(page.html)
        == """\
Status board
3 provisions
Newest event: Feb 2024
○\xa01 · ◕\xa01 · □\xa01

○ Announced · 1
2. A ferry between the shores

◕ Substantial progress · 1
1. A common lamp <big & bright>

□ Not rated · 1
3. Oars for everyone

Tap a number for details."""
    )
    assert [row.label for row in page.rows[0]] == ["1", "2", "3"]


def test_31_provisions_are_one_view() -> None:
    page = board_page(READER, Board(enormous("ş", 31, 2)), 0)
    sample.check(page)
    assert len(shown(page.html).splitlines()) > 31
    assert "Page" not in shown(page.html)


def test_the_latest_changes_come_first() -> None:
    board = sample.board(sample.change())
    text = shown(latest_page(READER, board, 0).html)
    assert text.startswith("""\
Latest changes

18 May 2024 · 2. A ferry between the shores · ○ Announced → ◐ Started
The keel was laid. (Harbour Post, 2 Mar 2023)

Feb 2024 · 1. A common lamp <big & bright> · ◐ Started → ◕ Substantial progress""")


def test_news_at_the_same_status_is_no_step() -> None:
    again = sample.change(
        number=2, date="2024-05-20", evidence=[sample.evidence("https://example.org/mast")]
    )
    text = shown(latest_page(READER, sample.board(sample.change(), again), 0).html)
    assert "◐ Started · new development" in text


def test_of_one_day_the_last_entry_comes_first() -> None:
    further = sample.change(number=2, evidence=[sample.evidence("https://example.org/mast")])
    text = shown(latest_page(READER, sample.board(sample.change(), further), 0).html)
    assert text.index("◐ Started · new development") < text.index("○ Announced → ◐ Started")


def test_a_line_begins_with_a_capital_letter() -> None:
    russian = sample.reader(Language("ru", NullTranslations()))
    assert "\n\nФевр. 2024" in shown(latest_page(russian, sample.board(), 0).html)


def test_without_any_change_the_page_says_so() -> None:
    board = sample.board()
    quiet = board.agreement.model_copy(update={"provisions": board.provisions[2:]})
    assert "Nothing has changed" in shown(latest_page(READER, Board(quiet), 0).html)


def test_content_in_another_language_is_marked_once() -> None:
    german = sample.reader(Language("de", sample.ENGLISH._catalog))
    board = sample.board()
    page = topic_page(german, board, board.agreement.topics[0], 0, frozenset())
    assert shown(page.html).count("Not translated yet, shown in: Englisch.") == 1


def test_the_welcome_says_what_and_how() -> None:
    text = shown(welcome(READER, sample.board(), frozenset()).html)
    assert (
        text
        == """\
Treaty of the Two Shores on a Common Lighthouse
🏔 North Shore and 🏖 South Shore · 5 January 2020

Two shores share one light. They signed for it in 2020.

3 provisions, tracked one by one:
○\xa0Announced\xa01 · ◕\xa0Substantial\xa0progress\xa01 · □\xa0Not\xa0rated\xa01

Ask in your own words, or choose below."""
    )


@pytest.mark.parametrize("code", ["en", "az", "tr", "ru"])
def test_the_welcome_is_one_screen_of_a_phone(code: str) -> None:
    board = Board(load_file(CONTENT))
    page = welcome(sample.reader(Language(code, NullTranslations())), board, frozenset())
    assert len(shown(page.html)) < 700
    assert "…" not in shown(page.html)


def test_help_is_three_examples_and_a_way_to_every_command() -> None:
    agreement = sample.agreement()
    page = help_page(READER, agreement)
    assert len(shown(page.html).splitlines()) <= 6
    assert sample.button(page, "All commands").action == Show(Place(View.COMMANDS))
    text = shown(commands_page(READER, agreement, admin=False).html)
    assert "/topics – " in text
    assert "/update" not in text
    assert "/update – " in shown(commands_page(READER, agreement, admin=True).html)


def test_about_names_parties_method_and_sources() -> None:
    text = shown(about(READER, sample.board()).html)
    assert "🏔 North Shore and 🏖 South Shore · 5 January 2020" in text
    assert "✅ Done\nThe promised result has been reached." in text
    assert "• The treaty's text – Harbour Archive (English)\nOnly the preamble" in text


def found(decision: Decision, *ids: str) -> Answered:
    matches = tuple(Match(item, 0.7, ("lamp",)) for item in ids)
    return Answered(SearchResults(decision, matches, ("light",)), Query("lamp"))


def test_a_clear_answer_is_the_provision_itself() -> None:
    one = found(Decision.ANSWER, "lamp")
    page = answer(READER, sample.board(), one, "lamp?", frozenset(), HERE)
    assert "Last event, Feb 2024: The tower stands." in shown(page.html)


def test_the_nearest_of_several_is_the_answer_and_two_more_are_named() -> None:
    board = sample.board()
    both = found(Decision.ANSWER, "lamp", "ferry")
    page = answer(READER, board, both, "<lamp>", frozenset(), HERE)
    assert shown(page.html).startswith("Last event, Feb 2024: The tower stands.")
    named = sample.button(page, "2. A ferry between the shores")
    assert named.action == ShowProvision("ferry", HERE)
    two = found(Decision.OFFER, "ferry", "gone")
    guess = answer(READER, board, two, "fery", frozenset(), HERE)
    assert shown(guess.html).startswith("I am not sure that you mean this.")


def test_nothing_found_is_said_with_two_ways_on() -> None:
    nothing = Answered(SearchResults(Decision.DECLINE), Query("weather"))
    page = answer(READER, sample.board(), nothing, "weather", frozenset(), HERE)
    assert shown(page.html) == "I found nothing about “weather” in this agreement."
    assert [button.label for button in sample.buttons(page)] == ["Topics", "Latest"]


def test_a_question_is_repeated_without_tricks() -> None:
    assert quoted("a\n b\u202ec\x07") == "a bc"
    assert quoted("\u200f") == "…"
    assert len(quoted("word " * 3000)) <= 100


def test_a_card_leads_to_the_bot() -> None:
    board = sample.board()
    shared = card(READER, board, board.provisions[0])
    assert shared.title == "1. A common lamp <big & bright>"
    assert shared.description == (
        "◕ Substantial progress · Since Feb 2024 · Last event: Feb 2024"
        " · Checked: 1 Mar 2024 – The shores will light one lamp."
    )
    assert sample.button(shared.message, "More").url == (
        "https://t.me/lighthouse_bot?start=provision_lamp"
    )
