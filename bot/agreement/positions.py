"""Where each value of a content file stands: JSON pointers (RFC 6901) and lines."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


def pointer(parts: Iterable[str | int]) -> str:
    """The JSON pointer of a path of names and indexes: "/provisions/3/title" (RFC 6901, 3)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


class YamlFault(ValueError):
    """A text is not YAML; `line` and `column` are where, from 1. The reason is the parser's."""

    def __init__(self, reason: str, line: int, column: int) -> None:
        super().__init__(reason)
        self.reason, self.line, self.column = f"YAML: {reason}", line, column


@dataclass(frozen=True, slots=True)
class Positions:
    """The line, from 1, on which each member of a JSON text begins."""

    lines: dict[str, int]
    repeated: tuple[tuple[str, int], ...]
    """Names given twice in one object, by pointer, with the line of the later one."""

    def line(self, place: str) -> int:
        """The line of a pointer; of what should be there but is not, that of its parent."""
        while place not in self.lines:
            place = place.rpartition("/")[0]
        return self.lines[place]


def positions(text: str) -> Positions:
    """Find every value of a JSON text that `json.loads` has read without a fault."""
    starts = [0, *(found.end() for found in re.finditer("\n", text))]
    scan = _Scan()
    for found in _TOKEN.finditer(text):
        scan.take(found.group(), bisect_right(starts, found.start()))
    return Positions(scan.lines, tuple(scan.repeated))


@dataclass(slots=True)
class _Open:
    """An object or an array that is being read, and the name or index that comes next."""

    place: str
    names: set[str] | None
    next: str | int | None


@dataclass(slots=True)
class _Scan:
    lines: dict[str, int] = field(default_factory=lambda: {"": 1})
    repeated: list[tuple[str, int]] = field(default_factory=list)
    open: list[_Open] = field(default_factory=list)

    def take(self, part: str, line: int) -> None:
        top = self.open[-1] if self.open else _Open("", None, None)
        if part in "}]":
            self.open.pop()
        elif part == ",":
            top.next = top.next + 1 if isinstance(top.next, int) else None
        elif part != ":" and top.names is not None and top.next is None:
            self._name(json.loads(part), line, top, top.names)
        elif part != ":":
            self._value(part, line, top)

    def _name(self, name: str, line: int, top: _Open, names: set[str]) -> None:
        place = top.place + pointer([name])
        if name in names:
            self.repeated.append((place, line))
        names.add(name)
        self.lines[place] = line
        top.next = name

    def _value(self, part: str, line: int, top: _Open) -> None:
        place = top.place if top.next is None else top.place + pointer([top.next])
        if isinstance(top.next, int):
            self.lines[place] = line
        if part == "{":
            self.open.append(_Open(place, set(), None))
        elif part == "[":
            self.open.append(_Open(place, None, 0))
