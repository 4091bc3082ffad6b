from __future__ import annotations

import json
from pathlib import Path

import typer
from typer.testing import CliRunner

from bot.cli.ask import ask

CONTENT = str(Path(__file__).parent / "fixtures" / "lighthouse.json")
app = typer.Typer()
app.command()(ask)
RUN = CliRunner()


def test_a_question_is_answered_with_its_reasons() -> None:
    result = RUN.invoke(app, ["deniz fneeri", "--lang", "tr", "--content", CONTENT])
    assert result.exit_code == 0
    assert "decision: answer" in result.output
    assert "1. lighthouse_repair" in result.output
    assert "Eski deniz fenerinin onarımı" in result.output
    assert "→" in result.output


def test_the_filter_is_shown() -> None:
    result = RUN.invoke(app, ["what is stalled?", "--content", CONTENT])
    assert "filter: stalled" in result.output


def test_as_json() -> None:
    result = RUN.invoke(app, ["beacon", "--json", "--content", CONTENT])
    found = json.loads(result.output)
    assert found["decision"] == "answer"
    assert found["provisions"][0] == "lighthouse_repair"
    assert found["ms"] >= 0


def test_a_file_of_questions(tmp_path: Path) -> None:
    batch = tmp_path / "questions.jsonl"
    batch.write_text('{"lang": "en", "q": "beacon"}\n\n{"q": "weather"}\n', encoding="utf-8")
    result = RUN.invoke(app, ["--batch", str(batch), "--content", CONTENT])
    lines = [json.loads(line) for line in result.output.splitlines()]
    assert [one["decision"] for one in lines] == ["answer", "decline"]
    assert lines[1]["provisions"] == []


def test_what_is_wrong_is_said(tmp_path: Path) -> None:
    batch = tmp_path / "questions.jsonl"
    batch.write_text("[]\n", encoding="utf-8")
    wrong = RUN.invoke(app, ["--batch", str(batch), "--content", CONTENT])
    assert (wrong.exit_code, ":1:" in wrong.output) == (1, True)
    assert RUN.invoke(app, ["beacon", "--content", "nowhere.json"]).exit_code == 1
    assert RUN.invoke(app, ["--content", CONTENT]).exit_code == 2
