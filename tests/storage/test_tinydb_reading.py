"""Changes read beside the store that writes them."""

from __future__ import annotations

import pytest
from store_samples import SCOPES, alert, chat, clock, know

from bot.storage.errors import StoreDamaged, StoreTooNew
from bot.storage.tinydb import open_store
from bot.storage.tinydb.migrations import SCHEMA, Schema
from bot.storage.tinydb.reading import ChangeReader


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
    await store.close()  # all goes into the files, and a new journal begins
    assert reader.read() is None
    store = await open_store(tmp_path, clock)
    await store.record_alert(alert(3), SCOPES)
    assert ids(reader.read()) == [1, 2, 3]
    assert ids(ChangeReader(tmp_path).read()) == [1, 2, 3]
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


async def test_a_newer_schema_is_refused(tmp_path) -> None:
    store = await open_store(tmp_path, clock, schema=Schema((*SCHEMA.steps, {})))
    await store.record_alert(alert(1), SCOPES)
    with pytest.raises(StoreTooNew):
        ChangeReader(tmp_path).read()
    await store.close()
    with pytest.raises(StoreTooNew):
        ChangeReader(tmp_path).read()
