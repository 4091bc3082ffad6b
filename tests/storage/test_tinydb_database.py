"""The database is a TinyDB: tables, documents and queries, with every change on the disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from store_samples import NOW, SCOPES, alert, clock, follow, send
from tinydb import TinyDB, where
from tinydb.operations import increment
from tinydb.table import Document

from bot.alerts.ledger import Key
from bot.storage.tinydb import open_store
from bot.storage.tinydb.database import Database, Pending
from bot.storage.tinydb.deliveries import RECIPIENTS_KEPT
from bot.storage.tinydb.indexes import deliveries_of
from bot.storage.tinydb.storage import MemoryStorage
from bot.subscribers.chat import Chat, ChatKind

TOWNS = [{"name": "İstanbul", "seen": 1}, {"name": "Şuşa", "seen": 2}]


async def test_recipients_are_kept_while_a_correction_may_need_them(tmp_path, monkeypatch):
    monkeypatch.setattr("bot.storage.tinydb.deliveries.MOST_RECIPIENTS", 8)
    store = await open_store(tmp_path, clock)
    await follow(store, 1, 2)
    # Two whose entry stands, one that is corrected and its correction, and two of this week.
    # The last of these corrects an old one.
    for number, undoes in enumerate((None, None, None, 3, None), start=1):
        await store.record_alert(alert(number, undoes=undoes), SCOPES)
        await send(store)
    later = NOW + RECIPIENTS_KEPT * 8 / 7
    for number, undoes in ((6, None), (7, 5)):
        await store.record_alert(alert(number, undoes=undoes, made_at=later), SCOPES)
        await send(store, now=later)
    tables = {number: store._storage.rows(deliveries_of(number)) for number in range(1, 8)}
    assert [number for number, rows in tables.items() if rows] == [2, 5, 6, 7]
    assert (await store.progress(1)).sent == 2
    await store.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


def test_it_does_what_tinydb_does(folder):
    with Database(folder) as database:
        assert isinstance(database, TinyDB)
        assert database.tables() == set()
        towns = database.table("towns")
        assert towns.insert_multiple(TOWNS) == ["1", "2"]
        assert towns.get(doc_id=2) == TOWNS[1]
        assert towns.get(where("seen") > 1) == TOWNS[1]
        assert towns.search(where("name").matches(".*a$")) == [TOWNS[1]]
        assert towns.update({"seen": 3}, where("name") == "Şuşa") == ["2"]
        assert towns.update(increment("seen"), doc_ids=["1"]) == ["1"]
        assert towns.upsert(Document({"name": "Bakı"}, doc_id="7")) == ["7"]
        assert towns.upsert({"seen": 9}, where("name") == "Bakı") == ["7"]
        assert [town["seen"] for town in towns] == [2, 3, 9]
        assert towns.remove(where("seen") == 3) == ["2"]
        assert towns.insert({"name": "Gəncə"}) == "8"
        assert towns.count(where("name").exists()) == len(towns) == 3
        assert towns.contains(doc_id=8)
        database.table("others").insert({"a": 1})
        database.drop_table("others")
    with Database(folder) as database:
        assert database.tables() == {"towns"}
        assert [town.doc_id for town in database.table("towns").all()] == ["1", "7", "8"]
        database.drop_tables()
    with Database(folder) as database:
        assert database.tables() == set()


def test_the_snapshot_is_plain_tinydb(folder):
    with Database(folder) as database:
        database.table("towns").insert_multiple(TOWNS)
    with TinyDB(folder / "snapshot.json") as plain:
        assert plain.table("towns").search(where("name") == "Şuşa") == [TOWNS[1]]
    assert b"Istanbul" not in (folder / "snapshot.json").read_bytes()


def test_an_update_writes_the_rows_that_it_touched_and_no_others(folder):
    with Database(folder) as database:
        towns = database["towns"]
        towns.insert_multiple({"name": str(number)} for number in range(1000))
        journal = folder / "journal.jsonl"
        size = journal.stat().st_size
        towns.update({"seen": True}, doc_ids=["500"])
        assert journal.stat().st_size - size < 100
        size = journal.stat().st_size
        towns.update({"seen": True}, doc_ids=["500"])
        assert journal.stat().st_size == size, "nothing has changed"


def test_a_document_that_was_read_can_be_changed_without_effect(folder):
    with Database(folder) as database:
        towns = database["towns"]
        towns.put("1", {"name": "Bakı", "at": [40, 49]})
        for found in (towns.get(doc_id=1), towns.row(1), towns.all()[0]):
            assert found is not None
            found["at"].append(0)
        assert towns.row(1) == {"name": "Bakı", "at": [40, 49]}


@pytest.mark.parametrize("bad", ["\ud83d", 2**64, {1}])
def test_what_cannot_be_read_again_is_never_written(folder, bad):
    with Database(folder) as database:
        database["towns"].put("1", {"name": "Bakı"})
        with pytest.raises(TypeError):
            database["towns"].put("2", {"name": bad})
        with pytest.raises(TypeError):
            database["towns"].update({"name": bad}, doc_ids=["1"])
    with Database(folder) as database:
        assert database["towns"].all() == [{"name": "Bakı"}]


def test_a_transaction_sees_the_one_before_and_leaves_nothing_where_it_fails():
    memory = MemoryStorage()
    pending = Pending(memory)
    database = Database(storage=lambda: pending)
    database["towns"].put("1", {"name": "Bakı"})
    first = pending.take()
    database["towns"].update({"seen": True}, doc_ids=["1"])
    database["towns"].put("2", {"name": "Şuşa"})
    assert database["towns"].all() == [{"name": "Bakı", "seen": True}, {"name": "Şuşa"}]
    pending.undo()
    assert database["towns"].all() == [{"name": "Bakı"}]
    assert database.tables() == {"towns"}
    database["towns"].truncate()
    assert not database["towns"].all()
    assert memory.tables == {}, "nobody else sees any of it"
    pending.clear()
    memory.apply(first)
    assert database["towns"].all() == [{"name": "Bakı"}]


names = st.sampled_from(["1", "2", "3"])
steps = st.one_of(
    st.tuples(st.just("put"), names, st.integers(0, 9)),
    st.tuples(st.just("drop"), names),
    st.tuples(st.just("update"), names, st.integers(0, 9)),
    st.tuples(st.just("remove"), st.integers(0, 9)),
    st.tuples(st.just("truncate")),
    st.tuples(st.just("reopen"), st.booleans()),
    st.tuples(st.just("checkpoint")),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(steps, max_size=12))
def test_it_holds_what_a_dictionary_holds(tmp_path_factory, found):
    folder = tmp_path_factory.mktemp("steps") / "data"
    database, plain = Database(folder), {}
    for act, *values in found:
        table = database["numbers"]
        match act, values:
            case "put", [key, value]:
                table.put(key, {"value": value})
                plain[key] = value
            case "drop", [key]:
                table.drop(key)
                plain.pop(key, None)
            case "update", [key, value]:
                table.update({"value": value}, doc_ids=[key])
                plain |= {key: value} if key in plain else {}
            case "remove", [value]:
                table.remove(where("value") == value)
                plain = {key: item for key, item in plain.items() if item != value}
            case "truncate", _:
                table.truncate()
                plain.clear()
            case "checkpoint", _:
                database.storage.checkpoint()
            case "reopen", [orderly]:
                database.close() if orderly else database.storage.release()
                database = Database(folder)
        assert {row.doc_id: row["value"] for row in database["numbers"]} == plain
    database.close()


async def test_a_group_that_becomes_itself_is_left_alone(tmp_path):
    store = await open_store(tmp_path, clock)
    await store.update_chat(-5, lambda _: Chat(-5, ChatKind.GROUP))
    await store.migrate_chat(-5, -5)
    assert store._current(Key(-5, 0, 1)) == Key(-5, 0, 1), "a loop without an end"
    assert await store.chat(-5) is not None
    await store.close()
