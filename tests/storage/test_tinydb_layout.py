"""A file is read a document at a time, whatever an editor made of its layout."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.storage.errors import StoreDamaged
from bot.storage.tinydb.storage import AtomicStorage, _documents

META = {"1": {"schema": 1, "group": 7}}
odd = st.sampled_from(["", "a", ": {", "}},", '"', "\\", "\n", "é"])
values = st.none() | st.integers(-9, 9) | odd | st.lists(odd, max_size=2)
documents = st.dictionaries(odd, values | st.dictionaries(odd, values, max_size=2), max_size=2)
tables = st.dictionaries(
    st.sampled_from(["chat", 'a": {', "outbox", "}"]),
    st.dictionaries(st.integers(1, 99).map(str), documents, max_size=3),
    max_size=3,
)


def listed(found: dict) -> list:
    return [(name, document) for name, table in found.items() for document in table.values()]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("layout") / "chats.json"


@settings(max_examples=80)
@given(tables, st.data())
def test_every_document_once_in_any_layout(path: Path, found: dict, data: st.DataObject):
    everything = {"meta": META, **found}
    storage = AtomicStorage(path)
    storage.write(everything)
    with path.open("rb") as file:
        assert list(_documents(file)) == listed(everything)  # none is parsed as a whole
    assert list(storage.documents()) == listed(everything)
    written = path.read_text()
    lines = written.splitlines(keepends=True)
    # A line feed between two tokens anywhere: the layout is another from there on.
    cut = data.draw(st.integers(0, len(lines) - 1))
    broken = "".join(
        [*lines[:cut], re.sub(r"^(\"\w+\"): ", r"\1:\n", lines[cut]), *lines[cut + 1 :]]
    )
    for text in (broken, json.dumps(everything), json.dumps(everything, indent=1)):
        path.write_text(text)
        assert list(AtomicStorage(path).documents()) == listed(everything)


@settings(max_examples=60)
@given(tables, st.data())
def test_a_file_that_was_cut_short_is_damaged(path: Path, found: dict, data: st.DataObject):
    AtomicStorage(path).write({"meta": META, **found})
    whole = path.read_bytes()
    path.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 3))])
    with pytest.raises(StoreDamaged):
        list(AtomicStorage(path).documents())


def test_what_tells_about_the_file_comes_first(path: Path):
    path.write_text(json.dumps({"chat": {"1": {"id": 1}}, "meta": META}))
    assert list(AtomicStorage(path).documents()) == [("meta", META["1"]), ("chat", {"id": 1})]


def test_no_file_holds_nothing(tmp_path: Path):
    assert list(AtomicStorage(tmp_path / "none.json").documents()) == []
