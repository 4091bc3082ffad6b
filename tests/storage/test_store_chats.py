"""What any store must do with chats, facts and drafts."""

from __future__ import annotations

import asyncio
from dataclasses import MISSING, fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from store_samples import BRIDGE, NOW, RAIL, SCOPES, chat, follow, handled, know

from bot.storage.protocol import AuditAction, AuditEntry
from bot.subscribers.chat import EVERYTHING, Chat, ChatKind
from bot.subscribers.pauses import Obstacle, Pause
from bot.subscribers.schedule import QuietHours, Rhythm, Schedule, Timing

EVERY_FIELD = Chat(
    id=-1001,
    kind=ChatKind.SUPERGROUP,
    locale="az",
    client_locale="tr",
    active=False,
    title="Şuşa «хабар»",
    since=datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC),
    subscriptions=frozenset({(None, EVERYTHING), (12, RAIL), (12, BRIDGE)}),
    timing=Timing(
        Schedule(Rhythm.WEEKLY, hour=7, weekday=4),
        zone="Asia/Baku",
        quiet=QuietHours(21, 6),
        muted_until=datetime(2026, 3, 4, tzinfo=UTC),
    ),
    lost_at=datetime(2026, 2, 3, tzinfo=UTC),
    lost_by=Obstacle.REMOVED,
    pauses={
        None: Pause(Obstacle.NO_RIGHT, NOW, NOW + timedelta(minutes=5)),
        12: Pause(Obstacle.TOPIC_CLOSED, NOW, NOW + timedelta(days=2), tries=11),
    },
    routes={8: None, 9: 12},
)


def test_the_sample_leaves_no_field_at_its_default():
    for field in fields(Chat):
        made = field.default_factory is not MISSING
        empty = field.default_factory() if made else field.default
        assert getattr(EVERY_FIELD, field.name) != empty, field.name


async def test_a_chat_is_kept_with_every_field(reopen):
    store = await reopen()
    await know(store, EVERY_FIELD)
    assert await store.chat(-1001) == EVERY_FIELD
    store = await reopen()
    assert await store.chat(-1001) == EVERY_FIELD
    await store.close()
    store = await reopen()
    assert await store.chat(-1001) == EVERY_FIELD


async def test_changes_of_one_chat_see_each_other(store):
    await follow(store, 1)
    await asyncio.gather(
        *(
            store.update_chat(1, lambda item: replace(item, title=item.title + "x"))
            for _ in range(50)
        )
    )
    assert (await store.chat(1)).title == "x" * 50


async def test_a_change_that_fails_concerns_nobody_else(store):
    def fail(_: Chat | None) -> Chat | None:
        raise LookupError("no")

    results = await asyncio.gather(
        store.update_chat(1, lambda _: chat(1)),
        store.update_chat(1, fail),
        store.update_chat(2, lambda _: chat(2)),
        return_exceptions=True,
    )
    assert [type(result) for result in results] == [Chat, LookupError, Chat]
    assert len(await store.chats()) == 2


async def test_a_chat_keeps_its_id(store):
    with pytest.raises(ValueError, match="keeps its id"):
        await store.update_chat(1, lambda _: chat(2))


async def test_a_call_that_is_cancelled_is_done_all_the_same(store):
    task = asyncio.create_task(store.update_chat(1, lambda _: chat(1)))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(60):
        while await store.chat(1) != chat(1):  # noqa: ASYNC110 - nobody is told any more
            await asyncio.sleep(0.01)


async def test_none_drops_a_chat(reopen):
    store = await reopen()
    await follow(store, 1, 2)
    assert await store.update_chat(1, lambda _: None) is None
    store = await reopen()
    assert await store.chat(1) is None
    assert await store.count_audience(SCOPES) == {"": 1}


async def test_chats_are_listed_by_kind(store):
    await know(store, chat(1), chat(-2), chat(-3, kind=ChatKind.CHANNEL))
    assert {each_chat.id for each_chat in await store.chats()} == {1, -2, -3}
    assert [each_chat.id for each_chat in await store.chats(ChatKind.CHANNEL)] == [-3]


async def test_counts(store):
    await know(
        store,
        chat(1, EVERYTHING, locale="az"),
        chat(2, RAIL, client_locale="tr"),
        chat(3, RAIL, BRIDGE, locale="az", client_locale="tr", active=False),
        chat(-4, BRIDGE, thread=5),
    )
    assert await store.count_chats() == {
        "private": 3,
        "group": 1,
        "inactive": 1,
        "subscriptions": 5,
    }
    await store.update_chat(2, lambda element: element.lost(NOW, Obstacle.BLOCKED))
    assert (await store.count_chats())["lost:blocked"] == 1
    await store.update_chat(2, lambda entry: entry.reached(NOW))
    assert "lost:blocked" not in await store.count_chats()
    assert await store.count_audience(SCOPES) == {"az": 1, "tr": 1, "": 1}
    assert await store.count_audience(frozenset({RAIL})) == {"tr": 1}
    await store.update_chat(3, lambda item: replace(item, active=True))
    assert await store.count_audience(SCOPES) == {"az": 2, "tr": 1, "": 1}
    assert (await store.count_chats())["inactive"] == 0


async def test_a_group_becomes_a_supergroup_and_keeps_everything(reopen):
    store = await reopen()
    await know(store, chat(-1, RAIL, thread=3, locale="az"), chat(-100, BRIDGE))
    await store.migrate_chat(-1, -100)
    for _ in range(2):
        assert await store.chat(-1) is None
        merged = await store.chat(-100)
        assert merged.kind is ChatKind.SUPERGROUP
        assert merged.locale == "az"
        assert merged.subscriptions == {(3, RAIL), (None, BRIDGE)}
        store = await reopen()


async def test_forgetting_takes_drafts_along(reopen):
    store = await reopen()
    await follow(store, 1, 2)
    await store.keep_draft(1, {"token": 1})
    await store.forget_chat(1)
    for _ in range(2):
        assert await store.chat(1) is None
        assert await store.draft(1) is None
        assert await store.chat(2) is not None
        store = await reopen()


async def test_drafts(reopen):
    store = await reopen()
    draft = {"token": 1, "notes": {"en": "Hello"}}
    await store.keep_draft(7, draft)
    draft["token"] = 2
    for _ in range(2):
        found = await store.draft(7)
        assert found == {"token": 1, "notes": {"en": "Hello"}}
        store = await reopen()
    await store.keep_draft(7, None)
    store = await reopen()
    assert await store.draft(7) is None


async def test_facts_and_audit(reopen):
    store = await reopen()
    entries = [
        AuditEntry(made_at=NOW, made_by=7, action=AuditAction.RELOAD, detail=str(number))
        for number in range(3)
    ]
    for entry in entries:
        await store.append_audit(entry)
    await store.remember("menus", "1")
    await store.remember("menus", "2")
    for _ in range(2):
        assert await store.audit() == entries
        assert await store.remembered("menus") == "2"
        assert await store.remembered("other") is None
        store = await reopen()


async def test_handled_updates_are_recognised(reopen):
    store = await reopen()
    await store.updates_handled([5, 7])
    await asyncio.gather(store.updates_handled([9]), store.updates_handled([6]))
    for _ in range(2):
        assert await handled(store) == {5, 6, 7, 9}
        store = await reopen()
    await store.close()
    store = await reopen()
    assert await handled(store) == {5, 6, 7, 9}
