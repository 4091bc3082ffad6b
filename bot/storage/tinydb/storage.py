"""Files that are either wholly the old or wholly the new version, whatever happens meanwhile."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
from tinydb.storages import Storage

from bot.storage.errors import StoreDamaged, StoreError, StoreFull

UNREADABLE = (AttributeError, LookupError, OverflowError, TypeError, ValueError)
"""What reading raises where a file holds something else than was written."""

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


_META = "meta"
"""The table that tells about the file itself."""


class _OtherLayout(Exception):
    """A file is not laid out as it is written here."""


class AtomicStorage(Storage):
    """TinyDB's own seam, with a file that a crash cannot leave half-written.

    One document a line, so that two versions can be compared, and so that a writer thread
    does not keep the event loop waiting while it serialises a large table.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read: dict[str, dict[str, Any]] | None = None

    def read(self) -> dict[str, dict[str, Any]] | None:
        """Every table of the file, parsed once; None where there is no file yet.

        Raises:
            StoreDamaged: the file is not what `write` makes.
        """
        if self._read is None:
            try:
                found = orjson.loads(self.path.read_bytes().removeprefix(BOM_UTF8))
            except FileNotFoundError:
                return None
            except OSError as error:
                raise store_error(error, self.path) from error
            except orjson.JSONDecodeError as error:
                raise damaged(self.path, f"it is not JSON ({error})") from error
            if not isinstance(found, dict) or not all(
                isinstance(table, dict) for table in found.values()
            ):
                raise damaged(self.path, "it holds no tables")
            self._read = found
        return self._read

    def documents(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every document with its table's name, those of ``meta`` first; nothing without a file.

        They are parsed one by one, so that a large file costs no memory beside what is made of
        it. A file that was laid out anew by hand is parsed as a whole.

        Raises:
            StoreDamaged: the file is not what `write` makes.
            StoreError: the operating system refused.
        """
        passed = 0
        try:
            with self.path.open("rb") as file:
                for found in _documents(file):
                    yield found
                    passed += 1
        except FileNotFoundError:
            return
        except OSError as error:
            raise store_error(error, self.path) from error
        except _OtherLayout:
            yield from islice(self._all_documents(), passed, None)

    def _all_documents(self) -> Iterator[tuple[str, dict[str, Any]]]:
        tables = self.read() or {}
        for name in sorted(tables, key=lambda name: name != _META):
            for document in tables[name].values():
                yield name, document

    def write(
        self, data: Mapping[str, Mapping[str, Mapping[str, Any]]], *, forget: bool = False
    ) -> None:
        """Put these tables in place of the file's; see `replace_file`."""
        replace_file(self.path, _lines(data), forget=forget)
        self._read = None

    def close(self) -> None:
        """Let go of what was parsed."""
        self._read = None


def _lines(tables: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> Iterator[bytes]:
    yield b"{"
    for number, (name, table) in enumerate(tables.items()):
        yield (b",\n" if number else b"\n") + orjson.dumps(name) + b": {"
        for place, (key, document) in enumerate(table.items()):
            yield (b",\n" if place else b"\n") + orjson.dumps(str(key)) + b": "
            yield orjson.dumps(document)
        yield b"}"
    yield b"\n}\n"


def _documents(lines: Iterable[bytes]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The documents of a file as `_lines` writes it.

    Raises:
        _OtherLayout: it looks different from here on.
    """
    table: str | None = None
    first, last = True, b""
    for number, line in enumerate(lines):
        last = line
        if number == 0 and line == b"{\n":
            continue
        text = line[:-1].removesuffix(b",")
        if table is not None:
            document, ends = _document(text)
            yield table, document
            table = None if ends else table
        elif text.endswith(b": {"):
            table = _name(text[:-3])
            if first and table != _META:
                raise _OtherLayout
            first = False
        elif line != b"}\n" and not text.endswith(b": {}"):
            raise _OtherLayout
    if table is not None or last != b"}\n":
        raise _OtherLayout


def _document(text: bytes) -> tuple[dict[str, Any], bool]:
    """The document of a line, and whether it is the last of its table."""
    content = text.partition(b": ")[2]
    try:
        document, ends = orjson.loads(content), False
    except orjson.JSONDecodeError:
        if not content.endswith(b"}}"):
            raise _OtherLayout from None
        document, ends = _parsed(content[:-1]), True
    if not isinstance(document, dict):
        raise _OtherLayout
    return document, ends


def _name(text: bytes) -> str:
    name = _parsed(text)
    if not isinstance(name, str):
        raise _OtherLayout
    return name


def _parsed(text: bytes) -> Any:  # noqa: ANN401 - any JSON
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise _OtherLayout from None


def previous_of(path: Path) -> Path:
    """Where the version before is kept."""
    return path.with_name(path.name + ".previous")


def damaged(path: Path, problem: str) -> StoreDamaged:
    """The error for a file that cannot be read, naming its kept version if that would do.

    That of a journal would not: what it holds is in the files beside it, and nothing since.
    """
    previous = previous_of(path)
    would_do = path.suffix == ".json" and previous.exists()
    return StoreDamaged(path, previous if would_do else None, problem)


def store_error(error: OSError, path: Path) -> StoreError:
    """What an error of the operating system means to the store."""
    if error.errno in _NO_ROOM:
        return StoreFull(f"no room left to write {path}")
    return StoreError(f"{path}: {error.strerror or error}")


def replace_file(path: Path, parts: Iterable[bytes], *, forget: bool = False) -> None:
    """Write a file beside the old one, sync it, and rename it into place.

    The old version is kept as ``.previous``; with `forget` the new version takes that place
    too, since what the old one held must not stay.

    Raises:
        StoreFull: the disk has no room; the old version is untouched.
        StoreError: the operating system refused for another reason.
    """
    new = path.with_name(path.name + ".new")
    try:
        try:
            with new.open("wb", buffering=1 << 20) as file:
                for part in parts:
                    file.write(part)
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
    """Give the file a second name: no version is ever edited in place, so a link is enough."""
    link = path.with_name(path.name + ".link")
    link.unlink(missing_ok=True)
    try:
        link.hardlink_to(path)
    except OSError:  # a file system without links
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
