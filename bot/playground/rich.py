"""Rich messages: their HTML read into blocks.

Source: Bot API, sendRichMessage, RichMessage, RichBlock, RichText. Blocks with media, maps and
formulas are not simulated; whatever the playground does not know is refused, as a fault would be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from bot.playground.errors import broken
from bot.playground.html import Node, Reader, units, unreadable
from bot.playground.model import Json, RichText

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
_TAGS = {*_INLINE, *_BLOCKS, *_PARTS}
_SPACE = re.compile(r"\s+")
_LINK = re.compile(r"(https?|tg|ton|mailto|tel):", re.IGNORECASE)


def parse_rich(source: str) -> Json:
    """The RichMessage of its HTML.

    Raises:
        ApiError: it cannot be read, is empty, or goes beyond a limit.
    """
    blocks = _blocks(Reader(source, _TAGS, _EMPTY, _MOST_DEPTH).root.children)
    if not blocks:
        raise broken("message text is empty")
    if units(plain(blocks)) > _MOST_CHARACTERS or _count(blocks) > _MOST_BLOCKS:
        raise broken("rich message is too long")
    return {"blocks": blocks}


def _blocks(children: Iterable[Node | str]) -> list[Json]:
    """Blocks as they are, and what stands between them as paragraphs."""
    found: list[Json] = []
    loose: list[Node | str] = []

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


def _block(node: Node) -> Json:
    make = _MAKERS.get(node.tag)
    if make is None:
        raise unreadable(f'the tag "{node.tag}" is out of place')
    return make(node)


def _heading(node: Node) -> Json:
    return {"type": "heading", "text": _text(node.children), "size": _HEADINGS[node.tag]}


def _list(node: Node) -> Json:
    items = []
    for number, item in enumerate(node.all("li"), 1):
        label = f"{number}." if node.tag == "ol" else "•"
        items.append({"label": label, "blocks": _blocks(item.children)})
    return {"type": "list", "items": items}


def _quotation(node: Node) -> Json:
    quote: Json = {"type": "blockquote", "blocks": _blocks(_without(node, "cite"))}
    for credit in node.all("cite"):
        quote["credit"] = _text(credit.children)
    return quote


def _details(node: Node) -> Json:
    summaries = node.all("summary")
    if len(summaries) != 1:
        raise unreadable("details need one summary")
    block: Json = {
        "type": "details",
        "summary": _text(summaries[0].children),
        "blocks": _blocks(_without(node, "summary")),
    }
    if "open" in node.attributes:
        block["is_open"] = True
    return block


def _table(node: Node) -> Json:
    rows = node.all("tr") + [row for part in node.all("thead", "tbody") for row in part.all("tr")]
    cells = [[_cell(cell) for cell in row.all("td", "th")] for row in rows]
    wide = max((sum(cell.get("colspan", 1) for cell in row) for row in cells), default=0)
    if not 1 <= wide <= _MOST_COLUMNS:
        raise unreadable("a table needs 1 to 20 columns")
    table: Json = {"type": "table", "cells": cells}
    for attribute in ("bordered", "striped"):
        if attribute in node.attributes:
            table[f"is_{attribute}"] = True
    for caption in node.all("caption"):
        table["caption"] = _text(caption.children)
    return table


def _cell(node: Node) -> Json:
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


_MAKERS: Mapping[str, Callable[[Node], Json]] = {
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


def _without(node: Node, tag: str) -> list[Node | str]:
    return [child for child in node.children if isinstance(child, str) or child.tag != tag]


def _text(children: Iterable[Node | str]) -> RichText:
    """A RichText, white space as HTML has it; "" where nothing is shown."""
    parts: list[RichText] = []
    for child in children:
        if isinstance(child, str):
            parts.append(_SPACE.sub(" ", child))
        elif child.tag == "br":
            parts.append("\n")
        elif child.tag in _INLINE:
            parts.append(_inline(child))
        else:
            raise unreadable(f'the tag "{child.tag}" is out of place')
    parts = [part for part in parts if part != ""]
    if parts and isinstance(parts[0], str):
        parts[0] = parts[0].lstrip(" ")
    if parts and isinstance(parts[-1], str):
        parts[-1] = parts[-1].rstrip(" ")
    parts = [part for part in parts if part != ""]
    return parts[0] if len(parts) == 1 else parts or ""


def _inline(node: Node) -> Json:
    kind = _INLINE[node.tag]
    text: Json = {"type": kind, "text": _text(node.children)}
    if kind == "url":
        text["url"] = node.attributes.get("href", "")
        if not _LINK.match(text["url"]):
            raise unreadable("wrong HTTP URL")
    elif kind == "date_time":
        text["unix_time"] = int(node.attributes.get("unix", "0"))
        text["date_time_format"] = node.attributes.get("format", "")
    return text


def plain_text(text: RichText) -> str:
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
