"""Words of people leave no byte behind: after handling, after an erasure, after a checkpoint."""

from __future__ import annotations

import gzip
from pathlib import Path

import psycopg
import pytest
from store_samples import NOW, clock, follow

from bot.storage.postgres import open_postgres
from bot.storage.protocol import Accepted
from bot.storage.tinydb import open_store
from bot.storage.transfer import back_up

WORDS = b"zzyzx"
PERSON = 4242424242


def in_files(folder: Path) -> bool:
    return any(WORDS in file.read_bytes() for file in folder.iterdir())


def in_tables(database: str) -> bool:
    with psycopg.connect(database) as connection:
        names = connection.execute(
            "select table_name from information_schema.tables where table_schema = current_schema()"
        ).fetchall()
        found = (
            connection.execute(f"select count(*) from {name} t where t::text like %s", ("%zzyzx%",))
            for (name,) in names
        )
        inbox = connection.execute(
            "select count(*) from inbox where position(%s::bytea in document) > 0", (WORDS,)
        )
        return any(counted.fetchone() != (0,) for counted in [*found, inbox])


@pytest.mark.parametrize("kind", ["tinydb", "postgres"])
async def test_words_are_there_until_they_are_handled_and_not_after(kind, tmp_path, request):
    folder = tmp_path / "data"
    if kind == "tinydb":
        store, kept = await open_store(folder, clock), lambda: in_files(folder)
    else:
        database = request.getfixturevalue("database")
        store, kept = await open_postgres(database, clock), lambda: in_tables(database)
    slow = Accepted(1, PERSON, b'{"update_id":1,"text":"zzyzx"}')
    await follow(store, PERSON)
    await store.accept_updates([slow, Accepted(2, 7, b'{"update_id":2}')])
    await store.take_updates(9)
    await store.updates_handled([2])
    await store.forget_chat(77)  # with a checkpoint, while the slow one is in hand
    assert kept()
    await back_up(store, tmp_path / "backup.gz", NOW)
    assert WORDS not in gzip.decompress((tmp_path / "backup.gz").read_bytes())
    await store.updates_handled([1])
    assert not kept()
    await store.keep_draft(PERSON, {"note": "zzyzx"})
    assert kept()
    await store.keep_draft(PERSON, None)
    assert not kept()
    await store.keep_draft(PERSON, {"note": "zzyzx"})
    await store.forget_chat(PERSON)
    assert not kept()
    await store.close()
    assert not kept()
