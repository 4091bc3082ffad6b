"""A new content file, and content as a spreadsheet."""

from __future__ import annotations

import copy
import json
import re
import shlex
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from typer.testing import CliRunner, Result

from bot.agreement.content import load, load_file
from bot.cli import app
from bot.cli.scores import read_questions

FIXTURES = Path(__file__).parents[1] / "fixtures"
CONTENTS = [FIXTURES / "lighthouse.json", FIXTURES.parents[1] / "content" / "provisions.json"]
LIGHTHOUSE = json.loads(CONTENTS[0].read_text("utf-8"))
NEW = ("--title", "Pact: of Øre", "--parties", "Ireland, Åland", "--date", "1998-04-10")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_a_new_content_file_is_right_and_says_what_to_do(tmp_path: Path) -> None:
    made = run("new", tmp_path / "pact", *NEW, "--languages", "en, no,fr")
    assert made.exit_code == 0, made.output
    file = tmp_path / "pact" / "content.yaml"
    agreement = load_file(file)
    assert (agreement.id, agreement.languages) == ("pact_of_re", ("en", "no", "fr"))
    assert agreement.title["no"] == "Pact: of Øre"
    assert [party.id for party in agreement.parties] == ["ireland", "aland"]
    assert "# never changes" in file.read_text("utf-8")
    asked = list(read_questions(tmp_path / "pact" / "questions.yaml"))
    assert len(asked) == 6
    assert all(agreement.provision(wanted) for question in asked for wanted in question.expect)
    assert [bool(question.expect) for question in asked] == [True, False] * 3
    assert run("new", tmp_path / "pact", *NEW, "--languages", "en").exit_code == 1


def test_new_asks_for_what_was_not_given(tmp_path: Path) -> None:
    answers = "A pact\nPeru, Chile\n2001\nes\n"
    made = CliRunner().invoke(app, ["new", str(tmp_path / "pact")], input=answers)
    assert made.exit_code == 0, made.output
    assert str(load_file(tmp_path / "pact" / "content.yaml").date) == "2001"


@pytest.mark.parametrize("languages", ["english", ",", "xqz"])
def test_new_makes_nothing_where_a_language_is_wrong(tmp_path: Path, languages: str) -> None:
    assert run("new", tmp_path / "pact", *NEW, "--languages", languages).exit_code == 1
    assert not (tmp_path / "pact").exists()


@pytest.mark.parametrize("content", CONTENTS, ids=lambda path: path.stem)
@pytest.mark.parametrize("table", ["tables.xlsx", "tables"])
@pytest.mark.parametrize("back", ["back.yaml", "back.json"])
def test_a_file_comes_back_from_a_spreadsheet(
    tmp_path: Path, content: Path, table: str, back: str
) -> None:
    assert run("export", content, tmp_path / table).exit_code == 0
    found = run("import", tmp_path / table, tmp_path / back)
    assert found.exit_code == 0, found.output
    assert load_file(tmp_path / back) == load_file(content)


LETTERS = st.sampled_from("ab ;,'\"=+-@.:#0129\n\u0130\u4e2d\u05d0\U0001f600")
TEXTS = st.text(LETTERS, max_size=20).map(lambda text: f"x{text}x") | st.sampled_from(
    ["=1+1", "'=1", "2025-08-22", "1e5", "true", "null", "#", "- a", "007", "@x", "a; b"]
)
WORDS = st.lists(TEXTS, max_size=3)


@given(text=TEXTS, words=WORDS, quote=TEXTS, kind=st.sampled_from(["t.xlsx", "t"]))
@settings(max_examples=40, deadline=None)
def test_no_text_is_lost_in_a_spreadsheet(
    text: str, words: list[str], quote: str, kind: str
) -> None:
    root: Any = copy.deepcopy(LIGHTHOUSE)
    root["title"]["tr"] = text
    provision = root["provisions"][0]
    provision["title"]["en"] = text
    provision["keywords"] = {"en": words, "tr": words[:1]}
    provision["history"][1]["evidence"][0] |= {"quote": quote, "language": "en"}
    root["synonyms"] = [[*words, "a", "b"], ["one", "two;"]]
    try:
        wanted = load(json.dumps(root))
    except ValueError:  # a word of one letter, and such
        return
    with tempfile.TemporaryDirectory() as folder:
        source, back = Path(folder, "source.json"), Path(folder, "back.yaml")
        source.write_text(json.dumps(root), "utf-8")
        assert run("export", source, Path(folder, kind)).exit_code == 0
        found = run("import", Path(folder, kind), back)
        assert found.exit_code == 0, found.output
        assert load_file(back) == wanted


def test_a_fault_is_named_by_its_cell_and_nothing_is_written(tmp_path: Path) -> None:
    table, back = tmp_path / "t.xlsx", tmp_path / "back.yaml"
    run("export", CONTENTS[0], table)
    book = load_workbook(table)
    sheet, events = book["provisions"], book["events"]
    names = [cell.value for cell in sheet[1]]
    sheet.cell(3, names.index("origin") + 1, "rumour")
    dates = [cell.value for cell in events[1]].index("date") + 1
    events.cell(4, dates, "June")
    book.save(table)
    told = run("import", table, back)
    assert told.exit_code == 1
    assert "provisions, row 3, origin: “rumour” is not possible here." in told.output
    assert "events, row 4, date: “June” is not a date." in told.output
    assert not back.exists()
    events.cell(2, 1, "nowhere")
    book.save(table)
    assert "events, row 2: there is no provision “nowhere”" in run("import", table, back).output


def test_dates_and_numbers_that_a_spreadsheet_made_are_read_as_written(tmp_path: Path) -> None:
    import datetime as dt

    table, back = tmp_path / "t.xlsx", tmp_path / "back.yaml"
    run("export", CONTENTS[0], table)
    book = load_workbook(table)
    for row in book["agreement"].iter_rows():
        if row[0].value == "date":
            row[1].value = dt.datetime(2019, 3, 4)  # noqa: DTZ001 - as Excel has it
    names = [cell.value for cell in book["provisions"][1]]
    book["provisions"].cell(2, names.index("number") + 1, 1.0)
    book.save(table)
    found = run("import", table, back)
    assert found.exit_code == 0, found.output
    assert load_file(back) == load_file(CONTENTS[0])


@pytest.mark.parametrize("name", ["t.xlsx", "nowhere.xlsx", "empty"])
def test_what_is_no_spreadsheet_is_said(tmp_path: Path, name: str) -> None:
    (tmp_path / "t.xlsx").write_text("no")
    (tmp_path / "empty").mkdir()
    told = run("import", tmp_path / name, tmp_path / "back.yaml")
    assert told.exit_code == 1
    assert told.output.count("\n") == 1


def test_every_command_of_the_guide_does_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    guide = (FIXTURES.parents[1] / "docs" / "authors.md").read_text("utf-8")
    commands = [shlex.split(line) for line in re.findall(r"(?m)^    briefing-bot (.+)$", guide)]
    assert {"new", "check", "export", "import", "ask", "translate"} <= {
        line[0] for line in commands
    }
    monkeypatch.chdir(tmp_path)
    for arguments in commands:
        if arguments[0] == "demo":
            continue
        answers = "A pact\nPeru, Chile\n2001\nes, en\n" if arguments[0] == "new" else None
        found = CliRunner().invoke(app, arguments, input=answers)
        assert found.exit_code == 0, (arguments, found.output)
        if arguments[0] == "new":
            shutil.copy("pact/content.yaml", "before.yaml")
