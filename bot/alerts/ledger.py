"""The state machine of deliveries: a state and a result give the next state. Pure.

Both stores keep deliveries as `Entry` values and ask a `Ledger` what becomes of them. The stores
know how entries are kept and found; the ledger knows what they mean.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple, Self

from bot.alerts.model import Delivery, Failure, Outcome, Result, SentMessage
from bot.subscribers.chat import Address

REFUSED: Final = "refused"
GONE: Final = "gone"
"""The reason of a chat that is gone without a word why."""
_LONGEST_DETAIL = 200


class State(StrEnum):
    """Where a delivery stands. PENDING is still to be made; the others end it.

    A CANCELLED delivery may turn out to be sent, since a sender may have held it.
    """

    PENDING = "w"
    SENT = "s"
    FAILED = "f"
    CANCELLED = "c"


class WaitsFor(StrEnum):
    """What a pending delivery waits for.

    TURN: nothing but its turn. LATER: a digest or the end of quiet hours. PAUSE: the end of a
    pause of its address. RETRY: another attempt after a failure.
    """

    TURN = "n"
    LATER = "l"
    PAUSE = "p"
    RETRY = "f"


class Key(NamedTuple):
    """The identity of a delivery."""

    chat_id: int
    thread: int
    """0 for none."""
    alert_id: int

    @classmethod
    def of(cls, alert_id: int, address: Address) -> Self:
        """The key of an alert's delivery to an address."""
        return cls(address.chat_id, address.thread_id or 0, alert_id)

    @property
    def address(self) -> Address:
        """Where the delivery goes."""
        return Address(self.chat_id, self.thread or None)


@dataclass(frozen=True, slots=True)
class Entry:
    """All that is kept about a delivery."""

    state: State = State.PENDING
    maybe: bool = False
    """A copy may have arrived, though no answer did."""
    attempts: int = 0
    waits_for: WaitsFor = WaitsFor.TURN
    not_before: datetime | None = None
    """None: as soon as the alert is ready."""
    detail: str = ""
    """The text of the last failure."""
    message: SentMessage | None = None
    """What was sent: a correction answers it."""

    @property
    def is_held(self) -> bool:
        """Whether it waits for something that its chat can bring forward."""
        held = {WaitsFor.LATER, WaitsFor.PAUSE}
        return self.state is State.PENDING and self.waits_for in held


@dataclass(slots=True)
class Tally:
    """What is to be added to an alert's counts."""

    remaining: int = 0
    sent: int = 0
    failed: int = 0
    cancelled: int = 0
    later: int = 0
    paused: int = 0
    repeated: int = 0
    failures: Counter[Failure] = field(default_factory=Counter)

    def count(self, entry: Entry, step: int) -> None:
        """Add an entry's share, or take it away with a step of -1."""
        match entry.state:
            case State.PENDING:
                self.remaining += step
                self.later += step * (entry.waits_for is WaitsFor.LATER)
                self.paused += step * (entry.waits_for is WaitsFor.PAUSE)
            case State.SENT:
                self.sent += step
            case State.FAILED:
                self.failed += step
            case State.CANCELLED:
                self.cancelled += step


class Ledger:
    """Applies results to deliveries; collects the changed entries and the change of the counts.

    Args:
        entries: The deliveries that the results are about, as they stand, and those of the
            corrections of their alerts. Deliveries that are not in it are left alone.
    """

    def __init__(self, entries: Mapping[Key, Entry]) -> None:
        self.entries = dict(entries)
        self.changed: dict[Key, Entry] = {}
        self.tallies: dict[int, Tally] = defaultdict(Tally)

    def settle(
        self, key: Key, outcome: Outcome, *, correction: int | None = None, stale: bool = False
    ) -> None:
        """Apply the outcome of an attempt.

        Args:
            key: The delivery.
            outcome: What became of it.
            correction: The id of the alert that takes this one back, if there is one. Then the
                delivery is not made again, and a chat that cannot have got it gets no correction.
            stale: Whether the chat changed its wishes since the delivery was claimed.
        """
        before = self.entries.get(key, Entry())
        self._apply(key, outcome, stale=stale)
        if correction is None or outcome.result is Result.SENT:
            return
        self.cancel(key)
        if outcome.result is not Result.AMBIGUOUS and not before.maybe:
            self.cancel(key._replace(alert_id=correction))

    def cancel(self, key: Key) -> None:
        """End a pending delivery."""
        self._end(key, State.CANCELLED)

    def make_due(self, key: Key) -> None:
        """Let a pending delivery wait for its turn only."""
        entry = self.entries.get(key, Entry())
        self._wait(key, WaitsFor.TURN, None, detail=entry.detail)

    def _apply(self, key: Key, outcome: Outcome, *, stale: bool) -> None:
        match outcome.result:
            case Result.SENT:
                self._sent(key, outcome.message)
            case Result.GONE | Result.REFUSED:
                self._fail(key, failure_of(outcome))
            case Result.UNWANTED:
                self.cancel(key)
            case Result.MIGRATED:
                self._wait(key, WaitsFor.TURN, None, detail=outcome.detail)
            case Result.LATER | Result.PAUSED if stale and outcome.pause is None:
                self.make_due(key)
            case Result.LATER:
                self._wait(key, WaitsFor.LATER, outcome.retry_at, detail=outcome.detail)
            case Result.PAUSED:
                tried = outcome.pause is not None
                self._wait(
                    key,
                    WaitsFor.PAUSE,
                    outcome.retry_at,
                    detail=outcome.detail,
                    attempts=int(tried),
                )
            case Result.RETRY | Result.AMBIGUOUS:
                if outcome.result is Result.AMBIGUOUS:
                    self._may_have_arrived(key)
                waits_for = WaitsFor.RETRY if outcome.retry_at else WaitsFor.TURN
                self._wait(key, waits_for, outcome.retry_at, detail=outcome.detail, attempts=1)

    def _sent(self, key: Key, message: SentMessage | None) -> None:
        entry = self.entries.get(key)
        if entry is not None and entry.state in {State.PENDING, State.CANCELLED}:
            self.tallies[key.alert_id].repeated += entry.maybe
            self._put(key, replace(entry, state=State.SENT, maybe=False, message=message))

    def _fail(self, key: Key, failure: Failure) -> None:
        if self._end(key, State.FAILED):
            self.tallies[key.alert_id].failures[failure] += 1

    def _end(self, key: Key, state: State) -> bool:
        entry = self.entries.get(key)
        if entry is None or entry.state is not State.PENDING:
            return False
        self._put(key, replace(entry, state=state))
        return True

    def _may_have_arrived(self, key: Key) -> None:
        entry = self.entries.get(key)
        if entry is not None and entry.state in {State.PENDING, State.CANCELLED}:
            self.tallies[key.alert_id].repeated += entry.maybe
            self._put(key, replace(entry, maybe=True))

    def _wait(
        self,
        key: Key,
        waits_for: WaitsFor,
        not_before: datetime | None,
        *,
        detail: str,
        attempts: int = 0,
    ) -> None:
        entry = self.entries.get(key)
        if entry is not None and entry.state is State.PENDING:
            self._put(
                key,
                replace(
                    entry,
                    waits_for=waits_for,
                    not_before=not_before,
                    detail=detail,
                    attempts=entry.attempts + attempts,
                ),
            )

    def _put(self, key: Key, entry: Entry) -> None:
        tally = self.tallies[key.alert_id]
        tally.count(self.entries[key], -1)
        tally.count(entry, 1)
        self.entries[key] = self.changed[key] = entry


def failure_of(outcome: Outcome) -> Failure:
    """Why an outcome ends a delivery."""
    if outcome.result is Result.REFUSED:
        return Failure(REFUSED, outcome.detail[:_LONGEST_DETAIL])
    return Failure(outcome.obstacle.value if outcome.obstacle else GONE)


def key_of(delivery: Delivery) -> Key:
    """The key of a delivery."""
    return Key.of(delivery.alert_id, delivery.address)
