"""Makes what people might write, and updates of every kind in every shape."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

TYPES: dict[str, Any] = json.loads(Path(__file__).with_name("update_types.json").read_text())
KINDS = [name for name in TYPES["Update"] if name != "update_id"]

_MOST_LETTERS = 4096
_DEEPEST = 4
_OPTIONAL = 0.15
_EXPANDING = "ﷺﷻ㌀㍿ﬃßİŉΐᾲ½㏂"
_COMBINING = "\u0300\u0301\u0323\u0330\u0489\u05b0\u064b\u0e49"
_SCRIPTS = "abcəğışçжщыअआกขアイ汉字한글עבאلعრქሀ"
_WORDS = ("railway", "дорога", "yol", "enerji", "Zəngəzur", "status", "2026", "of", "и", "və")
_MARKUP = ("<b>", "</a>", "&lt;", "&#0;", "*_`[", "]]>", "{title}", "%s", "<tg-spoiler>", "@", "/")
_COMMANDS = ("ask", "status", "timeline", "latest", "provision", "timezone", "quiet", "language")
_STATUSES = {
    "ChatMemberOwner": "creator",
    "ChatMemberAdministrator": "administrator",
    "ChatMemberMember": "member",
    "ChatMemberRestricted": "restricted",
    "ChatMemberLeft": "left",
    "ChatMemberBanned": "kicked",
}
_ODD = (None, [], {}, [[]], True, -1, 1.5, "", "\ud83d", "\0", 2**53, 2**63, 10**30, "x" * 5000)


class Generator:
    """Chooses with a generator of random numbers, so that every choice can be repeated."""

    def __init__(self, chooser: random.Random, first_id: int = 5_000_000) -> None:
        self._random = chooser
        self._first_id = first_id

    def text(self) -> str:
        """A text that is hard on whoever normalises, splits or searches it."""
        pick = self._random
        texts = (
            lambda: pick.choice(_EXPANDING) * _MOST_LETTERS,
            lambda: "a" + pick.choice(_COMBINING) * _MOST_LETTERS,
            lambda: "".join(letter + pick.choice(_COMBINING) * 8 for letter in "railway" * 60),
            lambda: pick.choice("xəЖ") * _MOST_LETTERS,
            lambda: "".join(pick.choice(_SCRIPTS) for _ in range(_MOST_LETTERS)),
            lambda: " ".join(pick.choice(_WORDS) for _ in range(800)),
            lambda: " ".join(f"word{number}" for number in range(600)),
            lambda: ", " * 2000,
            lambda: "".join(pick.choice(_MARKUP) for _ in range(800)),
            lambda: "👩‍👩‍👧‍👦" * 300,
            lambda: "\u202e\u200b\u2060" * 1000 + "railway",
        )
        return pick.choice(texts)()[:_MOST_LETTERS]

    def command(self) -> str:
        """A command with such a text."""
        return f"/{self._random.choice(_COMMANDS)} {self.text()}"[:_MOST_LETTERS]

    def update(self, number: int, kind: str | None = None) -> dict[str, Any]:
        """An update as the Bot API describes it."""
        kind = kind or self._random.choice(KINDS)
        return {"update_id": number, kind: self._value(TYPES["Update"][kind][0], kind, 0)}

    def spoiled(self, number: int) -> dict[str, Any]:
        """An update in which something is not as the Bot API describes it."""
        document = self.update(number)
        place: Any = document
        while True:
            key = self._random.choice([name for name in place if name != "update_id"])
            inner = place[key]
            if not isinstance(inner, dict) or not inner or self._random.random() < 1 / 3:
                place[key] = self._random.choice(_ODD)
                return document
            place = inner

    def _value(self, kinds: str, field: str, depth: int) -> Any:
        kind = self._random.choice(kinds.split("|"))
        if kind.startswith("Array of "):
            inner = kind.removeprefix("Array of ")
            count = self._random.randint(0, 2) if depth < _DEEPEST else 0
            return [self._value(inner, field, depth + 1) for _ in range(count)]
        match kind:
            case "Integer":
                return self._integer(field)
            case "Float":
                return self._random.uniform(-90, 90)
            case "Boolean" | "True" | "False":
                return kind != "False"
            case "String":
                return self._random.choice(_WORDS)
        return self._object(kind, depth)

    def _integer(self, field: str) -> int:
        if "date" in field:
            return self._random.randint(1, 2**31)
        if field == "id" or field.endswith("_id"):
            return self._first_id + self._random.randint(0, 2**40)
        return self._random.randint(0, 1000)

    def _object(self, name: str, depth: int) -> Any:
        fields = TYPES[name]
        if isinstance(fields, list):
            deep = depth >= _DEEPEST and "String" in fields
            return self._value("String" if deep else "|".join(fields), name, depth)
        made = {
            field: self._value(kinds, field, depth + 1)
            for field, (kinds, required) in fields.items()
            if required or (depth < _DEEPEST and self._random.random() < _OPTIONAL)
        }
        if name == "Chat":
            made["type"] = self._random.choice(["private", "group", "supergroup", "channel"])
        if name in _STATUSES:
            made["status"] = _STATUSES[name]
        return made
