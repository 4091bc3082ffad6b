"""Bot API features that a server may be too old for, and the plain form of each."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from enum import StrEnum
from html import escape, unescape
from typing import TypeVar

import structlog
from markupsafe import Markup
from telegram.error import BadRequest

from bot.views.message import Button, Message, Row

_LONGEST_TEXT = 4096
"""UTF-16 units of a message as shown (Bot API, sendMessage.text)."""


class Feature(StrEnum):
    """A part of a message that came late to the Bot API."""

    DATE_TIME = "tg-time"
    EXPANDABLE = "expandable"
    COPY = "copy_text"
    STYLE = "style"


_TAGS = {
    Feature.DATE_TIME: re.compile(r"</?tg-time\b[^>]*>"),
    Feature.EXPANDABLE: re.compile(r"(?<=<blockquote)\s+expandable\b[^>]*(?=>)"),
}
_NAMES = {
    Feature.DATE_TIME: ("tg-time", "date_time"),
    Feature.EXPANDABLE: ("expandable",),
    Feature.COPY: ("copy",),
    Feature.STYLE: ("style",),
}
_PLACES = {
    Feature.DATE_TIME: ("entit",),
    Feature.EXPANDABLE: ("entit",),
    Feature.COPY: ("button", "keyboard"),
    Feature.STYLE: ("button", "keyboard"),
}


def features_of(message: Message) -> frozenset[Feature]:
    """The features that a message uses."""
    buttons = [button for row in message.rows for button in row]
    used = {feature for feature, tag in _TAGS.items() if tag.search(message.html)}
    if any(button.copy is not None for button in buttons):
        used.add(Feature.COPY)
    if any(button.style is not None for button in buttons):
        used.add(Feature.STYLE)
    return frozenset(used)


def blamed(problem: str, message: Message, dropped: frozenset[Feature]) -> frozenset[Feature]:
    """The features of a message that a refusal may be about, by its words.

    A feature that the refusal names, else one of those that stand where the refusal points to
    (entities, buttons); nothing where it is about something else.
    """
    said = problem.lower()
    left = sorted(features_of(message) - dropped, key=list(Feature).index)
    for words in (_NAMES, _PLACES):
        for feature in left:
            if any(word in said for word in words[feature]):
                return frozenset({feature})
    return frozenset()


def without(message: Message, features: frozenset[Feature]) -> Message:
    """The message in a form that does without these features."""
    if not features:
        return message
    html = str(message.html)
    for feature in features & _TAGS.keys():
        html = _TAGS[feature].sub("", html)
    rows = message.rows
    if Feature.COPY in features:
        html = _with_copies(html, rows)
        rows = _kept(rows, lambda button: button.copy is None)
    if Feature.STYLE in features:
        rows = tuple(tuple(replace(button, style=None) for button in row) for row in rows)
    return replace(message, html=Markup(html), rows=rows)  # noqa: S704 - only tags were taken out


def _kept(rows: tuple[Row, ...], wanted: Callable[[Button], bool]) -> tuple[Row, ...]:
    kept = (tuple(button for button in row if wanted(button)) for row in rows)
    return tuple(row for row in kept if row)


def _with_copies(html: str, rows: tuple[Row, ...]) -> str:
    """Show the texts that buttons would have copied, where they are not shown anyway.

    Clients copy a ``<code>`` text at a tap.
    """
    shown = unescape(re.sub(r"<[^>]*>", "", html))
    for button in (button for row in rows for button in row):
        if button.copy is None or button.copy in shown:
            continue
        if _units(shown) + _units(button.copy) + 2 <= _LONGEST_TEXT:
            html += f"\n\n<code>{escape(button.copy, quote=False)}</code>"
            shown += f"\n\n{button.copy}"
    return html


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


_log = structlog.get_logger(__name__)

Sent = TypeVar("Sent")


class UnsupportedFeatures:
    """What a server has refused so far: later messages do without it from the start."""

    def __init__(self) -> None:
        self._refused: frozenset[Feature] = frozenset()

    async def fitting(self, call: Callable[[Message], Awaitable[Sent]], message: Message) -> Sent:
        """Make a call with as much of the message as the server takes.

        Raises:
            TelegramError: the call failed for another reason than a feature.
        """
        return await self.without(lambda features: call(without(message, features)), message)

    async def without(
        self, call: Callable[[frozenset[Feature]], Awaitable[Sent]], message: Message
    ) -> Sent:
        """Make a call that is told which features of the message to leave out.

        Raises:
            TelegramError: the call failed for another reason than a feature.
        """
        dropped: frozenset[Feature] = frozenset()
        while True:
            try:
                sent = await call(self._refused | dropped)
            except BadRequest as error:
                more = blamed(error.message, message, self._refused | dropped)
                if not more:
                    raise
                dropped |= more
            else:
                # Only now is it known that the feature was at fault and not the message.
                self._remember(dropped)
                return sent

    def _remember(self, refused: frozenset[Feature]) -> None:
        if refused - self._refused:
            self._refused |= refused
            _log.warning("the server refuses features", features=sorted(self._refused))
