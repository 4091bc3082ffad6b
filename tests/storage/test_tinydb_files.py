"""The data folder: atomic files, damage, restoring, forgetting, one process at a time."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from store_samples import SCOPES, alert, chat, claim, clock, follow, kill, know, send
from tinydb import TinyDB, where

from bot.alerts.model import Progress
from bot.cli.common import with_advice
from bot.storage.errors import StoreDamaged, StoreError, StoreFull, StoreInUse, StoreTooNew
from bot.storage.tinydb import open_store
from bot.storage.tinydb import storage as storage_module
from bot.storage.tinydb.migrations import SCHEMA, Schema
from bot.storage.tinydb.storage import AtomicStorage, previous_of
from bot.subscribers.chat import EVERYTHING

FIXTURES = Path(__file__).parent.parent / "fixtures"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "data"


async def written(folder, *chat_ids: int) -> None:
    """A folder whose files hold these chats, after an orderly stop."""
    store = await open_store(folder, clock)
    await follow(store, *chat_ids)
    await store.close()


def test_tinydb_reads_and_writes_through_the_storage(tmp_path):
    path = tmp_path / "file.json"
    with TinyDB(path, storage=AtomicStorage) as database:
        assert database.tables() == set()
        database.table("towns").insert_multiple([{"name": "İstanbul"}, {"name": "Şuşa"}])
        database.table("towns").update({"seen": True}, where("name") == "Şuşa")
    with TinyDB(path) as plain:  # TinyDB's own storage understands the file
        assert plain.table("towns").get(doc_id=2) == {"name": "Şuşa", "seen": True}
    assert b"Istanbul" not in path.read_bytes()
    assert previous_of(path).exists()
    assert sorted(each_path.name for each_path in tmp_path.iterdir()) == [
        "file.json",
        "file.json.previous",
    ]


def test_a_replaced_file_keeps_its_previous_version(tmp_path):
    path = tmp_path / "file"
    for text in (b"one", b"two", b"three"):
        storage_module.replace_file(path, [text])
    assert (path.read_bytes(), previous_of(path).read_bytes()) == (b"three", b"two")
    storage_module.replace_file(path, [b"four"], forget=True)
    assert (path.read_bytes(), previous_of(path).read_bytes()) == (b"four", b"four")
    storage_module.replace_file(path, [b"five"])
    assert (path.read_bytes(), previous_of(path).read_bytes()) == (b"five", b"four")


def test_a_replacement_that_fails_leaves_the_file_alone(tmp_path):
    def parts():
        yield b"half"
        raise OSError(28, "No space left on device")

    path = tmp_path / "file"
    storage_module.replace_file(path, [b"whole"])
    with pytest.raises(StoreFull):
        storage_module.replace_file(path, parts())
    assert path.read_bytes() == b"whole"
    assert list(tmp_path.iterdir()) == [path]


async def test_the_files_are_plain_tinydb(folder):
    await written(folder, 1, 2)
    with TinyDB(folder / "chats.json") as database:
        found = database.table("chat").search(where("id") == 2)
    assert found == [{"id": 2, "kind": "private", "follows": [[None, "all"]]}]


async def test_a_second_process_is_refused(folder):
    store = await open_store(folder, clock)
    code = (
        "import asyncio, sys, pathlib\n"
        "from bot.clock import system_clock\n"
        "from bot.storage.errors import StoreInUse\n"
        "from bot.storage.tinydb import open_store\n"
        "try: asyncio.run(open_store(pathlib.Path(sys.argv[1]), system_clock))\n"
        "except StoreInUse as error: sys.exit(f'refused: {error.folder}')\n"
    )
    result = subprocess.run(  # noqa: ASYNC221 - the other process is what the test waits for
        [sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=False
    )
    assert result.stderr.strip() == f"refused: {folder}"
    with pytest.raises(StoreInUse):
        await open_store(folder, clock)
    await store.close()
    await (await open_store(folder, clock)).close()


async def test_a_closed_store_takes_nothing(folder):
    store = await open_store(folder, clock)
    await store.close()
    await store.close()
    with pytest.raises(StoreError, match="closed"):
        await store.remember("a", "b")


@pytest.mark.parametrize("name", ["chats.json", "changes.json", "outbox.json", "notes.json"])
@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"meta": {}}', b"\xff\xfe"])
async def test_a_damaged_file_is_named_and_left_alone(folder, name, damage):
    await written(folder, 1)
    await written(folder, 2)
    file = folder / name
    file.write_bytes(damage)
    with pytest.raises(StoreDamaged) as caught:
        await open_store(folder, clock)
    assert caught.value.file == file
    assert caught.value.previous == previous_of(file)
    assert file.read_bytes() == damage


@pytest.mark.parametrize("name", ["chats.json", "changes.json", "outbox.json", "notes.json"])
async def test_what_an_editor_does_to_a_file_is_no_damage(folder, name):
    await written(folder, 1)
    file = folder / name
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n") + b"\r\n")
    store = await open_store(folder, clock)
    assert {each_chat.id for each_chat in await store.chats()} == {1}
    await store.close()


async def test_a_damaged_journal_is_not_replaced_by_one_without_what_was_accepted(folder):
    await written(folder, 1)
    await written(folder, 2)
    store = await open_store(folder, clock)
    for number in (3, 4, 5):
        await follow(store, number)
    await kill(store)
    journal = folder / "journal.jsonl"
    assert previous_of(journal).exists()
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join([*lines[:-2], lines[-2].replace(b"4", b"7"), lines[-1]]))
    with pytest.raises(StoreDamaged, match=rf"line {len(lines) - 1} .* up to there") as caught:
        await open_store(folder, clock)
    assert caught.value.previous is None
    assert ".previous" not in with_advice(caught.value)
    journal.write_bytes(b"".join(lines[:-2]))
    store = await open_store(folder, clock)
    assert {each_chat.id for each_chat in await store.chats()} == {1, 2, 3}
    await store.close()


@pytest.mark.parametrize("name", ["chats.json", "outbox.json"])
async def test_the_previous_version_is_brought_up_to_date(folder, name):
    await written(folder, 1, 2)
    store = await open_store(folder, clock)
    await follow(store, 3)
    await store.record_alert(alert(1), SCOPES)
    await send(store, limit=2)
    await store.close()
    store = await open_store(folder, clock)
    await store.update_chat(1, lambda item: replace(item, title="New"))
    await kill(store)  # killed
    previous_of(folder / name).replace(folder / name)
    store = await open_store(folder, clock)
    assert {each_chat.id for each_chat in await store.chats()} == {1, 2, 3}
    assert (await store.chat(1)).title == "New"
    assert (await store.progress(1)).sent == 2
    assert len(await claim(store)) == 1
    await store.close()


async def test_a_file_older_than_the_journals_is_refused(folder):
    await written(folder, 1)
    oldest = (folder / "chats.json").read_bytes()
    await written(folder, 2)
    await written(folder, 3)
    (folder / "chats.json").write_bytes(oldest)
    with pytest.raises(StoreDamaged, match="too old"):
        await open_store(folder, clock)
    (folder / "chats.json").unlink()
    with pytest.raises(StoreDamaged, match="missing"):
        await open_store(folder, clock)


async def test_files_alone_are_enough_if_they_are_of_one_moment(folder):
    await written(folder, 1)
    (folder / "journal.jsonl").unlink()
    store = await open_store(folder, clock)
    assert await store.chat(1) is not None
    await follow(store, 2)
    await kill(store)
    (folder / "journal.jsonl").unlink()
    (folder / "notes.json").unlink()
    with pytest.raises(StoreDamaged, match="differ in age"):
        await open_store(folder, clock)


async def test_nothing_stays_of_who_is_forgotten(folder):
    store = await open_store(folder, clock)
    await know(store, chat(123454321, EVERYTHING, title="Zəhra"), chat(2, EVERYTHING))
    await store.record_alert(alert(1), SCOPES)
    await send(store)
    await store.close()
    store = await open_store(folder, clock)
    await store.update_chat(123454321, lambda item: replace(item, locale="az"))
    await store.forget_chat(123454321)
    for path in folder.iterdir():
        data = path.read_bytes()
        assert "Zəhra".encode() not in data, path
        assert b"123454321" not in data, path
    assert await store.record_alert(alert(2, undoes=1), SCOPES) == 1
    await store.close()


async def test_forgetting_is_finished_after_a_kill(folder, monkeypatch):
    store = await open_store(folder, clock)
    await know(store, chat(123454321, EVERYTHING))
    with monkeypatch.context() as patched:
        patched.setattr(storage_module.os, "fsync", _full)
        patched.setattr("bot.storage.tinydb.journal.os", _Os())
        with pytest.raises(StoreFull):
            await store.forget_chat(123454321)
    assert await store.chat(123454321) is None
    await kill(store)
    await (await open_store(folder, clock)).close()
    assert not [path for path in folder.iterdir() if b"123454321" in path.read_bytes()]


def _full(_: int) -> None:
    raise OSError(28, "No space left on device")


class _Os:
    """The journal's own system calls, while those of the other files fail."""

    def __getattr__(self, name):
        return os.fdatasync if name == "fsync" else getattr(os, name)


async def test_a_large_journal_is_taken_into_the_files(folder, monkeypatch):
    monkeypatch.setattr("bot.storage.tinydb.folder._LARGE", 2000)
    store = await open_store(folder, clock)
    await follow(store, *range(1, 60))
    assert (folder / "chats.json").stat().st_size > 2000
    await kill(store)
    store = await open_store(folder, clock)
    assert len(await store.chats()) == 59
    await store.close()
    assert (folder / "journal.jsonl").stat().st_size < 100


async def test_an_older_schema_is_migrated_in_files_and_journal(folder):
    await written(folder, 1)
    store = await open_store(folder, clock)
    await follow(store, 2)
    await kill(store)  # killed: 1 is in a file, 2 in the journal

    def titled(document):
        return document | {"title": f"Chat {document['id']}"}

    newer = Schema((*SCHEMA.steps, {"chat": titled}, {}))
    for _ in range(2):
        store = await open_store(folder, clock, schema=newer)
        assert [each_chat.title for each_chat in await store.chats()] == ["Chat 1", "Chat 2"]
        await store.update_chat(3, lambda _: chat(3, title="Chat 3"))
        await store.update_chat(3, lambda _: None)
        await store.close()
    with pytest.raises(StoreTooNew, match=f"schema {newer.version}"):
        await open_store(folder, clock)


async def test_a_folder_of_the_first_version_is_read(folder):
    """It was written by that version, which was killed with results in its journal."""
    shutil.copytree(FIXTURES / "data-1", folder)
    for _ in range(2):
        store = await open_store(folder, clock)
        assert len(await store.chats()) == 9
        assert [await store.progress(number) for number in (1, 2, 3)] == [
            Progress(9, sent=1, failed=1, cancelled=7),
            Progress(9, sent=1, failed=1, cancelled=2),
            Progress(4, cancelled=1),
        ]
        waiting = [
            (item.delivery.alert_id, item.delivery.address.chat_id, item.delivery.attempts)
            for item in await store.waiting(20)
        ]
        assert sorted(waiting) == [
            *((2, -9, 1), (2, 2, 1), (2, 3, 1), (2, 7, 1), (2, 8, 0)),
            *((3, 1, 0), (3, 3, 0), (3, 8, 0)),
        ]
        assert await store.remembered("menus") == "set"
        assert await store.draft(7) == {"step": 1}
        await store.close()


async def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreError, match="file"):
        await open_store(tmp_path / "file" / "data", clock)


async def test_a_file_in_place_of_the_folder_is_named_with_what_to_do(tmp_path):
    place = tmp_path / "data"
    place.write_bytes(b"")
    with pytest.raises(StoreError, match=r"the data folder .*data cannot be used .*BRIEFING_DATA"):
        await open_store(place, clock)
