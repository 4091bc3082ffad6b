"""Texts with entities, and rich messages' blocks, as HTML that is safe to insert into the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from html import escape

from bot.playground.model import Json, RichText

_PLAIN_TAGS = {
    "bold": ("<b>", "</b>"),
    "italic": ("<i>", "</i>"),
    "underline": ("<u>", "</u>"),
    "strikethrough": ("<s>", "</s>"),
    "code": ("<code>", "</code>"),
    "pre": ("<pre>", "</pre>"),
    "spoiler": ('<span class="tg-spoiler">', "</span>"),
    "blockquote": ("<blockquote>", "</blockquote>"),
    "expandable_blockquote": ('<blockquote class="tg-expandable">', "</blockquote>"),
    "mention": ('<span class="tg-mention">', "</span>"),
    "text_mention": ('<span class="tg-mention">', "</span>"),
    "hashtag": ('<span class="tg-hashtag">', "</span>"),
    "custom_emoji": ('<span class="tg-emoji">', "</span>"),
}
_RICH_TAGS = {
    "bold": "b", "italic": "i", "underline": "u", "strikethrough": "s", "code": "code",
    "marked": "mark", "subscript": "sub", "superscript": "sup",
}  # fmt: skip


def part(text: str, offset: int, length: int) -> str:
    """A part of a text, its place in UTF-16 code units."""
    wide = text.encode("utf-16-le", "surrogatepass")
    return wide[2 * offset : 2 * (offset + length)].decode("utf-16-le", "replace")


def _link(url: str) -> str:
    return f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">'


def _time(unix: int, form: str) -> str:
    moment = datetime.fromtimestamp(unix, UTC).isoformat()
    return (
        f'<time class="tg-time" datetime="{moment}" data-unix="{unix}"'
        f' data-format="{escape(form)}">'
    )


def render(text: str, entities: list[Json]) -> str:
    """HTML that is safe to insert into the page, built from the text and its entities alone."""
    if not entities:
        return escape(text, quote=False)
    wide = text.encode("utf-16-le", "surrogatepass")
    out: list[str] = []
    closing: list[tuple[int, str]] = []
    at = 0

    def upto(position: int) -> None:
        nonlocal at
        if position > at:
            piece = wide[2 * at : 2 * position].decode("utf-16-le", "replace")
            out.append(escape(piece, quote=False))
            at = position

    for entity in sorted(entities, key=lambda each: (each["offset"], -each["length"])):
        while closing and closing[-1][0] <= entity["offset"]:
            end, tag = closing.pop()
            upto(end)
            out.append(tag)
        upto(entity["offset"])
        end = entity["offset"] + entity["length"]
        if closing:
            end = min(end, closing[-1][0])
        inside = wide[2 * entity["offset"] : 2 * end].decode("utf-16-le", "replace")
        start_tag, end_tag = _tags(entity, inside)
        out.append(start_tag)
        closing.append((end, end_tag))
    while closing:
        end, tag = closing.pop()
        upto(end)
        out.append(tag)
    upto(len(wide) // 2)
    return "".join(out)


def _tags(entity: Json, inside: str) -> tuple[str, str]:
    kind = entity["type"]
    if kind in {"text_link", "url"}:
        url = entity.get("url") or (inside if "://" in inside else f"http://{inside}")
        return _link(url), "</a>"
    if kind == "bot_command":
        return f'<a class="tg-command" href="#" data-command="{escape(inside)}">', "</a>"
    if kind == "date_time":
        return _time(entity["unix_time"], entity.get("date_time_format", "")), "</time>"
    return _PLAIN_TAGS.get(kind, ("<span>", "</span>"))


def render_text(text: RichText) -> str:
    """A RichText as HTML that is safe to insert."""
    if isinstance(text, str):
        return escape(text, quote=False)
    if isinstance(text, list):
        return "".join(map(render_text, text))
    if not isinstance(text, dict):
        return ""
    inside = render_text(text.get("text", ""))
    make = _RICH_KINDS.get(text["type"])
    if make is not None:
        return make(text, inside)
    tag = _RICH_TAGS.get(text["type"], "span")
    return f"<{tag}>{inside}</{tag}>"


def _url(text: Json, inside: str) -> str:
    return f"{_link(text['url'])}{inside}</a>"


def _moment(text: Json, inside: str) -> str:
    return f"{_time(text['unix_time'], text['date_time_format'])}{inside}</time>"


_RICH_KINDS: Mapping[str, Callable[[Json, str], str]] = {
    "url": _url,
    "date_time": _moment,
    "spoiler": lambda _, inside: f'<span class="tg-spoiler">{inside}</span>',
}


def render_blocks(blocks: Iterable[Json]) -> str:
    """Blocks as HTML that is safe to insert: built from their texts alone."""
    return "".join(map(_render, blocks))


def _render(block: Json) -> str:
    make = _BLOCKS.get(block["type"])
    return make(block) if make is not None else f"<p>{render_text(block.get('text', ''))}</p>"


def _heading(block: Json) -> str:
    text = render_text(block["text"])
    size = int(block["size"])
    return f'<p class="rich-heading size{size}" role="heading" aria-level="4">{text}</p>'


def _list(block: Json) -> str:
    items = (
        f'<li data-label="{escape(item["label"])}">{render_blocks(item["blocks"])}</li>'
        for item in block["items"]
    )
    return f'<ul class="rich-list">{"".join(items)}</ul>'


def _quotation(block: Json) -> str:
    credit = render_text(block.get("credit", ""))
    return f"<blockquote>{render_blocks(block['blocks'])}{credit}</blockquote>"


def _details(block: Json) -> str:
    opened = " open" if block.get("is_open") else ""
    summary, inside = render_text(block["summary"]), render_blocks(block["blocks"])
    return f"<details{opened}><summary>{summary}</summary>{inside}</details>"


def _table(block: Json) -> str:
    rows = []
    for row in block["cells"]:
        cells = []
        for cell in row:
            tag = "th" if cell.get("is_header") else "td"
            spans = "".join(
                f' {span}="{int(cell[span])}"' for span in ("colspan", "rowspan") if span in cell
            )
            align = cell["align"] if cell["align"] in {"left", "center", "right"} else "left"
            inside = render_text(cell.get("text", ""))
            cells.append(f'<{tag}{spans} class="{align}">{inside}</{tag}>')
        rows.append(f"<tr>{''.join(cells)}</tr>")
    caption = render_text(block.get("caption", ""))
    head = f"<caption>{caption}</caption>" if caption else ""
    return f'<div class="rich-table"><table>{head}{"".join(rows)}</table></div>'


_BLOCKS: Mapping[str, Callable[[Json], str]] = {
    "heading": _heading,
    "divider": lambda _: "<hr>",
    "list": _list,
    "blockquote": _quotation,
    "details": _details,
    "table": _table,
    "pre": lambda block: f"<pre>{render_text(block['text'])}</pre>",
    "footer": lambda block: f'<p class="rich-footer">{render_text(block["text"])}</p>',
}
