"""What Telegram finds in a text by itself: commands, mentions, links, hashtags."""

from __future__ import annotations

import re

from bot.playground.html import units
from bot.playground.model import Json

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
