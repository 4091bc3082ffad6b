"""Chats that could not be reached for long are forgotten, and others are not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.storage.tinydb import open_store
from bot.subscribers.chat import EVERYTHING, Chat, ChatKind
from bot.subscribers.pauses import Obstacle
from bot.subscribers.retention import Retention

NOW = datetime(2026, 3, 1, tzinfo=UTC)
YEAR = timedelta(days=366)


def clock() -> datetime:
    return NOW


def chat(chat_id: int) -> Chat:
    return Chat(chat_id, ChatKind.PRIVATE).following(None, EVERYTHING)


def group(chat_id: int, *threads: int | None) -> Chat:
    made = Chat(chat_id, ChatKind.SUPERGROUP)
    for thread in threads:
        made = made.following(thread, EVERYTHING)
    return made


@pytest.mark.parametrize(("months", "erased"), [(12, 3), (24, 0), (0, 0)])
async def test_what_was_not_reached_for_a_year_is_erased(
    tmp_path: Path, months: int, erased: int
) -> None:
    store = await open_store(tmp_path / "data", clock)
    paused = group(-5, None, 7)
    closed = group(-6, 7)
    old, young = NOW - YEAR, NOW - YEAR / 2
    kept = [
        chat(1).lost(old, Obstacle.BLOCKED),
        chat(2).lost(young, Obstacle.BLOCKED),
        chat(3),
        chat(4).lost(old).reached(NOW),
        paused.paused(7, paused.refused(7, Obstacle.TOPIC_GONE, old)),
        closed.paused(7, closed.refused(7, Obstacle.TOPIC_CLOSED, old)),
    ]
    for item in kept:
        await store.update_chat(item.id, lambda _, item=item: item)
    assert await Retention(store, clock, months=months).look() == erased
    left = {item.id: item for item in await store.chats()}
    assert left.keys() == ({2, 3, 4, -5} if erased else {1, 2, 3, 4, -5, -6})
    assert bool(left[-5].follows(7)) == (not erased)
    assert left[-5].follows(None), "its other topic is reached"
    await store.close()
