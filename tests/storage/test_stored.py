"""What an older version wrote opens, and nothing of it is lost."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import orjson
import psycopg
import pytest
from store_samples import clock, handled

from bot.alerts.model import Alert
from bot.storage.postgres import open_postgres
from bot.storage.protocol import Store
from bot.storage.serialization import chat_document, read_chat
from bot.storage.tinydb import open_store
from bot.storage.transfer import check, restore

STORED = Path(__file__).parents[1] / "fixtures" / "stored"
FOLDERS = ["stopped", "killed", "interrupted", "forgetting"]
CHATS = [*range(1, 14), 101, 200, -1001, -2001, -42, -1042, -1007]
ADMINS = [7, 8, 9]


async def told(store: Store) -> dict[str, Any]:
    """All that can be asked of a store, as JSON data."""
    alerts = sorted(await store.recent_alerts(100), key=lambda alert: alert.id)
    chats = sorted(await store.chats(), key=lambda chat: chat.id)
    found = {
        "chats": [orjson.loads(orjson.dumps(chat_document(chat))) for chat in chats],
        "alerts": [alert.model_dump(mode="json") for alert in alerts],
        "progress": {str(alert.id): await _progress(store, alert.id) for alert in alerts},
        "waiting": sorted(_waiting(waiting) for waiting in await store.waiting(1000)),
        "kept_about": {str(chat_id): await _kept(store, chat_id) for chat_id in CHATS},
        "drafts": {str(admin): await store.draft(admin) for admin in ADMINS},
        "fact": await store.remembered("menus"),
        "audit": [entry.model_dump(mode="json") for entry in await store.audit()],
        "gaps": sorted([gap.text, gap.day.isoformat(), gap.count] for gap in await store.gaps()),
        "unknown_updates": sorted(set(range(1, 40)) - await handled(store)),
        "next_ids": list(await store.next_ids()),
        "inbox": sorted(update.update_id for update in await store.take_updates(99)),
    }
    found["kept_about"] = {chat_id: kept for chat_id, kept in found["kept_about"].items() if kept}
    return found


async def _progress(store: Store, alert_id: int) -> list[int]:
    found = await store.progress(alert_id)
    return [found.total, found.sent, found.failed, found.cancelled, found.later, found.repeated]


def _waiting(waiting: Any) -> list[Any]:
    delivery = waiting.delivery
    address = [delivery.address.chat_id, delivery.address.thread_id or 0]
    due = [waiting.due.isoformat(), waiting.later, waiting.detail]
    return [delivery.alert_id, *address, delivery.attempts, *due]


async def _kept(store: Store, chat_id: int) -> dict[str, Any]:
    kept = dict(await store.kept_about(chat_id))
    for name in ("chat", "context", "updates"):
        kept.pop(name, None)
    if "alerts" in kept:
        # The first layout did not tell of those that failed and may have arrived.
        kept["alerts"] = [one for one in kept["alerts"] if one["state"] != "failed"]
        kept["alerts"].sort(key=lambda item: (item["alert"], item["thread"] or 0, item["state"]))
    return kept


def expected(name: str) -> dict[str, Any]:
    """What the store must tell: chats and alerts in the form that they have today."""
    told = json.loads((STORED / f"{name}.json").read_text())
    chats = [chat_document(read_chat(chat)) for chat in told["chats"]]
    alerts = [Alert.stored(alert).model_dump(mode="json") for alert in told["alerts"]]
    kept = {chat_id: _without_failed(kept) for chat_id, kept in told["kept_about"].items()}
    return told | {
        "chats": orjson.loads(orjson.dumps(chats)),
        "alerts": alerts,
        "kept_about": {chat_id: about for chat_id, about in kept.items() if about},
    }


def _without_failed(kept: dict[str, Any]) -> dict[str, Any]:
    """The folder of the first layout did not tell of deliveries that failed, the database did."""
    alerts = [one for one in kept.get("alerts", ()) if one["state"] != "failed"]
    rest = {name: found for name, found in kept.items() if name != "alerts"}
    return rest | ({"alerts": alerts} if alerts else {})


@pytest.mark.parametrize("name", FOLDERS)
async def test_a_folder_of_the_first_layout_opens_and_tells_the_same(tmp_path, name):
    shutil.copytree(STORED / name, tmp_path / "data")
    store = await open_store(tmp_path / "data", clock)
    assert await told(store) == expected(name)
    await store.close()
    store = await open_store(tmp_path / "data", clock)
    again = await told(store)
    assert again | {"next_ids": []} == expected(name) | {"next_ids": []}
    await store.close()


async def test_a_backup_of_the_first_layout_can_be_restored(tmp_path):
    store = await open_store(tmp_path / "data", clock)
    await restore(STORED / "backup.gz", check(STORED / "backup.gz"), store)
    found = await told(store)
    # What waited to be handled is not in a backup.
    assert found | {"inbox": []} == expected("stopped") | {"inbox": []}
    await store.close()


async def test_a_database_of_the_first_migrations_opens_and_tells_the_same(database):
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("drop schema public cascade; create schema public")
        connection.execute((STORED / "postgres.sql").read_text())
    store = await open_postgres(database, clock)
    assert await told(store) == expected("postgres")
    await store.close()
