"""Files that a crash leaves whole, and that belong to one user.

A command that another user runs, as root does who looks after a service, leaves files that the bot
can neither read nor write afterwards. Such a command is refused before it changes anything.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import pwd
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

import structlog
from typing_extensions import override

from bot.storage.errors import StoreDamaged, StoreError, StoreFull, StoreTooNew, StoreUnusable

_log = structlog.get_logger(__name__)

SCHEMA = 3
"""The version of the layout that is written."""

UNREADABLE = (AttributeError, LookupError, OverflowError, TypeError, ValueError)
"""What reading raises where a file holds something else than was written."""

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FILE_MODE, _FOLDER_MODE = 0o600, 0o700
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def store_error(error: OSError, path: Path) -> StoreError:
    """The store's error for one of the operating system."""
    if error.errno in _NO_ROOM:
        return StoreFull(f"no room left to write {path}")
    return StoreError(f"{path}: {error.strerror or error}")


def check_schema(path: Path, version: int) -> None:
    """Refuse a file of a newer version.

    Raises:
        StoreTooNew: it is.
    """
    if version > SCHEMA:
        raise StoreTooNew(
            f"{path} has schema {version}, this version of the bot reads up to {SCHEMA}"
        )


def damaged(path: Path, problem: str, previous: Path | None = None) -> StoreDamaged:
    """The error for a file that cannot be read. `previous` is a version that can replace it."""
    return StoreDamaged(path, previous if previous and previous.exists() else None, problem)


def previous_of(path: Path) -> Path:
    """Where the version before the current one is kept."""
    return path.with_name(path.name + ".previous")


def create(path: Path) -> int:
    """Create a file that only its owner can read. A leftover of that name is removed first.

    Raises:
        OSError: the operating system refused, or somebody else made a file of that name meanwhile.
    """
    path.unlink(missing_ok=True)
    return os.open(path, _CREATE, _FILE_MODE)


def write(descriptor: int, data: bytes, place: int) -> None:
    """Write all of the data at a place of a file."""
    rest = memoryview(data)
    while rest:
        written = os.pwrite(descriptor, rest, place)
        rest, place = rest[written:], place + written


def replace_file(path: Path, parts: Iterable[bytes], *, forget: bool = False) -> None:
    """Write a new file, sync it, and rename it into the place of the old one.

    The old version is kept as ``.previous``. With `forget` it is not: the new version takes that
    place too.

    Raises:
        StoreFull: the disk has no room; the old version is untouched.
        StoreError: the operating system refused for another reason.
    """
    new = path.with_name(path.name + ".new")
    try:
        try:
            with open(create(new), "wb", buffering=1 << 20) as file:
                file.writelines(parts)
                file.flush()
                os.fsync(file.fileno())
            if path.exists() and not forget:
                _keep_as_previous(path)
            new.replace(path)
            if forget:
                _keep_as_previous(path)
            sync_folder(path.parent)
        finally:
            new.unlink(missing_ok=True)
    except OSError as error:
        raise store_error(error, path) from error


def _keep_as_previous(path: Path) -> None:
    """Give the file a second name. Where the file system has no links, copy it."""
    link = path.with_name(path.name + ".link")
    link.unlink(missing_ok=True)
    try:
        link.hardlink_to(path)
    except OSError:
        with contextlib.ExitStack() as stack:
            stack.callback(link.unlink, missing_ok=True)
            shutil.copyfile(path, link)
            with link.open("rb+") as copy:
                os.fsync(copy.fileno())
            link.replace(previous_of(path))
        return
    link.replace(previous_of(path))
    # Renaming a link onto another link of the same file does nothing (POSIX rename).
    link.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Make renames in a folder outlive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def close_to_others(folder: Path) -> None:
    """Take the rights of everyone but the owner from a folder and its files."""
    for path, mode in [(folder, _FOLDER_MODE), *((path, _FILE_MODE) for path in folder.iterdir())]:
        found = path.lstat()
        if found.st_mode & 0o077 and (path == folder or path.is_file()) and not path.is_symlink():
            try:
                path.chmod(mode)
            except OSError as error:
                _log.warning("others may read what is kept", path=str(path), problem=str(error))


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
