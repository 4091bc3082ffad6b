"""Months: when something was asked about, never what."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.agreement.content import load_file
from bot.search import Decision, Search
from bot.search.months import Months

LIGHTHOUSE = load_file(Path(__file__).parent.parent / "fixtures" / "lighthouse.json")


@pytest.fixture(scope="module")
def months() -> Months:
    return Months(["az", "tr", "ru", "xx"])


@pytest.mark.parametrize(
    "word",
    ["June", "august", "iyunda", "yanvarın", "haziranda", "Ocak", "mayıstan", "июне", "мая", "мае"],
)
def test_a_month_is_known_in_every_form(months: Months, word: str) -> None:
    assert months.has(word)


@pytest.mark.parametrize("word", ["", "mayor", "hazır", "мир", "data", "юность"])
def test_what_only_looks_so_is_none(months: Months, word: str) -> None:
    assert not months.has(word)


@pytest.mark.parametrize("question", ["herring in June", "haziranda ringa", "fish in august 2023"])
def test_a_month_does_not_make_a_question_foreign(question: str) -> None:
    found = Search(LIGHTHOUSE).find(question)
    assert found.decision is Decision.ANSWER


def test_a_month_alone_is_no_question() -> None:
    assert Search(LIGHTHOUSE).find("June").decision is Decision.DECLINE


def test_a_month_in_a_title_is_a_subject() -> None:
    provisions = tuple(
        provision.model_copy(update={"title": {"en": "May fair", "tr": "Ekim zamanı"}})
        if provision.id == "harbour_market"
        else provision
        for provision in LIGHTHOUSE.provisions
    )
    found = Search(LIGHTHOUSE.model_copy(update={"provisions": provisions})).find("ekim")
    assert found.matches[0].provision_id == "harbour_market"
