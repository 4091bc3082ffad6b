"""Telegram's formatting: a text of a call to what a reader sees, and its entities.

Source: Bot API, "Formatting options" (HTML style, date-time entity formatting).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

from bot.playground.errors import broken
from bot.playground.html import Node, Reader, units, unreadable
from bot.playground.model import Json
from bot.playground.page_html import part, render

TEXT_LIMIT, CAPTION_LIMIT = 4096, 1024

_KINDS = {
    "b": "bold", "strong": "bold",
    "i": "italic", "em": "italic",
    "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough",
    "span": "spoiler", "tg-spoiler": "spoiler",
    "a": "text_link", "code": "code", "pre": "pre", "blockquote": "blockquote",
    "tg-emoji": "custom_emoji", "tg-time": "date_time",
}  # fmt: skip
_TIME_FORMAT = re.compile(r"r|w?[dD]?[tT]?")
_PRIVATE_LINK = re.compile(r"tg://user\?id=(\d+)")
_OPAQUE = frozenset({"code", "pre"})
_HINT = re.compile(r"[/@#]|\w\.\w")
_FOUND = re.compile(
    r"(?P<url>\b(?:https?|tg|ton)://[^\s<>\"]*[^\s<>\".,;:!?()\[\]{}'…»”])"
    r"|(?P<email>\b[\w.+-]{1,64}@[\w-]+\.[\w.-]*\w)"
    r"|(?P<bot_command>(?<![\w/@#.<>&])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/]))"
    r"|(?P<mention>(?<![\w@])@[A-Za-z0-9_]{3,32}\b)"
    r"|(?P<hashtag>(?<![\w#])#\w*[^\W\d]\w*)"
    r"|(?P<domain>(?<![\w@./-])(?:[\w-]+\.)+(?:com|org|net|io|me|gov|edu|info|az|tr|ru|eu|int)"
    r"(?:/[^\s<>\"]*[^\s<>\".,;:!?()])?(?![\w@-]))"
)


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


def parse_html(source: str) -> tuple[str, list[Json]]:
    """The shown text and its entities, outer ones first.

    Raises:
        ApiError: the source is not Telegram's HTML.
    """
    read = Reader(source, _KINDS)
    entities: list[Json] = []
    for node in read.nodes:
        entity = _entity(node, read.text)
        if entity is not None and node.length:
            _keep(entities, entity)
    return read.text, _nested(sorted(entities, key=_order))


def _keep(entities: list[Json], entity: Json) -> None:
    """Add an entity; code that fills a pre gives it its language."""
    outer = entities[-1] if entities else None
    if (
        outer is not None
        and (outer["offset"], outer["length"]) == (entity["offset"], entity["length"])
        and {outer["type"], entity["type"]} == _OPAQUE
    ):
        outer["type"] = "pre"
        if language := outer.get("language") or entity.get("language"):
            outer["language"] = language
        return
    entities.append(entity)


def _order(entity: Json) -> tuple[int, int, bool]:
    return entity["offset"], -entity["length"], entity["type"] not in _OPAQUE


def _entity(node: Node, text: str) -> Json | None:
    kind = _KINDS[node.tag]
    attributes = node.attributes
    entity: Json = {"type": kind, "offset": node.offset, "length": node.length}
    if kind == "text_link":
        return _link(entity, attributes.get("href") or part(text, node.offset, node.length))
    if kind == "code":
        name = attributes.get("class", "")
        if name.startswith("language-"):
            entity["language"] = name.removeprefix("language-")
    elif kind == "blockquote" and "expandable" in attributes:
        entity["type"] = "expandable_blockquote"
    elif kind == "custom_emoji":
        if not attributes.get("emoji-id", "").isdecimal():
            raise unreadable("Invalid custom emoji identifier specified")
        entity["custom_emoji_id"] = attributes["emoji-id"]
    elif kind == "date_time":
        _moment(entity, attributes.get("unix", ""), attributes.get("format", ""))
    return entity


def _moment(entity: Json, unix: str, form: str) -> None:
    if not re.fullmatch(r"-?\d{1,11}", unix):
        raise unreadable("Invalid Unix time specified")
    if not _TIME_FORMAT.fullmatch(form):
        raise unreadable("Invalid date-time format specified")
    entity["unix_time"] = int(unix)
    if form:
        entity["date_time_format"] = form


def _link(entity: Json, url: str) -> Json | None:
    person = _PRIVATE_LINK.fullmatch(url)
    if person:
        entity["type"] = "text_mention"
        entity["user"] = {"id": int(person[1]), "is_bot": False, "first_name": ""}
        return entity
    if not re.match(r"(https?|tg|ton|mailto|tel):|[\w-]+\.[\w-]", url, re.IGNORECASE):
        return None  # Telegram drops a link to nowhere and keeps its text
    entity["url"] = url if ":" in url.split("/", 1)[0] else f"http://{url}"
    return entity


def _nested(entities: list[Json]) -> list[Json]:
    """Without what Telegram drops: anything in code, a quote in a quote, a link in a link."""
    kept: list[Json] = []
    for entity in entities:
        if entity["type"] == "code":
            entity.pop("language", None)
        around = [
            outer["type"] for outer in kept if outer["offset"] + outer["length"] > entity["offset"]
        ]
        family = entity["type"].removeprefix("expandable_")
        if any(kind in _OPAQUE for kind in around):
            continue
        if family in {"blockquote", "text_link"} and any(
            kind.removeprefix("expandable_") == family for kind in around
        ):
            continue
        kept.append(entity)
    return kept


def trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Without white space at the ends, as Telegram stores a text."""
    short = text.rstrip()
    first = min((entity["offset"] for entity in entities), default=len(short))
    lead = min(len(short) - len(short.lstrip(" \n")), first)
    short = short[lead:]
    if len(short) == len(text) or not entities:
        return short, entities
    end = units(short)
    kept = []
    for entity in entities:
        offset = entity["offset"] - lead
        length = min(entity["length"], end - offset)
        if length > 0:
            kept.append({**entity, "offset": offset, "length": length})
    return short, kept


def detected(text: str, given: list[Json]) -> list[Json]:
    """The entities of a text: the given ones, and those found outside code and links."""
    if not _HINT.search(text):
        return given
    taken = [
        (entity["offset"], entity["offset"] + entity["length"])
        for entity in given
        if entity["type"] in {"code", "pre", "text_link", "date_time", "text_mention"}
    ]
    found: list[Json] = []
    for match in _FOUND.finditer(text):
        offset, length = units(text[: match.start()]), units(match[0])
        if any(offset < end and start < offset + length for start, end in taken):
            continue
        kind = match.lastgroup or "url"
        kind = "url" if kind == "domain" else kind
        found.append({"type": kind, "offset": offset, "length": length})
    if not found:
        return given
    return sorted([*given, *found], key=lambda each: (each["offset"], -each["length"]))
