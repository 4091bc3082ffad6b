from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.agreement.positions import pointer, positions

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=20,
)


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[str]:
    yield pointer(path)
    if isinstance(value, dict | list):
        for key, member in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(member, (*path, key))


@given(values, st.sampled_from([None, 0, 1]), st.booleans())
@settings(max_examples=150, deadline=None)
def test_every_value_has_its_place(value: Any, indent: int | None, ascii_only: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    found = positions(text)
    assert set(found.lines) == set(places(value))
    assert found.repeated == ()
    if indent is None:
        assert set(found.lines.values()) == {1}


def test_lines_and_repeated_names() -> None:
    found = positions('{\n "a": [1,\n  {"b": "x\\"]"}],\n "c/~d": [],\n "a": {}\n}')
    assert found.lines["/a/1/b"] == 3
    assert found.lines["/c~1~0d"] == 4
    assert found.repeated == (("/a", 5),)


def test_what_is_missing_has_its_parents_line() -> None:
    found = positions('{\n "a": [\n  {}\n ]\n}')
    assert found.line("/a/0/title/en") == 3
    assert found.line("/b") == 1
