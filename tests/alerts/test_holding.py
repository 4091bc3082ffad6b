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
from bot.alerts.model import Alert, ClaimedBatch, Outcome, Result, SentMessage
from bot.alerts.outbox import DeliveryResult
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
        self.state = AgreementState(Search(load_file(CONTENT)), clock=clock)
        self.publisher = Publisher(
            self.state,
            store,
            clock,
            undo_within=60 * MINUTE,
            window=MINUTE,
            announced=lambda: None,
        )

    async def change(self, release: Release, index: int = 0) -> Alert:
        provision = self.state.whole.provisions[index]
        entry = Event(
            status=Status.STALLED,
            date=PartialDate.parse("2026-05-01"),
            evidence=(Evidence(url="https://example.org/now", publisher="Post"),),
        )
        seen = len(provision.events)
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
    before_history = around.state.board.provisions[0].history
    alert = await around.change(Release(NOON + 10 * MINUTE))
    assert around.state.whole.provisions[0].shown_by != before
    undone = await around.publisher.undo(alert.change.id, admin=1, if_held=True)
    assert undone.due == 0
    around.clock.now = NOON + 20 * MINUTE
    assert around.state.board.provisions[0].history == before_history
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
        return Outcome(Result.SENT, SentMessage(1))


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


async def test_a_held_change_is_not_public_before_its_time(around: Round) -> None:
    before = around.state.board
    await around.change(Release(NOON + 90 * MINUTE))
    around.clock.now = NOON + 89 * MINUTE
    assert around.state.board.provisions == before.provisions
    assert around.state.board.last_recorded is None
    assert around.state.whole.provisions[0].status is Status.STALLED
    around.clock.now = NOON + 90 * MINUTE
    assert around.state.board.provisions[0].status is Status.STALLED


async def test_a_change_of_any_age_is_corrected_and_stays_visible(around: Round) -> None:
    before = around.state.board.provisions[0].status
    alert = await around.change(Release())
    parcels = await around.store.claim(10, alert.ready_at)
    sent = [DeliveryResult(delivery, Outcome(Result.SENT)) for delivery in parcels[0].deliveries]
    await around.store.settle(sent)
    around.clock.now = NOON + timedelta(days=5)
    assert await around.publisher.undoable() is None
    reason = {"en": "The source speaks of another tower."}
    corrected = await around.publisher.correct(alert.change.id, reason, admin=1)
    assert corrected.due == 1
    provision = around.state.board.provisions[0]
    assert provision.status is before
    wrong = provision.history[-1]
    assert wrong.status is Status.STALLED
    assert wrong.correction is not None
    assert wrong.correction.reason == reason
    assert provision.checked_on == load_file(CONTENT).provisions[0].checked_on
    with pytest.raises(NotPublished):
        await around.publisher.correct(alert.change.id, reason, admin=1)


async def test_an_older_event_found_later_takes_its_place(around: Round) -> None:
    provision = around.state.board.provisions[0]
    older = Event(
        status=Status.STARTED,
        date=PartialDate.parse("2020-02"),
        evidence=(Evidence(url="https://example.org/early", publisher="Post"),),
    )
    seen = len(provision.events)
    await around.publisher.change(provision.id, older, seen=seen, admin=1)
    now = around.state.board.provisions[0]
    assert now.status is provision.status
    assert now.history[1] == older
    assert now.checked_on == provision.checked_on
