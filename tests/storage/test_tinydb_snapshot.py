"""The snapshot: any layout that an editor makes is read, any other change is noticed."""

from __future__ import annotations

import json
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.storage.errors import StoreDamaged, StoreTooNew
from bot.storage.tinydb.files import SCHEMA, previous_of
from bot.storage.tinydb.folder import Meta, read_snapshot, write_snapshot

META = Meta(SCHEMA, 3, 7, 12345)
odd = st.sampled_from(["", "a", ": {", "}},", '"', "\\", '\\": ', "\n", "é", '"checksum": {'])
values = st.none() | st.integers(-9, 9) | odd | st.lists(odd, max_size=2)
rows = st.dictionaries(odd, values | st.dictionaries(odd, values, max_size=2), max_size=2)
tables = st.dictionaries(
    st.sampled_from(["chats", 'a": {', "alerts", "}"]),
    st.dictionaries(odd, rows.map(orjson.dumps), min_size=1, max_size=3),
    max_size=3,
)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("layout") / "snapshot.json"


@settings(max_examples=80)
@given(tables)
def test_every_row_once_in_any_layout(path: Path, found: dict):
    checksum = write_snapshot(path, META, found)
    written = path.read_bytes()
    editions = (
        written,
        json.dumps(json.loads(written), indent=1).encode(),
        b"\xef\xbb\xbf" + written.replace(b"\n", b"\r\n") + b"\r\n",
    )
    for text in editions:
        path.write_bytes(text)
        snapshot = read_snapshot(path)
        assert snapshot is not None
        assert (snapshot.meta, snapshot.checksum, snapshot.tables) == (META, checksum, found)


@settings(max_examples=100)
@given(tables, st.data())
def test_a_bit_flipped_anywhere_is_noticed(path: Path, found: dict, data: st.DataObject):
    write_snapshot(path, META, found)
    whole = path.read_bytes()
    place = data.draw(st.integers(0, len(whole) - 1))
    flipped = whole[place] ^ (1 << data.draw(st.integers(0, 7)))
    path.write_bytes(whole[:place] + bytes([flipped]) + whole[place + 1 :])
    try:
        snapshot = read_snapshot(path)
    except (StoreDamaged, StoreTooNew):  # the number of the layout can be hit
        return
    # White space for other white space, or the case of the checksum's letters.
    assert snapshot is not None
    assert (snapshot.meta, snapshot.tables) == (META, found)


@settings(max_examples=60)
@given(tables, st.data())
def test_a_file_that_was_cut_short_is_damaged(path: Path, found: dict, data: st.DataObject):
    write_snapshot(path, META, found)
    whole = path.read_bytes()
    path.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 3))])
    with pytest.raises(StoreDamaged):
        read_snapshot(path)


def test_the_words_of_people_are_left_out(path: Path):
    write_snapshot(path, META, {"inbox": {"1": b'{"a":1}'}, "facts": {"b": b"{}"}})
    snapshot = read_snapshot(path)
    assert snapshot is not None
    assert snapshot.tables == {"facts": {"b": b"{}"}}


def test_a_damaged_file_is_named_with_the_version_before(path: Path):
    for number in (1, 2):
        write_snapshot(path, META, {"facts": {str(number): b"{}"}})
    path.write_bytes(path.read_bytes().replace(b'"2"', b'"3"'))
    with pytest.raises(StoreDamaged, match="checksum differs") as caught:
        read_snapshot(path)
    assert caught.value.previous == previous_of(path)


def test_a_newer_one_is_refused_and_no_file_holds_nothing(tmp_path: Path):
    path = tmp_path / "snapshot.json"
    assert read_snapshot(path) is None
    write_snapshot(path, Meta(SCHEMA + 1, 1, 0, 0), {})
    with pytest.raises(StoreTooNew, match=f"schema {SCHEMA + 1}"):
        read_snapshot(path)
