"""The data folder: TinyDB files that hold everything up to a point, and the journal after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import structlog
from filelock import FileLock, Timeout

from bot.storage.errors import StoreDamaged, StoreError, StoreFull, StoreInUse, StoreTooNew
from bot.storage.tinydb.journal import Journal, JournalContent, read_journal
from bot.storage.tinydb.migrations import Schema
from bot.storage.tinydb.outbox_records import (
    Forget,
    Marks,
    Move,
    PutClaims,
    PutDeliveries,
    PutEntries,
    Withdraw,
)
from bot.storage.tinydb.records import (
    AddGap,
    DropChat,
    DropGaps,
    PutAlert,
    PutAudit,
    PutChat,
    PutDraft,
    PutFact,
    PutHandled,
    PutIds,
    Record,
)
from bot.storage.tinydb.state import State
from bot.storage.tinydb.storage import UNREADABLE, AtomicStorage, damaged, previous_of, store_error

_log = structlog.get_logger(__name__)

FILES = ("chats", "changes", "outbox", "notes")
_JOURNAL = "journal.jsonl"
_LARGE = 8 * 1024 * 1024
"""A journal of so many bytes is taken into the TinyDB files, if it has also outgrown them."""

KINDS: Mapping[str, type[Record]] = {
    kind.KIND: kind
    for kind in (
        PutChat,
        DropChat,
        PutIds,
        PutAlert,
        PutAudit,
        PutFact,
        PutDraft,
        PutHandled,
        AddGap,
        DropGaps,
        PutDeliveries,
        PutEntries,
        PutClaims,
        Withdraw,
        Marks,
        Move,
        Forget,
    )
}
_Value = TypeVar("_Value")


class _Documents(Mapping[str, Mapping[str, Any]]):
    """A table whose documents are made one by one as they are written."""

    def __init__(
        self, source: Mapping[int, _Value], record: Callable[[int, _Value], Record]
    ) -> None:
        self._source, self._record = source, record

    def __getitem__(self, key: str) -> Mapping[str, Any]:
        number = int(key)
        return self._record(number, self._source[number]).document()

    def __iter__(self) -> Iterator[str]:
        return map(str, self._source)

    def __len__(self) -> int:
        return len(self._source)


def tables(state: State) -> dict[str, dict[str, Mapping[str, Mapping[str, Any]]]]:
    """What each TinyDB file holds, table by table."""
    facts = dict(enumerate(state.facts.items(), start=1))
    gaps = dict(enumerate(state.gaps.items(), start=1))
    ids = {1: (state.change_id, state.alert_id)}
    return {
        "chats": {PutChat.KIND: _Documents(state.chats.by_id, lambda _, chat: PutChat(chat))},
        "changes": {
            PutIds.KIND: _Documents(ids, lambda _, pair: PutIds(*pair)),
            PutAlert.KIND: _Documents(state.alerts, lambda _, alert: PutAlert(alert)),
            PutAudit.KIND: _Documents(state.audit, PutAudit),
        },
        "outbox": {PutDeliveries.KIND: _Documents(state.outbox.deliveries, PutDeliveries)},
        "notes": {
            PutFact.KIND: _Documents(facts, lambda _, fact: PutFact(*fact)),
            PutDraft.KIND: _Documents(state.drafts, PutDraft),
            PutHandled.KIND: _Documents(
                {1: state.handled.ranges}, lambda _, ranges: PutHandled(ranges)
            ),
            AddGap.KIND: _Documents(gaps, lambda _, gap: AddGap(*gap[0], gap[1])),
        },
    }


class DataFolder:
    """Reads everything once, then only writes. Used by one thread at a time."""

    def __init__(self, path: Path, schema: Schema) -> None:
        self._path, self._schema = path, schema
        self._lock = FileLock(path / ".lock", timeout=0, thread_local=False)
        self._journal = Journal(path / _JOURNAL, schema.version)
        self._kept = 0
        """The last group that the TinyDB files hold."""
        self._forget = False
        """Whether a version that is kept beside holds what is to be forgotten."""
        self._enough = _LARGE
        """At what size of the journal it is taken into the TinyDB files."""

    def open(self) -> State:
        """Lock the folder and read what it holds.

        Raises:
            StoreInUse: another process has it.
            StoreDamaged: a file cannot be read; nothing was changed.
            StoreTooNew: a newer version of the bot wrote it.
            StoreError: the operating system refused.
        """
        try:
            self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock.acquire()
        except Timeout as error:
            raise StoreInUse(self._path) from error
        except OSError as error:
            if isinstance(found := store_error(error, self._path), StoreFull):
                raise found from error
            raise StoreError(
                f"the data folder {self._path} cannot be used ({error.strerror or error});"
                " name another in BRIEFING_DATA"
            ) from error
        try:
            return self._open()
        except BaseException:
            self._release()
            raise

    def append(self, records: Sequence[Record]) -> None:
        """Make a group of records durable, all or none.

        Raises:
            StoreFull, StoreError: none was.
        """
        self._journal.append([[record.KIND, record.document()] for record in records])

    @property
    def wants_checkpoint(self) -> bool:
        """Whether the journal has grown so large that a checkpoint pays."""
        return self._journal.size > self._enough

    def checkpoint(self, state: State, *, forget: bool = False) -> None:
        """Take everything into the TinyDB files and begin a new journal.

        With `forget`, no version kept beside them holds anything that the new ones do not.

        Raises:
            StoreFull, StoreError: the journal goes on as it was; nothing is lost.
        """
        self._enough = self._journal.size + _LARGE  # where this fails, it is not tried at once
        self._forget |= forget
        group = self._journal.group
        meta = {"1": {"schema": self._schema.version, "group": group}}
        written = 0
        for name, held in tables(state).items():
            path = self._file(name)
            AtomicStorage(path).write({"meta": meta, **held}, forget=self._forget)
            written += path.stat().st_size
        self._journal.start(group, forget=self._forget)
        self._forget = False
        self._kept, self._enough = group, max(_LARGE, written)

    def close(self, state: State) -> None:
        """Take everything into the TinyDB files if there is room, and let go of the folder."""
        try:
            if self._journal.group > self._kept:
                self.checkpoint(state)
        except StoreError as error:
            _log.warning("the journal was not taken into the files", problem=str(error))
        finally:
            self._release()

    def _release(self) -> None:
        self._journal.close()
        self._lock.release()

    def _file(self, name: str) -> Path:
        return self._path / f"{name}.json"

    def _open(self) -> State:
        state = State()
        kept = {name: self._read_file(name, state) for name in FILES}
        journals = self._journals(kept)
        for content in journals:
            for record in self._records(content, kept):
                record.apply(state)
        state.outbox.restarted()
        outdated = any(content.schema < self._schema.version for content in journals)
        if outdated or self._forget or self.wants_checkpoint:
            try:
                self.checkpoint(state)
            except StoreError as error:
                if outdated:  # records of two versions do not go into one journal
                    raise
                _log.warning("the journal was not taken into the files", problem=str(error))
        return state

    def _read_file(self, name: str, state: State) -> int:
        """Take in what a TinyDB file holds; say up to which group that is."""
        path = self._file(name)
        if not path.exists():
            return 0
        documents = AtomicStorage(path).documents()
        try:
            _, meta = next(documents, ("", {}))
            version, group = int(meta["schema"]), int(meta["group"])
            self._check_version(path, version)
            for kind, document in documents:
                upgraded = self._schema.upgrade(kind, document, version)
                KINDS[kind].read(upgraded).apply(state)
        except UNREADABLE as error:
            raise damaged(path, f"it holds something unknown ({error!r})") from error
        return group

    def _check_version(self, path: Path, version: int) -> None:
        if version > self._schema.version:
            raise StoreTooNew(
                f"{path} has schema {version}, this version of the bot reads up to "
                f"{self._schema.version}"
            )

    def _journals(self, kept: Mapping[str, int]) -> list[JournalContent]:
        """The journals that lead from the oldest of the files to now."""
        path = self._journal.path
        first, last = min(kept.values()), max(kept.values())
        self._kept = first
        if not path.exists():
            if first != last:
                raise damaged(path, "it is missing, and the files beside it differ in age")
            self._journal.start(last)
            return []
        content = self._read_journal(path)
        contents = [content]
        if first < content.after:
            previous = previous_of(path)
            if not previous.exists():
                raise self._gap(kept, content.after)
            contents.insert(0, self._read_journal(previous))
            if first < contents[0].after or contents[0].last < content.after:
                raise self._gap(kept, content.after)
        if last > content.last:
            raise damaged(path, "it ends before what the files beside it hold")
        self._journal.resume(content)
        return contents

    def _gap(self, kept: Mapping[str, int], after: int) -> StoreDamaged:
        oldest = min(kept, key=lambda name: kept[name])
        problem = "it is missing" if kept[oldest] == 0 else "it is too old"
        return damaged(self._file(oldest), f"{problem}: the journal begins later ({after})")

    def _read_journal(self, path: Path) -> JournalContent:
        content = read_journal(path)
        self._check_version(path, content.schema)
        return content

    def _records(self, content: JournalContent, kept: Mapping[str, int]) -> Iterator[Record]:
        """The records that the files do not hold yet."""
        try:
            for group, kind, document in content.records():
                # A crash may have come before all that is to be forgotten was overwritten.
                self._forget |= kind in {Forget.KIND, DropGaps.KIND}
                if group > kept[KINDS[kind].FILE]:
                    upgraded = self._schema.upgrade(kind, document, content.schema)
                    yield KINDS[kind].read(upgraded)
        except UNREADABLE as error:
            raise damaged(content.path, f"it holds something unknown ({error!r})") from error
