from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app

CONTENT = str(Path(__file__).parents[1] / "fixtures" / "lighthouse.json")
RUN = CliRunner()


def test_a_question_is_answered_with_its_reasons() -> None:
    result = RUN.invoke(app, ["ask", "deniz fneeri", "--lang", "tr", "--content", CONTENT])
    assert result.exit_code == 0
    assert "decision: answer" in result.output
    assert "1. lighthouse_repair" in result.output
    assert "Eski deniz fenerinin onarımı" in result.output
    assert "→" in result.output


def test_the_filter_is_shown() -> None:
    result = RUN.invoke(app, ["ask", "what is stalled?", "--content", CONTENT])
    assert "filter: stalled" in result.output


def test_as_json() -> None:
    result = RUN.invoke(app, ["ask", "beacon", "--json", "--content", CONTENT])
    found = json.loads(result.output)
    assert found["decision"] == "answer"
    assert found["provisions"][0] == "lighthouse_repair"
    assert found["ms"] >= 0


def test_a_file_of_questions(tmp_path: Path) -> None:
    batch = tmp_path / "questions.jsonl"
    batch.write_text('{"lang": "en", "q": "beacon"}\n\n{"q": "weather"}\n', encoding="utf-8")
    result = RUN.invoke(app, ["ask", "--batch", str(batch), "--content", CONTENT])
    lines = [json.loads(line) for line in result.output.splitlines()]
    assert [line["decision"] for line in lines] == ["answer", "decline"]
    assert lines[1]["provisions"] == []


def test_a_file_of_another_editor(tmp_path: Path) -> None:
    batch = tmp_path / "questions.jsonl"
    batch.write_bytes('\ufeff{"q": "beacon"}\r\n \r\n{"q": "kule", "lang": "tr"}'.encode())
    result = RUN.invoke(app, ["ask", "--batch", str(batch), "--content", CONTENT])
    assert [json.loads(line)["lang"] for line in result.output.splitlines()] == ["", "tr"]


@pytest.mark.parametrize(
    "line",
    [
        b"[]",
        b'{"q": null}',
        b'{"q": 5}',
        b'{"q": "beacon", "lang": 7}',
        b'{"q": "\\ud800"}',
        b'{"q": "\xff"}',
        b'{"q":' + b"[" * 100_000,
        "{}".encode("utf-16"),
    ],
)
def test_a_line_that_is_no_question_is_named(tmp_path: Path, line: bytes) -> None:
    batch = tmp_path / "questions.jsonl"
    batch.write_bytes(b'{"q": "beacon"}\n' + line)
    result = RUN.invoke(app, ["ask", "--batch", str(batch), "--content", CONTENT])
    assert result.exit_code == 1
    answered, wrong = result.output.splitlines()
    assert json.loads(answered)["decision"] == "answer"
    assert wrong == f'{batch}:2: not {{"lang": …, "q": …}} in UTF-8'


def test_titles_are_in_a_language_that_the_content_has() -> None:
    shown = RUN.invoke(app, ["ask", "beacon", "--lang", "TR", "--content", CONTENT])
    assert "Eski deniz fenerinin onarımı" in shown.output
    unknown = RUN.invoke(app, ["ask", "beacon", "--lang", "xx", "--content", CONTENT])
    assert (unknown.exit_code, "only en, tr" in unknown.output) == (2, True)


def test_what_is_wrong_is_said(tmp_path: Path) -> None:
    batch = tmp_path / "questions.jsonl"
    batch.write_text("[]\n", encoding="utf-8")
    wrong = RUN.invoke(app, ["ask", "--batch", str(batch), "--content", CONTENT])
    assert (wrong.exit_code, ":1:" in wrong.output) == (1, True)
    assert RUN.invoke(app, ["ask", "beacon", "--content", "nowhere.json"]).exit_code == 78
    nowhere = RUN.invoke(app, ["ask", "--batch", "nowhere.jsonl", "--content", CONTENT])
    assert (nowhere.exit_code, nowhere.output.count("nowhere.jsonl")) == (1, 1)
    for asked in ([], [" "], ["beacon", "--batch", str(batch)]):
        assert RUN.invoke(app, ["ask", *asked, "--content", CONTENT]).exit_code == 2


def test_the_score_of_a_file_of_questions(tmp_path: Path) -> None:
    batch = tmp_path / "questions.jsonl"
    lines = [
        {"lang": "en", "q": "beacon", "expect": ["lighthouse_repair"]},
        {"lang": "en", "q": "herring", "expect": ["night_pilots"]},
        {"lang": "tr", "q": "ringa", "expect": ["herring_season"]},
        {"lang": "tr", "q": "futbol", "expect": []},
        {"lang": "tr", "q": "kule"},
    ]
    batch.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    result = RUN.invoke(app, ["ask", "--batch", str(batch), "--expect", "--content", CONTENT])
    assert result.exit_code == 0
    wrong, head, *rows = result.output.splitlines()
    assert wrong.startswith("en 'herring': answer herring_season")
    assert wrong.endswith("expected night_pilots")
    assert head.split()[:4] == ["language", "asked", "top-1", "top-3"]
    assert [row.split() for row in rows] == [
        ["en", "2", "50.0%", "50.0%", "0.0%", "0", "-", "-", "-"],
        ["tr", "1", "100.0%", "100.0%", "0.0%", "1", "100.0%", "0.0%", "0.0%"],
        ["all", "3", "66.7%", "66.7%", "0.0%", "1", "100.0%", "0.0%", "0.0%"],
    ]
    assert RUN.invoke(app, ["ask", "beacon", "--expect", "--content", CONTENT]).exit_code == 2


def test_why_not_is_said_word_by_word() -> None:
    question = "submarines, missiles, tanks and a herring budget"
    result = RUN.invoke(app, ["ask", question, "--content", CONTENT])
    assert "decision: decline" in result.output
    assert "nearest: herring_season, " in result.output
    assert "an answer needs 0.90, an offer 0.68" in result.output
    assert "submarines not known, weight 1.00" in result.output
    assert "herring → herring (title) counts 1.00" in result.output
    nothing = RUN.invoke(app, ["ask", "\U0001f389", "--content", CONTENT])
    assert "why not: no word says what it is about" in nothing.output
