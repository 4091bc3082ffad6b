from __future__ import annotations

import pytest
from pydantic import ValidationError

from bot.agreement.model import StatusEntry
from bot.agreement.status import Status

SOURCE = {"url": "https://example.org/a", "publisher": "Example", "side": "north"}


@pytest.mark.parametrize("status", [status for status in Status if status.needs_evidence])
def test_more_than_announced_needs_evidence(status: Status) -> None:
    with pytest.raises(ValidationError, match="needs evidence"):
        StatusEntry.model_validate({"status": status, "date": "2025"})
    entry = StatusEntry.model_validate({"status": status, "date": "2025", "evidence": [SOURCE]})
    assert entry.evidence[0].url == "https://example.org/a"


@pytest.mark.parametrize(
    "fields", [{"status": "unrated"}, {"status": "announced", "reason": "no_source"}]
)
def test_a_reason_belongs_to_unrated_alone(fields: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="only unrated has one"):
        StatusEntry.model_validate({**fields, "date": "2025"})


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(ValidationError, match="extra_forbidden"):
        StatusEntry.model_validate({"status": "announced", "date": "2025", "colour": "red"})
