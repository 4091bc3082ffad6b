"""Why a chat or one of its threads cannot be written to, and when it is tried again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

_FIRST_WAIT = timedelta(minutes=5)
_LONGEST_WAIT = timedelta(days=2)
_DOUBLINGS = 10
_NUDGE_APART = timedelta(minutes=1)
_AT_REST = timedelta(days=1)


class Obstacle(StrEnum):
    """Why nothing can be sent.

    After BLOCKED, REMOVED and DELETED nothing is tried until the chat is heard of again. The
    others pass: the address is paused and tried again.
    """

    BLOCKED = "blocked"
    """The person blocked the bot, or never started it."""
    REMOVED = "removed"
    """The bot is not in the group or channel any more."""
    DELETED = "deleted"
    """The account or the group was deleted."""
    NOT_FOUND = "not_found"
    """Telegram does not find the chat."""
    NO_RIGHT = "no_right"
    """The bot may not write there."""
    TOPIC_CLOSED = "topic_closed"
    TOPIC_GONE = "topic_gone"
    """Telegram does not find the topic."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A time in which nothing is sent to an address."""

    obstacle: Obstacle
    since: datetime
    until: datetime
    """When it is tried again."""
    tries: int = 1

    def holds(self, now: datetime) -> bool:
        """Whether nothing is sent for now."""
        return now < self.until

    def again(self, obstacle: Obstacle, now: datetime) -> Pause:
        """The pause after another refusal: each is twice as long as the one before, up to days."""
        if now - self.until > _AT_REST:
            return begun(obstacle, now)
        tries = self.tries + 1
        return replace(self, obstacle=obstacle, tries=tries, until=now + _wait(tries))

    def nudged(self, now: datetime) -> Pause:
        """The pause after a sign of life: it ends at once, unless it was just tried."""
        tried_at = self.until - _wait(self.tries)
        if not self.holds(now) or now - tried_at < _NUDGE_APART:
            return self
        return replace(self, until=now)


def begun(obstacle: Obstacle, now: datetime) -> Pause:
    """The pause after a first refusal."""
    return Pause(obstacle, now, now + _wait(1))


def _wait(tries: int) -> timedelta:
    doubled: timedelta = _FIRST_WAIT * 2 ** min(tries - 1, _DOUBLINGS)
    return min(doubled, _LONGEST_WAIT)
