"""A message (text, buttons, image) and the reader it is rendered for. Knows no Telegram."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from markupsafe import Markup

from bot.agreement.evidence import Publishers
from bot.i18n.language import Language
from bot.images.canvas import Drawing
from bot.images.palette import Theme
from bot.subscribers.chat import ChatKind
from bot.views.callbacks import Action


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
class ImageSpec:
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
    picture: ImageSpec | None = None
    rich: Callable[[], Markup] | None = None
    """Writes it as a rich message: headings, tables, details (Bot API, sendRichMessage)."""


NO_PUBLISHERS = Publishers()


@dataclass(frozen=True, slots=True)
class Reader:
    """All that a page needs to know of the chat in which it will be read."""

    language: Language
    kind: ChatKind
    now: datetime
    """The moment of reading, aware, in the reader's time zone."""
    bot_username: str
    """Without "@", for deep links (https://t.me/USERNAME?start=…)."""
    publishers: Publishers = NO_PUBLISHERS
    """What the sources' publishers are called."""

    @property
    def in_private(self) -> bool:
        """Whether one person reads alone."""
        return self.kind is ChatKind.PRIVATE
