"""Keeps a data folder in one user's hands.

A command that another user runs, as root does who looks after a service, leaves files that the bot
can neither read nor write afterwards. Such a command is refused before it changes anything.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pwd
import tempfile
from pathlib import Path

from typing_extensions import override

from bot.storage.errors import StoreUnusable


class OtherOwner(StoreUnusable):
    """Files of the data folder belong to another user than this process."""

    def __init__(self, folder: Path, file: Path, owner: int, user: int) -> None:
        super().__init__(
            f"{file} belongs to {_name(owner)}, and this is {_name(user)}: what it writes the"
            " other could not read"
        )
        self._folder, self._user = folder, user

    @override
    @property
    def advice(self) -> str:
        return (
            "Run this as that user. Or, if the folder is to belong to"
            f" {_name(self._user)}:  chown -R {self._user} {self._folder}"
        )


def check_owner(folder: Path, *, is_new: bool = False) -> None:
    """Refuse a data folder whose files belong to another user.

    With `is_new` the folder is about to be filled. Root must not do so where a user is at home.

    Raises:
        OtherOwner: nothing was changed.
    """
    try:
        if folder.is_dir():
            _check(folder, _files(folder))
        if is_new and os.geteuid() == 0:
            place = next(place for place in (folder, *folder.absolute().parents) if place.exists())
            _check(folder, [place])
    except PermissionError:
        with contextlib.suppress(PermissionError):  # whoever opens it says so
            _check(folder, [folder])


def is_in_use(folder: Path) -> bool:
    """Whether a process works on a data folder. Nothing is changed there."""
    try:
        with (folder / ".lock").open("rb+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # there is none, or it is another user's: nothing is known then
        return False
    return False


def _files(folder: Path) -> list[Path]:
    """What the bot has written there; others may have put their own things into the folder."""
    return sorted(file for file in folder.iterdir() if ".json" in file.name and file.is_file())


def _check(folder: Path, files: list[Path]) -> None:
    user = _owner_of_new_files(folder)
    for file in files:
        owner = file.stat().st_uid
        if owner != user:
            raise OtherOwner(folder, file, owner, user)


def _owner_of_new_files(folder: Path) -> int:
    """Who owns what this process writes there: on a network drive it may be somebody else."""
    try:
        place = folder if folder.is_dir() else folder.absolute().parent
        with tempfile.TemporaryFile(dir=place) as file:
            return os.fstat(file.fileno()).st_uid
    except OSError:
        return os.geteuid()


def _name(user: int) -> str:
    try:
        return f"user {pwd.getpwuid(user).pw_name} ({user})"
    except KeyError:
        return f"user {user}"
