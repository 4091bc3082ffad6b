"""A content file to an agreement, or to all that is wrong with the file."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path

from bot.agreement.checks import findings
from bot.agreement.faults import ContentFaults, Fault, FaultKind, Finding
from bot.agreement.model import Agreement
from bot.agreement.positions import positions
from bot.agreement.shape import read_shape
from bot.agreement.upgrade import is_old_content

ENDS_EARLY, TOO_DEEP = "Unexpected end", "Nested too deeply"
"""Reasons why a file is not JSON that the parser has no words for."""
SCHEMA_FIELD = "$schema"
"""Where a file names its JSON Schema, for editors. It says nothing of the agreement."""


MOST_BYTES = 64_000_000
"""How large a content file may be: it takes a multiple of that in memory."""


def load_file(path: Path | str, reserved: Collection[str] = ()) -> Agreement:
    """Read an agreement from a file in UTF-8, as `load` does. Blocks while it reads.

    Raises:
        ContentFaults: it cannot be read, is not text in UTF-8, or `load` refuses it.
    """
    try:
        return _load_file(Path(path), reserved)
    except ContentFaults as error:
        error.file = Path(path)
        raise


def _load_file(path: Path, reserved: Collection[str]) -> Agreement:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        params = {"reason": error.strerror or type(error).__name__}
        raise ContentFaults((Fault(FaultKind.UNREADABLE, "", 1, params),)) from error
    if len(data) > MOST_BYTES:
        params = {"limit": str(MOST_BYTES // 1_000_000)}
        raise ContentFaults((Fault(FaultKind.TOO_LARGE, "", 1, params),))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        fault = Fault(FaultKind.NOT_TEXT, "", line, {"position": str(error.start)})
        raise ContentFaults((fault,)) from error
    return load(text, reserved)


def load(text: str, reserved: Collection[str] = ()) -> Agreement:
    """Read an agreement from JSON. `reserved` are the commands that no topic may take.

    Raises:
        ContentFaults: something is wrong with it; all that could be found, by line.
    """
    try:
        objects = _Objects()
        agreement, found = _examine(json.loads(text, object_pairs_hook=objects), reserved)
        if agreement is not None and not found and not objects.repeat:
            return agreement
        places = positions(text)  # only now: it takes as long as all the rest
    except json.JSONDecodeError as error:
        cut_off = not text[error.pos :].strip() and not error.msg.startswith("Illegal")
        params = {"column": str(error.colno), "reason": ENDS_EARLY if cut_off else error.msg}
        raise ContentFaults((Fault(FaultKind.INVALID_JSON, "", error.lineno, params),)) from error
    except RecursionError as error:
        params = {"column": "1", "reason": TOO_DEEP}
        raise ContentFaults((Fault(FaultKind.INVALID_JSON, "", 1, params),)) from error
    faults = [
        Fault(item.kind, item.pointer, places.line(item.pointer), item.params) for item in found
    ]
    for place, line in places.repeated:
        name = place.rpartition("/")[2]
        faults.append(Fault(FaultKind.REPEATED_NAME, place, line, {"field": name}))
    raise ContentFaults(tuple(sorted(faults, key=lambda fault: (fault.line, fault.pointer))))


class _Objects:
    """Makes the objects of a JSON text, and notes whether one of them gives a name twice."""

    def __init__(self) -> None:
        self.repeat = False

    def __call__(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        made = dict(pairs)
        self.repeat |= len(made) < len(pairs)
        return made


def _examine(document: object, reserved: Collection[str]) -> tuple[Agreement | None, list[Finding]]:
    if isinstance(document, dict):
        document = {name: value for name, value in document.items() if name != SCHEMA_FIELD}
    if is_old_content(document):  # the rest would follow from that
        return None, [Finding(FaultKind.OLD_SHAPE, "/as_of")]
    agreement, found = read_shape(document)
    return agreement, [*found, *findings(document, reserved)]
