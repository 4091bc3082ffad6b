"""Rich messages: their HTML read into blocks.

Source: Bot API, sendRichMessage, RichMessage, RichBlock, RichText. Blocks with media, maps and
formulas are not simulated; whatever the playground does not know is refused, as a fault would be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TypeAlias

from bot.playground.errors import broken
from bot.playground.html import units
from bot.playground.model import Json

Text: TypeAlias = object
"""A RichText: a string, an object, or an array of both."""

_MOST_CHARACTERS, _MOST_BLOCKS, _MOST_DEPTH, _MOST_COLUMNS = 32_768, 500, 16, 20

_INLINE = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline",
    "ins": "underline", "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough",
    "tg-spoiler": "spoiler", "code": "code", "mark": "marked", "sub": "subscript",
    "sup": "superscript", "a": "url", "tg-time": "date_time", "br": "",
}  # fmt: skip
_HEADINGS = {f"h{size}": size for size in range(1, 7)}
_BLOCKS = {
    "p", "hr", "ul", "ol", "blockquote", "details", "table", "footer", "pre", "aside", *_HEADINGS
}  # fmt: skip
_PARTS = {"li", "summary", "tr", "td", "th", "caption", "thead", "tbody", "cite"}
_EMPTY = {"hr", "br"}
_SPACE = re.compile(r"\s+")
_LINK = re.compile(r"(https?|tg|ton|mailto|tel):", re.IGNORECASE)


@dataclass(slots=True)
class _Node:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[_Node | str] = field(default_factory=list)

    def all(self, *tags: str) -> list[_Node]:
        return [child for child in self.children if isinstance(child, _Node) and child.tag in tags]


class _Reader(HTMLParser):
    """HTML as a tree; a tag that nobody knows, or that is not closed, is an error."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [_Node("")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _INLINE and tag not in _BLOCKS and tag not in _PARTS:
            raise _unreadable(f'unsupported start tag "{tag}"')
        node = _Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(node)
        if tag not in _EMPTY:
            self.open.append(node)
        if len(self.open) > _MOST_DEPTH + 1:
            raise _unreadable("too many nested blocks")

    def handle_endtag(self, tag: str) -> None:
        if tag in _EMPTY:
            return
        if len(self.open) == 1 or self.open[-1].tag != tag:
            raise _unreadable(f'unmatched end tag "{tag}"')
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def parse_rich(source: str) -> Json:
    """The RichMessage of its HTML.

    Raises:
        ApiError: it cannot be read, is empty, or goes beyond a limit.
    """
    reader = _Reader()
    reader.feed(source)
    reader.close()
    if len(reader.open) > 1:
        raise _unreadable(f'can\'t find end tag of "{reader.open[-1].tag}"')
    blocks = _blocks(reader.open[0].children)
    if not blocks:
        raise broken("message text is empty")
    if units(plain(blocks)) > _MOST_CHARACTERS or _count(blocks) > _MOST_BLOCKS:
        raise broken("rich message is too long")
    return {"blocks": blocks}


def _unreadable(problem: str) -> Exception:
    return broken(f"can't parse rich message: {problem}")


def _blocks(children: Iterable[_Node | str]) -> list[Json]:
    """Blocks as they are, and what stands between them as paragraphs."""
    found: list[Json] = []
    loose: list[_Node | str] = []

    def flush() -> None:
        text = _text(loose)
        if text:
            found.append({"type": "paragraph", "text": text})
        loose.clear()

    for child in children:
        if isinstance(child, str) or child.tag in _INLINE:
            loose.append(child)
            continue
        flush()
        found.append(_block(child))
    flush()
    return found


def _block(node: _Node) -> Json:
    make = _MAKERS.get(node.tag)
    if make is None:
        raise _unreadable(f'the tag "{node.tag}" is out of place')
    return make(node)


def _heading(node: _Node) -> Json:
    return {"type": "heading", "text": _text(node.children), "size": _HEADINGS[node.tag]}


def _list(node: _Node) -> Json:
    items = []
    for number, item in enumerate(node.all("li"), 1):
        label = f"{number}." if node.tag == "ol" else "•"
        items.append({"label": label, "blocks": _blocks(item.children)})
    return {"type": "list", "items": items}


def _quotation(node: _Node) -> Json:
    quote: Json = {"type": "blockquote", "blocks": _blocks(_without(node, "cite"))}
    for credit in node.all("cite"):
        quote["credit"] = _text(credit.children)
    return quote


def _details(node: _Node) -> Json:
    summaries = node.all("summary")
    if len(summaries) != 1:
        raise _unreadable("details need one summary")
    block: Json = {
        "type": "details",
        "summary": _text(summaries[0].children),
        "blocks": _blocks(_without(node, "summary")),
    }
    if "open" in node.attributes:
        block["is_open"] = True
    return block


def _table(node: _Node) -> Json:
    rows = node.all("tr") + [row for part in node.all("thead", "tbody") for row in part.all("tr")]
    cells = [[_cell(cell) for cell in row.all("td", "th")] for row in rows]
    wide = max((sum(cell.get("colspan", 1) for cell in row) for row in cells), default=0)
    if not 1 <= wide <= _MOST_COLUMNS:
        raise _unreadable("a table needs 1 to 20 columns")
    table: Json = {"type": "table", "cells": cells}
    for attribute in ("bordered", "striped"):
        if attribute in node.attributes:
            table[f"is_{attribute}"] = True
    for caption in node.all("caption"):
        table["caption"] = _text(caption.children)
    return table


def _cell(node: _Node) -> Json:
    cell: Json = {
        "text": _text(node.children),
        "align": node.attributes.get("align", "left"),
        "valign": node.attributes.get("valign", "top"),
    }
    if node.tag == "th":
        cell["is_header"] = True
    for span in ("colspan", "rowspan"):
        if span in node.attributes:
            cell[span] = int(node.attributes[span])
    return cell


_MAKERS: Mapping[str, Callable[[_Node], Json]] = {
    **dict.fromkeys(_HEADINGS, _heading),
    "p": lambda node: {"type": "paragraph", "text": _text(node.children)},
    "hr": lambda _: {"type": "divider"},
    "ul": _list,
    "ol": _list,
    "blockquote": _quotation,
    "aside": lambda node: {"type": "pullquote", "text": _text(node.children)},
    "details": _details,
    "table": _table,
    "footer": lambda node: {"type": "footer", "text": _text(node.children)},
    "pre": lambda node: {"type": "pre", "text": plain_text(_text(node.children))},
}


def _without(node: _Node, tag: str) -> list[_Node | str]:
    return [child for child in node.children if isinstance(child, str) or child.tag != tag]


def _text(children: Iterable[_Node | str]) -> Text:
    """A RichText, white space as HTML has it; "" where nothing is shown."""
    parts: list[Text] = []
    for child in children:
        if isinstance(child, str):
            parts.append(_SPACE.sub(" ", child))
        elif child.tag == "br":
            parts.append("\n")
        elif child.tag in _INLINE:
            parts.append(_inline(child))
        else:
            raise _unreadable(f'the tag "{child.tag}" is out of place')
    parts = [part for part in parts if part != ""]
    if parts and isinstance(parts[0], str):
        parts[0] = parts[0].lstrip(" ")
    if parts and isinstance(parts[-1], str):
        parts[-1] = parts[-1].rstrip(" ")
    parts = [part for part in parts if part != ""]
    return parts[0] if len(parts) == 1 else parts or ""


def _inline(node: _Node) -> Json:
    kind = _INLINE[node.tag]
    text: Json = {"type": kind, "text": _text(node.children)}
    if kind == "url":
        text["url"] = node.attributes.get("href", "")
        if not _LINK.match(text["url"]):
            raise _unreadable("wrong HTTP URL")
    elif kind == "date_time":
        text["unix_time"] = int(node.attributes.get("unix", "0"))
        text["date_time_format"] = node.attributes.get("format", "")
    return text


def plain_text(text: Text) -> str:
    """A RichText without its formatting."""
    if isinstance(text, str):
        return text
    if isinstance(text, list):
        return "".join(map(plain_text, text))
    return plain_text(text.get("text", "")) if isinstance(text, dict) else ""


def plain(blocks: Iterable[Json]) -> str:
    """What a reader sees of blocks, as lines."""
    return "\n".join(line for block in blocks for line in _plain_lines(block) if line)


def _plain_lines(block: Json) -> list[str]:
    lines = [plain_text(block.get(name, "")) for name in ("summary", "text", "caption")]
    lines += [
        " · ".join(plain_text(cell.get("text", "")) for cell in row)
        for row in block.get("cells", ())
    ]
    lines += [f"{item['label']} {plain(item['blocks'])}" for item in block.get("items", ())]
    lines.append(plain(block.get("blocks", ())))
    lines.append(plain_text(block.get("credit", "")))
    return lines


def _count(blocks: Iterable[Json]) -> int:
    return sum(
        1
        + _count(block.get("blocks", ()))
        + len(block.get("cells", ()))
        + sum(_count(item["blocks"]) + 1 for item in block.get("items", ()))
        for block in blocks
    )
