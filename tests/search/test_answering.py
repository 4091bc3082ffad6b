from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.agreement.board import Board
from bot.agreement.content import load_file
from bot.agreement.status import Status, UnratedReason
from bot.search import Decision, Search
from bot.search.answering import Answered, answer_question
from bot.search.questions import Context

AGREEMENT = load_file(Path(__file__).parent.parent / "fixtures" / "lighthouse.json")
BOARD, SEARCH = Board(AGREEMENT), Search(AGREEMENT)


def ask(text: str, context: Context | None = None, today: date | None = None) -> Answered:
    return answer_question(BOARD, SEARCH, text, context, today)


def ids(answered: Answered) -> list[str]:
    return [match.provision_id for match in answered.findings.matches]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("what is stalled?", ["harbour_market"]),
        ("что застопорилось", ["harbour_market"]),
        ("devam edenler", ["herring_season"]),
        ("what changed?", ["lighthouse_repair", "harbour_market", "herring_season"]),
        ("what changed in 2021", ["lighthouse_repair"]),
        ("stalled fishing", ["harbour_market"]),
    ],
)
def test_statuses_and_news_come_from_the_board(question: str, expected: list[str]) -> None:
    answered = ask(question)
    assert answered.findings.decision is Decision.ANSWER
    assert ids(answered) == expected
    assert answered.query.is_filtered
    assert not answered.relaxed


def test_nothing_is_finished() -> None:
    answered = ask("what is finished?")
    assert answered.findings.decision is Decision.ANSWER
    assert not answered.findings.matches


def test_a_time_without_news_is_an_answer() -> None:
    answered = ask("what changed this month?", today=date(2026, 11, 24))
    assert answered.findings.decision is Decision.ANSWER
    assert not answered.events


def test_a_status_word_about_one_thing_asks_for_the_thing() -> None:
    answered = ask("is the lighthouse finished?")
    assert answered.findings.decision is Decision.ANSWER
    assert ids(answered)[0] == "lighthouse_repair"
    assert answered.relaxed


def test_a_follow_up_without_a_subject_shows_the_same_again() -> None:
    first = ask("herring")
    assert ids(ask("sources?", first.context)) == ids(first)
    assert ask("sources?").findings.decision is Decision.DECLINE


def test_a_follow_up_with_another_subject() -> None:
    assert ids(ask("and the lighthouse?", ask("herring").context))[0] == "lighthouse_repair"


@pytest.mark.parametrize("question", ["weather today", "NATO news", "football this week", ""])
def test_news_of_something_else_is_declined(question: str) -> None:
    assert ask(question).findings.decision is Decision.DECLINE


@pytest.mark.parametrize(
    "question",
    [
        "which items have no source",
        "hangi maddelerin kaynağı yok",
        "у каких пунктов нет источника",
        "hansı bəndlərin mənbəsi yoxdur",
    ],
)
def test_what_has_no_source_is_not_all_that_is_not_rated(question: str) -> None:
    reasons = [item.standing.reason for item in BOARD.provisions if item.status is Status.UNRATED]
    assert reasons, "the fixture has one that is not rated"
    expected = [
        item.id
        for item in BOARD.provisions
        if item.standing is not None and item.standing.reason is UnratedReason.NO_SOURCE
    ]
    answered = ask(question)
    assert answered.query.reason is UnratedReason.NO_SOURCE
    assert ids(answered) == expected
    assert len(ids(ask("which are not rated"))) == len(reasons)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("what happened in 2021", ["lighthouse_repair"]),
        ("2021'de neler oldu", ["lighthouse_repair"]),
        ("since 2021", ["lighthouse_repair"]),
        ("before 2021", ["harbour_market", "herring_season"]),
        ("deadlines", ["lighthouse_repair"]),
        ("süresi geçenler", ["lighthouse_repair"]),
        ("which promises failed", ["harbour_market"]),
        (
            "what did the Strait Gazette report?",
            ["lighthouse_repair", "harbour_market", "herring_season"],
        ),
    ],
)
def test_kinds_of_questions_work_for_any_agreement(question: str, expected: list[str]) -> None:
    answered = ask(question, today=date(2026, 11, 24))
    assert answered.findings.decision is Decision.ANSWER
    assert ids(answered) == expected


def test_a_word_of_the_agreement_is_no_slip_of_a_word_of_asking() -> None:
    assert ask("lights").query.text == "lights"
    assert ask("harbour").query.text == "harbour"


def test_another_number_in_a_title_is_another_matter() -> None:
    board = Board(load_file(Path(__file__).parents[2] / "content" / "provisions.json"))
    answered = answer_question(board, Search(board.agreement), "торговля 15 миллиардов")
    assert ids(answered)[0] == "trade_15_billion"
