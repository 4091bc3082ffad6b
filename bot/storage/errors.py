"""What can go wrong where data is kept, told apart so that each is answered differently."""

from __future__ import annotations

from pathlib import Path

from typing_extensions import override

from bot.alerts.outbox import Away, NoRoom


class StoreError(Exception):
    """Something is wrong with the place where data is kept."""

    permanent = False
    """Whether it stays wrong until somebody acts, so that a restart is in vain."""

    @property
    def advice(self) -> str:
        """What an operator can do about it, or ""."""
        return ""


class StoreUnusable(StoreError):
    """The store cannot be used as it is set up."""

    permanent = True


class StoreFull(StoreError, NoRoom):
    """The disk has no room left. Nothing that was accepted before is lost."""


class EraseLater(StoreError):
    """What was to be erased is out of use, but its bytes are still in a file.

    They are erased as soon as there is room.
    """


class StoreAway(StoreError, Away):
    """The database cannot be reached. What was being written may have been, or not."""


class StoreInUse(StoreError):
    """Another process works on the same data folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"another process uses the data folder {folder}")
        self.folder = folder


class StoreDamaged(StoreError):
    """A file cannot be read. It is left exactly as it is."""

    permanent = True

    def __init__(self, file: Path, previous: Path | None, problem: str) -> None:
        super().__init__(f"{file} is damaged: {problem}")
        self.file = file
        self.previous = previous
        """The kept previous version that can be put in its place, if there is one."""
        self.problem = problem

    @override
    @property
    def advice(self) -> str:
        ways = (
            "Move the folder aside and restore a backup into a new one:  briefing-bot restore FILE"
        )
        if self.previous is not None:
            ways = f"Copy the version before it, {self.previous}, into its place.\nOr: {ways}"
        return f"Nothing was changed. {ways}"


class StoreTooNew(StoreError):
    """The data was written by a newer version of the bot."""

    permanent = True

    @override
    @property
    def advice(self) -> str:
        return "Install the version of the bot that wrote it, or a newer one."
