"""A data folder as it would be after so many chats had subscribed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.storage.serialization import chat_document
from bot.storage.tinydb.database import Database
from bot.subscribers.chat import EVERYTHING, Chat, ChatKind
from bot.subscribers.schedule import Timing

FIRST_CHAT = 1_000_000
LOCALES = ("en", "az", "tr", "ru")
_ZONES = ("UTC", "Asia/Baku", "Europe/Istanbul", "Europe/Moscow")
_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def seeded(number: int) -> Chat:
    """One person: their client's language, for every other a choice, for some a time zone."""
    return Chat(
        id=FIRST_CHAT + number,
        kind=ChatKind.PRIVATE,
        locale=LOCALES[number % 4] if number % 2 else None,
        client_locale=LOCALES[number % 4],
        since=_BEGIN + timedelta(seconds=37 * number),
        subscriptions=frozenset({(None, EVERYTHING)}),
        timing=Timing(zone=_ZONES[number % 4]) if number % 5 == 0 else Timing(),
    )


def seed(folder: Path, chats: int) -> Path:
    """Write the folder in one checkpoint, as an orderly stop would leave it."""
    with Database(folder) as database:
        rows = (chat_document(seeded(number)) for number in range(chats))
        database["chats"].replace({str(row["id"]): row for row in rows})
    return folder
