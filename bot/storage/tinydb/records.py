"""What is written: each record says what it changes, and is the same in every file.

A record never depends on what another file holds, so that each TinyDB file can be brought up to
date from the journal by itself.
"""

# ruff: noqa: D102 - every method does what `Record` says

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Protocol, Self

import orjson

from bot.alerts.model import Alert
from bot.storage.protocol import AuditEntry
from bot.storage.serialization import chat_document, read_chat
from bot.storage.tinydb.handled import Range
from bot.storage.tinydb.state import State
from bot.subscribers.chat import Chat

Document = dict[str, Any]


class Record(Protocol):
    """Something to be kept. `FILE` is the TinyDB file that it ends up in."""

    KIND: ClassVar[str]
    FILE: ClassVar[str]

    def document(self) -> Document:
        """The record, for JSON."""

    @classmethod
    def read(cls, document: Document) -> Self:
        """The record of a document; KeyError, TypeError or ValueError for no such document."""

    def apply(self, state: State) -> None:
        """Make the change in memory."""


@dataclass(frozen=True, slots=True)
class PutChat:
    """A chat as it is now."""

    KIND: ClassVar[str] = "chat"
    FILE: ClassVar[str] = "chats"
    chat: Chat

    def document(self) -> Document:
        return chat_document(self.chat)

    @classmethod
    def read(cls, document: Document) -> PutChat:
        return cls(read_chat(document))

    def apply(self, state: State) -> None:
        state.chats.put(self.chat)


@dataclass(frozen=True, slots=True)
class DropChat:
    """A chat that is not known any more."""

    KIND: ClassVar[str] = "drop_chat"
    FILE: ClassVar[str] = "chats"
    chat_id: int

    def document(self) -> Document:
        return {"id": self.chat_id}

    @classmethod
    def read(cls, document: Document) -> DropChat:
        return cls(document["id"])

    def apply(self, state: State) -> None:
        state.chats.drop(self.chat_id)


@dataclass(frozen=True, slots=True)
class PutIds:
    """Ids that were given out."""

    KIND: ClassVar[str] = "ids"
    FILE: ClassVar[str] = "changes"
    change_id: int
    alert_id: int

    def document(self) -> Document:
        return {"change": self.change_id, "alert": self.alert_id}

    @classmethod
    def read(cls, document: Document) -> PutIds:
        return cls(document["change"], document["alert"])

    def apply(self, state: State) -> None:
        state.change_id = max(state.change_id, self.change_id)
        state.alert_id = max(state.alert_id, self.alert_id)


@dataclass(frozen=True, slots=True)
class PutAlert:
    """An alert, and with it the change that it tells."""

    KIND: ClassVar[str] = "alert"
    FILE: ClassVar[str] = "changes"
    alert: Alert

    def document(self) -> Document:
        return self.alert.model_dump(mode="json")

    @classmethod
    def read(cls, document: Document) -> PutAlert:
        return cls(Alert.stored(document))

    def apply(self, state: State) -> None:
        state.alerts[self.alert.id] = self.alert
        PutIds(self.alert.change.id, self.alert.id).apply(state)


@dataclass(frozen=True, slots=True)
class PutAudit:
    """An act of an admin."""

    KIND: ClassVar[str] = "audit"
    FILE: ClassVar[str] = "changes"
    number: int
    entry: AuditEntry

    def document(self) -> Document:
        return {"number": self.number, "entry": self.entry.model_dump(mode="json")}

    @classmethod
    def read(cls, document: Document) -> PutAudit:
        entry = AuditEntry.model_validate_json(orjson.dumps(document["entry"]))
        return cls(document["number"], entry)

    def apply(self, state: State) -> None:
        state.audit[self.number] = self.entry


@dataclass(frozen=True, slots=True)
class PutFact:
    """A small fact under a name."""

    KIND: ClassVar[str] = "fact"
    FILE: ClassVar[str] = "notes"
    key: str
    value: str

    def document(self) -> Document:
        return {"key": self.key, "value": self.value}

    @classmethod
    def read(cls, document: Document) -> PutFact:
        return cls(document["key"], document["value"])

    def apply(self, state: State) -> None:
        state.facts[self.key] = self.value


@dataclass(frozen=True, slots=True)
class PutDraft:
    """An admin's half-made update; None drops it."""

    KIND: ClassVar[str] = "draft"
    FILE: ClassVar[str] = "notes"
    user_id: int
    draft: bytes | None
    """As JSON."""

    def document(self) -> Document:
        draft = None if self.draft is None else orjson.Fragment(self.draft)
        return {"user": self.user_id, "draft": draft}

    @classmethod
    def read(cls, document: Document) -> PutDraft:
        draft = document["draft"]
        return cls(document["user"], None if draft is None else orjson.dumps(draft))

    def apply(self, state: State) -> None:
        if self.draft is None:
            state.drafts.pop(self.user_id, None)
        else:
            state.drafts[self.user_id] = self.draft


@dataclass(frozen=True, slots=True)
class PutHandled:
    """Updates that were handled: ranges of their numbers, and when."""

    KIND: ClassVar[str] = "handled"
    FILE: ClassVar[str] = "notes"
    ranges: Sequence[Range]

    def document(self) -> Document:
        return {"ranges": [list(each_range) for each_range in self.ranges]}

    @classmethod
    def read(cls, document: Document) -> PutHandled:
        return cls(
            [
                Range(first, last, datetime.fromisoformat(at))
                for first, last, at in document["ranges"]
            ]
        )

    def apply(self, state: State) -> None:
        for each_range in self.ranges:
            state.handled.forget(each_range.at)
            state.handled.add(*each_range)


@dataclass(frozen=True, slots=True)
class AddGap:
    """An unanswered question was asked so many times more on a day."""

    KIND: ClassVar[str] = "gap"
    FILE: ClassVar[str] = "notes"
    text: str
    day: date
    count: int

    def document(self) -> Document:
        return {"text": self.text, "day": self.day.isoformat(), "count": self.count}

    @classmethod
    def read(cls, document: Document) -> AddGap:
        return cls(document["text"], date.fromisoformat(document["day"]), document["count"])

    def apply(self, state: State) -> None:
        key = self.text, self.day
        state.gaps[key] = state.gaps.get(key, 0) + self.count


@dataclass(frozen=True, slots=True)
class DropGaps:
    """Counts of the days before one are erased."""

    KIND: ClassVar[str] = "drop_gaps"
    FILE: ClassVar[str] = "notes"
    before: date

    def document(self) -> Document:
        return {"before": self.before.isoformat()}

    @classmethod
    def read(cls, document: Document) -> DropGaps:
        return cls(date.fromisoformat(document["before"]))

    def apply(self, state: State) -> None:
        state.gaps = {key: count for key, count in state.gaps.items() if key[1] >= self.before}
