"""The shipped content answers the questions of the benchmark's tuning half about as reported."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.agreement.content import load_file
from bot.search import Decision, Search

ROOT = Path(__file__).parents[2]
LINES = (ROOT / "benchmarks" / "search" / "questions.jsonl").read_text(encoding="utf-8")
QUESTIONS = [json.loads(line) for line in LINES.splitlines()]


@pytest.fixture(scope="module")
def search() -> Search:
    return Search(load_file(ROOT / "content" / "provisions.json"))


@pytest.mark.no_cover  # much work, and no line that others do not reach
@pytest.mark.parametrize("language", ["en", "az", "tr", "ru"])
def test_questions_are_answered_and_foreign_ones_declined(search: Search, language: str) -> None:
    mine = [question for question in QUESTIONS if question["lang"] == language][
        ::8
    ]  # the benchmark asks all
    found = [(item["accepts"], search.find(item["q"])) for item in mine]
    known = [(accepts, item) for accepts, item in found if accepts]
    first = sum(item.matches[0].provision_id in accepts for accepts, item in known if item.matches)
    declined = sum(item.decision is Decision.DECLINE for accepts, item in found if not accepts)
    assert first >= 0.95 * len(known)
    assert declined >= 0.9 * (len(found) - len(known))


@pytest.mark.parametrize(
    ("question", "provision_id"),
    [
        ("when do refugees return?", "normalise_life"),
        ("insansız hava aracı üretimi", "drone_factory"),
        ("konsulluq susada", "consulate_shusha"),
        ("чем поможет Турция при угрозе", "mutual_assistance"),
        ("железная дорога", "nakhchivan_kars_railway"),
        ("zheleznaya doroga", "nakhchivan_kars_railway"),
        ("кибертәһлүкәсизлик", "cyber_security"),
        ("Naxçıvana dəhliz", "zangezur_corridor"),
        ("demiryolunun", "nakhchivan_kars_railway"),
        ("БПЛА", "drone_factory"),
        ("İHA", "drone_factory"),
        ("MGK", "joint_security_councils"),
        ("SGC", "southern_gas_corridor"),
    ],
)
def test_as_people_type(search: Search, question: str, provision_id: str) -> None:
    found = search.find(question)
    assert found.decision is not Decision.DECLINE
    assert found.matches[0].provision_id == provision_id
    assert all(match.why() for match in found.matches)


@pytest.mark.parametrize("question", ["energy?", "ticarət", "savunma", "транспорт"])
def test_a_topic_alone_is_enough(search: Search, question: str) -> None:
    assert search.find(question).decision is Decision.ANSWER
    assert search.is_topic(question)


@pytest.mark.parametrize(
    "question",
    ["NATO budget", "trade with Germany", "weather in Baku", "capital of Azerbaijan", "Türkiye"],
)
def test_near_misses_are_declined(search: Search, question: str) -> None:
    assert search.find(question).decision is Decision.DECLINE
