"""What is sent: text with buttons. Knows no Telegram."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from markupsafe import Markup

from bot.messages.actions import Action


class Style(StrEnum):
    """The colour of a button, where the client shows it (Bot API, InlineKeyboardButton.style)."""

    PRIMARY = "primary"
    SUCCESS = "success"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message: exactly one of `action`, `url`, `copy`, `share` is set."""

    label: str
    action: Action | None = None
    url: str | None = None
    copy: str | None = None
    """A text put on the clipboard, at most 256 characters (Bot API, CopyTextButton)."""
    share: str | None = None
    """A text offered for another chat by inline mode."""
    style: Style | None = None


Row = tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """A text in Telegram's HTML (at most 4,096 UTF-16 units shown) and its rows of buttons."""

    html: Markup
    rows: tuple[Row, ...] = ()
    silent: bool = False
