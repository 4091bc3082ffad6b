"""Shares of the benchmark's questions that the shipped content answers, by words alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.agreement.content import load_file
from bot.search import Decision, Search

ROOT = Path(__file__).parents[2]
LINES = (ROOT / "benchmarks" / "search" / "questions.jsonl").read_text(encoding="utf-8")
QUESTIONS = [json.loads(line) for line in LINES.splitlines()]
FIRST, DECLINED = 0.8, 0.5
"""Least shares: those of an editor's next version may be some points lower."""


@pytest.fixture(scope="module")
def search() -> Search:
    return Search(load_file(ROOT / "content" / "provisions.json"))


@pytest.mark.no_cover  # much work, and no line that others do not reach
@pytest.mark.parametrize("language", ["en", "az", "tr", "ru"])
def test_questions_are_answered_and_foreign_ones_declined(search: Search, language: str) -> None:
    mine = [question for question in QUESTIONS if question["lang"] == language][::8]
    found = [(item["expect"], search.find(item["q"])) for item in mine]
    known = [(accepts, item) for accepts, item in found if accepts]
    first = sum(item.matches[0].provision_id in accepts for accepts, item in known if item.matches)
    declined = sum(item.decision is Decision.DECLINE for accepts, item in found if not accepts)
    assert first >= FIRST * len(known)
    assert declined >= DECLINED * (len(found) - len(known))
