from __future__ import annotations

import json
import re
from gettext import NullTranslations
from pathlib import Path

import pytest

from bot.agreement.content import load, read_text
from bot.agreement.faults import ContentFaults, Fault, FaultKind
from bot.i18n.language import Language
from bot.views.content_errors import (
    FAULT_TEXTS,
    WRONG_TYPES,
    fault_hint,
    fault_lines,
    fault_sentence,
)

ENGLISH = Language("en", NullTranslations())
LIGHTHOUSE = Path(__file__).parent.parent / "fixtures" / "lighthouse.json"
PARAMS = dict(
    re.findall(
        r'    (\w+) = "\w+"  # ([^(\n]*)',
        (Path(__file__).parents[2] / "bot/agreement/faults.py").read_text(encoding="utf-8"),
    )
)


def documented(kind: FaultKind) -> dict[str, str]:
    names = re.findall(r"\w+", PARAMS.get(kind.name, "").partition(":")[0])
    return {name: "en" if name == "language" else "7" for name in names} | {"nearest": ""}


@pytest.mark.parametrize("kind", FaultKind)
def test_every_kind_has_a_sentence_and_a_hint(kind: FaultKind) -> None:
    fault = Fault(kind, "/a", 1, documented(kind))
    for text in (fault_sentence(ENGLISH, fault), fault_hint(ENGLISH, fault)):
        assert text.endswith((".", "?"))
        assert "{" not in text


def test_no_two_faults_read_alike() -> None:
    sentences = [item.sentence for item in (*FAULT_TEXTS.values(), *WRONG_TYPES.values())]
    assert len(set(sentences)) == len(sentences)


def test_a_line_names_place_fault_and_remedy() -> None:
    root = json.loads(LIGHTHOUSE.read_text(encoding="utf-8"))
    del root["topics"][0]["title"]["tr"]
    root["provisions"][0]["topics"] = ["light"]
    root["provisions"][1]["number"] = "2"
    with pytest.raises(ContentFaults) as refused:
        load(json.dumps(root))
    assert fault_lines(ENGLISH, refused.value.faults) == [
        "1: /provisions/0/topics/0: There is no topic “light”. Did you mean “lights”?",
        "1: /provisions/1/number: This has to be a whole number. Write digits without quotes.",
        "1: /topics/0/title/tr: This text is missing in one language: Turkish. Add it under “tr”.",
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('{"id": "a",\n "x": 1\n "y": 2}', "3: A comma or a closing bracket is missing here"),
        ('{"id"\n 1}', "2: A colon is missing after the name of a field (column 2)."),
        ('{"id":\n}', "2: A value is missing here (column 1)."),
        ("{\nid: 1}", "2: A field's name in double quotes is missing here (column 1)."),
        ('{"id": "a\n"}', "1: A text holds a line break or a tab (column 10)."),
        ('{"id": "a', "1: The text that begins here has no closing quote (column 8)."),
        ('{"id": "\\q"}', "1: A backslash stands before a letter that it does not go with"),
        ('{"id": "\\u12"}', "1: After \\u come four digits or letters from a to f"),
        ('{"id": 1}\n}', "2: Something follows where the file should end (column 1)."),
        ('{"id": 1, // why\n "x": 1}', "1: JSON has no comments (column 11)."),
        ('{"id": 1 # why\n}', "1: JSON has no comments (column 10)."),
        ("{“id”: 1}", "1: A curly quote stands here"),
        ('{"id": “x”}', "1: A curly quote stands here"),
        ('{"id”: "x"}', "1: A curly quote stands here"),
        ("{'id': 1}", "1: A single quote stands here"),
        ('{"id": [1,\n', "2: The file ends too early (column 1)."),
        ("", "1: The file ends too early (column 1)."),
        ("[" * 100_000, "1: The brackets are nested too deeply."),
    ],
)
def test_what_is_no_json_has_a_line_and_words_of_our_own(text: str, line: str) -> None:
    with pytest.raises(ContentFaults) as refused:
        load(text)
    (found,) = fault_lines(ENGLISH, refused.value.faults)
    assert found.startswith(line)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("id: a\n\tname: b", "2: A tab stands where YAML needs spaces (column 1)."),
        ("id: a\ntitle: Trade: a pact", "2: A colon and a space stand within a text (column 13)."),
        ('id: "a', "1: The text that begins here has no closing quote"),
        ("a: &x [*x]", "1: The brackets are nested too deeply."),
        ("id: [a\n", "2: This is not YAML (column 1)."),
        ("id: a\x07", "1: This is not YAML (column 1)."),
        ("a: 1\na: 2", "2: /a: “a” stands here a second time."),
    ],
)
def test_what_is_no_yaml_has_a_line_and_words_of_our_own(text: str, line: str) -> None:
    with pytest.raises(ContentFaults) as refused:
        read_text(text, is_yaml=True)
    assert any(found.startswith(line) for found in fault_lines(ENGLISH, refused.value.faults))


def test_a_reason_that_nobody_has_met_is_a_sentence_too() -> None:
    fault = Fault(FaultKind.INVALID_SYNTAX, "", 3, {"column": "4", "reason": "Something new"})
    assert fault_sentence(ENGLISH, fault) == "This is not JSON (column 4)."
