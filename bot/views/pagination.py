"""Fitting text into a message: measuring what is shown, cutting, paging.

Telegram counts the text that is left once the markup has been read, in UTF-16 code units, and
takes at most 4,096 of them and 100 entities (Bot API, sendMessage; "Limits" of its FAQ).
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from markupsafe import Markup

from bot.agreement.sentences import utf16_length
from bot.views.html import expandable, lines, paragraphs

LONGEST = 4096
"""The most UTF-16 units that a message may show."""
MOST_ENTITIES = 100
"""The most links, bold parts and so on that Telegram takes; further ones are dropped."""

_TAG = re.compile(r"<[^>]*>")
_JOINERS = "\u200d\ufe0f"
_Item = TypeVar("_Item")


def shown(text: Markup) -> str:
    """What a reader sees of it."""
    return html.unescape(_TAG.sub("", text))


def fits(text: Markup) -> bool:
    """Whether Telegram would take it whole."""
    entities = sum(not tag.startswith("</") for tag in _TAG.findall(text))
    return utf16_length(shown(text)) <= LONGEST and entities <= MOST_ENTITIES


def clip(text: str, units: int) -> str:
    """The text, cut to at most `units` UTF-16 units: between words, and marked with "…"."""
    if utf16_length(text) <= units:
        return text
    room = units - 1
    kept = 0
    for place, letter in enumerate(text):
        kept += utf16_length(letter)
        if kept > room:
            text = text[:place]
            break
    words, _, rest = text.rpartition(" ")
    if words and len(rest) < len(text) // 3:
        text = words
    return text.rstrip(" ,;:.–—-" + _JOINERS) + "…"


def pieces(text: str, units: int) -> list[str]:
    """The whole text in pieces of at most `units` UTF-16 units, parted after a space if possible.

    Nothing is left out: put together they are the text. `units` is at least 2.
    """
    found = []
    while utf16_length(text) > units:
        room, end = units, 0
        for end, letter in enumerate(text):  # noqa: B007 - where it stops is what is looked for
            room -= utf16_length(letter)
            if room < 0:
                break
        blank = max(text.rfind(" ", 0, end), text.rfind("\n", 0, end)) + 1
        end = blank if blank > end // 2 else end
        found.append(text[:end])
        text = text[end:]
    return [*found, text]


@dataclass(frozen=True, slots=True)
class Page(Generic[_Item]):
    """One page of a list, counted from 0."""

    items: tuple[_Item, ...]
    number: int
    count: int


def page_of(items: Sequence[_Item], number: int, size: int) -> Page[_Item]:
    """The page of that number; the last one where there are fewer by now."""
    count = max(1, -(-len(items) // size))
    number = min(max(number, 0), count - 1)
    return Page(tuple(items[number * size : (number + 1) * size]), number, count)


def fill(head: Markup, items: Sequence[Markup], more: Callable[[int], Markup]) -> Markup:
    """A head and below it as many lines as a message takes, then `more(how many were left out)`."""
    for count in range(len(items), -1, -1):
        left = len(items) - count
        text = paragraphs(head, lines(*items[:count], more(left) if left else None))
        if fits(text):
            return text
    return head


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a long page that can be shortened by whole lines.

    `more` says how many were left out; `newest_last` leaves out the first lines, not the last.
    """

    lines: tuple[Markup, ...]
    more: Callable[[int], Markup] = lambda _: Markup()
    head: Markup | None = None
    newest_last: bool = False
    quoted: bool = False

    def show(self, count: int) -> Markup:
        """The section with `count` of its lines."""
        left = len(self.lines) - count
        note = self.more(left) if left else None
        if self.newest_last:
            body = lines(note, *self.lines[left:])
        else:
            body = lines(*self.lines[:count], note)
        return lines(self.head, expandable(body) if self.quoted and body else body)


def whole(*parts: Markup | str | None) -> Section:
    """A section that is shown whole; without any text it is not a section."""
    text = paragraphs(*parts)
    return Section((text,) if text else ())


def compose(sections: Sequence[Section], cuts: Sequence[tuple[Section, int]]) -> Markup:
    """The sections one below the other, shortened until Telegram takes them.

    `cuts` names, in order, which section gives way and how many of its lines stay.
    """
    kept = {id(section): len(section.lines) for section in sections}

    def text() -> Markup:
        return paragraphs(
            *(section.show(kept[id(section)]) for section in sections if section.lines)
        )

    for section, floor in cuts:
        while kept[id(section)] > floor and not fits(text()):
            kept[id(section)] -= 1
    return text()
