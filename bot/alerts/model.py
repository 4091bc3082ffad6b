"""An alert, its deliveries, and what can come of sending one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from pydantic import Field

from bot.agreement.board import StatusChange
from bot.agreement.evidence import Origin
from bot.agreement.fields import FrozenModel, Identifier, Labels, Paragraphs
from bot.agreement.upgrade import upgraded_alert
from bot.subscribers.chat import Address, Chat
from bot.subscribers.pauses import Obstacle, Pause


class AlertKind(StrEnum):
    """Whether it tells news or takes news back."""

    CHANGE = "change"
    CORRECTION = "correction"


class Alert(FrozenModel):
    """What is told, frozen when the change was confirmed.

    It carries the provision's words of that moment: it is rendered late, in the reader's
    language, but never from a provision that has moved on since.
    """

    id: int = Field(ge=1)
    kind: AlertKind
    change: StatusChange
    number: int
    title: Labels
    text: Paragraphs
    origin: Origin
    topics: tuple[Identifier, ...]
    ready_at: datetime = Field(description="When it may go out at the earliest.")
    silent: bool = Field(default=False, description="Arrives without a sound.")
    report_chat_id: int | None = Field(default=None, description="Where its progress is shown.")
    report_message_id: int | None = None

    @property
    def shown_in(self) -> tuple[int, int] | None:
        """The message that shows its progress, by its chat and its id."""
        if self.report_chat_id is None or self.report_message_id is None:
            return None
        return self.report_chat_id, self.report_message_id

    @classmethod
    def stored(cls, document: dict[str, Any]) -> Alert:
        """Read an alert that a store kept, also one of an earlier version."""
        return cls.model_validate_json(json.dumps(upgraded_alert(document)))


@dataclass(frozen=True, slots=True)
class Delivery:
    """One alert on its way to one address."""

    alert_id: int
    address: Address
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class ClaimedBatch:
    """All that one address is due at one time, oldest first: one message, or one digest.

    Claimed by one sender at a time. `chat` is as it was at the claim.
    """

    chat: Chat
    address: Address
    deliveries: tuple[Delivery, ...]


class SentMessage(NamedTuple):
    """The message that brought an alert to an address."""

    id: int
    in_digest: bool = False
    """It told of other changes too."""


class Result(StrEnum):
    """What became of an attempt to send.

    * SENT: Telegram answered with a message.
    * RETRY: refused for now (flood wait, 5xx, never sent); again at `Outcome.retry_at`.
    * AMBIGUOUS: the connection broke after the request went out. It is sent again: a second
      copy is a smaller harm than a lost alert.
    * GONE: the chat blocked the bot, was deleted, or put the bot out (`Outcome.obstacle`).
    * PAUSED: nothing can be sent there for now (a closed topic, a restriction); it waits until
      `Outcome.retry_at`, or until the chat's pause ends. With `Outcome.pause` it was tried and
      refused, and the pause is new.
    * MIGRATED: the group became the supergroup `Outcome.migrated_to`.
    * REFUSED: the message itself is bad; no other chat would accept it either.
    * LATER: not tried; its time is `Outcome.retry_at` (a digest, quiet hours), and no attempt
      is counted. Another wish of the chat as to when it hears brings it forward.
    * UNWANTED: not sent, since the chat left or stopped following in the meantime.
    """

    SENT = "sent"
    RETRY = "retry"
    AMBIGUOUS = "ambiguous"
    GONE = "gone"
    PAUSED = "paused"
    MIGRATED = "migrated"
    REFUSED = "refused"
    LATER = "later"
    UNWANTED = "unwanted"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one attempt, with what is needed to act on it."""

    result: Result
    message: SentMessage | None = None
    retry_at: datetime | None = None
    migrated_to: int | None = None
    detail: str = ""
    obstacle: Obstacle | None = None
    pause: Pause | None = None


class Failure(NamedTuple):
    """Why a delivery was given up."""

    reason: str
    """An `Obstacle`, or "refused" where Telegram refused the message itself."""
    detail: str = ""
    """What Telegram said of a message that it refused."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an alert has come, in deliveries."""

    total: int
    sent: int = 0
    failed: int = 0
    cancelled: int = 0
    later: int = 0
    """Of those still to be made, how many wait for a digest or the end of quiet hours."""
    repeated: int = 0
    """How often a message was sent again since nobody knew whether it had arrived."""
    paused: int = 0
    """Of those still to be made, how many wait where nothing can be sent for now."""
    failures: Mapping[Failure, int] = field(default_factory=dict)
    """Why deliveries failed, and how many for each reason; older ones have none."""

    @property
    def left(self) -> int:
        """Deliveries still to be made."""
        return self.total - self.sent - self.failed - self.cancelled

    @property
    def finished(self) -> bool:
        """Whether nothing is left to be made by now."""
        return self.going <= 0

    def document(self) -> dict[str, Any]:
        """The counts and the reasons of failures, as JSON data."""
        counts = {
            name: getattr(self, name)
            for name in ("total", "sent", "failed", "cancelled", "later", "repeated", "paused")
        }
        failures = [{**why._asdict(), "count": number} for why, number in self.failures.items()]
        return counts | {"left": self.left, "failures": failures}

    @property
    def going(self) -> int:
        """Deliveries that are on their way: those left that wait for nothing."""
        return self.left - self.later - self.paused
