"""What a button does, and its text form: at most 64 bytes (Bot API, callback_data).

The text form is ``name:part:part``. What comes back from a client is untrusted: `decode`
returns None for whatever is not exactly a text form, and ids are looked up by the handler.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum

from bot.subscribers.chat import EVERYTHING, Scope, ScopeKind


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
    TIMELINE = "tl"
    ANSWER = "q"
    """The answer to the question that the message replies to; the id says how it is shown."""
    COMMANDS = "c"
    NOWHERE = "n"


@dataclass(frozen=True, slots=True)
class Place:
    """A page with what is needed to show it again: the topic's id, the page's number."""

    view: View = View.NOWHERE
    id: str = ""
    page: int = 0


NOWHERE = Place()

STARTS = {
    "topics": View.TOPICS,
    "status": View.BOARD,
    "latest": View.LATEST,
    "timeline": View.TIMELINE,
    "settings": View.SETTINGS,
    "following": View.SUBSCRIPTIONS,
    "commands": View.COMMANDS,
}
"""Pages that a link to the bot can open, by the payload of /start (Bot API, "Deep linking")."""


@dataclass(frozen=True, slots=True)
class Show:
    """Show a page in place of this message, or `again` as a message of its own."""

    place: Place
    anew: bool = False


@dataclass(frozen=True, slots=True)
class ShowProvision:
    """Show a provision's details; "back" leads to `back`. `again`: as a message of its own."""

    provision_id: str
    back: Place = NOWHERE
    anew: bool = False


class Part(StrEnum):
    """A page behind a provision's card."""

    HISTORY = "h"
    SOURCES = "s"
    TEXT = "t"
    CITATION = "c"


@dataclass(frozen=True, slots=True)
class ShowPart:
    """Show a page of a part of a provision; "back" leads to its card, whose "back" is `back`."""

    provision_id: str
    part: Part
    page: int = 0
    back: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Download:
    """Send the whole board as a file."""


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
class FollowAgain:
    """Follow in this thread what was stopped, or leave out again what was left out."""

    scope: Scope


@dataclass(frozen=True, slots=True)
class FollowAllAgain:
    """Follow all that the `FollowAgain` buttons of the same message name."""


@dataclass(frozen=True, slots=True)
class Mute:
    """Leave the provision of an alert out of what this thread hears of."""

    alert_id: int


@dataclass(frozen=True, slots=True)
class Missed:
    """Show what changed of what this chat follows since a moment, in Unix time."""

    since: int


@dataclass(frozen=True, slots=True)
class Bring:
    """Let this thread get what another one followed, which is gone or closed."""

    thread_id: int


@dataclass(frozen=True, slots=True)
class TryOut:
    """Send a test alert here."""


@dataclass(frozen=True, slots=True)
class ChooseLanguage:
    """Speak this language here; "" asks which, "auto" goes by the client again.

    `welcome`: asked on the first page, which comes again after the choice.
    """

    code: str = ""
    welcome: bool = False


@dataclass(frozen=True, slots=True)
class Adjust:
    """Open or change when this chat hears; what can be wished says `bot.subscribers.preferences`.

    Without a value it asks for one; "when" is the page of all of it.
    """

    what: str = "when"
    value: str = ""


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

    @property
    def scope(self) -> Scope | None:
        """The scope that the value names: ``e``, ``t:ID`` or ``p:ID``; None for another value."""
        try:
            return _scope(deque(self.value.split(":")))
        except ValueError:
            return None


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
class Cancel:
    """Take back a change whose alert has not gone out yet."""

    change_id: int


@dataclass(frozen=True, slots=True)
class Replace:
    """Begin a draft like the entry that a change corrected."""

    change_id: int


@dataclass(frozen=True, slots=True)
class Audit:
    """Show a page of the record of changes."""

    page: int = 0


@dataclass(frozen=True, slots=True)
class ShowGaps:
    """Show a page of the questions that found no answer."""

    page: int = 0


@dataclass(frozen=True, slots=True)
class ClearGaps:
    """Erase the counts of questions that found no answer; `sure` once it was confirmed."""

    sure: bool = False


@dataclass(frozen=True, slots=True)
class ShowInbox:
    """Show a page of the desk's suggestions, in place of this message."""

    page: int = 0


@dataclass(frozen=True, slots=True)
class Judge:
    """Decide on a suggestion: ``draft``, ``not_about``, ``not_news`` or ``later``."""

    suggestion: str
    verdict: str


@dataclass(frozen=True, slots=True)
class DigestHour:
    """Choose when suggestions come: ``0`` to ``23``, ``off``, ``now``; "" asks."""

    hour: str = ""


@dataclass(frozen=True, slots=True)
class Close:
    """Put the buttons away."""


Action = (
    Show
    | ShowProvision
    | ShowPart
    | Download
    | Follow
    | Unfollow
    | UnfollowAll
    | FollowAgain
    | FollowAllAgain
    | Mute
    | Missed
    | Bring
    | TryOut
    | ChooseLanguage
    | Adjust
    | Forget
    | Configure
    | Edit
    | Undo
    | Cancel
    | Replace
    | Audit
    | ShowGaps
    | ClearGaps
    | ShowInbox
    | Judge
    | DigestHour
    | Close
)

LONGEST = 64
"""The most bytes that a button's data may have (Bot API, InlineKeyboardButton)."""


def encode(action: Action) -> str:
    """The text form.

    Raises:
        ValueError: it is longer than 64 bytes, or a part of it could not be read back.
    """
    text = _write(action)
    if len(text.encode()) > LONGEST or _read(text) != action:
        raise ValueError(f"no button can carry {action!r}")
    return text


def decode(text: str) -> Action | None:
    """The action of a text form, or None for anything else."""
    if len(text) > LONGEST or len(text.encode(errors="replace")) > LONGEST:
        return None
    try:
        action = _read(text)
    except (TypeError, ValueError):
        return None
    return action if _write(action) == text else None


_MOST = 2**63 - 1
"""Ids are whole numbers of 64 bits, also where they are kept."""

_SCOPES = {
    ScopeKind.EVERYTHING: "e",
    ScopeKind.TOPIC: "t",
    ScopeKind.WITHOUT_TOPIC: "-t",
    ScopeKind.PROVISION: "p",
    ScopeKind.WITHOUT_PROVISION: "-p",
}
_KINDS = {letter: kind for kind, letter in _SCOPES.items()}

_Parts = deque[str]


def _write(action: Action) -> str:
    values = (getattr(action, field.name) for field in fields(action))
    parts = [_NAMES[type(action)], *(part for value in values for part in _written(value))]
    return ":".join(parts).rstrip(":")


def _written(value: object) -> tuple[str, ...]:
    match value:
        case Place():
            view = "" if value == NOWHERE else value.view.value
            return view, value.id, *_written(value.page)
        case Scope():
            return _SCOPES[value.kind], value.id
        case bool() | int():
            return (str(int(value)) if value else "",)
        case _:
            return (str(value),)


def _read(text: str) -> Action:
    name, *rest = text.split(":")
    if name not in _FORMS:
        raise ValueError("no such action")
    action, readers = _FORMS[name]
    parts = deque(rest)
    return action(*(reader(parts) for reader in readers))


def _word(parts: _Parts) -> str:
    return parts.popleft() if parts else ""


def _rest(parts: _Parts) -> str:
    text = ":".join(parts)
    parts.clear()
    return text


def _number(parts: _Parts) -> int:
    number = int(_word(parts) or 0)
    if abs(number) > _MOST:
        raise ValueError("no id is as large")
    return number


def _page(parts: _Parts) -> int:
    page = _number(parts)
    if page < 0:
        raise ValueError("pages are counted from 0")
    return page


def _yes(parts: _Parts) -> bool:
    return _word(parts) == "1"


def _part(parts: _Parts) -> Part:
    return Part(_word(parts))


def _place(parts: _Parts) -> Place:
    return Place(View(_word(parts) or View.NOWHERE), _word(parts), _page(parts))


def _scope(parts: _Parts) -> Scope:
    kind = _KINDS.get(_word(parts))
    if kind is None:
        raise ValueError("no such kind of scope")
    scope = Scope(kind, _word(parts))
    return EVERYTHING if kind is ScopeKind.EVERYTHING else Scope.parse(str(scope))


_FORMS: Mapping[str, tuple[Callable[..., Action], tuple[Callable[[_Parts], object], ...]]] = {
    "s": (Show, (_place, _yes)),
    "p": (ShowProvision, (_word, _place, _yes)),
    "d": (ShowPart, (_word, _part, _page, _place)),
    "dl": (Download, ()),
    "f": (Follow, (_scope, _place)),
    "u": (Unfollow, (_scope, _place)),
    "ua": (UnfollowAll, ()),
    "fa": (FollowAgain, (_scope,)),
    "faa": (FollowAllAgain, ()),
    "sa": (Mute, (_number,)),
    "ms": (Missed, (_number,)),
    "br": (Bring, (_number,)),
    "ta": (TryOut, ()),
    "l": (ChooseLanguage, (_word, _yes)),
    "w": (Adjust, (_word, _rest)),
    "fg": (Forget, (_yes,)),
    "c": (Configure, (_number, _word, _rest)),
    "e": (Edit, (_number, _word, _rest)),
    "un": (Undo, (_number, _yes)),
    "cn": (Cancel, (_number,)),
    "rp": (Replace, (_number,)),
    "au": (Audit, (_page,)),
    "gp": (ShowGaps, (_page,)),
    "gc": (ClearGaps, (_yes,)),
    "ib": (ShowInbox, (_page,)),
    "ju": (Judge, (_word, _word)),
    "dh": (DigestHour, (_word,)),
    "x": (Close, ()),
}
"""Each action's name and how its fields are read, in their order."""

_NAMES: Mapping[object, str] = {action: name for name, (action, _) in _FORMS.items()}
