"""The records of the outbox: audiences, and what became of deliveries."""

# ruff: noqa: D102 - every method does what `Record` says

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from bot.store.tinydb.addresses import pack, unpack
from bot.store.tinydb.deliveries import Deliveries, Mark
from bot.store.tinydb.records import Document
from bot.store.tinydb.state import State
from bot.subscribers.model import Address


@dataclass(frozen=True, slots=True)
class PutDeliveries:
    """An alert's deliveries as they stand: its audience when new."""

    KIND: ClassVar[str] = "deliveries"
    FILE: ClassVar[str] = "outbox"
    alert_id: int
    deliveries: Deliveries

    def document(self) -> Document:
        return {"alert": self.alert_id} | self.deliveries.document()

    @classmethod
    def read(cls, document: Document) -> PutDeliveries:
        return cls(document["alert"], Deliveries.read(document))

    def apply(self, state: State) -> None:
        state.outbox.add(self.alert_id, self.deliveries)


@dataclass(frozen=True, slots=True)
class Withdraw:
    """An alert is taken back by a correction; what was in flight then is not cancelled."""

    KIND: ClassVar[str] = "withdraw"
    FILE: ClassVar[str] = "outbox"
    alert_id: int
    correction: int
    kept: Sequence[Address]

    def document(self) -> Document:
        return {"alert": self.alert_id, "by": self.correction, "kept": pack(self.kept)}

    @classmethod
    def read(cls, document: Document) -> Withdraw:
        return cls(document["alert"], document["by"], list(unpack(document["kept"])))

    def apply(self, state: State) -> None:
        state.outbox.withdraw(self.alert_id, self.correction, list(self.kept))


@dataclass(frozen=True, slots=True)
class Marked:
    """What became of one delivery."""

    alert_id: int
    address: Address
    mark: Mark
    not_before: datetime | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Marks:
    """What became of several deliveries, in order.

    `released` are those whose sender is done with them. That is not written: a restart gives
    up every claim.
    """

    KIND: ClassVar[str] = "marks"
    FILE: ClassVar[str] = "outbox"
    marks: Sequence[Marked]
    released: Sequence[tuple[int, Address]] = ()

    def document(self) -> Document:
        return {
            "marks": [
                [
                    one.alert_id,
                    one.address.chat_id,
                    one.address.thread_id,
                    one.mark.value,
                    one.not_before,
                    one.detail,
                ]
                for one in self.marks
            ]
        }

    @classmethod
    def read(cls, document: Document) -> Marks:
        return cls(
            [
                Marked(
                    alert_id,
                    Address(chat_id, thread_id),
                    Mark(mark),
                    datetime.fromisoformat(not_before) if not_before else None,
                    detail,
                )
                for alert_id, chat_id, thread_id, mark, not_before, detail in document["marks"]
            ]
        )

    def apply(self, state: State) -> None:
        for one in self.marks:
            state.outbox.mark(one.alert_id, one.address, one.mark, one.not_before, one.detail)
        for alert_id, address in self.released:
            state.outbox.release(alert_id, address)


@dataclass(frozen=True, slots=True)
class Move:
    """A chat's deliveries go to the supergroup that it became."""

    KIND: ClassVar[str] = "move"
    FILE: ClassVar[str] = "outbox"
    old_id: int
    new_id: int

    def document(self) -> Document:
        return {"old": self.old_id, "new": self.new_id}

    @classmethod
    def read(cls, document: Document) -> Move:
        return cls(document["old"], document["new"])

    def apply(self, state: State) -> None:
        state.outbox.move(self.old_id, self.new_id)


@dataclass(frozen=True, slots=True)
class Forget:
    """Nothing stays of a chat's deliveries but numbers."""

    KIND: ClassVar[str] = "forget"
    FILE: ClassVar[str] = "outbox"
    chat_id: int

    def document(self) -> Document:
        return {"id": self.chat_id}

    @classmethod
    def read(cls, document: Document) -> Forget:
        return cls(document["id"])

    def apply(self, state: State) -> None:
        state.outbox.move(self.chat_id, None)
