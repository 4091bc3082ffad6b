"""What a button does, and its text form: at most 64 bytes (Bot API, callback_data).

The text form is ``name:part:part``. What comes back from a client is untrusted: `decode`
returns None for whatever is not exactly a text form, and ids are looked up by the handler.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.subscribers.model import EVERYTHING, Scope, ScopeKind


class View(StrEnum):
    """A page of the bot that another page can lead back to."""

    HOME = "h"
    TOPICS = "ts"
    TOPIC = "t"
    BOARD = "b"
    LATEST = "l"
    SUBSCRIPTIONS = "s"
    SETTINGS = "st"
    ALERT = "a"
    NOWHERE = "n"


@dataclass(frozen=True, slots=True)
class Place:
    """A page with what is needed to show it again: the topic's id, the page's number."""

    view: View = View.NOWHERE
    id: str = ""
    page: int = 0


NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Show:
    """Show a page in place of this message."""

    place: Place


@dataclass(frozen=True, slots=True)
class ShowProvision:
    """Show a provision's details; "back" leads to `back`."""

    provision_id: str
    back: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Follow:
    """Follow a scope and show the same page again.

    For a topic or everything that page is `back`; for a provision it is the provision's own
    page, whose "back" is `back`. On an alert only its buttons change.
    """

    scope: Scope
    back: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Unfollow:
    """Stop following a scope and show the same page again, as with `Follow`."""

    scope: Scope
    back: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class UnfollowAll:
    """Stop following everything in this thread."""


@dataclass(frozen=True, slots=True)
class StopAlerts:
    """Stop, in this thread, every subscription that covers a provision."""

    provision_id: str


@dataclass(frozen=True, slots=True)
class ChooseLanguage:
    """Speak this language here; "" asks which, "auto" goes by the client again."""

    code: str = ""


@dataclass(frozen=True, slots=True)
class Forget:
    """Erase what is kept of this chat; `sure` once it was confirmed."""

    sure: bool = False


@dataclass(frozen=True, slots=True)
class Configure:
    """Open or change another chat's settings (a channel's), from its admin's private chat."""

    chat_id: int
    what: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """A step of an admin's draft: `field` is chosen as `value`. `draft` tells stale buttons."""

    draft: int
    field: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Undo:
    """Take back a change; `sure` once it was confirmed."""

    change_id: int
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Audit:
    """Show a page of the record of changes."""

    page: int = 0


@dataclass(frozen=True, slots=True)
class Close:
    """Put the buttons away."""


Action = (
    Show
    | ShowProvision
    | Follow
    | Unfollow
    | UnfollowAll
    | StopAlerts
    | ChooseLanguage
    | Forget
    | Configure
    | Edit
    | Undo
    | Audit
    | Close
)

_SCOPES = {ScopeKind.EVERYTHING: "e", ScopeKind.TOPIC: "t", ScopeKind.PROVISION: "p"}
_KINDS = {letter: kind for kind, letter in _SCOPES.items()}


def encode(action: Action) -> str:  # noqa: PLR0911 - one line an action
    """The text form.

    Raises:
        ValueError: it is longer than 64 bytes.
    """
    return _limited(":".join(_parts(action)))


def decode(text: str) -> Action | None:
    """The action of a text form, or None for anything else."""
    name, *parts = text.split(":")
    reader = _READERS.get(name)
    if reader is None:
        return None
    try:
        action = reader(*parts)
        return action if encode(action) == text else None
    except (TypeError, ValueError, KeyError):
        return None
