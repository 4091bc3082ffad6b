"""A content file to an agreement, or to all that is wrong with the file."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from bot.agreement.checks import findings
from bot.agreement.faults import ContentFaults, Fault, FaultKind, Finding
from bot.agreement.model import Agreement
from bot.agreement.positions import Positions, YamlFault, positions
from bot.agreement.shape import read_shape
from bot.agreement.upgrade import is_old_content

ENDS_EARLY, TOO_DEEP = "Unexpected end", "Nested too deeply"
COMMENT, CURLY_QUOTE, SINGLE_QUOTE = "Comment", "Curly quote", "Single quote"
"""Reasons why a file is not JSON that the parser has no words for."""
_CURLY = frozenset("“”„‟«»‘’")
YAML_ENDINGS = frozenset({".yaml", ".yml"})
SCHEMA_FIELD = "$schema"
"""Where a file names its JSON Schema, for editors. It says nothing of the agreement."""


MOST_BYTES = 64_000_000
"""How large a content file may be: it takes a multiple of that in memory."""


@dataclass(frozen=True)
class Content:
    """A content file that is right, and where each part of it stands."""

    agreement: Agreement
    document: object
    places: Callable[[], Positions]

    def located(self, found: Iterable[Finding]) -> tuple[Fault, ...]:
        """Findings with their lines, in the order of the file."""
        return _located(found, self.places())


def load_file(path: Path | str, reserved: Collection[str] = ()) -> Agreement:
    """Read an agreement from a file in UTF-8, as `read_file` does. Blocks while it reads.

    Raises:
        ContentFaults: it cannot be read, is not text in UTF-8, or something is wrong with it.
    """
    return read_file(path, reserved).agreement


def read_file(path: Path | str, reserved: Collection[str] = ()) -> Content:
    """Read a content file in UTF-8: YAML where its name says so, else JSON.

    `reserved` are the commands that no topic may take.

    Raises:
        ContentFaults: it cannot be read, is not text in UTF-8, or something is wrong with it.
    """
    path = Path(path)
    try:
        return read_text(_text_of(path), reserved, is_yaml=path.suffix in YAML_ENDINGS)
    except ContentFaults as error:
        error.file = path
        raise


def _text_of(path: Path) -> str:
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
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        fault = Fault(FaultKind.NOT_TEXT, "", line, {"position": str(error.start)})
        raise ContentFaults((fault,)) from error


def load(text: str, reserved: Collection[str] = ()) -> Agreement:
    """Read an agreement from JSON, as `read_text` does."""
    return read_text(text, reserved).agreement


def read_text(text: str, reserved: Collection[str] = (), *, is_yaml: bool = False) -> Content:
    """Read an agreement from JSON or YAML. `reserved` are the commands that no topic may take.

    Raises:
        ContentFaults: something is wrong with it; all that could be found, by line.
    """
    try:
        document, repeats, places = _yaml(text) if is_yaml else _json(text)
        if isinstance(document, dict):
            document = {name: value for name, value in document.items() if name != SCHEMA_FIELD}
        agreement, found = _examine(document, reserved)
        if agreement is not None and not found and not repeats:
            return Content(agreement, document, places)
    except json.JSONDecodeError as error:
        raise _unread(error.lineno, error.colno, reason_of(text, error)) from error
    except YamlFault as error:
        raise _unread(error.line, error.column, error.reason) from error
    except RecursionError as error:
        raise _unread(1, 1, TOO_DEEP) from error
    where = places()  # only now: for JSON it takes as long as all the rest
    faults = list(_located(found, where))
    for place, line in where.repeated:
        name = place.rpartition("/")[2]
        faults.append(Fault(FaultKind.REPEATED_NAME, place, line, {"field": name}))
    raise ContentFaults(tuple(sorted(faults, key=_order)))


def _unread(line: int, column: int, reason: str) -> ContentFaults:
    params = {"column": str(column), "reason": reason}
    return ContentFaults((Fault(FaultKind.INVALID_SYNTAX, "", line, params),))


def _located(found: Iterable[Finding], where: Positions) -> tuple[Fault, ...]:
    faults = (
        Fault(item.kind, item.pointer, where.line(item.pointer), item.params) for item in found
    )
    return tuple(sorted(faults, key=_order))


def _order(fault: Fault) -> tuple[int, str]:
    return fault.line, fault.pointer


def _json(text: str) -> tuple[object, bool, Callable[[], Positions]]:
    objects = _Objects()
    document = json.loads(text, object_pairs_hook=objects)
    return document, objects.repeat, lambda: positions(text)


def _yaml(text: str) -> tuple[object, bool, Callable[[], Positions]]:
    from bot.agreement.yaml_text import read_yaml  # noqa: PLC0415 - few files are YAML

    document, places = read_yaml(text)
    return document, bool(places.repeated), lambda: places


def reason_of(text: str, error: json.JSONDecodeError) -> str:
    """Why a text is not JSON: what the parser says, or what people write in JSON."""
    rest = text[error.pos :].lstrip()
    if not rest and not error.msg.startswith("Illegal"):
        return ENDS_EARLY
    if rest.startswith(("//", "/*", "#")):
        return COMMENT
    if rest.startswith(tuple(_CURLY)):
        return CURLY_QUOTE
    if rest.startswith("'"):
        return SINGLE_QUOTE
    line = text.splitlines()[error.lineno - 1] if text else ""
    is_open = error.msg.startswith(("Invalid control", "Unterminated", "Expecting ':'"))
    return CURLY_QUOTE if is_open and not _CURLY.isdisjoint(line) else error.msg


class _Objects:
    """Makes the objects of a JSON text, and notes whether one of them gives a name twice."""

    def __init__(self) -> None:
        self.repeat = False

    def __call__(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        made = dict(pairs)
        self.repeat |= len(made) < len(pairs)
        return made


def _examine(document: object, reserved: Collection[str]) -> tuple[Agreement | None, list[Finding]]:
    if is_old_content(document):  # the rest would follow from that
        return None, [Finding(FaultKind.OLD_SHAPE, "/as_of")]
    agreement, found = read_shape(document)
    if not isinstance(document, dict):
        return None, found
    return agreement, [*found, *findings(document, reserved)]
