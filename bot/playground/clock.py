"""A clock that can be moved forward."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class PlayClock:
    """The real clock plus an offset; with `start` it stands still until it is moved."""

    def __init__(self, start: datetime | None = None) -> None:
        self._start = start
        self.offset = timedelta(0)

    def now(self) -> datetime:
        """The present moment of the playground, in UTC."""
        return (self._start or datetime.now(UTC)) + self.offset

    def unix(self) -> int:
        """The present moment as Unix time, whole seconds."""
        return int(self.now().timestamp())

    def advance(self, by: timedelta) -> None:
        """Move forward.

        Raises:
            ValueError: a negative step; the messages that exist would lie in the future.
        """
        if by < timedelta(0):
            raise ValueError("the clock only moves forward")
        self.offset += by
