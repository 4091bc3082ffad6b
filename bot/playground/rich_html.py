"""Rich messages' blocks as HTML for the page (Bot API, RichBlock, RichText), without risk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from html import escape

from bot.playground.model import Json
from bot.playground.rich import Text

_TAGS = {
    "bold": "b", "italic": "i", "underline": "u", "strikethrough": "s", "code": "code",
    "marked": "mark", "subscript": "sub", "superscript": "sup",
}  # fmt: skip


def render_text(text: Text) -> str:
    """A RichText as HTML that is safe to insert."""
    if isinstance(text, str):
        return escape(text, quote=False)
    if isinstance(text, list):
        return "".join(map(render_text, text))
    if not isinstance(text, dict):
        return ""
    inside = render_text(text.get("text", ""))
    make = _KINDS.get(text["type"])
    if make is not None:
        return make(text, inside)
    tag = _TAGS.get(text["type"], "span")
    return f"<{tag}>{inside}</{tag}>"


def _url(text: Json, inside: str) -> str:
    href = escape(text["url"])
    return f'<a href="{href}" target="_blank" rel="noopener noreferrer">{inside}</a>'


def _moment(text: Json, inside: str) -> str:
    unix, form = text["unix_time"], escape(text["date_time_format"])
    moment = datetime.fromtimestamp(unix, UTC).isoformat()
    return (
        f'<time class="tg-time" datetime="{moment}" data-unix="{unix}" data-format="{form}">'
        f"{inside}</time>"
    )


_KINDS: Mapping[str, Callable[[Json, str], str]] = {
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
