from pathlib import Path

import pytest

from bot.agreement.board import Board
from bot.agreement.content import load_file
from bot.search import Decision
from bot.search.answering import answer_question
from bot.search.engine import Search
from bot.search.intents import Intent
from bot.search.named import Named
from bot.search.questions import parse
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
    ("question", "intent"),
    [
        ("who signed it?", Intent.SIGNED),
        ("when was the Shusha Declaration signed?", Intent.SIGNED),
        ("bəyannaməni kim imzalayıb?", Intent.SIGNED),
        ("Şuşa Beyannamesi’ni kim imzaladı?", Intent.SIGNED),
        ("кто подписал декларацию?", Intent.SIGNED),
        ("when did it come into force?", Intent.IN_FORCE),
        ("nə vaxt qüvvəyə minib?", Intent.IN_FORCE),
        ("ne zaman yürürlüğe girdi?", Intent.IN_FORCE),
        ("когда вступила в силу декларация?", Intent.IN_FORCE),
        ("who signed the protocol on the railway?", None),
        ("is the railway open?", None),
        ("", None),
    ],
)
def test_questions_about_the_agreement_itself(question: str, intent: Intent | None) -> None:
    query = parse(question, BOARD.newest_event.last, Named(CONTENT))
    assert (query.intent if not query.text else None) is intent


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
    assert text.startswith("Done: 0 of 31")
    assert "Not rated:" in text
    assert "no source found:" in text
