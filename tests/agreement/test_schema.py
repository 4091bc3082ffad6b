from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from test_content import broken

from bot.agreement.model import Provision
from bot.agreement.schema import SCHEMA_FILE, json_schema, schema_text
from bot.agreement.status import Status

ROOT = Path(__file__).parents[2]
VALIDATOR = jsonschema_rs.validator_for(json_schema())


def test_the_published_schema_is_that_of_the_model() -> None:
    published = (ROOT / "content" / SCHEMA_FILE).read_text(encoding="utf-8")
    assert published == schema_text(), (
        "regenerate it: python -c 'from bot.agreement.schema import schema_text; "
        f'print(schema_text(), end="")\' > content/{SCHEMA_FILE}'
    )


def test_it_tells_an_editor_what_to_write() -> None:
    schema = json_schema()
    assert schema["title"]
    assert schema["description"]
    provision = schema["$defs"]["Provision"]["properties"]
    assert set(provision) == set(Provision.model_fields)
    assert provision["deadline"]["description"]
    assert schema["$defs"]["Status"]["enum"] == [status.value for status in Status]
    assert "$schema" in schema["properties"]
    assert "side" in schema["$defs"]["Publisher"]["required"]


@pytest.mark.parametrize(
    "path", [ROOT / "tests/fixtures/lighthouse.json", ROOT / "content/provisions.json"]
)
def test_a_content_file_names_the_schema_beside_the_content(path: Path) -> None:
    reference = json.loads(path.read_text(encoding="utf-8"))["$schema"]
    assert (path.parent / reference).resolve() == ROOT / "content" / SCHEMA_FILE


FIXTURES = ROOT / "tests" / "fixtures"
BEYOND = {
    *("repeated_name", "control_character", "half_character", "duplicate_id", "duplicate_number"),
    *("duplicate_command", "duplicate_language", "reserved_command", "missing_language"),
    *("extra_language", "unused_language", "unknown_topic", "unknown_side", "unknown_publisher"),
    *("unknown_person", "quote_language_missing", "unused_topic", "dates_go_back"),
    *("event_after_check", "before_signing", "listed_rated", "related_rated", "status_missing"),
    *("deadline_too_early", "first_sentence_too_long", "provision_too_long", "invalid_syntax"),
    "old_shape",
}
"""What needs the whole file, or is not JSON; a schema cannot find it."""
CASES = [
    case
    for case in json.loads((FIXTURES / "faulty.json").read_text("utf-8"))
    if case["kind"] not in BEYOND and case.get("to") != "2021-02-30"  # that needs a calendar
]


@pytest.mark.parametrize(
    "path", [ROOT / "tests/fixtures/lighthouse.json", ROOT / "content/provisions.json"]
)
def test_a_good_file_is_good_for_the_schema(path: Path) -> None:
    document = json.loads(path.read_text("utf-8"))
    assert [error.message for error in VALIDATOR.iter_errors(document)] == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['kind']} {case['pointer']}")
def test_the_schema_finds_what_a_schema_can(case: dict[str, Any]) -> None:
    assert not VALIDATOR.is_valid(json.loads(broken(case))), case
