from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from bot.agreement.events import Event
from bot.agreement.status import Status


def read(fields: dict[str, object]) -> Event:
    return Event.model_validate_json(json.dumps(fields))


SOURCE = {"url": "https://example.org/a", "publisher": "Example"}


@pytest.mark.parametrize("status", [status for status in Status if status.needs_evidence])
def test_more_than_announced_needs_evidence(status: Status) -> None:
    with pytest.raises(ValidationError, match="needs evidence"):
        read({"status": status, "date": "2025"})
    entry = read({"status": status, "date": "2025", "evidence": [SOURCE]})
    assert entry.evidence[0].url == "https://example.org/a"


@pytest.mark.parametrize(
    "fields", [{"status": "unrated"}, {"status": "announced", "reason": "no_source"}]
)
def test_a_reason_belongs_to_unrated_alone(fields: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="only unrated has one"):
        read({**fields, "date": "2025"})


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(ValidationError, match="extra_forbidden"):
        read({"status": "announced", "date": "2025", "colour": "red"})
