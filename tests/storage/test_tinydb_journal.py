"""The journal: what a crash cuts off is dropped, what is damaged is not."""

from __future__ import annotations

import asyncio
import errno
import os
import re
import time
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from store_samples import clock, follow, kill

from bot.storage.errors import StoreDamaged, StoreError, StoreFull, StoreTooNew
from bot.storage.tinydb import journal as journal_module
from bot.storage.tinydb import open_store
from bot.storage.tinydb.files import SCHEMA, previous_of
from bot.storage.tinydb.journal import Journal, JournalReader
from bot.storage.tinydb.lines import Head, RowKey, Transaction
from bot.storage.tinydb.reader import ChangeReader

HEAD = Head(SCHEMA, 3, 11, 22)


def put(table: str, key: str, row: object) -> Transaction:
    return Transaction.of({table: {key: None if row is None else orjson.dumps(row)}})


def written(path: Path) -> Journal:
    """A journal of three groups after the fourth."""
    journal = Journal(path)
    journal.group = 4
    journal.start(HEAD, ())
    for number in range(5, 8):
        journal.append([put("facts", "k", {"value": number}), put("facts", "l", None)])
    return journal


def resumed(path: Path) -> Journal:
    reader, journal = JournalReader(path), Journal(path)
    list(reader.read())
    journal.resume(reader, {}, ())
    return journal


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "journal.jsonl"
    written(path).close()
    return path


def numbers(path: Path) -> list[int]:
    return [group.number for group in JournalReader(path).read()]


def test_what_was_appended_is_read(path):
    reader = JournalReader(path)
    first, *_, last = reader.read()
    assert (reader.head, reader.group) == (HEAD, 7)
    assert (first.number, last.number) == (5, 7)
    assert list(first.transactions) == [{"facts": {"k": b'{"value":5}'}}, {"facts": {"l": None}}]


def test_what_it_has_gained_is_read_on_another_call(path):
    reader = JournalReader(path)
    assert len(list(reader.read())) == 3
    journal = resumed(path)
    assert list(reader.read()) == []
    journal.append([put("facts", "k", {})])
    assert [group.number for group in reader.read()] == [8]
    whole = path.read_bytes()
    with path.open("ab") as file:
        file.write(b"half a li")
    assert list(reader.read()) == []
    path.write_bytes(whole)
    journal.append([put("facts", "k", {})])
    assert [group.number for group in reader.read()] == [9]


def test_every_cut_drops_the_last_line_only(path):
    whole = path.read_bytes()
    start = whole.rindex(b"\n", 0, -1) + 1
    for cut in range(start, len(whole) - 1):
        path.write_bytes(whole[:cut])
        assert numbers(path) == [5, 6]
    path.write_bytes(whole[:-1])
    assert numbers(path) == [5, 6, 7], "all of it is there"
    # Pages of the last line that never reached the disk read as zeros.
    for zeros in range(1, len(whole) - start):
        path.write_bytes(whole[:start] + b"\0" * zeros + whole[start + zeros :])
        assert numbers(path) == [5, 6]
        path.write_bytes(whole[:-zeros] + b"\0" * zeros)
        assert numbers(path) == [5, 6]


def test_every_cut_of_a_line_with_words_drops_all_of_it(path):
    journal = resumed(path)
    journal.append([put("inbox", "1", {"text": "one"}), put("inbox", "2", {"text": "two"})])
    whole = path.read_bytes()
    start = whole.rindex(b"\n", 0, -1) + 1
    for cut in range(start, len(whole) - 1):
        path.write_bytes(whole[:cut])
        assert numbers(path) == [5, 6, 7]
        path.write_bytes(whole[:cut] + b"\0" * (len(whole) - cut - 1) + b"\n")
        assert numbers(path) == [5, 6, 7]
    path.write_bytes(whole[:-1])
    assert numbers(path) == [5, 6, 7, 8]


@settings(deadline=None)
@given(st.data())
def test_any_other_damage_is_noticed(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("journal") / "journal.jsonl"
    written(path).close()
    whole = path.read_bytes()
    place = data.draw(st.integers(0, whole.rindex(b"\n", 0, -1) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda item: item != whole[place]))
    path.write_bytes(whole[:place] + bytes([byte]) + whole[place + 1 :])
    try:
        found = numbers(path)
    except (StoreDamaged, StoreTooNew):
        return
    # Only the case of the checksum's letters is no damage.
    assert whole[place : place + 1].lower() == bytes([byte]).lower()
    assert found == [5, 6, 7]


def test_a_missing_line_and_one_from_elsewhere_are_noticed(path, tmp_path):
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:2], *lines[3:]]))
    with pytest.raises(StoreDamaged, match="line 3"):
        numbers(path)
    other = Journal(tmp_path / "other.jsonl")
    other.group = 4
    other.start(HEAD, ())
    for number in range(5, 9):
        other.append([put("facts", "k", {"value": number, "other": True})])
    foreign = (tmp_path / "other.jsonl").read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:2], foreign[2], *lines[3:]]))
    with pytest.raises(StoreDamaged, match="line 3"):
        numbers(path)


@pytest.mark.parametrize("text", [b"", b"\n", b"hello\n", b"\0" * 40])
def test_no_journal_at_all_is_damage(path, text):
    path.write_bytes(text)
    with pytest.raises(StoreDamaged):
        numbers(path)


def test_a_newer_one_is_refused(tmp_path):
    path = tmp_path / "journal.jsonl"
    Journal(path).start(Head(SCHEMA + 1, 0, 0, 0), ())
    with pytest.raises(StoreTooNew, match=f"schema {SCHEMA + 1}"):
        numbers(path)


async def test_writing_goes_on_after_a_cut(tmp_path):
    folder = tmp_path / "data"
    store = await open_store(folder, clock)
    await follow(store, 1)
    await follow(store, 2)
    await kill(store)
    file = folder / "journal.jsonl"
    file.write_bytes(file.read_bytes()[:-5])
    for known in ({1}, {1, 3}):
        store = await open_store(folder, clock)
        assert {chat.id for chat in await store.chats()} == known
        await follow(store, 3)
        await kill(store)


def test_a_full_disk_leaves_no_half_line(path, monkeypatch):
    journal = resumed(path)
    size = path.stat().st_size

    def half(descriptor, data, place):
        os.pwrite(descriptor, data[:10], place)
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(journal_module, "write", half)
        with pytest.raises(StoreFull):
            journal.append([put("facts", "k", {})])
    assert path.stat().st_size == size
    assert not journal.broken
    journal.append([put("facts", "k", {"value": 8})])
    journal.close()
    assert numbers(path) == [5, 6, 7, 8]


@pytest.mark.parametrize("call", ["pwrite", "fsync"])
def test_a_failing_disk_is_not_trusted_again(path, monkeypatch, call):
    journal = resumed(path)
    real, failures = getattr(os, call), [1]

    def fail_once(*arguments):
        if failures:
            failures.pop()
            raise OSError(errno.EIO, "Input/output error")
        return real(*arguments)

    monkeypatch.setattr(os, call, fail_once)
    with pytest.raises(StoreError, match="Input/output"):
        journal.append([put("facts", "k", {})])
    assert journal.broken
    journal.close()
    assert numbers(path) == [5, 6, 7]


def test_words_are_erased_when_they_are_dropped_or_replaced(path):
    journal = resumed(path)
    journal.append([put("inbox", "1", {"text": "zzyzx"}), put("drafts", "1", {"text": "plugh"})])
    journal.append([put("drafts", "1", {"text": "xyzzy"})])
    assert b"plugh" not in path.read_bytes()
    assert b"zzyzx" in path.read_bytes()
    journal.append([put("inbox", "1", None)])
    assert b"zzyzx" not in path.read_bytes()
    assert b"xyzzy" in path.read_bytes()
    # Within one group as well.
    journal.append(
        [put("inbox", "2", {"a": "fnord"}), put("inbox", "2", None), put("inbox", "2", {"a": "b"})]
    )
    assert b"fnord" not in path.read_bytes()
    assert numbers(path) == [5, 6, 7, 8, 9, 10, 11]
    *_, group = JournalReader(path).read()
    assert [changes["inbox"]["2"] for changes in group.transactions] == [None, None, b'{"a":"b"}']


def test_a_new_journal_takes_the_words_along_and_the_old_one_loses_them(path):
    journal = resumed(path)
    journal.append([put("inbox", "1", {"text": "zzyzx"})])
    journal.start(HEAD, [(RowKey("inbox", "1"), b'{"text":"zzyzx"}')])
    assert b"zzyzx" in path.read_bytes()
    assert b"zzyzx" not in previous_of(path).read_bytes()
    journal.append([put("inbox", "1", None)])
    assert b"zzyzx" not in path.read_bytes()
    assert numbers(path) == [9, 10]
    assert numbers(previous_of(path)) == [5, 6, 7, 8]


EDITED = {
    "other line breaks": lambda data: data.replace(b"\n", b"\r\n"),
    "byte order mark": lambda data: b"\xef\xbb\xbf" + data,
    "empty line": lambda data: data + b"\n\r\n",
    "no last line break": lambda data: data[:-1],
    "capital letters": lambda data: re.sub(rb"(?m)^\w+", lambda item: item[0].upper(), data),
}


@pytest.mark.parametrize("edit", EDITED.values(), ids=EDITED)
async def test_what_an_editor_does_is_no_damage_and_writing_goes_on(tmp_path, edit):
    folder = tmp_path / "data"
    store = await open_store(folder, clock)
    await follow(store, 1)
    await follow(store, 2)
    await store.keep_draft(7, {"text": "zzyzx"})
    await kill(store)
    file = folder / "journal.jsonl"
    file.write_bytes(edit(file.read_bytes()))
    store = await open_store(folder, clock)
    assert await store.draft(7) == {"text": "zzyzx"}
    await follow(store, 3)
    await store.keep_draft(7, None)
    assert b"zzyzx" not in file.read_bytes()
    await kill(store)
    assert ChangeReader(folder).read() == []
    store = await open_store(folder, clock)
    assert {chat.id for chat in await store.chats()} == {1, 2, 3}
    await kill(store)


async def test_a_health_check_after_a_failing_disk_loses_nothing(tmp_path, monkeypatch):
    """It begins new files: what is durable and not yet in memory must be in them."""
    store = await open_store(tmp_path, clock)
    await store.keep_draft(1, {"text": "before"})
    real, erasing = os.pwrite, asyncio.Event()
    loop = asyncio.get_running_loop()

    def fail_to_erase(descriptor, data, place):
        if not bytes(data).strip(b" ") and not erasing.is_set():
            loop.call_soon_threadsafe(erasing.set)
            time.sleep(0.1)  # the check has its place in the queue
            loop.call_soon_threadsafe(time.sleep, 0.4)  # something keeps the event loop busy
            time.sleep(0.05)
            raise OSError(errno.EIO, "Input/output error")
        return real(descriptor, data, place)

    monkeypatch.setattr(os, "pwrite", fail_to_erase)
    keeping = asyncio.create_task(store.keep_draft(1, {"text": "after"}))
    await erasing.wait()
    await store.check()
    await keeping
    await store.close()
    store = await open_store(tmp_path, clock)
    assert await store.draft(1) == {"text": "after"}
    await store.close()
