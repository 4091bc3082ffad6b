"""The one reader of HTML: Telegram's formatting and its rich messages.

It is as strict as Telegram is, and words its errors as the public server does. Each caller says
which tags it knows and what they mean.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from bot.playground.errors import ApiError, broken

_SPECIAL = re.compile(r"[<&]")
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([a-zA-Z]+));?")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_ATTRIBUTE = re.compile(r"\s*([^\s=>]+)\s*(?:=\s*(?:\"([^\"]*)\"|'([^']*)'|([A-Za-z0-9.\-]+)))?")
_MAX_CODE_POINT = 0x10FFFF


@dataclass(slots=True)
class Node:
    """An element, and the place of its text in the whole text, in UTF-16 code units."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node | str] = field(default_factory=list)
    offset: int = 0
    length: int = 0

    def all(self, *tags: str) -> list[Node]:
        """The children with one of these tags."""
        return [child for child in self.children if isinstance(child, Node) and child.tag in tags]


def units(text: str) -> int:
    """Length in UTF-16 code units, as Telegram counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def unreadable(problem: str) -> ApiError:
    """A text that is not Telegram's HTML."""
    return broken(f"can't parse entities: {problem}")


class Reader:
    """Reads a source into `text`, its `nodes` in the order of their start tags, and a tree.

    Raises:
        ApiError: a tag is unknown, unclosed or out of order, or lies deeper than `deepest`.
    """

    def __init__(
        self,
        source: str,
        tags: Collection[str],
        empty: Collection[str] = (),
        deepest: int | None = None,
    ) -> None:
        self._source, self._tags, self._empty, self._deepest = source, tags, empty, deepest
        self._pieces: list[str] = []
        self._offset = 0
        self._open = [Node("")]
        self.nodes: list[Node] = []
        self._read()
        self.text = "".join(self._pieces)
        self.root = self._open[0]

    def _read(self) -> None:
        at, end = 0, len(self._source)
        while at < end:
            found = _SPECIAL.search(self._source, at)
            stop = found.start() if found else end
            self._add(self._source[at:stop])
            at = stop
            if found and found[0] == "&":
                at = self._reference(at)
            elif found and self._source.startswith("</", at):
                at = self._end_tag(at)
            elif found:
                at = self._start_tag(at)
        if len(self._open) > 1:
            raise unreadable(
                f'Can\'t find end tag corresponding to start tag "{self._open[-1].tag}"'
            )

    def _add(self, text: str) -> None:
        if text:
            self._pieces.append(text)
            self._offset += units(text)
            children = self._open[-1].children
            if children and isinstance(children[-1], str):
                children[-1] += text
            else:
                children.append(text)

    def _reference(self, at: int) -> int:
        found = _REFERENCE.match(self._source, at)
        character = _character(found) if found else None
        if found is None or character is None:
            self._add("&")
            return at + 1
        self._add(character)
        return found.end()

    def _start_tag(self, at: int) -> int:
        end = at + 1
        while end < len(self._source) and self._source[end] not in " \t\r\n\v>":
            end += 1
        if end == len(self._source):
            raise self._at("Unclosed start tag", at)
        tag = self._source[at + 1 : end].lower()
        if tag.removesuffix("/") in self._empty:
            tag = tag.removesuffix("/")
        if tag not in self._tags:
            raise self._at(f'Unsupported start tag "{tag}"', at)
        attributes: dict[str, str] = {}
        while (found := _ATTRIBUTE.match(self._source, end)) is not None:
            value = next((group for group in found.groups()[1:] if group is not None), "")
            attributes[found[1].lower()] = _REFERENCE.sub(_reference_text, value)
            end = found.end()
        while end < len(self._source) and self._source[end].isspace():
            end += 1
        if end == len(self._source):
            raise self._at("Unclosed start tag", at)
        if self._source[end] != ">":
            raise self._at(f'Empty attribute name in the tag "{tag}"', at)
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise self._at('Tag "span" must have class "tg-spoiler"', at)
        self._start(Node(tag, attributes, offset=self._offset), at)
        return end + 1

    def _start(self, node: Node, at: int) -> None:
        self._open[-1].children.append(node)
        self.nodes.append(node)
        if node.tag not in self._empty:
            self._open.append(node)
        if self._deepest is not None and len(self._open) > self._deepest + 1:
            raise self._at("Too many nested tags", at)

    def _end_tag(self, at: int) -> int:
        if len(self._open) == 1:
            raise self._at("Unexpected end tag", at)
        end = self._source.find(">", at)
        if end < 0 or "<" in self._source[at + 1 : end]:
            raise self._at("Unclosed end tag", at)
        name = self._source[at + 2 : end].strip().lower()
        opened = self._open.pop()
        if name and name != opened.tag:
            raise self._at(
                "Unmatched end tag", at, f', expected "</{opened.tag}>", found "</{name}>"'
            )
        opened.length = self._offset - opened.offset
        return end + 1

    def _at(self, problem: str, index: int, more: str = "") -> ApiError:
        offset = len(self._source[:index].encode("utf-8", "surrogatepass"))
        return unreadable(f"{problem} at byte offset {offset}{more}")


def _character(found: re.Match[str]) -> str | None:
    hexadecimal, decimal, name = found.groups()
    if name is not None:
        return _NAMED.get(name)
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    surrogate = 0xD800 <= code <= 0xDFFF  # noqa: PLR2004 (Unicode's surrogate range)
    return None if code == 0 or code >= _MAX_CODE_POINT or surrogate else chr(code)


def _reference_text(found: re.Match[str]) -> str:
    return _character(found) or found[0]
