"""A content file written as YAML: comments, no quotes, and texts that stay texts.

Nothing is guessed from how a value looks: ``no`` is Norwegian, ``2025`` is a date as it stands.
Only the fields that the content has as a number or as true or false are read as such.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

from bot.agreement.positions import Positions, YamlFault, pointer

NUMBERS, SWITCHES = frozenset({"number"}), frozenset({"exact"})
"""The fields that are whole numbers, and those that are true or false."""

TAB = "found character '\\t'"
_EMPTY = frozenset({"", "~", "null"})
_NUMBER = re.compile(r"-?\d{1,9}")
_MOST = 1_000_000
"""Values in a file: an alias may repeat a part, and a few of them a part without end."""


def read_yaml(text: str) -> tuple[object, Positions]:
    """The values of a YAML text, as a JSON file would have them, and where each stands.

    A field with nothing behind its colon is left out.

    Raises:
        YamlFault: it is not YAML.
        RecursionError: it is nested too deeply.
    """
    try:
        node = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        lines = text.split("\n")
        start = re.match(r"\s*", lines[line - 1] if line <= len(lines) else "")
        is_tab = start is not None and "\t" in start[0]
        reason = TAB if is_tab else error.problem or error.context or ""
        raise YamlFault(reason, line, 1 if is_tab else column) from error
    except yaml.YAMLError as error:  # a character that YAML does not allow
        raise YamlFault(str(error).partition("\n")[0], 1, 1) from error
    reader = _Reader()
    return (None if node is None else reader.value(node, "", "")), reader.positions


class _Reader:
    def __init__(self) -> None:
        self._lines = {"": 1}
        self._repeated: list[tuple[str, int]] = []
        self._count = 0

    @property
    def positions(self) -> Positions:
        return Positions(self._lines, tuple(self._repeated))

    def value(self, node: yaml.Node, place: str, name: str) -> object:
        self._count += 1
        if self._count > _MOST:
            raise RecursionError
        if isinstance(node, yaml.MappingNode):
            return dict(self._members(node, place))
        if isinstance(node, yaml.SequenceNode):
            return [self._item(item, place, at) for at, item in enumerate(node.value)]
        return _scalar(node, name)

    def _members(self, node: yaml.MappingNode, place: str) -> list[tuple[str, object]]:
        found, names = [], set()
        for key, held in node.value:
            name = str(key.value)
            below = place + pointer([name])
            line = key.start_mark.line + 1
            if name in names:
                self._repeated.append((below, line))
            names.add(name)
            self._lines[below] = line
            value = self.value(held, below, name)
            if value is not None:
                found.append((name, value))
        return found

    def _item(self, node: yaml.Node, place: str, at: int) -> object:
        below = place + pointer([at])
        self._lines[below] = node.start_mark.line + 1
        return self.value(node, below, "")


def _scalar(node: yaml.Node, name: str) -> object:
    text = str(node.value)
    if getattr(node, "style", None):  # in quotes, or a block
        return text
    if text in _EMPTY:
        return None
    return typed(text, name)


def typed(text: str, name: str) -> object:
    """A text as the field of that name holds it: a number, true or false, or the text."""
    if name in NUMBERS and _NUMBER.fullmatch(text):
        return int(text)
    if name in SWITCHES and text.lower() in {"true", "false"}:
        return text.lower() == "true"
    return text


class _Dumper(yaml.SafeDumper):
    """Writes what `read_yaml` reads: quotes only where a text would be read as something else."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ANN401, ARG002 - the library's signature
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        super().increase_indent(flow, indentless=False)


_STRING = "tag:yaml.org,2002:str"
_Dumper.yaml_implicit_resolvers = {}
_Dumper.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"(?:~|null|)$"), ["~", "n", ""])
_Dumper.add_representer(int, lambda dumper, value: dumper.represent_scalar(_STRING, str(value)))
_Dumper.add_representer(
    bool, lambda dumper, value: dumper.represent_scalar(_STRING, str(value).lower())
)


def write_yaml(document: Mapping[str, Any]) -> str:
    """The values as YAML that `read_yaml` reads."""
    return yaml.dump(document, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)
