from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from bot.agreement.board import StatusChange
from bot.agreement.dates import PartialDate
from bot.agreement.events import Event
from bot.agreement.evidence import Evidence, Origin
from bot.agreement.status import Status
from bot.alerts import log as alert_log
from bot.alerts.log import AlertLog
from bot.alerts.model import Alert, AlertKind, Outcome, Result, SentMessage
from bot.alerts.outbox import DeliveryResult
from bot.storage.tinydb import TinyStore, open_store
from bot.subscribers.chat import EVERYTHING, Chat, ChatKind

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
LATER = NOW + timedelta(seconds=90)


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[TinyStore]:
    store = await open_store(tmp_path, lambda: LATER)
    for number in (1, 2, 3):
        one = Chat(number, ChatKind.PRIVATE, subscriptions=frozenset({(None, EVERYTHING)}))
        await store.update_chat(number, lambda _, item=one: item)
    await store.next_ids()
    source = Evidence(url="https://example.org/news", publisher="example.org")
    change = StatusChange(
        id=1,
        provision_id="bridge",
        before=Event(status=Status.ANNOUNCED, date=PartialDate(2020, 1, 2)),
        after=Event(status=Status.STARTED, date=PartialDate(2025, 8), evidence=(source,)),
        made_by=7,
        made_at=NOW,
    )
    alert = Alert(
        id=1,
        kind=AlertKind.CHANGE,
        change=change,
        number=1,
        title={"en": "A bridge"},
        text={"en": "A bridge."},
        origin=Origin.CLAUSE,
        topics=(),
        ready_at=NOW,
    )
    await store.record_alert(alert, frozenset({EVERYTHING}))
    yield store
    await store.close()


async def settle(store: TinyStore, log: AlertLog, *outcomes: Outcome) -> None:
    batches = await store.claim(len(outcomes), LATER)
    made = [
        DeliveryResult(batch.deliveries[0], outcome)
        for batch, outcome in zip(batches, outcomes, strict=True)
    ]
    await store.settle(made)
    log.settled(made)


async def test_one_line_for_each_stage(store: TinyStore, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(alert_log, "_PAUSE", 0)
    log = AlertLog(store, lambda: LATER)
    with capture_logs() as lines:
        running = asyncio.create_task(log.run())
        await asyncio.sleep(0.01)
        sent = Outcome(Result.SENT, SentMessage(5))
        await settle(store, log, sent, sent)
        await asyncio.sleep(0.01)
        await settle(store, log, Outcome(Result.LATER, retry_at=LATER))
        await asyncio.sleep(0.01)
        await settle(store, log, Outcome(Result.GONE))
        await asyncio.sleep(0.01)
        running.cancel()
        again = AlertLog(store, lambda: LATER)
        running = asyncio.create_task(again.run())
        await asyncio.sleep(0.01)
        running.cancel()
    assert [line["event"] for line in lines] == [
        "alert taken up",
        "alert first sent",
        "alert sent to all but those who hear it later",
        "alert finished",
    ]
    finished = lines[-1]
    counts = {name: finished[name] for name in ("alert", "seconds", "total", "sent", "left")}
    assert counts == {"alert": 1, "seconds": 90.0, "total": 3, "sent": 2, "left": 0}
