"""The records of the outbox: audiences, and what became of deliveries."""

# ruff: noqa: D102 - every method does what `Record` says

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final

from bot.alerts import ledger
from bot.alerts.ledger import Entry, Key, Ledger
from bot.alerts.model import Failure, Outcome, Result
from bot.storage.tinydb.addresses import pack, unpack
from bot.storage.tinydb.deliveries import Deliveries
from bot.storage.tinydb.outbox import Claim
from bot.storage.tinydb.records import Document
from bot.storage.tinydb.state import State
from bot.subscribers.chat import Address


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
class PutEntries:
    """Deliveries as they stand now.

    `repeated` is what is added to an alert's count of messages that were sent again, `failures`
    to its counts of deliveries that failed, by reason. `released` are those whose sender is done
    with them.
    """

    KIND: ClassVar[str] = "entries"
    FILE: ClassVar[str] = "outbox"
    entries: Mapping[Key, Entry]
    repeated: Mapping[int, int]
    failures: Mapping[int, Mapping[Failure, int]]
    released: Sequence[tuple[int, Address]] = ()

    @classmethod
    def of(cls, made: Ledger, released: Sequence[tuple[int, Address]] = ()) -> PutEntries:
        """What a ledger has changed."""
        repeated = {
            each_tally: tally.repeated
            for each_tally, tally in made.tallies.items()
            if tally.repeated
        }
        failures = {
            each_tally: tally.failures
            for each_tally, tally in made.tallies.items()
            if tally.failures
        }
        return cls(made.changed, repeated, failures, released)

    def document(self) -> Document:
        return {
            "entries": [
                [
                    *key,
                    entry.state.value,
                    entry.maybe,
                    entry.attempts,
                    entry.waits_for.value,
                    entry.not_before,
                    entry.detail,
                ]
                for key, entry in self.entries.items()
            ],
            "repeated": list(self.repeated.items()),
            "failures": [
                [alert_id, *failure, number]
                for alert_id, failures in self.failures.items()
                for failure, number in failures.items()
            ],
            "released": [list(Key.of(*item)) for item in self.released],
        }

    @classmethod
    def read(cls, document: Document) -> PutEntries:
        released = (Key(*item) for item in document["released"])
        failures: dict[int, dict[Failure, int]] = {}
        for alert_id, reason, detail, number in document["failures"]:
            failures.setdefault(alert_id, {})[Failure(reason, detail)] = number
        return cls(
            dict(map(_entry, document["entries"])),
            dict(document["repeated"]),
            failures,
            [(key.alert_id, key.address) for key in released],
        )

    def apply(self, state: State) -> None:
        for key, entry in self.entries.items():
            state.outbox.put(key, entry)
        for alert_id, count in self.repeated.items():
            state.outbox.deliveries[alert_id].repeated += count
        for alert_id, failures in self.failures.items():
            state.outbox.deliveries[alert_id].failures.update(failures)
        for alert_id, address in self.released:
            state.outbox.release(alert_id, address)


def _entry(row: Sequence[Any]) -> tuple[Key, Entry]:
    chat_id, thread, alert_id, state, maybe, attempts, waits_for, not_before, detail = row
    at = datetime.fromisoformat(not_before) if not_before else None
    return Key(chat_id, thread, alert_id), Entry(
        ledger.State(state), maybe, attempts, ledger.WaitsFor(waits_for), at, detail
    )


@dataclass(frozen=True, slots=True)
class PutClaims:
    """What senders have claimed: after a kill it may have arrived."""

    KIND: ClassVar[str] = "claims"
    FILE: ClassVar[str] = "outbox"
    claims: Sequence[Claim]

    def document(self) -> Document:
        claims = self.claims
        return {"claims": [[claim.chat_id, claim.thread_id, alerts] for claim, alerts in claims]}

    @classmethod
    def read(cls, document: Document) -> PutClaims:
        return cls(
            [
                Claim(Address(chat_id, thread_id), tuple(alerts))
                for chat_id, thread_id, alerts in document["claims"]
            ]
        )

    def apply(self, state: State) -> None:
        for claim in self.claims:
            state.outbox.hold(claim)


@dataclass(frozen=True, slots=True)
class Marks:
    """Results in the form in which journals held them before. It is read and not written."""

    KIND: ClassVar[str] = "marks"
    FILE: ClassVar[str] = "outbox"
    marks: Sequence[tuple[Key, Outcome]]

    def document(self) -> Document:
        raise NotImplementedError("results are written as entries")

    @classmethod
    def read(cls, document: Document) -> Marks:
        return cls([_mark(*row) for row in document["marks"]])

    def apply(self, state: State) -> None:
        for key, outcome in self.marks:
            entry = state.outbox.entry(key)
            if entry is not None:
                applied = Ledger({key: entry})
                applied.settle(key, outcome)
                PutEntries.of(applied).apply(state)


_RESULTS: Final = {
    "sent": Result.SENT,
    "failed": Result.REFUSED,
    "cancelled": Result.UNWANTED,
    "again": Result.RETRY,
    "maybe": Result.AMBIGUOUS,
    "later": Result.LATER,
    "due": Result.MIGRATED,
}


def _mark(
    alert_id: int,
    chat_id: int,
    thread_id: int | None,
    mark: str,
    not_before: str | None,
    detail: str,
) -> tuple[Key, Outcome]:
    at = datetime.fromisoformat(not_before) if not_before else None
    return Key(chat_id, thread_id or 0, alert_id), Outcome(_RESULTS[mark], None, at, detail=detail)


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
