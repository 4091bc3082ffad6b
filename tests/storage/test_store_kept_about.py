"""What is kept about a person can be seen, and all of it erased."""

from __future__ import annotations

from datetime import timedelta

import pytest
from store_samples import NOW, SCOPES, alert, chat, claim, clock, follow, know, settled

from bot.storage.postgres import open_postgres
from bot.storage.protocol import Accepted, AuditAction, AuditEntry
from bot.storage.tinydb import open_store
from bot.subscribers.chat import EVERYTHING

PERSON = 4242424242


async def met(store) -> None:
    """A person who is in every place where a person can be."""
    await know(store, chat(PERSON, EVERYTHING, locale="ru"))
    await follow(store, 1)
    await store.next_ids()
    await store.record_alert(alert(1), SCOPES)
    held = await claim(store)
    await store.settle([settled(item) for item in held])
    await store.next_ids()
    await store.record_alert(alert(2, provision="port"), SCOPES)
    await store.keep_draft(PERSON, {"half": "made"})
    await store.keep_context(PERSON, {"provisions": ["rail"]}, NOW + timedelta(minutes=10))
    await store.accept_updates([Accepted(9, PERSON, b'{"update_id":9,"text":"words"}')])


@pytest.fixture(params=["tinydb", "postgres"])
async def store(request, tmp_path):
    if request.param == "tinydb":
        one = await open_store(tmp_path / "data", clock)
    else:
        one = await open_postgres(request.getfixturevalue("database"), clock)
    await met(one)
    yield one
    await one.close()


async def test_every_place_is_looked_at(store):
    kept = await store.kept_about(PERSON)
    assert set(kept) == {"chat", "alerts", "draft", "context", "updates"}
    assert kept["chat"]["locale"] == "ru"
    assert sorted((item["alert"], item["state"]) for item in kept["alerts"]) == [
        (1, "sent"),
        (2, "waits"),
    ]
    assert kept["updates"][0]["text"] == "words"
    assert not await store.kept_about(777)


async def test_the_record_of_what_admins_did_names_them(store):
    entry = AuditEntry(made_at=NOW, made_by=PERSON, action=AuditAction.RELOAD)
    await store.append_audit(entry)
    kept = await store.kept_about(PERSON)
    assert [item["action"] for item in kept["acts"]] == ["reload"]
    assert (await store.kept_about(7))["changes"] == [1, 2]  # who made the sample's changes


async def test_nothing_is_left_of_who_wants_to_be_forgotten(store):
    await store.forget_chat(PERSON)
    await store.updates_handled([9])  # the update that asked for it
    assert not await store.kept_about(PERSON)
    assert (await store.progress(1)).sent == 2  # the sums stay


async def test_no_table_holds_the_forgotten(database):
    import psycopg

    store = await open_postgres(database, clock)
    await met(store)
    await store.forget_chat(PERSON)
    await store.updates_handled([9])
    with psycopg.connect(database) as connection:
        tables = connection.execute(
            "select table_name from information_schema.tables where table_schema = current_schema()"
        ).fetchall()
        assert len(tables) > 10
        for (table,) in tables:
            query = f"select count(*) from {table} t where t::text like %s"
            found = connection.execute(query, (f"%{PERSON}%",)).fetchone()
            assert found == (0,), table
    await store.close()


async def test_no_file_holds_the_forgotten(tmp_path):
    store = await open_store(tmp_path, clock)
    await met(store)
    await store.forget_chat(PERSON)
    await store.updates_handled([9])
    for file in tmp_path.iterdir():
        text = file.read_bytes()
        assert str(PERSON).encode() not in text, file.name
    await store.close()
