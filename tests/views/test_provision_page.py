from __future__ import annotations

import json
from gettext import NullTranslations

import pytest

from bot.agreement.board import Board
from bot.agreement.model import Agreement
from bot.i18n.language import Language
from bot.subscribers.chat import Scope, ScopeKind
from bot.views.callbacks import NOWHERE, Follow, Place, Show, ShowEverything, ShowProvision, View
from bot.views.message import Message
from bot.views.pagination import shown
from bot.views.provision import everything, summary
from tests.views import sample
from tests.views.test_pages import enormous


def lamp() -> Message:
    board = sample.board()
    return everything(sample.reader(), board, board.provisions[0])


def test_all_that_is_known_is_on_the_page() -> None:
    assert (
        shown(lamp().html)
        == """\
1. A common lamp <big & bright>
🏗 Substantial progress
Substantial progress, not finished.
Since February 2024
Last event: February 2024
Sources checked up to 1 March 2024

The shores will light one lamp. It burns all night.

Target: One lamp, seen from 20 miles.
Deadline: December 2026

The list: A post
“There will be a great lamp.”
The text, as quoted by Harbour Archive
“The shores shall light one lamp.”
Language: Turkish
Where they differ: The post calls it great; the text does not.

History
5 Jan 2020 – 📣 Announced
1 Mar 2023 – 🌱 Started – The first stone was laid. – Harbour Post, 2 Mar 2023
Feb 2024 – 🏗 Substantial progress – The tower stands. – Harbour Post, 2 Mar 2023

Where sources disagree
• The northern press counts two lamps. (Harbour Post, 2 Mar 2023)

Context
• The older lamp went out in 2011. (Southern Mail, 2 Mar 2023)

Sources
• Harbour Post, 2 Mar 2023 – North Shore: source close to the state
“The lamp is lit & burning.”
• Harbour Post, 2 Mar 2023 – North Shore: source close to the state
“The lamp is lit & burning.”
• Harbour Post, 2 Mar 2023 – North Shore: source close to the state
“The lamp is lit & burning.”
• Southern Mail, 2 Mar 2023 – South Shore
“The lamp is lit & burning.”"""
    )


def short(back: Place = NOWHERE) -> Message:
    return summary(sample.reader(), sample.board().provisions[0], back, frozenset())


def test_the_short_page_says_the_promise_where_it_stands_and_what_differs() -> None:
    assert (
        shown(short().html)
        == """\
1. A common lamp <big & bright>
🏗 Substantial progress
Since Feb 2024 · Last event: Feb 2024 · Checked: 1 Mar 2024

The shores will light one lamp. It burns all night.

Last event, Feb 2024: The tower stands.

Where they differ: The post calls it great; the text does not.

Source: Harbour Post, 2 Mar 2023"""
    )
    more = sample.button(short(), "Wordings")
    assert more.action == ShowEverything("lamp")
    assert sample.button(lamp(), "Back").action == ShowProvision("lamp")


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
    page = everything(sample.reader(), board, board.provisions[0])
    assert f"\n{label}\n" in shown(page.html)


def test_the_line_of_an_entry_begins_with_a_capital_letter() -> None:
    board = sample.board()
    russian = sample.reader(Language("ru", NullTranslations()))
    page = everything(russian, board, board.provisions[0])
    assert "\nФевр. 2024\u202fг. – 🏗" in shown(page.html)


def test_its_markup_is_telegrams() -> None:
    html = lamp().html
    assert '<a href="https://example.org/tower?a=1&amp;b=2">' in html
    assert html.count("<blockquote expandable>") == html.count("</blockquote>") == 3
    assert "<b>1. A common lamp &lt;big &amp; bright&gt;</b>" in html


def test_since_is_where_the_present_status_began() -> None:
    board = sample.board(
        sample.change(),
        sample.change(
            number=2,
            date="2024-05-20",
            evidence=[sample.evidence("https://example.org/mast")],
        ),
    )
    ferry = board.provision("ferry")
    assert ferry is not None
    page = everything(sample.reader(), board, ferry)
    text = shown(page.html)
    assert "Since 18 May 2024 (2 days ago)\nLast event: 20 May 2024" in text
    assert "Sources checked up to 20 May 2024" in text
    assert "promised in a statement, not in the text" in text


def test_what_is_not_rated_says_why() -> None:
    board = sample.board()
    page = everything(sample.reader(), board, board.provisions[2])
    assert "❔ Not rated (no source found)\nNo source was found." in shown(page.html)


def test_buttons_lead_on_and_back() -> None:
    back = Place(View.BOARD, page=1)
    page = short(back)
    scope = Scope(ScopeKind.PROVISION, "lamp")
    assert sample.button(page, "Follow").action == Follow(scope, back)
    assert sample.button(page, "Back").action == Show(back)
    assert sample.button(short(), "Back").action == Show(Place(View.TOPIC, "light"))
    assert sample.button(page, "Copy").copy == "The shores shall light one lamp."
    assert sample.button(page, "Share").url == (
        "https://t.me/share/url?url=https%3A%2F%2Ft.me%2Flighthouse_bot%3Fstart%3Dprovision_lamp"
        "&text=A%20common%20lamp%20%3Cbig%20%26%20bright%3E"
    )


def test_of_a_long_history_the_newest_part_stays() -> None:
    board = Board(enormous("x", 1, 60))
    page = everything(sample.reader(), board, board.provisions[0])
    text = shown(page.html)
    assert "History\n59 earlier entries\n28 Dec 2023 – 🌱 Started" in text
    assert "Sources\n6 more sources" in text
    assert "11 more remarks" in text
