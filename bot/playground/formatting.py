"""A text of a call to what a reader sees."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from bot.playground.entities import detected
from bot.playground.errors import broken
from bot.playground.html import parse_html, render, trimmed, units
from bot.playground.model import Json

TEXT_LIMIT, CAPTION_LIMIT = 4096, 1024


@dataclass(frozen=True, slots=True)
class Formatted:
    """A shown text, its entities, and its source as HTML."""

    text: str
    entities: list[Json]
    html: str


def formatted(source: str, parse_mode: str | None, given: list[Json] | None) -> Formatted:
    """Read a text by its parse mode.

    Raises:
        ApiError: not Telegram's HTML, or a parse mode that the playground does not read.
    """
    entities = given or []
    text, html = source, source
    if parse_mode and parse_mode.upper() == "HTML":
        text, entities = parse_html(source)
    elif parse_mode:
        known = parse_mode.lower() in {"markdown", "markdownv2"}
        raise broken(
            "the playground reads only HTML, no Markdown" if known else "unsupported parse_mode"
        )
    else:
        html = render(source, entities) if entities else escape(source, quote=False)
    text, entities = trimmed(text, entities)
    return Formatted(text, detected(text, entities), html)


def message_text(params: Json, name: str = "text") -> Formatted:
    """The text of a message, 1-4096 UTF-16 units after parsing (Bot API, sendMessage).

    Raises:
        ApiError: it is empty, too long or cannot be parsed.
    """
    result = formatted(params[name], params.get("parse_mode"), params.get("entities"))
    if not result.text:
        raise broken("message text is empty")
    if units(result.text) > TEXT_LIMIT:
        raise broken("message is too long")
    return result


def caption_text(params: Json) -> Formatted:
    """A caption, at most 1024 UTF-16 units after parsing (Bot API, sendPhoto).

    Raises:
        ApiError: it is too long or cannot be parsed.
    """
    result = formatted(
        params.get("caption", ""), params.get("parse_mode"), params.get("caption_entities")
    )
    if units(result.text) > CAPTION_LIMIT:
        raise broken("message caption is too long")
    return result
