"""A content file as tables, and back: a row a provision, a row an event.

Each list of the file is a table of its own name, with a column for each field: ``title.en``,
``evidence.1.url``. A column whose name ends in ``[]`` holds a list in a cell, ``; `` between its
items. What belongs to the agreement itself is the table ``agreement``, a row a field. Every value
is a text; nothing is lost but the order of fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.agreement.yaml_text import typed

Row = list[str]
Tables = dict[str, list[Row]]
"""Rows by the name of the table; the first row of each names its columns."""

AGREEMENT, EVENTS, OWNER = "agreement", "events", "provision"
_LISTS = (
    *("parties", "sides", "publishers", "people", "sources", "steps", "topics", "provisions"),
)
_BETWEEN = ";"
_LIST = "[]"


class TableFault(ValueError):
    """A table cannot be read; the message says where."""


def to_tables(document: Mapping[str, Any]) -> Tables:
    """The tables of a content file that is right."""
    rest = {name: value for name, value in document.items() if name not in _LISTS}
    tables = {AGREEMENT: [["field", "value"], *([path, text] for path, text in _flat(rest, ""))]}
    events = []
    for name in _LISTS:
        rows = []
        for item in document.get(name, ()):
            kept = {field: value for field, value in item.items() if field != "history"}
            rows.append(dict(_flat(kept, "")))
            events += [
                {OWNER: item["id"], **dict(_flat(event, ""))} for event in item.get("history", ())
            ]
        if rows:
            tables[name] = _table(rows)
    return tables | {EVENTS: _table(events)}


def from_tables(tables: Tables) -> dict[str, Any]:
    """The content file that the tables hold.

    Raises:
        TableFault: a column or a row does not fit.
    """
    document = _nested(dict(_pairs(tables.get(AGREEMENT, []))), AGREEMENT)
    for name in _LISTS:
        if found := [_nested(row, f"{name}, row {at}") for at, row in _records(tables, name)]:
            document[name] = found
    provisions = {item.get("id"): item for item in document.get("provisions", ())}
    for at, row in _records(tables, EVENTS):
        owner = row.pop(OWNER, "")
        if owner not in provisions:
            raise TableFault(f"{EVENTS}, row {at}: there is no provision “{owner}”")
        event = _nested(row, f"{EVENTS}, row {at}")
        provisions[owner].setdefault("history", []).append(event)
    return document


def place_in_tables(document: Mapping[str, Any], place: str) -> str:
    """Where in the tables a JSON pointer leads: "provisions, row 3, title.en"."""
    parts = place.split("/")[1:]
    names = [str(int(part) + 1) if part.isdecimal() else part for part in parts]
    if len(parts) < 2 or parts[0] not in _LISTS:  # noqa: PLR2004 - a list and an index
        return f"{AGREEMENT}, {'.'.join(names)}"
    table, row, rest = parts[0], int(parts[1]), names[2:]
    if rest[:1] == ["history"] and len(rest) > 1:
        earlier = document["provisions"][:row]
        row = sum(len(item.get("history", ())) for item in earlier) + int(parts[3])
        table, rest = EVENTS, rest[2:]
    return ", ".join(filter(None, [table, f"row {row + 2}", ".".join(rest)]))


def _flat(value: object, path: str) -> Iterator[tuple[str, str]]:
    """Every text below a value with its path. Empty lists and objects are left out."""
    if isinstance(value, Mapping):
        for name, member in value.items():
            yield from _flat(member, f"{path}.{name}" if path else name)
    elif isinstance(value, list | tuple):
        if value and all(_fits(item) for item in value):
            yield path + _LIST, f"{_BETWEEN} ".join(value)
        else:
            for at, item in enumerate(value, 1):
                yield from _flat(item, f"{path}.{at}")
    elif value is not None:
        yield path, str(value).lower() if isinstance(value, bool) else str(value)


def _fits(item: object) -> bool:
    """Whether an item of a list can stand in a cell with others."""
    return isinstance(item, str) and bool(item) and _BETWEEN not in item and item == item.strip()


def _table(rows: list[dict[str, str]]) -> list[Row]:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    return [columns, *([row.get(name, "") for name in columns] for row in rows)]


def _pairs(rows: list[Row]) -> Iterator[tuple[str, str]]:
    for row in rows[1:]:
        if row and row[0]:
            yield row[0], row[1] if len(row) > 1 else ""


def _records(tables: Tables, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a table that hold something, with their numbers from 1."""
    columns, *rows = tables.get(name) or [[]]
    for number, row in enumerate(rows, 2):
        held = {column: cell for column, cell in zip(columns, row, strict=False) if cell and column}
        if held:
            yield number, held


def _nested(row: Mapping[str, str], place: str) -> dict[str, Any]:
    """The object of a row."""
    found: dict[str, Any] = {}
    for path, text in row.items():
        if text == "":
            continue
        *parents, last = path.removesuffix(_LIST).split(".")
        holder: Any = found
        for part in parents:
            holder = holder.setdefault(part, {}) if isinstance(holder, dict) else {}
        if not isinstance(holder, dict) or last in holder:
            raise TableFault(f"{place}: the column {path} does not fit another one")
        items = (item.strip() for item in text.split(_BETWEEN))
        value = [item for item in items if item] if path.endswith(_LIST) else typed(text, last)
        holder[last] = value
    return {name: _lists(value) for name, value in found.items()}


def _lists(value: object) -> object:
    """Objects whose fields are numbers as lists."""
    if not isinstance(value, dict):
        return value
    members = {name: _lists(member) for name, member in value.items()}
    if members and all(name.isdecimal() for name in members):
        return [members[name] for name in sorted(members, key=int)]
    return members
