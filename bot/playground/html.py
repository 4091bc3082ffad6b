"""Telegram's HTML: read as the Bot API reads it, and shown on the page without risk.

Source: Bot API, "Formatting options" (HTML style, date-time entity formatting); the errors are
worded as the public server words them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

from bot.playground.errors import ApiError, broken
from bot.playground.model import Json

_KINDS = {
    "b": "bold", "strong": "bold",
    "i": "italic", "em": "italic",
    "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough",
    "span": "spoiler", "tg-spoiler": "spoiler",
    "a": "text_link", "code": "code", "pre": "pre", "blockquote": "blockquote",
    "tg-emoji": "custom_emoji", "tg-time": "date_time",
}  # fmt: skip
_SPECIAL = re.compile(r"[<&]")
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([a-zA-Z]+));?")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_ATTRIBUTE = re.compile(r"\s*([^\s=>]+)\s*(?:=\s*(?:\"([^\"]*)\"|'([^']*)'|([A-Za-z0-9.\-]+)))?")
_TIME_FORMAT = re.compile(r"r|w?[dD]?[tT]?")
_PRIVATE_LINK = re.compile(r"tg://user\?id=(\d+)")
_OPAQUE = frozenset({"code", "pre"})
_MAX_CODE_POINT = 0x10FFFF
_BMP_END = 0xFFFF


@dataclass(slots=True)
class _Open:
    tag: str
    attributes: dict[str, str]
    offset: int
    piece: int


def units(text: str) -> int:
    """Length in UTF-16 code units, as Telegram counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse_html(source: str) -> tuple[str, list[Json]]:
    """The shown text and its entities, outer ones first.

    Raises:
        ApiError: the source is not Telegram's HTML.
    """
    if _SPECIAL.search(source) is None:
        return source, []
    return _Parser(source).run()


class _Parser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.pieces: list[str] = []
        self.offset = 0
        self.open: list[_Open] = []
        self.entities: list[Json] = []

    def run(self) -> tuple[str, list[Json]]:
        at, end = 0, len(self.source)
        while at < end:
            found = _SPECIAL.search(self.source, at)
            stop = found.start() if found else end
            self._add(self.source[at:stop])
            at = stop
            if found and found[0] == "&":
                at = self._reference(at)
            elif found and self.source.startswith("</", at):
                at = self._end_tag(at)
            elif found:
                at = self._start_tag(at)
        if self.open:
            raise _unreadable(
                f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"'
            )
        outer_first = reversed(self.entities)  # an inner one was closed, so noted, before its outer
        return "".join(self.pieces), _nested(sorted(outer_first, key=_order))

    def _add(self, text: str) -> None:
        if text:
            self.pieces.append(text)
            self.offset += units(text)

    def _reference(self, at: int) -> int:
        found = _REFERENCE.match(self.source, at)
        character = _character(found) if found else None
        if found is None or character is None:
            self._add("&")
            return at + 1
        self._add(character)
        return found.end()

    def _start_tag(self, at: int) -> int:
        end = at + 1
        while end < len(self.source) and self.source[end] not in " \t\r\n\v>":
            end += 1
        if end == len(self.source):
            raise self._at("Unclosed start tag", at)
        tag = self.source[at + 1 : end].lower()
        if tag not in _KINDS:
            raise self._at(f'Unsupported start tag "{tag}"', at)
        attributes: dict[str, str] = {}
        while (found := _ATTRIBUTE.match(self.source, end)) is not None:
            value = next((group for group in found.groups()[1:] if group is not None), "")
            attributes[found[1].lower()] = _REFERENCE.sub(_reference_text, value)
            end = found.end()
        while end < len(self.source) and self.source[end].isspace():
            end += 1
        if end == len(self.source):
            raise self._at("Unclosed start tag", at)
        if self.source[end] != ">":
            raise self._at(f'Empty attribute name in the tag "{tag}"', at)
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise self._at('Tag "span" must have class "tg-spoiler"', at)
        self.open.append(_Open(tag, attributes, self.offset, len(self.pieces)))
        return end + 1

    def _end_tag(self, at: int) -> int:
        if not self.open:
            raise self._at("Unexpected end tag", at)
        end = self.source.find(">", at)
        if end < 0 or "<" in self.source[at + 1 : end]:
            raise self._at("Unclosed end tag", at)
        name = self.source[at + 2 : end].strip().lower()
        opened = self.open.pop()
        if name and name != opened.tag:
            raise self._at(
                "Unmatched end tag", at, f', expected "</{opened.tag}>", found "</{name}>"'
            )
        entity = _entity(opened, "".join(self.pieces[opened.piece :]))
        if entity is not None and self.offset > opened.offset:
            entity["offset"], entity["length"] = opened.offset, self.offset - opened.offset
            self._keep(entity)
        return end + 1

    def _keep(self, entity: Json) -> None:
        last = self.entities[-1] if self.entities else None
        same = (
            last is not None
            and last["offset"] == entity["offset"]
            and last["length"] == entity["length"]
        )
        if last is not None and same and {last["type"], entity["type"]} == _OPAQUE:
            language = last.get("language") or entity.get("language")
            last["type"] = "pre"
            if language:
                last["language"] = language
            return
        self.entities.append(entity)

    def _at(self, problem: str, index: int, more: str = "") -> ApiError:
        offset = len(self.source[:index].encode("utf-8", "surrogatepass"))
        return _unreadable(f"{problem} at byte offset {offset}{more}")


def _order(entity: Json) -> tuple[int, int, bool]:
    return entity["offset"], -entity["length"], entity["type"] not in _OPAQUE


def _unreadable(problem: str) -> ApiError:
    return broken(f"can't parse entities: {problem}")


def _character(found: re.Match[str]) -> str | None:
    hexadecimal, decimal, name = found.groups()
    if name is not None:
        return _NAMED.get(name)
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    surrogate = 0xD800 <= code <= 0xDFFF  # noqa: PLR2004 (Unicode's surrogate range)
    return None if code == 0 or code >= _MAX_CODE_POINT or surrogate else chr(code)


def _reference_text(found: re.Match[str]) -> str:
    return _character(found) or found[0]


def _entity(opened: _Open, text: str) -> Json | None:
    kind = _KINDS[opened.tag]
    attributes = opened.attributes
    entity: Json = {"type": kind, "offset": 0, "length": 0}
    if kind == "text_link":
        return _link(entity, attributes.get("href") or text)
    if kind == "code":
        name = attributes.get("class", "")
        if name.startswith("language-"):
            entity["language"] = name.removeprefix("language-")
    elif kind == "blockquote" and "expandable" in attributes:
        entity["type"] = "expandable_blockquote"
    elif kind == "custom_emoji":
        if not attributes.get("emoji-id", "").isdecimal():
            raise _unreadable("Invalid custom emoji identifier specified")
        entity["custom_emoji_id"] = attributes["emoji-id"]
    elif kind == "date_time":
        _moment(entity, attributes.get("unix", ""), attributes.get("format", ""))
    return entity


def _moment(entity: Json, unix: str, form: str) -> None:
    if not re.fullmatch(r"-?\d{1,11}", unix):
        raise _unreadable("Invalid Unix time specified")
    if not _TIME_FORMAT.fullmatch(form):
        raise _unreadable("Invalid date-time format specified")
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


def _tags(entity: Json, inside: str) -> tuple[str, str]:
    kind = entity["type"]
    if kind in {"text_link", "url"}:
        url = entity.get("url") or (inside if "://" in inside else f"http://{inside}")
        return f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">', "</a>"
    if kind == "bot_command":
        return f'<a class="tg-command" href="#" data-command="{escape(inside)}">', "</a>"
    if kind == "date_time":
        moment = datetime.fromtimestamp(entity["unix_time"], UTC).isoformat()
        form = escape(entity.get("date_time_format", ""))
        unix = entity["unix_time"]
        start = (
            f'<time class="tg-time" datetime="{moment}" data-unix="{unix}" data-format="{form}">'
        )
        return start, "</time>"
    return _PLAIN_TAGS.get(kind, ("<span>", "</span>"))
