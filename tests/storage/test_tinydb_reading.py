"""What a folder holds, read beside the store that writes it."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest
from store_samples import SCOPES, alert, chat, clock, follow, kill, know

from bot.storage.errors import StoreDamaged, StoreError, StoreTooNew, StoreUnusable
from bot.storage.tinydb import open_store
from bot.storage.tinydb.files import SCHEMA
from bot.storage.tinydb.reader import ChangeReader

STORED = Path(__file__).parents[1] / "fixtures" / "stored"


def ids(changes) -> list[int] | None:
    return None if changes is None else [change.id for change in changes]


async def test_what_is_written_is_read_once(tmp_path) -> None:
    reader = ChangeReader(tmp_path)
    assert ids(reader.read()) == []
    assert reader.read() is None
    store = await open_store(tmp_path, clock)
    await store.record_alert(alert(1), SCOPES)
    assert ids(reader.read()) == [1]
    assert reader.read() is None
    await know(store, chat(5))
    assert reader.read() is None  # the journal has grown by other things
    await store.record_alert(alert(2, undoes=1), SCOPES)
    assert ids(reader.read()) == [1, 2]
    await store.close()  # all goes into the snapshot, and a new journal begins
    assert reader.read() is None
    store = await open_store(tmp_path, clock)
    await store.record_alert(alert(3), SCOPES)
    assert ids(reader.read()) == [1, 2, 3]
    assert ids(ChangeReader(tmp_path).read()) == [1, 2, 3]
    await store.close()


async def test_a_folder_of_the_first_layout_is_read(tmp_path) -> None:
    shutil.copytree(STORED / "killed", tmp_path / "data")
    reader = ChangeReader(tmp_path / "data")
    assert ids(reader.read()) == [1, 2, 3, 4, 5, 6]
    store = await open_store(tmp_path / "data", clock)
    assert reader.read() is None
    await store.record_alert(alert(7, provision="road"), SCOPES)
    assert ids(reader.read()) == [1, 2, 3, 4, 5, 6, 7]
    await store.close()


async def test_a_line_half_written_comes_later(tmp_path) -> None:
    store = await open_store(tmp_path, clock)
    await store.record_alert(alert(1), SCOPES)
    journal = tmp_path / "journal.jsonl"
    whole = journal.read_bytes()
    journal.write_bytes(whole[:-40])
    reader = ChangeReader(tmp_path)
    assert ids(reader.read()) == []
    journal.write_bytes(whole)
    assert ids(reader.read()) == [1]
    await store.close()


async def test_damage_is_named_and_mended(tmp_path) -> None:
    store = await open_store(tmp_path, clock)
    await store.record_alert(alert(1), SCOPES)
    journal = tmp_path / "journal.jsonl"
    whole = journal.read_bytes()
    reader = ChangeReader(tmp_path)
    journal.write_bytes(whole.replace(b"bridge", b"brigde", 1))
    for _ in range(2):
        with pytest.raises(StoreDamaged):
            reader.read()
    journal.write_bytes(whole)
    assert ids(reader.read()) == [1]
    await store.close()


async def test_a_newer_schema_is_refused(tmp_path, monkeypatch) -> None:
    with monkeypatch.context() as patched:
        for module in ("files", "storage", "folder"):
            patched.setattr(f"bot.storage.tinydb.{module}.SCHEMA", SCHEMA + 1)
        store = await open_store(tmp_path, clock)
        await store.record_alert(alert(1), SCOPES)
    with pytest.raises(StoreTooNew):
        ChangeReader(tmp_path).read()
    await kill(store)


async def test_a_copy_is_as_it_was_and_cannot_be_changed(tmp_path) -> None:
    store = await open_store(tmp_path, clock)
    await follow(store, 1, 2)
    await store.record_alert(alert(1), SCOPES)
    await store.claim(1, clock())
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    copy = await open_store(tmp_path, clock, beside=True)
    assert len(await copy.chats()) == 2
    assert len(await copy.waiting(10)) == 2
    with pytest.raises(StoreUnusable, match="read only"):
        await follow(copy, 3)
    await copy.close()
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before
    await follow(store, 4)
    await store.close()
    with pytest.raises(StoreError, match="no data folder"):
        await open_store(tmp_path / "none", clock, beside=True)


async def test_a_copy_is_of_one_moment_while_the_bot_writes(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("bot.storage.tinydb.storage._LARGE", 2000)  # checkpoints all the time
    store = await open_store(tmp_path, clock)
    stop = asyncio.Event()

    async def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            await asyncio.gather(follow(store, number), store.remember("last", str(number)))

    writing = asyncio.create_task(write())
    for _ in range(25):
        copy = await open_store(tmp_path, clock, beside=True)
        assert len(await copy.chats()) == int(await copy.remembered("last") or 0)
        await copy.close()
    stop.set()
    await writing
    await store.close()
