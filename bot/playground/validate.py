"""Is a call what the Bot API describes? Methods, parameters, types, limits.

The description is api_table.json (see build_api_table.py). A method's check is built on its first
call and kept, so that the thousandth call costs little.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

import orjson

from bot.playground.errors import ApiError, broken
from bot.playground.html import units
from bot.playground.model import Json, Upload
from bot.playground.rules import METHOD_RULES, TYPE_RULES

Check: TypeAlias = Callable[[object, str], object]
_INTEGER = re.compile(r"-?[0-9]{1,19}")
_BOOLEANS = {"true": True, "false": False, "True": True, "False": False, "1": True, "0": False}
_ATTACHED = "attach://"


def load_table() -> Json:
    """The compact description, from the file alongside this module (blocking)."""
    table: Json = orjson.loads(Path(__file__).with_name("api_table.json").read_bytes())
    return table


class Validator:
    """Checks calls against a table and gives their parameters decoded."""

    def __init__(self, table: Json) -> None:
        self._table = table
        self._names: dict[str, str] = {name.lower(): name for name in table["methods"]}
        self._methods: dict[str, dict[str, tuple[Check, bool]]] = {}
        self._types: dict[str, Check] = {}

    def name(self, given: str) -> str:
        """The method's proper name; Telegram ignores case.

        Raises:
            ApiError: there is no such method.
        """
        if given in self._table["methods"]:
            return given
        known = self._names.get(given.lower())
        if known is None:
            raise ApiError("Not Found: method not found", code=404, violation=True)
        return known

    def check(self, method: str, raw: Mapping[str, object], uploads: Mapping[str, Upload]) -> Json:
        """The decoded parameters of a call.

        Raises:
            ApiError: the call is outside the description.
        """
        fields = self._methods.get(method)
        if fields is None:
            fields = self._methods[method] = self._fields(self._table["methods"][method])
        params: Json = {}
        for name, value in raw.items():
            entry = fields.get(name)
            if entry is None:
                raise broken(f'method {method} has no parameter "{name}"')
            params[name] = entry[0](value, name)
        if uploads:
            _attach(method, params, uploads, fields)
        for name, (_, required) in fields.items():
            if required and name not in params:
                raise broken(_MISSING.get(name, f'parameter "{name}" is required'))
        for rule in METHOD_RULES.get(method, ()):
            rule(params)
        return params

    def _fields(self, entry: Json) -> dict[str, tuple[Check, bool]]:
        return {
            name: (_decoding(self._field(spec), spec[0].split("|")), bool(spec[1]))
            for name, spec in entry.items()
        }

    def _field(self, spec: list[object]) -> Check:
        check = self._union(str(spec[0]).split("|"))
        limit = spec[2] if len(spec) > 2 else None  # noqa: PLR2004 (the table's third part)
        values = spec[3] if len(spec) > 3 else None  # noqa: PLR2004 (its fourth)
        if isinstance(values, list):
            return _one_of(check, values)
        if isinstance(limit, str):
            return _limited(check, limit)
        return check

    def _union(self, names: list[str]) -> Check:
        if len(names) == 1:
            return self._type(names[0])
        if all(name.startswith("[") for name in names):
            return _array(self._union([name[1:] for name in names]))
        plain = [name for name in names if name in _PRIMITIVES]
        if plain:
            return _first([_PRIMITIVES[name] for name in plain])
        return self._objects(names)

    def _type(self, name: str) -> Check:
        if name.startswith("["):
            return _array(self._type(name[1:]))
        primitive = _PRIMITIVES.get(name)
        if primitive is not None:
            return primitive
        known = self._types.get(name)
        if known is None:
            if name in self._table["unions"]:
                known = self._objects(self._table["unions"][name])
            else:
                known = self._object(name)
            self._types[name] = known
        return known

    def _object(self, type_name: str) -> Check:
        entry = self._table["types"][type_name]
        rules = TYPE_RULES.get(type_name, ())
        fields: dict[str, Check] = {}
        required = [name for name, spec in entry.items() if spec[1]]

        def check(value: object, where: str) -> object:
            if not isinstance(value, dict):
                raise broken(f'field "{where}" must be an object of type {type_name}')
            for name, each in value.items():
                if name not in entry:
                    raise broken(f'{type_name} at "{where}" has no field "{name}"')
                field = fields.get(name)
                if field is None:
                    field = fields[name] = self._field(entry[name])
                value[name] = field(each, f"{where}.{name}")
            for name in required:
                if name not in value:
                    raise broken(f'{type_name} at "{where}" must have the field "{name}"')
            for rule in rules:
                rule(value)
            return value

        return check

    def _objects(self, names: list[str]) -> Check:
        """One of several object types: the one that the value names, else the nearest."""
        types = self._table["types"]

        def check(value: object, where: str) -> object:
            if not isinstance(value, dict):
                raise broken(f'field "{where}" must be an object, one of {", ".join(names)}')
            wanted = [name for name in names if _agrees(types[name], value)]
            if not wanted:
                raise broken(f'field "{where}" has an unknown type')
            wanted.sort(key=lambda name: -_likeness(types[name], value))
            return self._type(wanted[0])(value, where)

        return check


_MISSING = {"text": "message text is empty", "chat_id": "chat_id is empty"}


def _agrees(entry: Json, value: Json) -> bool:
    return all(
        len(spec) < 4 or value.get(name) in spec[3]  # noqa: PLR2004 (the table's fourth part)
        for name, spec in entry.items()
    )


def _likeness(entry: Json, value: Json) -> float:
    known = sum(1 for name in value if name in entry)
    missing = sum(1 for name, spec in entry.items() if spec[1] and name not in value)
    return known - missing - len(entry) / 1000


def _decoding(check: Check, names: list[str]) -> Check:
    """A parameter, which a form carries as text and a JSON body as it is."""
    if names == ["String"] or "InputFile" in names:
        return check
    kinds = set(names)

    def decode(value: object, where: str) -> object:
        if not isinstance(value, str):
            return check(value, where)
        if "Integer" in kinds and _INTEGER.fullmatch(value):
            return check(int(value), where)
        if "String" in kinds:
            return check(value, where)
        if kinds == {"Boolean"}:
            if value not in _BOOLEANS:
                raise broken(f'parameter "{where}" must be a boolean')
            return _BOOLEANS[value]
        try:
            decoded = orjson.loads(value)
        except orjson.JSONDecodeError as error:
            raise broken(f'can\'t parse parameter "{where}" as JSON') from error
        return check(decoded, where)

    return decode


def _integer(value: object, where: str) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise broken(f'field "{where}" must be of type Integer')


def _float(value: object, where: str) -> object:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    raise broken(f'field "{where}" must be of type Float')


def _string(value: object, where: str) -> object:
    if isinstance(value, str):
        return value
    raise broken(f'field "{where}" must be of type String')


def _boolean(value: object, where: str) -> object:
    if isinstance(value, bool):
        return value
    raise broken(f'field "{where}" must be of type Boolean')


def _file(value: object, where: str) -> object:
    if isinstance(value, (str, Upload)):
        return value
    raise broken(f'field "{where}" must be a file')


_PRIMITIVES: dict[str, Check] = {
    "Integer": _integer,
    "Float": _float,
    "String": _string,
    "Boolean": _boolean,
    "InputFile": _file,
}


def _first(checks: list[Check]) -> Check:
    def check(value: object, where: str) -> object:
        for each in checks[:-1]:
            try:
                return each(value, where)
            except ApiError:
                continue
        return checks[-1](value, where)

    return check


def _array(each: Check) -> Check:
    def check(value: object, where: str) -> object:
        if not isinstance(value, list):
            raise broken(f'field "{where}" must be an array')
        return [each(item, f"{where}[{index}]") for index, item in enumerate(value)]

    return check


def _one_of(check: Check, values: list[object]) -> Check:
    def limited(value: object, where: str) -> object:
        if check(value, where) not in values:
            raise broken(f'field "{where}" must be one of {values}')
        return value

    return limited


def _limited(check: Check, limit: str) -> Check:
    bounds, unit = limit.split(" ")
    low, high = (int(bound) for bound in bounds.split("-"))
    if unit == "shown":
        return check  # known only after parsing: formatting.py counts

    def limited(value: object, where: str) -> object:
        value = check(value, where)
        if not low <= _size(value, unit) <= high:
            raise broken(_TOO_LONG.get(where.rsplit(".", 1)[-1], f'"{where}" must have {limit}'))
        return value

    return limited


_TOO_LONG = {"callback_data": "BUTTON_DATA_INVALID", "command": "BOT_COMMAND_INVALID"}


def _size(value: object, unit: str) -> int:
    if isinstance(value, str):
        return len(value.encode()) if unit == "bytes" else units(value)
    if isinstance(value, list):
        return len(value)
    return value if isinstance(value, int) else 0


def _attach(
    method: str, params: Json, uploads: Mapping[str, Upload], fields: Mapping[str, object]
) -> None:
    """Put each uploaded file where the call names it."""
    left = dict(uploads)
    for name in list(left):
        if name in fields and name not in params:
            params[name] = left.pop(name)

    def replace(value: object) -> object:
        if isinstance(value, str) and value.startswith(_ATTACHED):
            return uploads.get(value.removeprefix(_ATTACHED), value)
        if isinstance(value, list):
            return [replace(each) for each in value]
        if isinstance(value, dict):
            return {key: replace(each) for key, each in value.items()}
        return value

    used = orjson.dumps(params, default=lambda _: None).decode()
    for name in left:
        if f"{_ATTACHED}{name}" not in used:
            raise broken(f'method {method} has no parameter "{name}"')
    for name, value in params.items():
        params[name] = replace(value)
