from __future__ import annotations

import json
import re
from gettext import NullTranslations
from pathlib import Path

import pytest

from bot.agreement.content import load
from bot.agreement.faults import ContentFaults, Fault, FaultKind
from bot.language.language import Language
from bot.messages.fault_texts import FAULT_TEXTS, WRONG_TYPES
from bot.messages.faults import fault_hint, fault_lines, fault_sentence

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
    sentences = [one.sentence for one in (*FAULT_TEXTS.values(), *WRONG_TYPES.values())]
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


def test_a_fault_of_the_whole_file_has_its_line() -> None:
    with pytest.raises(ContentFaults) as refused:
        load('{"id": 1,\n}')
    (line,) = fault_lines(ENGLISH, refused.value.faults)
    assert line.startswith("2: This is not JSON (column 1): ")
