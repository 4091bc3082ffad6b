"""The shape of a content file: what the model refuses, as findings."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.agreement.events import Correction, Event
from bot.agreement.evidence import Evidence, Feed, Person, Publisher, Remark, Side, Wording
from bot.agreement.faults import FaultKind, Finding
from bot.agreement.model import (
    Agreement,
    EntryIntoForce,
    Party,
    Provision,
    Signing,
    Source,
    Step,
    Topic,
)
from bot.agreement.positions import pointer
from bot.agreement.suggestions import nearest

_RECORDS: tuple[type[BaseModel], ...] = (
    Agreement,
    Party,
    Signing,
    Step,
    EntryIntoForce,
    Side,
    Publisher,
    Person,
    Source,
    Topic,
    Provision,
    Wording,
    Remark,
    Event,
    Correction,
    Evidence,
    Feed,
)
_EXPECTED = {
    "string_type": "text",
    "url_type": "text",
    "int_type": "whole_number",
    "bool_type": "yes_or_no",
    "dict_type": "object",
    "model_type": "object",
    "tuple_type": "array",
}
_FIELDS = {
    "missing": FaultKind.MISSING_FIELD,
    "extra_forbidden": FaultKind.UNKNOWN_FIELD,
}
_LENGTHS = {
    "string_too_long": FaultKind.TOO_LONG,
    "too_long": FaultKind.TOO_MANY,
    "string_too_short": FaultKind.TOO_SHORT,
    "too_short": FaultKind.TOO_SHORT,
}
_LIMITS = {"greater_than_equal": ("≥", "ge"), "less_than_equal": ("≤", "le")}
_SHOWN = 60


def read_shape(document: object) -> tuple[Agreement | None, list[Finding]]:
    """The agreement that the JSON holds, or None and what is wrong with its parts.

    What `bot.agreement.checks` finds too (evidence, reasons, the languages of a text) is
    left to it.
    """
    text = json.dumps(document, ensure_ascii=False).encode(errors="replace")
    try:
        return Agreement.model_validate_json(text), []
    except ValidationError as error:
        return None, [found for detail in error.errors() for found in _findings(detail)]


def _findings(error: ErrorDetails) -> Iterator[Finding]:
    if (
        error["type"] in {"evidence_missing", "reason_mismatch", "announcement_only"}
        or "[key]" in error["loc"]
    ):
        return
    least = error.get("ctx", {}).get("min_length", 0)
    if error["type"] == "too_short" and len(error["input"] or ()) >= least:
        return  # its items are at fault, not their number
    kind, params = _kind(error)
    yield Finding(kind, pointer(error["loc"]), params)


def _kind(error: ErrorDetails) -> tuple[FaultKind, dict[str, str]]:  # noqa: PLR0911 - one a kind
    name, value, context = error["type"], _shown(error["input"]), error.get("ctx", {})
    if name in _FIELDS:
        field = str(error["loc"][-1])
        near = {"nearest": _nearest_field(field)} if name == "extra_forbidden" else {}
        return _FIELDS[name], {"field": field} | near
    if name in _EXPECTED:
        return FaultKind.WRONG_TYPE, {"expected": _EXPECTED[name]}
    if name in _LENGTHS:
        return _length(name, error["input"], context)
    if name in _LIMITS:
        sign, limit = _LIMITS[name]
        return FaultKind.BAD_NUMBER, {"value": value, "limit": f"{sign} {context[limit]}"}
    if name == "string_pattern_mismatch":
        is_language = bool({"language", "languages"} & set(error["loc"]))
        return FaultKind.BAD_LANGUAGE_CODE if is_language else FaultKind.BAD_ID, {"value": value}
    if name == "bad_date":
        return FaultKind.BAD_DATE, {"value": value}
    if name.startswith("url_"):
        return FaultKind.BAD_URL, {"value": value}
    expected = str(context.get("expected", error["msg"])).replace("'", "")
    return FaultKind.BAD_VALUE, {"value": value, "expected": expected.replace(" or ", ", ")}


def _length(
    name: str, given: str | list[object], context: Mapping[str, object]
) -> tuple[FaultKind, dict[str, str]]:
    if name.endswith("short"):
        least = str(context["min_length"])
        if least == "1":
            return FaultKind.EMPTY, {}
        if name == "too_short":
            return FaultKind.TOO_FEW, {"length": str(len(given)), "limit": least}
        return FaultKind.TOO_SHORT, {"limit": least}
    params = {"length": str(len(given)), "limit": str(context["max_length"])}
    return _LENGTHS[name], params


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def _nearest_field(name: str) -> str:
    fields = sorted({field for record in _RECORDS for field in record.model_fields})
    return nearest(name, fields) or ""
