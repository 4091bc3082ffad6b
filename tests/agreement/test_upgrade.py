"""Files and changes of the first form still open."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.agreement.board import Board, StatusChange
from bot.agreement.content import load, load_file
from bot.agreement.events import EventKind
from bot.agreement.evidence import Origin
from bot.agreement.faults import ContentFaults, FaultKind
from bot.agreement.status import Status
from bot.agreement.upgrade import upgraded_alert, upgraded_content
from bot.alerts.model import Alert
from bot.cli import app

FIXTURES = Path(__file__).parents[1] / "fixtures"
FIRST_FORM = FIXTURES / "first_form.json"
OLD: dict[str, Any] = json.loads(FIRST_FORM.read_text(encoding="utf-8"))
BOARD = Board(load(json.dumps(upgraded_content(OLD))))


def old_change() -> dict[str, Any]:
    """A change as the first form kept it."""
    source = {"url": "https://e.org/x", "publisher": "Trend", "date": None, "quote": None,
              "language": None, "side": "azerbaijan"}  # fmt: skip
    before, after = (
        {"status": status, "reason": None, "date": date, "as_of": date, "note": None,
         "evidence": [source]}
        for status, date in (("announced", "2023-06-13"), ("started", "2026-10-01"))
    )  # fmt: skip
    return {
        "id": 3,
        "provision_id": "consulate_shusha",
        "before": before,
        "after": after,
        "made_by": 7,
        "made_at": "2026-11-01T09:00:00+00:00",
        "undoes": None,
    }


def test_a_file_of_the_first_form_is_refused_with_the_way_out() -> None:
    with pytest.raises(ContentFaults) as refused:
        load_file(FIRST_FORM)
    assert [fault.kind for fault in refused.value.faults] == [FaultKind.OLD_SHAPE]


def test_nothing_that_people_follow_is_lost() -> None:
    now = [provision.id for provision in BOARD.agreement.provisions]
    assert now == [provision["id"] for provision in OLD["provisions"]]


def test_how_a_promise_is_known_is_kept() -> None:
    origins = {item["id"]: item["origin"] for item in OLD["provisions"]}
    for provision in BOARD.provisions:
        expected = {
            "declaration": {Origin.CLAUSE},
            "press_statement": {Origin.STATEMENT},
            "not_found": {Origin.LISTED, Origin.RELATED},
        }[origins[provision.id]]
        assert provision.origin in expected
        assert (provision.status is None) == (provision.origin is Origin.RELATED)


def test_statuses_and_dates_are_kept() -> None:
    for old in OLD["provisions"]:
        provision = BOARD.provision(old["id"])
        assert provision is not None
        last = old["history"][-1]
        assert provision.status in {Status(last["status"]), None}
        assert str(provision.last_event.date) == last["date"]
        assert str(provision.checked_on) == OLD["as_of"]


def test_evidence_names_a_publisher_of_the_table() -> None:
    for provision in BOARD.provisions:
        for event in provision.history:
            for evidence in event.evidence:
                assert BOARD.publishers.get(evidence.publisher) is not None


def test_a_change_of_the_first_form_opens() -> None:
    change = StatusChange.stored(old_change())
    assert change.after.kind is EventKind.OCCURRENCE
    assert change.before.kind is EventKind.ANNOUNCEMENT
    board = Board(BOARD.agreement, (change,))
    consulate = board.provision("consulate_shusha")
    assert consulate is not None
    assert consulate.status is Status.STARTED
    assert board.publishers.name(consulate.last_event.evidence[0].publisher, "ru") == "Trend"


def test_an_alert_of_the_first_form_opens() -> None:
    alert = Alert.stored(
        {
            "id": 2,
            "kind": "change",
            "change": old_change(),
            "number": 15,
            "title": {"en": "Consulate"},
            "text": {"en": "A consulate."},
            "origin": "not_found",
            "topics": ["diplomacy"],
            "ready_at": "2026-11-01T09:00:30+00:00",
        }
    )
    assert alert.origin is Origin.LISTED
    again = json.loads(alert.model_dump_json())
    assert upgraded_alert(again) == again
    assert Alert.stored(again) == alert


def test_the_command_converts_a_file(tmp_path: Path) -> None:
    target = tmp_path / "new.json"
    run = CliRunner()
    done = run.invoke(app, ["migrate-content", str(FIRST_FORM), "--to", str(target)])
    assert done.exit_code == 0, done.output
    assert run.invoke(app, ["check", str(target)]).exit_code == 0
    assert load_file(target) == BOARD.agreement
    again = run.invoke(app, ["migrate-content", str(target)])
    assert again.exit_code != 0
    assert "not a content file of an earlier version" in again.output
