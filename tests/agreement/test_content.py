from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.agreement.content import load, load_file
from bot.agreement.faults import WARNINGS, ContentFaults, Fault, FaultKind
from bot.agreement.model import Agreement
from bot.agreement.schema import json_schema
from bot.agreement.yaml_text import NUMBERS, SWITCHES, read_yaml, write_yaml

FIXTURES = Path(__file__).parent.parent / "fixtures"
LIGHTHOUSE = FIXTURES / "lighthouse.json"
FAULTY = json.loads((FIXTURES / "faulty.json").read_text(encoding="utf-8"))
RESERVED = {"start", "help"}


def document() -> Any:
    return json.loads(LIGHTHOUSE.read_text(encoding="utf-8"))


def parent(root: Any, place: str) -> tuple[Any, str | int]:
    *path, last = [int(part) if part.isdigit() else part for part in place.split("/")[1:]]
    for part in path:
        root = root[part]
    return root, last


def broken(case: dict[str, Any]) -> str:
    if "text" in case:
        return str(case["text"])
    root = document()
    holder, last = parent(root, case.get("set") or case["remove"])
    if "remove" in case:
        del holder[last]
    elif "repeat" in case:
        holder[last] = holder[last][:1] * case["repeat"]
    elif "evidence" in case:
        quote = {**holder[last][0], "quote": "A quote as long as one may be. " * 9}
        holder[last] = [quote] * case["evidence"]
    else:
        holder[last] = case["to"]
    for place, value in case.get("and", {}).items():
        other, name = parent(root, place)
        other[name] = value
    return json.dumps(root, indent=1)


def faults_of(text: str) -> tuple[Fault, ...]:
    with pytest.raises(ContentFaults) as refused:
        load(text, RESERVED)
    return refused.value.faults


def loaded_or_faults(text: str) -> Agreement | tuple[Fault, ...]:
    try:
        return load(text)
    except ContentFaults as refused:
        return refused.faults


def test_another_agreement_loads() -> None:
    agreement = load_file(LIGHTHOUSE, RESERVED)
    assert (agreement.id, agreement.languages) == ("lighthouse", ("en", "tr"))
    assert [item.id for item in agreement.of_topic("fishing")] == [
        "herring_season",
        "harbour_market",
    ]
    assert agreement.provisions[0].title["tr"] == "Eski deniz fenerinin onarımı"


def test_what_was_loaded_cannot_be_changed() -> None:
    agreement = load_file(LIGHTHOUSE)
    with pytest.raises(TypeError, match="assignment"):
        agreement.title["en"] = "Another"  # type: ignore[index]
    with pytest.raises(ValueError, match="frozen"):
        agreement.id = "another"  # type: ignore[misc]


def test_it_writes_back_what_it_read() -> None:
    agreement = load_file(LIGHTHOUSE)
    assert load(agreement.model_dump_json()) == agreement


@pytest.mark.parametrize(
    "case", FAULTY, ids=[f"{item['kind']} {item['pointer']}" for item in FAULTY]
)
def test_a_fault_is_named_with_its_place(case: dict[str, Any]) -> None:
    faults = faults_of(broken(case))
    found = [
        fault for fault in faults if (fault.kind, fault.pointer) == (case["kind"], case["pointer"])
    ]
    assert found, faults
    if "line" in case:
        assert found[0].line == case["line"]


def test_every_kind_of_fault_has_a_case() -> None:
    of_files = {FaultKind.NOT_TEXT, FaultKind.TOO_LARGE, FaultKind.UNREADABLE}
    assert {item["kind"] for item in FAULTY} | of_files == set(FaultKind) - WARNINGS


@pytest.mark.parametrize(
    "case",
    [
        entry
        for entry in FAULTY
        if "text" not in entry and "repeat" not in entry and "and" not in entry
    ],
    ids=lambda item: f"{item['kind']} {item['pointer']}",
)
def test_one_slip_is_one_fault_or_what_follows_from_it(case: dict[str, Any]) -> None:
    follows = {
        "bad_id": {"unused_topic", "unknown_topic"},
        "duplicate_language": {"extra_language"},
        "unknown_topic": set(),
        "duplicate_id": {"unknown_side"},
        "wrong_type": {"extra_language"},
        "dates_go_back": {"before_signing"},
        "status_missing": {"evidence_missing", "reason_unwanted"},
    }
    kinds = {fault.kind.value for fault in faults_of(broken(case))}
    assert kinds - follows.get(case["kind"], set()) == {case["kind"]}


def test_every_fault_is_found_at_once() -> None:
    root = document()
    del root["topics"][0]["title"]["tr"]
    root["provisions"][0]["number"] = "1"
    root["provisions"][1]["topics"] = ["light"]
    root["provisions"][2]["history"][1]["date"] = "2018"
    del root["provisions"][3]["history"][1]["evidence"]
    faults = faults_of(json.dumps(root, indent=2))
    assert [fault.kind for fault in faults] == [
        FaultKind.MISSING_LANGUAGE,
        FaultKind.WRONG_TYPE,
        FaultKind.UNKNOWN_TOPIC,
        FaultKind.DATES_GO_BACK,
        FaultKind.BEFORE_SIGNING,
        FaultKind.EVIDENCE_MISSING,
    ]
    assert [fault.line for fault in faults] == sorted(fault.line for fault in faults)


def test_the_line_is_that_of_the_faulty_value() -> None:
    text = LIGHTHOUSE.read_text(encoding="utf-8").replace('"date": "2021-06",', '"date": "June",')
    (fault,) = faults_of(text)
    assert text.splitlines()[fault.line - 1].strip() == '"date": "June",'


def test_a_near_name_is_suggested() -> None:
    (fault,) = faults_of(
        LIGHTHOUSE.read_text(encoding="utf-8").replace('"number": 2', '"numbr": 2')
    )[1:]
    assert (fault.kind, fault.params["nearest"]) == (FaultKind.UNKNOWN_FIELD, "number")


@pytest.mark.parametrize("text", ["", "[]", "3", "null", '"x"', "{}", "NaN", "[" * 10_000])
def test_what_is_no_content_at_all_is_refused(text: str) -> None:
    assert faults_of(text)


def test_a_file_that_is_not_utf8_is_refused_with_the_line(tmp_path: Path) -> None:
    path = tmp_path / "content.json"
    path.write_bytes(b'{\n"id": "\xff"}')
    with pytest.raises(ContentFaults) as refused:
        load_file(path)
    assert [(fault.kind, fault.line) for fault in refused.value.faults] == [(FaultKind.NOT_TEXT, 2)]


def test_a_file_that_cannot_be_read_is_a_fault_like_others(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere.json"):
        with pytest.raises(ContentFaults) as refused:
            load_file(path)
        assert [fault.kind for fault in refused.value.faults] == [FaultKind.UNREADABLE]


def test_no_more_of_a_file_is_read_than_a_content_file_may_have(tmp_path: Path) -> None:
    path = tmp_path / "content.json"
    with path.open("wb") as file:
        file.truncate(2**40)  # takes no room on the disk
    with pytest.raises(ContentFaults) as refused:
        load_file(path)
    assert [fault.kind for fault in refused.value.faults] == [FaultKind.TOO_LARGE]


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "content.json"
    path.write_bytes(b"\xef\xbb\xbf" + LIGHTHOUSE.read_bytes())
    assert load_file(path).id == "lighthouse"


def test_a_yaml_file_says_the_same_without_quotes(tmp_path: Path) -> None:
    path = tmp_path / "content.yaml"
    path.write_text("# A comment\n" + write_yaml(document()), encoding="utf-8")
    assert load_file(path) == load_file(LIGHTHOUSE)
    assert "date: 2019-03-04" in path.read_text("utf-8")
    text = path.read_text("utf-8").replace("number: 2", "number: two")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ContentFaults) as refused:
        load_file(path)
    (fault,) = refused.value.faults
    assert text.splitlines()[fault.line - 1].strip() == "number: two"


@pytest.mark.parametrize("text", ["no", "on", "yes", "1998", "1998-04-10", "1.0", "0x10", "12:30"])
def test_a_text_of_yaml_stays_a_text(text: str) -> None:
    assert read_yaml(f"title: {{ en: {text} }}")[0] == {"title": {"en": text}}


def test_the_fields_that_yaml_reads_as_numbers_and_switches_are_those_of_the_model() -> None:
    found: dict[str, set[str]] = {"integer": set(), "boolean": set()}
    for record in (json_schema(), *json_schema()["$defs"].values()):
        for name, member in record.get("properties", {}).items():
            if member.get("type") in found:
                found[member["type"]].add(name)
    assert found == {"integer": NUMBERS, "boolean": SWITCHES}


@given(
    st.recursive(
        st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text("abn~", max_size=3), inner)
        ),
        max_leaves=8,
    )
)
@settings(max_examples=150, deadline=None)
def test_what_is_written_as_yaml_is_read_as_it_was(value: Any) -> None:
    assert read_yaml(write_yaml({"x": value}))[0] == {"x": value}


@pytest.mark.parametrize("wrong", ["french", "de", "e n"])
def test_one_wrong_language_code_is_one_fault(wrong: str) -> None:
    root = document()
    root["languages"][1] = wrong
    assert [fault.pointer for fault in faults_of(json.dumps(root))] == ["/languages/1"]


def test_an_array_at_the_root_is_one_fault() -> None:
    assert len(faults_of(json.dumps([document()]))) == 1


def test_a_group_of_one_synonym_is_named() -> None:
    (fault,) = faults_of(json.dumps({**document(), "synonyms": [["lamp"]]}))
    assert (fault.kind, fault.pointer) == (FaultKind.TOO_FEW, "/synonyms/0")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(place=st.data(), value=json_values)
@settings(max_examples=60, deadline=None)
def test_whatever_stands_anywhere_is_loaded_or_refused_in_words(place: Any, value: Any) -> None:
    root = document()
    holder: Any = root
    while True:
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        key = place.draw(st.sampled_from(keys))
        if not (isinstance(holder[key], dict | list) and holder[key]) or place.draw(st.booleans()):
            holder[key] = value
            break
        holder = holder[key]
    outcome = loaded_or_faults(json.dumps(root))
    assert isinstance(outcome, Agreement) or outcome
