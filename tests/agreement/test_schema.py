from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.agreement.model import Provision
from bot.agreement.schema import SCHEMA_FILE, json_schema, schema_text
from bot.agreement.status import Status

ROOT = Path(__file__).parents[2]


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
