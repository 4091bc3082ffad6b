"""Alerts that are held, and a worker that stops while one is under way; over the real store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.agreement.content import load_file
from bot.agreement.dates import PartialDate
from bot.agreement.draft import DraftProblem
from bot.agreement.events import Event
from bot.agreement.evidence import Evidence
from bot.agreement.status import Status
from bot.alerts.model import Alert, ClaimedBatch, Outcome, Result
from bot.alerts.publisher import NotPublished, Publisher, Release
from bot.alerts.worker import DeliveryWorker
from bot.search import Search
from bot.search.state import AgreementState
from bot.storage.protocol import Store
from bot.storage.tinydb import open_store
from bot.subscribers.chat import EVERYTHING, Chat, ChatKind

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CONTENT = Path(__file__).parents[1] / "fixtures" / "lighthouse.json"


class Hands:
    """A clock whose hands are moved."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


class Round:
    """A store with one follower, and a publisher."""

    def __init__(self, store: Store, clock: Hands) -> None:
        self.store, self.clock = store, clock
        self.state = AgreementState(Search(load_file(CONTENT)))
        self.publisher = Publisher(
            self.state,
            store,
            clock,
            undo_within=60 * MINUTE,
            window=MINUTE,
            announced=lambda: None,
        )

    async def change(self, release: Release, index: int = 0) -> Alert:
        provision = self.state.board.provisions[index]
        entry = Event(
            status=Status.STALLED,
            date=PartialDate.parse("2026-05-01"),
            evidence=(Evidence(url="https://example.org/now", publisher="Post"),),
        )
        seen = len(provision.history)
        made = await self.publisher.change(provision.id, entry, seen=seen, admin=1, release=release)
        return made.alert

    async def undoable_at(self, moment: datetime) -> bool:
        self.clock.now = moment
        return await self.publisher.undoable() is not None


@pytest_asyncio.fixture
async def around(tmp_path: Path) -> AsyncIterator[Round]:
    clock = Hands()
    store = await open_store(tmp_path, clock)
    await store.update_chat(7, lambda _: Chat(7, ChatKind.PRIVATE).following(None, EVERYTHING))
    yield Round(store, clock)
    await store.close()


async def test_a_change_that_another_process_overtook_was_changed_meanwhile(around: Round) -> None:
    # Another process's admin: the same store, and a briefing that has not heard of it.
    other = Round(around.store, around.clock)
    first = await around.change(Release())
    with pytest.raises(NotPublished) as refused:
        await other.change(Release())
    assert refused.value.problem is DraftProblem.CHANGED_MEANWHILE
    assert await around.store.changes() == [first.change]
    # It has heard of it by then, and the next change is made.
    await other.change(Release())
    assert len(await around.store.changes()) == 2


async def test_an_alert_waits_for_the_window_or_for_its_time(around: Round) -> None:
    assert (await around.change(Release())).ready_at == NOON + MINUTE
    around.clock.now += MINUTE / 2
    assert (await around.change(Release(), 1)).ready_at == NOON + MINUTE, "they belong together"
    around.clock.now += MINUTE
    held = await around.change(Release(NOON + 90 * MINUTE, silent=True), 2)
    assert (held.ready_at, held.silent) == (NOON + 90 * MINUTE, True)


async def test_a_time_that_has_passed_is_as_good_as_none(around: Round) -> None:
    assert (await around.change(Release(NOON))).ready_at == NOON + MINUTE


async def test_a_change_can_be_taken_back_for_as_long_after_its_alert_goes_out(
    around: Round,
) -> None:
    alert = await around.change(Release(NOON + 300 * MINUTE))
    found = await around.publisher.undoable()
    assert found is not None
    assert (found.held_until, found.until) == (alert.ready_at, NOON + 360 * MINUTE)
    assert await around.undoable_at(NOON + 360 * MINUTE)
    assert not await around.undoable_at(NOON + 361 * MINUTE)


async def test_nobody_hears_of_what_is_cancelled_while_it_is_held(around: Round) -> None:
    before = around.state.board.provisions[0].shown_by
    alert = await around.change(Release(NOON + 10 * MINUTE))
    assert around.state.board.provisions[0].shown_by != before
    undone = await around.publisher.undo(alert.change.id, admin=1, if_held=True)
    assert undone.due == 0
    assert around.state.board.provisions[0].shown_by == before
    assert not await around.store.claim(10, NOON + 20 * MINUTE)
    assert await around.publisher.undoable() is None


async def test_what_is_on_its_way_is_not_cancelled_as_if_it_were_held(around: Round) -> None:
    alert = await around.change(Release())
    around.clock.now = alert.ready_at
    with pytest.raises(NotPublished):
        await around.publisher.undo(alert.change.id, admin=1, if_held=True)
    await around.publisher.undo(alert.change.id, admin=1)


class SlowSender:
    """Sends when it is told to."""

    def __init__(self) -> None:
        self.begun, self.go_on = asyncio.Event(), asyncio.Event()

    async def send(self, _: ClaimedBatch, __: Sequence[Alert]) -> Outcome:
        self.begun.set()
        await self.go_on.wait()
        return Outcome(Result.SENT, message_id=1)


async def test_a_courier_told_to_stop_ends_with_what_is_under_way(around: Round) -> None:
    alert = await around.change(Release())
    around.clock.now = alert.ready_at
    sender = SlowSender()
    worker = DeliveryWorker(
        around.store, sender, around.clock, concurrency=4, settled=lambda _: None
    )
    run = asyncio.create_task(worker.run())
    await asyncio.wait_for(sender.begun.wait(), 5)
    worker.stop()
    await asyncio.sleep(0)
    sender.go_on.set()
    await asyncio.wait_for(run, 5)
    assert (await around.store.progress(alert.id)).sent == 1
