from __future__ import annotations

import json
from gettext import NullTranslations

import pytest

from bot.agreement.board import Board
from bot.agreement.model import Agreement
from bot.i18n.language import Language
from bot.subscribers.chat import Scope, ScopeKind
from bot.views.callbacks import NOWHERE, Follow, Part, Place, Show, ShowPart, ShowProvision, View
from bot.views.message import Message, Reader
from bot.views.pagination import shown
from bot.views.provision import LONGEST_COPY, card, citation, part_page
from tests.views import sample
from tests.views.test_pages import enormous

READER = sample.reader()


def part(which: Part, board: Board | None = None, reader: Reader = READER, page: int = 0) -> str:
    board = board or sample.board()
    shows = ShowPart(board.provisions[0].id, which, page)
    return shown(part_page(reader, board.agreement, board.provisions[0], shows).html)


def short(back: Place = NOWHERE) -> Message:
    return card(READER, sample.board().provisions[0], back, frozenset())


def test_the_card_says_what_happened_last_and_where_it_stands() -> None:
    assert (
        shown(short().html)
        == """\
Last event, Feb 2024: The tower stands. (Harbour Post, 2 Mar 2023)
1. A common lamp <big & bright> · ◕ Substantial progress · Since Feb 2024 · Checked: 1 Mar 2024

The shores will light one lamp.
Deadline: December 2026"""
    )
    assert sample.button(short(), "History").action == ShowPart("lamp", Part.HISTORY)


def test_the_history_is_told_newest_first() -> None:
    assert (
        part(Part.HISTORY)
        == """\
1. A common lamp <big & bright> · History

Feb 2024 – ◕ Substantial progress – The tower stands. – Harbour Post, 2 Mar 2023

1 Mar 2023 – ◐ Started – The first stone was laid. – Harbour Post, 2 Mar 2023

5 Jan 2020 – ○ Announced"""
    )


def test_a_source_stands_once_with_its_side_and_its_words() -> None:
    assert part(Part.SOURCES).startswith("""\
1. A common lamp <big & bright> · Sources

• Harbour Post, 2 Mar 2023 – North Shore: source close to the state
“The lamp is lit & burning.”""")


def test_the_text_has_wordings_and_what_differs() -> None:
    text = part(Part.TEXT)
    assert "The shores will light one lamp. It burns all night." in text
    assert "Target: One lamp, seen from 20 miles." in text
    assert "The list: A post\n“There will be a great lamp.”" in text
    assert "Where they differ: The post calls it great; the text does not." in text
    assert "Where sources disagree: The northern press counts two lamps." in text
    assert "Context: The older lamp went out in 2011." in text


@pytest.mark.parametrize(
    ("of", "exact", "label"),
    [
        ("clause", True, "The text, as quoted by Harbour Archive"),
        ("clause", False, "The text, as paraphrased by Harbour Archive"),
        ("attributed", True, "Harbour Archive on the text"),
        ("statement", True, "The statement, as quoted by Harbour Archive"),
        ("statement", False, "The statement, as paraphrased by Harbour Archive"),
        ("listed", True, "The list: Harbour Archive"),
        ("related", True, "As reported by Harbour Archive"),
    ],
)
def test_words_are_said_to_be_whose_they_are(of: str, exact: bool, label: str) -> None:
    data = sample.agreement_json()
    data["provisions"][0]["wordings"][1] |= {"of": of, "exact": exact}
    board = Board(Agreement.model_validate_json(json.dumps(data)))
    assert f"\n{label}\n" in part(Part.TEXT, board)


def test_the_line_of_an_entry_begins_with_a_capital_letter() -> None:
    russian = sample.reader(Language("ru", NullTranslations()))
    assert "\nФевр. 2024\u202fг. – ◕" in part(Part.HISTORY, reader=russian)


def test_its_markup_is_telegrams() -> None:
    html = short().html
    assert '<a href="https://example.org/tower?a=1&amp;b=2">' in html
    assert "<b>1. A common lamp &lt;big &amp; bright&gt;</b>" in html


def test_since_is_where_the_present_status_began() -> None:
    further = [sample.evidence("https://example.org/mast")]
    board = sample.board(
        sample.change(), sample.change(number=2, date="2024-05-20", evidence=further)
    )
    ferry = board.provision("ferry")
    assert ferry is not None
    text = shown(card(READER, ferry, NOWHERE, frozenset()).html)
    assert text.startswith("Last event, 20 May 2024: ")
    assert "Since 18 May 2024 · Checked: 20 May 2024" in text
    assert "promised in a statement, not in the text" in text


def test_what_is_not_rated_says_why() -> None:
    text = shown(card(READER, sample.board().provisions[2], NOWHERE, frozenset()).html)
    assert "□ Not rated (no source found)" in text


def test_buttons_lead_on_and_back() -> None:
    back = Place(View.BOARD, page=1)
    page = short(back)
    scope = Scope(ScopeKind.PROVISION, "lamp")
    assert sample.button(page, "Follow").action == Follow(scope, back)
    assert sample.button(page, "Back").action == Show(back)
    assert not any("Back" in button.label for button in sample.buttons(short()))
    board = sample.board()
    shows = ShowPart("lamp", Part.TEXT, 0, back)
    text = part_page(READER, board.agreement, board.provisions[0], shows)
    assert sample.button(text, "Back").action == ShowProvision("lamp", back)


def test_a_citation_has_status_words_source_date_and_address() -> None:
    lamp, _, oars = sample.board().provisions
    cited = citation(READER, lamp)
    assert (
        cited
        == """\
A common lamp <big & bright> · Substantial progress · Since Feb 2024
Feb 2024: The tower stands.
“The lamp is lit & burning.” – Harbour Post, 2 Mar 2023
https://example.org/tower?a=1&b=2"""
    )
    copied = sample.button(short(), "Cite").copy
    assert copied is not None
    assert len(copied) <= LONGEST_COPY
    assert "Harbour Post" in copied
    assert "https://example.org/" in copied
    assert citation(READER, oars) is None
    page = card(READER, oars, NOWHERE, frozenset())
    assert not any("Cite" in button.label for button in sample.buttons(page))


def test_a_long_citation_is_a_block_to_copy() -> None:
    board = Board(enormous("x", 1, 2))
    page = card(READER, board.provisions[0], NOWHERE, frozenset())
    action = sample.button(page, "Cite").action
    assert isinstance(action, ShowPart)
    assert action.part is Part.CITATION
    block = part_page(READER, board.agreement, board.provisions[0], action)
    assert "<pre>" in block.html


def test_a_long_history_is_turned_page_by_page() -> None:
    board = Board(enormous("x", 1, 60))
    provision = board.provisions[0]
    first = part_page(READER, board.agreement, provision, ShowPart(provision.id, Part.HISTORY))
    assert len(shown(first.html)) < 1500
    assert sample.button(first, "›").action == ShowPart(provision.id, Part.HISTORY, 1)
