"""The journal: what a crash cuts off is dropped, what is damaged is not."""

from __future__ import annotations

import errno
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from store_samples import clock, follow, kill

from bot.storage.errors import StoreDamaged, StoreError, StoreFull
from bot.storage.tinydb import journal as journal_module
from bot.storage.tinydb import open_store
from bot.storage.tinydb.journal import Journal, read_journal
from bot.storage.tinydb.reading import ChangeReader


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "journal.jsonl"
    journal = Journal(path, schema=1)
    journal.start(after=4)
    for number in range(5, 8):
        journal.append([["fact", {"key": "k", "value": str(number)}]])
    journal.close()
    return path


def numbers(path) -> list[int]:
    return [number for number, *_ in read_journal(path).records()]


def test_what_was_appended_is_read(path):
    content = read_journal(path)
    assert (content.schema, content.after, content.last) == (1, 4, 7)
    assert next(iter(content.records())) == (5, "fact", {"key": "k", "value": "5"})


def test_every_cut_drops_the_last_line_only(path):
    whole = path.read_bytes()
    start = whole.rindex(b"\n", 0, -1) + 1
    for cut in range(start, len(whole) - 1):
        path.write_bytes(whole[:cut])
        assert numbers(path) == [5, 6]
    path.write_bytes(whole[:-1])
    assert numbers(path) == [5, 6, 7], "all of it is there"
    # Pages of the last line that never reached the disk read as zeros.
    path.write_bytes(whole[:start] + b"\0" * 10 + whole[start + 10 :])
    assert numbers(path) == [5, 6]


@settings(deadline=None)
@given(st.data())
def test_any_other_damage_is_noticed(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("journal") / "journal.jsonl"
    journal = Journal(path, schema=1)
    journal.start(after=0)
    for number in range(3):
        journal.append([["fact", {"key": "k", "value": str(number)}]])
    journal.close()
    whole = path.read_bytes()
    place = data.draw(st.integers(0, whole.rindex(b"\n", 0, -1) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda item: item != whole[place]))
    path.write_bytes(whole[:place] + bytes([byte]) + whole[place + 1 :])
    try:
        content = read_journal(path)
    except StoreDamaged:
        return
    # Only the case of the checksum's letters is no damage.
    assert whole[place : place + 1].lower() == bytes([byte]).lower()
    assert content.last == 3


def test_a_missing_line_is_noticed(path):
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:2], *lines[3:]]))
    with pytest.raises(StoreDamaged, match="group 6 is missing"):
        read_journal(path)


@pytest.mark.parametrize("text", [b"", b"\n", b"hello\n"])
def test_no_journal_at_all_is_damage(path, text):
    path.write_bytes(text)
    with pytest.raises(StoreDamaged):
        read_journal(path)


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
    journal = Journal(path, schema=1)
    journal.resume(read_journal(path))
    size = path.stat().st_size

    def half(descriptor, data):
        os.write(descriptor, data[:10])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(journal_module, "_write", half)
        with pytest.raises(StoreFull):
            journal.append([["fact", {}]])
    assert path.stat().st_size == size
    journal.append([["fact", {"key": "k", "value": "8"}]])
    journal.close()
    assert numbers(path) == [5, 6, 7, 8]


def test_a_failing_disk_is_not_trusted_again(path, monkeypatch):
    journal = Journal(path, schema=1)
    journal.resume(read_journal(path))

    def broken(descriptor, data):
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(journal_module, "_write", broken)
        with pytest.raises(StoreError, match="Input/output"):
            journal.append([["fact", {}]])
    with pytest.raises(StoreError, match="failed before"):
        journal.append([["fact", {}]])
    journal.close()
    assert numbers(path) == [5, 6, 7]


EDITED = {
    "other line breaks": lambda data: data.replace(b"\n", b"\r\n"),
    "byte order mark": lambda data: b"\xef\xbb\xbf" + data,
    "empty line": lambda data: data + b"\n\r\n",
    "no last line break": lambda data: data[:-1],
}


@pytest.mark.parametrize("edit", EDITED.values(), ids=EDITED)
async def test_what_an_editor_does_is_no_damage_and_writing_goes_on(tmp_path, edit):
    folder = tmp_path / "data"
    store = await open_store(folder, clock)
    await follow(store, 1)
    await follow(store, 2)
    await kill(store)
    file = folder / "journal.jsonl"
    file.write_bytes(edit(file.read_bytes()))
    store = await open_store(folder, clock)
    await follow(store, 3)
    await kill(store)
    assert ChangeReader(folder).read() == []
    store = await open_store(folder, clock)
    assert {chat.id for chat in await store.chats()} == {1, 2, 3}
    await kill(store)
