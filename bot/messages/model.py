"""What is sent: text with buttons. Knows no Telegram."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from markupsafe import Markup

from bot.messages.actions import Action
from bot.messages.pictures.canvas import Drawing
from bot.messages.pictures.palette import Theme


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


class Form(StrEnum):
    """How a picture goes with its text."""

    BESIDE = "beside"
    """Under the picture where a caption is long enough; else before the text, as a message."""
    ABOVE = "above"
    """Under the picture where a caption is long enough; else the text goes alone."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """A picture, or an album, that is drawn when it is wanted."""

    key: str
    """What it shows and in which language: one picture under a key is as good as another."""
    version: object
    """Another one, another look. What is equal may be drawn once."""
    draw: Callable[[Theme], tuple[Drawing, ...]]
    caption: str
    """What it shows, in a line, where the text stands in a message of its own."""
    form: Form = Form.BESIDE
    count: int = 1
    """How many pictures it is; more than one make an album."""
    lasting: bool = True
    """Whether it is worth remembering over a restart."""


@dataclass(frozen=True, slots=True)
class Message:
    """A text in Telegram's HTML (at most 4,096 UTF-16 units shown) and its rows of buttons.

    What it says stands in the text; `picture` and `rich` show the same where they can be shown.
    """

    html: Markup
    rows: tuple[Row, ...] = ()
    silent: bool = False
    replies: bool = False
    """Sent as a reply to what it answers in a private chat too, as it is in a group."""
    picture: Sketch | None = None
    rich: Callable[[], Markup] | None = None
    """Writes it as a rich message: headings, tables, details (Bot API, sendRichMessage)."""
