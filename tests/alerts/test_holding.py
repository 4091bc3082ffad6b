"""Alerts that are held, and a courier that stops while one is under way; over the real store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.agreement.briefing import Briefing
from bot.agreement.content import load_file
from bot.agreement.dates import PartialDate
from bot.agreement.draft import DraftProblem
from bot.agreement.events import Event
from bot.agreement.evidence import Evidence
from bot.agreement.search import Search
from bot.agreement.status import Status
from bot.alerts.announcing import Announcer, NotAnnounced, Release
from bot.alerts.delivery import Courier
from bot.alerts.model import Alert, Outcome, Parcel, Result
from bot.store.protocol import Store
from bot.store.tinydb import open_store
from bot.subscribers.model import EVERYTHING, Chat, ChatKind

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
    """A store with one follower, and an announcer."""

    def __init__(self, store: Store, clock: Hands) -> None:
        self.store, self.clock = store, clock
        self.briefing = Briefing(Search(load_file(CONTENT)))
        self.announcer = Announcer(
            self.briefing,
            store,
            clock,
            undo_within=60 * MINUTE,
            window=MINUTE,
            announced=lambda: None,
        )

    async def change(self, release: Release, index: int = 0) -> Alert:
        provision = self.briefing.board.provisions[index]
        entry = Event(
            status=Status.STALLED,
            date=PartialDate.parse("2026-05-01"),
            evidence=(Evidence(url="https://example.org/now", publisher="Post"),),
        )
        seen = len(provision.history)
        made = await self.announcer.change(provision.id, entry, seen=seen, admin=1, release=release)
        return made.alert

    async def undoable_at(self, moment: datetime) -> bool:
        self.clock.now = moment
        return await self.announcer.undoable() is not None


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
    with pytest.raises(NotAnnounced) as refused:
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
    found = await around.announcer.undoable()
    assert found is not None
    assert (found.held_until, found.until) == (alert.ready_at, NOON + 360 * MINUTE)
    assert await around.undoable_at(NOON + 360 * MINUTE)
    assert not await around.undoable_at(NOON + 361 * MINUTE)


async def test_nobody_hears_of_what_is_cancelled_while_it_is_held(around: Round) -> None:
    before = around.briefing.board.provisions[0].shown_by
    alert = await around.change(Release(NOON + 10 * MINUTE))
    assert around.briefing.board.provisions[0].shown_by != before
    undone = await around.announcer.undo(alert.change.id, admin=1, if_held=True)
    assert undone.due == 0
    assert around.briefing.board.provisions[0].shown_by == before
    assert not await around.store.claim(10, NOON + 20 * MINUTE)
    assert await around.announcer.undoable() is None


async def test_what_is_on_its_way_is_not_cancelled_as_if_it_were_held(around: Round) -> None:
    alert = await around.change(Release())
    around.clock.now = alert.ready_at
    with pytest.raises(NotAnnounced):
        await around.announcer.undo(alert.change.id, admin=1, if_held=True)
    await around.announcer.undo(alert.change.id, admin=1)


class SlowSender:
    """Sends when it is told to."""

    def __init__(self) -> None:
        self.begun, self.go_on = asyncio.Event(), asyncio.Event()

    async def send(self, _: Parcel, __: Sequence[Alert]) -> Outcome:
        self.begun.set()
        await self.go_on.wait()
        return Outcome(Result.SENT, message_id=1)


async def test_a_courier_told_to_stop_ends_with_what_is_under_way(around: Round) -> None:
    alert = await around.change(Release())
    around.clock.now = alert.ready_at
    sender = SlowSender()
    courier = Courier(around.store, sender, around.clock, concurrency=4, settled=lambda _: None)
    run = asyncio.create_task(courier.run())
    await asyncio.wait_for(sender.begun.wait(), 5)
    courier.stop()
    await asyncio.sleep(0)
    sender.go_on.set()
    await asyncio.wait_for(run, 5)
    assert (await around.store.progress(alert.id)).sent == 1
