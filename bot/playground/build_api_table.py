"""Turn a machine-readable description of the Bot API into the playground's compact table.

Run by hand when a new Bot API is out: `python -m bot.playground.build_api_table api.min.json`
(the file of https://github.com/PaulSonOfLars/telegram-bot-api-spec). It writes `api_table.json`
alongside this module.

A field of the table is `[types, required, limit, values]`, the last two only where there is
something to say. `types` are joined by `|` (`Integer|String`; `[` marks an array), `limit` is such
as `1-64 bytes`, `values` are the only strings allowed. The limits are read from the sentences of
the description, since the machine-readable part does not carry them.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

import orjson

_LIMITS = (
    (re.compile(r"(\d+)-(\d+) characters after entit(?:y|ies) parsing", re.IGNORECASE), "shown"),
    (re.compile(r"(\d+)-(\d+) characters", re.IGNORECASE), "characters"),
    (re.compile(r"(\d+)-(\d+) bytes", re.IGNORECASE), "bytes"),
    (re.compile(r"must include (\d+)-(\d+) items", re.IGNORECASE), "items"),
    (re.compile(r"list of (\d+)-(\d+) identifiers", re.IGNORECASE), "items"),
    (re.compile(r"Values between (\d+)-(\d+) are accepted", re.IGNORECASE), "value"),
)
_ONLY = re.compile(r"(?:must be|always) \"?(?:<em>)?([a-z][a-z_0-9]*)\"?\.?$")
_PRIMITIVES = {"Integer", "Float", "String", "Boolean", "InputFile"}


def compact(spec: dict[str, Any]) -> dict[str, Any]:
    """The table of every method and of every type that a method takes."""
    methods = {name: _fields(entry) for name, entry in spec["methods"].items()}
    types: dict[str, Any] = {}
    unions: dict[str, list[str]] = {}
    waiting = sorted({name for fields in methods.values() for name in _names(fields)})
    while waiting:
        name = waiting.pop()
        if name in types or name in unions or name in _PRIMITIVES:
            continue
        entry = spec["types"][name]
        if entry.get("subtypes"):
            unions[name] = entry["subtypes"]
            waiting.extend(entry["subtypes"])
        else:
            types[name] = _fields(entry)
            waiting.extend(_names(types[name]))
    return {
        "version": spec["version"],
        "methods": methods,
        "types": dict(sorted(types.items())),
        "unions": dict(sorted(unions.items())),
    }


def _fields(entry: dict[str, Any]) -> dict[str, list[Any]]:
    return {field["name"]: _field(field) for field in entry.get("fields", [])}


def _field(field: dict[str, Any]) -> list[Any]:
    types = "|".join(name.replace("Array of ", "[") for name in field["types"])
    only = _ONLY.search(field["description"])
    values = [only[1]] if only and field["types"] == ["String"] and field["required"] else None
    parts: list[Any] = [types, int(field["required"]), _limit(field), values]
    while len(parts) > 2 and not parts[-1]:  # noqa: PLR2004 (types and required always stay)
        parts.pop()
    return parts


def _limit(field: dict[str, Any]) -> str | None:
    kinds = {name.split(" ")[0] for name in field["types"]}
    for pattern, unit in _LIMITS:
        found = pattern.search(field["description"])
        if found and (
            (unit in {"shown", "characters", "bytes"} and "String" in kinds)
            or (unit == "items" and "Array" in kinds)
            or (unit == "value" and "Integer" in kinds)
        ):
            return f"{found[1]}-{found[2]} {unit}"
    return None


def _names(fields: dict[str, list[Any]]) -> list[str]:
    return [name.lstrip("[") for field in fields.values() for name in field[0].split("|")]


def main() -> None:
    """Read the description named on the command line and write the table."""
    parser = argparse.ArgumentParser(description="Write api_table.json from api.min.json.")
    parser.add_argument("description", type=Path)
    spec = orjson.loads(parser.parse_args().description.read_bytes())
    Path(__file__).with_name("api_table.json").write_bytes(orjson.dumps(compact(spec)) + b"\n")


if __name__ == "__main__":
    main()
