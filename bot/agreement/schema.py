"""The content file's JSON Schema, by which editors complete and check it."""

from __future__ import annotations

import json
from typing import Any

from bot.agreement.content import SCHEMA_FIELD
from bot.agreement.events import EventKind
from bot.agreement.model import Agreement
from bot.agreement.status import Status

SCHEMA_FILE = "provisions.schema.json"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """The schema of a content file (JSON Schema, draft 2020-12).

    It says what one value may be; what needs the whole file (ids, languages, order of dates)
    only `bot.agreement.content.load` can tell.
    """
    schema = Agreement.model_json_schema()
    _close_texts(schema)
    schema["$defs"]["Event"]["allOf"] = _RULE
    reference = {
        "type": "string",
        "title": "Schema",
        "description": f"Where {SCHEMA_FILE} is, for editors; the bot does not read it.",
    }
    return {
        **schema,
        "$schema": _DIALECT,
        "title": "Content of a briefing",
        "description": "An agreement, what it promises, and what became of each promise.",
        "properties": {SCHEMA_FIELD: reference, **schema["properties"]},
    }


def schema_text() -> str:
    """The schema as the file alongside the content holds it."""
    return json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"


def _is(field: str, *values: str) -> dict[str, Any]:
    """Whether a field is there with one of these values."""
    return {"properties": {field: {"enum": list(values)}}, "required": [field]}


_BARE = [status.value for status in Status if not status.needs_evidence]
_RULE = [
    {
        "if": _is("status", *_BARE),
        "else": {"properties": {"evidence": {"minItems": 1}}, "required": ["evidence"]},
    },
    {
        "if": _is("status", Status.UNRATED.value),
        "then": {"required": ["reason"]},
        "else": {"properties": {"reason": {"type": "null"}}},
    },
    {
        "if": _is("kind", EventKind.ANNOUNCEMENT.value),
        "then": {"properties": {"status": {"enum": [*_BARE, None]}}},
    },
]
"""What needs evidence or a reason, and what an announcement supports."""


def _close_texts(part: object) -> None:
    """Refuse a text of blanks, and what is not a language in a text by language.

    pydantic leaves both open.
    """
    if isinstance(part, list):
        for item in part:
            _close_texts(item)
    if isinstance(part, dict):
        if "patternProperties" in part:
            part["additionalProperties"] = False
        if part.get("type") == "string" and part.get("minLength"):
            part.setdefault("pattern", r"\S")
        for member in part.values():
            _close_texts(member)
