"""What an operator sees and does, on a real data folder and beside a running bot."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.agreement.board import StatusChange
from bot.agreement.dates import PartialDate
from bot.agreement.events import Event
from bot.agreement.evidence import Evidence, Origin
from bot.agreement.status import Status
from bot.alerts.model import Alert, AlertKind, Outcome
from bot.alerts.model import Result as Came
from bot.alerts.outbox import DeliveryResult
from bot.cli import app
from bot.clock import system_clock
from bot.storage.tinydb import TinyStore, open_store
from bot.subscribers.audience import scopes_of
from bot.subscribers.chat import EVERYTHING, Chat, ChatKind
from bot.subscribers.pauses import Obstacle

SCOPES = scopes_of("bridge", ["rail"])
MADE = datetime(2026, 3, 1, 9, tzinfo=UTC)


def alert(number: int) -> Alert:
    before = Event(status=Status.ANNOUNCED, date=PartialDate(2020, 1, 2))
    source = Evidence(url="https://example.org/news", publisher="example.org")
    after = Event(status=Status.STARTED, date=PartialDate(2025, 8), evidence=(source,))
    return Alert(
        id=number,
        kind=AlertKind.CHANGE,
        change=StatusChange(
            id=number,
            provision_id="bridge",
            before=before,
            after=after,
            made_by=7,
            made_at=MADE,
        ),
        number=1,
        title={"en": "A bridge"},
        text={"en": "There will be a bridge."},
        origin=Origin.CLAUSE,
        topics=("rail",),
        ready_at=MADE,
    )


async def fill(store: TinyStore) -> None:
    """One got it, one failed, one waits for a digest, one has not been tried."""
    for number in (1, 2, 3, -4):
        kind = ChatKind.PRIVATE if number > 0 else ChatKind.GROUP
        one = Chat(number, kind, subscriptions=frozenset({(None, EVERYTHING)}))
        await store.update_chat(number, lambda _, item=one: item)
    await store.next_ids()
    await store.record_alert(alert(1), SCOPES)
    soon = system_clock() + timedelta(hours=1)
    came = {
        1: Outcome(Came.SENT),
        2: Outcome(Came.RETRY, retry_at=soon, detail="Bad Gateway"),
        3: Outcome(Came.LATER, retry_at=soon),
    }
    batches = await store.claim(10, system_clock())
    await store.settle(
        [
            DeliveryResult(batch.deliveries[0], came[batch.chat.id])
            for batch in batches
            if batch.chat.id in came
        ]
    )


def on(data: Path, act: Callable[[TinyStore], Awaitable[None]]) -> None:
    async def run() -> None:
        store = await open_store(data, system_clock)
        await act(store)
        await store.close()

    asyncio.run(run())


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    data = tmp_path / "data"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BRIEFING_DATA", str(data))
    on(data, fill)
    return data


def outbox(*arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(app, ["outbox", *arguments], input=typed)


def waiting() -> dict[int, dict]:
    rows = json.loads(outbox("--json").stdout)["waiting"]
    return {row["chat"]: row for row in rows}


def test_the_table_tells_what_waits_and_why(data: Path):
    shown = outbox()
    assert shown.exit_code == 0
    assert shown.stdout == outbox("list").stdout
    lines = {line.split()[2]: line for line in shown.stdout.splitlines() if "bridge" in line}
    assert set(lines) == {"2", "3", "-4"}
    assert "Bad Gateway" in lines["2"]
    assert "quiet hours" in lines["3"]
    assert "its turn" in lines["-4"]
    assert "Alert 1: 1 of 4 sent, 3 wait (1 of them" in shown.stdout
    assert "and 2 more" in outbox("list", "--limit", "1").stdout


def test_machines_read_the_same(data: Path):
    rows = waiting()
    assert set(rows) == {2, 3, -4}
    assert rows[2]["attempts"] == 1
    assert rows[2]["reason"] == "Bad Gateway"
    assert rows[3]["later"]
    assert rows[-4]["provision"] == "bridge"
    sums = json.loads(outbox("list", "--json").stdout)["alerts"]
    assert [(each_sum["alert"], each_sum["sent"], each_sum["left"]) for each_sum in sums] == [
        (1, 1, 3)
    ]


def test_a_failed_delivery_is_made_due(data: Path):
    done = outbox("retry")
    assert (done.exit_code, done.stdout.strip()[-1]) == (0, "1")
    rows = waiting()
    assert datetime.fromisoformat(rows[2]["due"]) <= system_clock()
    assert rows[3]["later"]  # its time was chosen by a person
    assert outbox("retry", "1").stdout.strip().endswith("0")


def test_an_alert_that_there_is_not_is_said(data: Path):
    for command in (("retry", "77"), ("drop", "77"), ("drop", "77", "--yes")):
        refused = outbox(*command)
        assert (refused.exit_code, refused.output) == (1, "There is no alert 77.\n")


def test_a_delivery_or_all_of_them_are_given_up(data: Path):
    assert outbox("drop", "1", "--chat", "-4", "--yes").exit_code == 0
    assert set(waiting()) == {2, 3}
    assert outbox("drop", "1", typed="n\n").exit_code == 1
    assert set(waiting()) == {2, 3}
    assert outbox("drop", "1", typed="y\n").exit_code == 0
    shown = outbox()
    assert "Nothing waits." in shown.stdout


def test_beside_a_running_bot_it_only_reads(data: Path):
    async def beside(store: TinyStore) -> None:
        shown = await asyncio.to_thread(outbox, "--json")
        assert len(json.loads(shown.stdout)["waiting"]) == 3
        await store.next_ids()
        await store.record_alert(alert(2), SCOPES)
        shown = await asyncio.to_thread(outbox, "--json")
        assert len(json.loads(shown.stdout)["waiting"]) == 7
        for command in (("retry",), ("drop", "1", "--yes")):
            refused = await asyncio.to_thread(outbox, *command)
            assert refused.exit_code == 1
            assert "The bot is running" in refused.output

    on(data, beside)


def test_without_data_nothing_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BRIEFING_DATA", str(tmp_path / "none"))
    for command in ((), ("retry",), ("drop", "1", "--yes")):
        shown = outbox(*command)
        assert shown.exit_code == 1
        assert "There is no data" in shown.output
    assert not (tmp_path / "none").exists()


def test_damaged_data_is_named(data: Path):
    (data / "snapshot.json").write_text("{")
    for command in ((), ("retry",)):
        shown = outbox(*command)
        assert shown.exit_code == 78
        assert f"{data / 'snapshot.json'} is damaged" in shown.output
        assert "briefing-bot restore FILE" in shown.output


def test_what_was_given_up_keeps_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BRIEFING_DATA", str(tmp_path / "data"))

    async def refuse(store: TinyStore) -> None:
        for number in (1, 2, 3):
            one = Chat(number, ChatKind.PRIVATE, subscriptions=frozenset({(None, EVERYTHING)}))
            await store.update_chat(number, lambda _, item=one: item)
        await store.next_ids()
        await store.record_alert(alert(1), SCOPES)
        pause = one.refused(None, Obstacle.NO_RIGHT, system_clock())
        came = {
            1: Outcome(Came.GONE, obstacle=Obstacle.BLOCKED),
            2: Outcome(Came.REFUSED, detail="BadRequest: Message is too long"),
            3: Outcome(Came.PAUSED, retry_at=pause.until, pause=pause),
        }
        batches = await store.claim(10, system_clock())
        await store.settle(
            [DeliveryResult(batch.deliveries[0], came[batch.chat.id]) for batch in batches]
        )

    on(tmp_path / "data", refuse)
    text = outbox().stdout
    assert "given up: 1 blocked\n" in text
    assert "given up: 1 refused (BadRequest: Message is too long)" in text
    assert "the end of a pause" in text
    (entry,) = json.loads(outbox("--json").stdout)["alerts"]
    assert {"reason": "blocked", "detail": "", "count": 1} in entry["failures"]
    assert (entry["failed"], entry["paused"]) == (2, 1)
