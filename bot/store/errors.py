"""What can go wrong where data is kept, told apart so that each is answered differently."""

from __future__ import annotations

from pathlib import Path

from bot.alerts.outbox import Away, NoRoom


class StoreError(Exception):
    """Something is wrong with the place where data is kept."""


class StoreFull(StoreError, NoRoom):
    """The disk has no room left. Nothing that was accepted before is lost."""


class StoreAway(StoreError, Away):
    """The database cannot be reached. What was being written may have been, or not."""


class StoreInUse(StoreError):
    """Another process works on the same data folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"another process uses the data folder {folder}")
        self.folder = folder


class StoreDamaged(StoreError):
    """A file cannot be read. It is left exactly as it is."""

    def __init__(self, file: Path, previous: Path | None, problem: str) -> None:
        super().__init__(f"{file} is damaged: {problem}")
        self.file = file
        self.previous = previous
        """The kept previous version that can be put in its place, if there is one."""
        self.problem = problem


class StoreTooNew(StoreError):
    """The data was written by a newer version of the bot."""
