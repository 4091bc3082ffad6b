"""The data folder: atomic files, damage, restoring, forgetting, one process at a time."""

from __future__ import annotations

import errno
import json
import os
import shutil
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from zlib import crc32

import pytest
from store_samples import SCOPES, alert, chat, clock, follow, kill, know, send

from bot.alerts.model import Progress
from bot.storage.errors import (
    EraseLater,
    StoreDamaged,
    StoreError,
    StoreFull,
    StoreInUse,
    StoreTooNew,
)
from bot.storage.tinydb import open_store
from bot.storage.tinydb import storage as storage_module
from bot.storage.tinydb.files import SCHEMA, previous_of, replace_file
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


def test_a_replaced_file_keeps_its_previous_version(tmp_path):
    path = tmp_path / "file"
    for text in (b"one", b"two", b"three"):
        replace_file(path, [text])
    assert (path.read_bytes(), previous_of(path).read_bytes()) == (b"three", b"two")
    replace_file(path, [b"four"], forget=True)
    assert (path.read_bytes(), previous_of(path).read_bytes()) == (b"four", b"four")
    replace_file(path, [b"five"])
    assert (path.read_bytes(), previous_of(path).read_bytes()) == (b"five", b"four")


def test_a_replacement_that_fails_leaves_the_file_alone(tmp_path):
    def parts():
        yield b"half"
        raise OSError(28, "No space left on device")

    path = tmp_path / "file"
    replace_file(path, [b"whole"])
    with pytest.raises(StoreFull):
        replace_file(path, parts())
    assert path.read_bytes() == b"whole"
    assert list(tmp_path.iterdir()) == [path]


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


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"meta": {}}', b"\xff\xfe"])
async def test_a_damaged_snapshot_is_named_and_left_alone(folder, damage):
    await written(folder, 1)
    await written(folder, 2)
    file = folder / "snapshot.json"
    file.write_bytes(damage)
    with pytest.raises(StoreDamaged) as caught:
        await open_store(folder, clock)
    assert caught.value.file == file
    assert caught.value.previous == previous_of(file)
    assert file.read_bytes() == damage


async def test_what_an_editor_does_to_the_snapshot_is_no_damage(folder):
    await written(folder, 1)
    file = folder / "snapshot.json"
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
    assert ".previous" not in caught.value.advice
    journal.write_bytes(b"".join(lines[:-2]))
    store = await open_store(folder, clock)
    assert {each_chat.id for each_chat in await store.chats()} == {1, 2, 3}
    await store.close()


async def test_the_previous_snapshot_is_brought_up_to_date(folder):
    await written(folder, 1, 2)
    store = await open_store(folder, clock)
    await follow(store, 3)
    await store.record_alert(alert(1), SCOPES)
    await send(store, limit=2)
    await store.close()
    store = await open_store(folder, clock)
    await store.update_chat(1, lambda item: replace(item, title="New"))
    await store.keep_draft(7, {"half": "made"})
    await kill(store)
    snapshot = folder / "snapshot.json"
    previous_of(snapshot).replace(snapshot)
    for _ in range(2):
        store = await open_store(folder, clock)
        assert {each_chat.id for each_chat in await store.chats()} == {1, 2, 3}
        assert (await store.chat(1)).title == "New"
        assert (await store.progress(1)).sent == 2
        assert await store.draft(7) == {"half": "made"}
        await kill(store)


async def test_a_snapshot_older_than_both_journals_is_refused(folder):
    await written(folder, 1)
    oldest = (folder / "snapshot.json").read_bytes()
    await written(folder, 2)
    await written(folder, 3)
    (folder / "snapshot.json").write_bytes(oldest)
    with pytest.raises(StoreDamaged, match=r"does not belong to journal\.jsonl"):
        await open_store(folder, clock)
    (folder / "snapshot.json").unlink()
    with pytest.raises(StoreDamaged, match="missing"):
        await open_store(folder, clock)


@pytest.mark.parametrize("orderly", [True, False])
async def test_a_folder_without_its_journal_is_refused(folder, orderly):
    await written(folder, 1)
    store = await open_store(folder, clock)
    await follow(store, 2)
    await (store.close() if orderly else kill(store))
    (folder / "journal.jsonl").unlink()
    for _ in range(2):
        with pytest.raises(StoreDamaged, match="missing, and with it all changes"):
            await open_store(folder, clock)
    assert not (folder / "journal.jsonl").exists()


async def test_a_journal_of_another_folder_is_refused(folder, tmp_path):
    for place, chat_id in ((folder, 1), (tmp_path / "other", 2)):
        await written(place, chat_id)
        store = await open_store(place, clock)
        await follow(store, 3)
        await kill(store)
    shutil.copy(tmp_path / "other" / "journal.jsonl", folder)
    with pytest.raises(StoreDamaged, match="does not belong"):
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
        patched.setattr(storage_module, "write_snapshot", _full)
        with pytest.raises(EraseLater):
            await store.forget_chat(123454321)
        assert await store.chat(123454321) is None
        await follow(store, 5)  # who has nothing to do with it is not told
    await kill(store)
    await (await open_store(folder, clock)).close()
    assert not [path for path in folder.iterdir() if b"123454321" in path.read_bytes()]


async def test_forgetting_is_finished_as_soon_as_there_is_room(folder, monkeypatch):
    store = await open_store(folder, clock)
    await know(store, chat(123454321, EVERYTHING))
    with monkeypatch.context() as patched:
        patched.setattr(storage_module, "write_snapshot", _full)
        with pytest.raises(EraseLater):
            await store.forget_chat(123454321)
    await follow(store, 5)
    assert not [path for path in folder.iterdir() if b"123454321" in path.read_bytes()]
    await store.close()


def _full(*_: object, **__: object) -> None:
    raise StoreFull("no room")


async def test_a_large_journal_is_taken_into_the_files(folder, monkeypatch):
    monkeypatch.setattr(storage_module, "_LARGE", 2000)
    store = await open_store(folder, clock)
    await follow(store, *range(1, 60))
    assert (folder / "snapshot.json").stat().st_size > 2000
    await kill(store)
    store = await open_store(folder, clock)
    assert len(await store.chats()) == 59
    await store.close()
    assert (folder / "journal.jsonl").stat().st_size < 120


async def test_a_newer_folder_is_refused_and_left_alone(folder, monkeypatch):
    with monkeypatch.context() as patched:
        for module in ("files", "storage", "folder"):
            patched.setattr(f"bot.storage.tinydb.{module}.SCHEMA", SCHEMA + 1)
        await written(folder, 1)
        store = await open_store(folder, clock)
        await follow(store, 2)
        await kill(store)
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    with pytest.raises(StoreTooNew, match=f"schema {SCHEMA + 1}"):
        await open_store(folder, clock)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


async def test_a_version_of_the_first_layout_refuses_the_folder(folder):
    """It read these files in this order, and compared the schema with its own, 1."""
    await written(folder, 1)
    store = await open_store(folder, clock)
    await follow(store, 2)
    await kill(store)
    found = json.loads((folder / "chats.json").read_bytes())
    assert next(iter(found)) == "meta"
    assert int(found["meta"]["1"]["schema"]) > 1
    assert int(found["meta"]["1"]["group"]) == 0
    # Its board beside the bot read the head of the journal first.
    checksum, _, rest = (folder / "journal.jsonl").read_bytes().splitlines()[0].partition(b" ")
    _number, _, head = rest.partition(b" ")
    assert int(checksum, 16) == crc32(rest)
    assert int(json.loads(head)["schema"]) > 1


async def test_nobody_else_can_read_what_is_kept(folder):
    await written(folder, 1)
    folder.chmod(0o755)
    for file in folder.iterdir():
        file.chmod(0o664)
    store = await open_store(folder, clock)
    await follow(store, 2)
    await store.close()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}


async def test_a_prepared_link_is_not_followed(folder, tmp_path):
    await written(folder, 1)
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    for name in ("snapshot.json.new", "journal.jsonl.new"):
        (folder / name).symlink_to(victim)
    await written(folder, 2)
    assert victim.read_bytes() == b"precious"


@pytest.mark.parametrize("call", ["pwrite", "fsync"])
async def test_one_failure_of_the_disk_loses_and_refuses_nothing(folder, monkeypatch, call):
    store = await open_store(folder, clock)
    await follow(store, 1)
    real, failures = getattr(os, call), [1]

    def fail_once(*arguments):
        if failures:
            failures.pop()
            raise OSError(errno.EIO, "Input/output error")
        return real(*arguments)

    monkeypatch.setattr(os, call, fail_once)
    await follow(store, 2)
    await store.check()
    await follow(store, 3)
    await kill(store)
    store = await open_store(folder, clock)
    assert {each_chat.id for each_chat in await store.chats()} == {1, 2, 3}
    await store.close()


async def test_a_disk_that_goes_on_failing_is_said_and_recovered_from(folder, monkeypatch):
    store = await open_store(folder, clock)
    await follow(store, 1)
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", _broken)
        for _ in range(2):
            with pytest.raises(StoreError, match="Input/output"):
                await follow(store, 2)
            with pytest.raises(StoreError, match="Input/output"):
                await store.check()
        assert {each_chat.id for each_chat in await store.chats()} == {1}, (
            "what was refused is not there"
        )
    await store.check()
    await follow(store, 3)
    await kill(store)
    store = await open_store(folder, clock)
    assert {each_chat.id for each_chat in await store.chats()} == {1, 3}
    await store.close()


def _broken(_: int) -> None:
    raise OSError(errno.EIO, "Input/output error")


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
