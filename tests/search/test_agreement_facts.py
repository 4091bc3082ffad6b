from pathlib import Path

import pytest

from bot.agreement.board import Board
from bot.agreement.content import load_file
from bot.search import Decision
from bot.search.agreement_facts import Fact, fact_asked
from bot.search.answering import answer_question
from bot.search.engine import Search
from bot.views.answers import answer
from bot.views.callbacks import Place, View
from bot.views.pagination import shown
from tests.views import sample

CONTENT = load_file(Path(__file__).parents[2] / "content" / "provisions.json")
BOARD = Board(CONTENT)
SEARCH = Search(CONTENT)


def told(question: str) -> str:
    answered = answer_question(BOARD, SEARCH, question)
    assert answered.findings.decision is Decision.ANSWER
    page = answer(sample.reader(), BOARD, answered, question, frozenset(), Place(View.ANSWER))
    return shown(page.html)


@pytest.mark.parametrize(
    ("question", "fact"),
    [
        ("who signed it?", Fact.SIGNED),
        ("when was the Shusha Declaration signed?", Fact.SIGNED),
        ("bəyannaməni kim imzalayıb?", Fact.SIGNED),
        ("Şuşa Beyannamesi’ni kim imzaladı?", Fact.SIGNED),
        ("кто подписал декларацию?", Fact.SIGNED),
        ("when did it come into force?", Fact.IN_FORCE),
        ("nə vaxt qüvvəyə minib?", Fact.IN_FORCE),
        ("ne zaman yürürlüğe girdi?", Fact.IN_FORCE),
        ("когда вступила в силу декларация?", Fact.IN_FORCE),
        ("who signed the protocol on the railway?", None),
        ("is the railway open?", None),
        ("", None),
    ],
)
def test_questions_about_the_agreement_itself(question: str, fact: Fact | None) -> None:
    assert fact_asked(question, CONTENT) is fact


def test_who_signed_it_names_people_with_their_offices() -> None:
    text = told("who signed it?")
    assert "Ilham Aliyev, President of Azerbaijan" in text
    assert "Recep Tayyip Erdoğan, President of Türkiye" in text
    assert "Shusha" in text


def test_the_entry_into_force_carries_the_dispute() -> None:
    text = told("when did it come into force?")
    assert "sources disagree" in text
    assert "13 February 2022" in text
    assert "In force since" not in text


def test_what_is_done_says_that_nothing_is_and_what_is_not_rated() -> None:
    text = told("which promises are done?")
    assert "There is nothing like that on the board." in text
    assert "Not rated:" in text
    assert "no source found:" in text
