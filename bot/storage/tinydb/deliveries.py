"""The deliveries of one alert: who got it, who is still due it, and when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.alerts.ledger import Entry, State, WaitsFor
from bot.alerts.model import Failure, Progress
from bot.storage.tinydb.addresses import AddressList, pack, unpack
from bot.storage.tinydb.waiting import Line, Try
from bot.subscribers.chat import Address, Scope


@dataclass(frozen=True, slots=True)
class About:
    """What the deliveries have in common."""

    provision_id: str
    made_at: datetime
    ready_at: datetime
    scopes: frozenset[Scope]


class Deliveries:
    """Where every delivery of one alert stands.

    What `put`, `withdraw`, `move` and `hold` change is durable: the same calls in the same order
    make the same state.
    """

    def __init__(self, about: About, addresses: Iterable[Address]) -> None:
        self.about = about
        self.left: set[Address] = set(addresses)
        self.tries: dict[Address, Try] = {}
        self.waiting: Counter[WaitsFor] = Counter()
        """How many of `tries` wait for what."""
        self.maybe: set[Address] = set()
        """Where a copy may have arrived, though no answer did."""
        self.cancelled: set[Address] = set()
        """A sender may still hold one of these and report it sent."""
        self.reached = AddressList()
        self.sent = self.failed = self.dropped = self.repeated = 0
        self.failures: Counter[Failure] = Counter()
        self.withdrawn_by: int | None = None
        """The correction that takes the alert back."""
        self.in_flight: set[Address] = set()
        """Claimed by a sender that has not reported yet."""
        self.line = Line(self.left)

    def about_chat(self, alert_id: int, chat_id: int) -> list[dict[str, Any]]:
        """What is known of the deliveries to a chat, as JSON data."""
        states: dict[str, Iterable[Address]] = {
            "waits": self.left,
            "cancelled": self.cancelled,
            "sent": self.reached,
        }
        return [
            {"alert": alert_id, "thread": address.thread_id, "state": state}
            for state, addresses in states.items()
            for address in addresses
            if address.chat_id == chat_id
        ]

    @property
    def progress(self) -> Progress:
        """How far the alert has come."""
        cancelled = self.dropped + len(self.cancelled)
        total = self.sent + self.failed + cancelled + len(self.left)
        return Progress(
            total,
            self.sent,
            self.failed,
            cancelled,
            self.waiting[WaitsFor.LATER],
            self.repeated,
            self.waiting[WaitsFor.PAUSE],
            dict(self.failures),
        )

    def due(self, address: Address, now: datetime) -> bool:
        """Whether a delivery's time has come."""
        if address not in self.left or now < self.about.ready_at:
            return False
        not_before = self.tries[address].not_before if address in self.tries else None
        return not_before is None or not_before <= now

    def has_failed(self, address: Address) -> bool:
        """Whether a delivery waits for another attempt."""
        return self.tries.get(address, Try()).waits_for is WaitsFor.RETRY

    def take(self, now: datetime) -> Address | None:
        """The next address that is due; the caller claims it or puts it back into the line."""
        if now < self.about.ready_at:
            return None
        while (address := self.line.next(now)) is not None:
            if self.due(address, now):
                return address
        return None

    def next_due(self, now: datetime) -> datetime | None:
        """When the next one is due, `now` if at once, None if none waits."""
        at = self.line.next_due(now)
        return at and max(at, self.about.ready_at)

    def entry(self, address: Address) -> Entry | None:
        """Where a delivery stands; None where it has ended and cannot be sent any more."""
        maybe = address in self.maybe
        if address in self.cancelled:
            return Entry(State.CANCELLED, maybe)
        if address not in self.left:
            return None
        tried = self.tries.get(address, Try())
        return Entry(
            State.PENDING, maybe, tried.attempts, tried.waits_for, tried.not_before, tried.detail
        )

    def put(self, address: Address, entry: Entry) -> None:
        """Keep where a delivery stands now."""
        (self.maybe.add if entry.maybe else self.maybe.discard)(address)
        if entry.state is State.PENDING:
            tried = Try(entry.attempts, entry.not_before, entry.waits_for, entry.detail)
            self._wait(address, tried)
            return
        if address not in self.left and address not in self.cancelled:
            return
        self.left.discard(address)
        self.cancelled.discard(address)
        self._forget_try(address)
        match entry.state:
            case State.SENT:
                self.sent += 1
                self.reached.add(address)
            case State.FAILED:
                self.failed += 1
            case State.CANCELLED:
                self.cancelled.add(address)
        self._tidy()

    def _wait(self, address: Address, each_try: Try) -> None:
        self._forget_try(address)
        self.tries[address] = each_try
        self.waiting[each_try.waits_for] += 1
        self.line.add(address, each_try.not_before)

    def _forget_try(self, address: Address) -> Try:
        if address not in self.tries:
            return Try()
        one = self.tries.pop(address)
        self.waiting[one.waits_for] -= 1
        return one

    def may_have_got(self) -> set[Address]:
        """Those who got the alert, or may have or may still get it."""
        return self.maybe.union(self.in_flight, self.reached)

    def withdraw(self, correction: int, kept: Iterable[Address]) -> None:
        """Cancel what waits, but for those in flight."""
        self.withdrawn_by = correction
        rest = self.left.difference(kept)
        self.left -= rest
        self.dropped += len(rest)
        for address in [each_try for each_try in self.tries if each_try in rest]:
            self._forget_try(address)
        self._tidy()

    def move(self, old_id: int, new_id: int | None) -> None:
        """Move a chat's addresses, or forget them with None.

        A delivery whose new place is due, or has or had the alert already, is cancelled.
        """

        def moved(address: Address) -> Address | None:
            return None if new_id is None else Address(new_id, address.thread_id)

        self.reached.move(old_id, new_id)
        for where in (self.maybe, self.in_flight):
            old = {item for item in where if item.chat_id == old_id}
            where.difference_update(old)
            where.update(new for new in map(moved, old) if new is not None)
        for address in [item for item in self.left if item.chat_id == old_id]:
            self.left.remove(address)
            tried = self._forget_try(address)
            if (new := moved(address)) is None or self._knows(new):
                self.dropped += 1
            else:
                self.left.add(new)
                self._wait(new, tried)
        for address in [item for item in self.cancelled if item.chat_id == old_id]:
            self.cancelled.remove(address)
            if (new := moved(address)) is None or self._knows(new):
                self.dropped += 1
            else:
                self.cancelled.add(new)
        self._tidy()

    def _knows(self, address: Address) -> bool:
        return address in self.left or address in self.cancelled or address in self.reached

    def forget_recipients(self) -> None:
        """Keep only the numbers."""
        self.dropped += len(self.cancelled)
        self.cancelled, self.maybe, self.reached = set(), set(), AddressList()

    def hold(self, address: Address) -> None:
        """A sender has claimed the delivery."""
        self.in_flight.add(address)

    def restarted(self) -> None:
        """Give up every claim: what was in flight may have arrived.

        What was of a withdrawn alert is not sent again.
        """
        self.maybe.update(item for item in self.in_flight if self.entry(item) is not None)
        self.in_flight.clear()
        if self.withdrawn_by is not None:
            self.withdraw(self.withdrawn_by, ())

    def _tidy(self) -> None:
        if not self.left:
            self.line.clear()

    def document(self) -> dict[str, Any]:
        """Everything durable, for JSON."""
        document = {
            "provision": self.about.provision_id,
            "made_at": self.about.made_at,
            "ready_at": self.about.ready_at,
            "scopes": sorted(map(str, self.about.scopes)),
            "sent": self.sent,
            "failed": self.failed,
            "dropped": self.dropped,
            "repeated": self.repeated,
            "withdrawn_by": self.withdrawn_by,
            "left": pack(self.left),
            "tries": [
                [each_try.chat_id, each_try.thread_id, *tried]
                for each_try, tried in self.tries.items()
            ],
            "maybe": pack(self.maybe),
            "cancelled": pack(self.cancelled),
            "reached": self.reached.packed(),
        }
        if self.in_flight:
            document["in_flight"] = pack(self.in_flight)
        if self.failures:
            document["failures"] = [[*why, number] for why, number in self.failures.items()]
        return document

    @classmethod
    def read(cls, document: dict[str, Any]) -> Deliveries:
        """The deliveries of a document.

        Raises:
            LookupError, TypeError, ValueError: it is no such document.
        """
        about = About(
            document["provision"],
            datetime.fromisoformat(document["made_at"]),
            datetime.fromisoformat(document["ready_at"]),
            frozenset(map(Scope.parse, document["scopes"])),
        )
        one = cls(about, unpack(document["left"]))
        for name in ("sent", "failed", "dropped", "repeated", "withdrawn_by"):
            setattr(one, name, document[name])
        one.maybe = set(unpack(document["maybe"]))
        one.cancelled = set(unpack(document["cancelled"]))
        one.reached = AddressList(unpack(document["reached"]))
        one.in_flight = set(unpack(document.get("in_flight", ((), ()))))
        for reason, detail, number in document.get("failures", ()):
            one.failures[Failure(reason, detail)] = number
        for chat_id, thread_id, attempts, not_before, waits_for, detail in document["tries"]:
            moment = datetime.fromisoformat(not_before) if not_before else None
            tried = Try(attempts, moment, WaitsFor(waits_for), detail)
            one._wait(Address(chat_id, thread_id), tried)
        return one
