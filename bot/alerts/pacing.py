"""When each message may go out: Telegram's limits, people before alerts, pauses on a flood wait."""

from __future__ import annotations

from enum import IntEnum


class Priority(IntEnum):
    """Who goes first when not all can go at once; the lower the sooner."""

    PERSON = 0
    """An answer to someone who is waiting for it."""
    ALERT = 1
    """News that nobody is waiting for."""
