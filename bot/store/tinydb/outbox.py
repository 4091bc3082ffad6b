"""Every alert's deliveries together: what is claimed next, and what waits for what."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.store.tinydb.deliveries import Deliveries, Mark
from bot.subscribers.model import Address, Chat

RECIPIENTS_KEPT = timedelta(days=7)
"""How long it is kept who got an alert: a correction needs it, nothing else does."""


class Claim(NamedTuple):
    """A delivery that a sender has taken, and how often it was tried before."""

    alert_id: int
    address: Address
    attempts: int


class Outbox:
    """Deliveries by alert. Claiming costs the same however many chats there are."""

    def __init__(self) -> None:
        self.deliveries: dict[int, Deliveries] = {}
        self._open: list[int] = []
        self._behind: dict[Address, set[int]] = {}
        """Alerts whose turn at an address comes when an earlier one is done there."""
        self._moved: dict[int, int] = {}

    def add(self, alert_id: int, deliveries: Deliveries) -> None:
        """Take in an alert with its audience."""
        self.deliveries[alert_id] = deliveries
        if deliveries.left:
            insort(self._open, alert_id)
        for old in self.deliveries.values():
            if not old.left and old.made_at < deliveries.made_at - RECIPIENTS_KEPT:
                old.forget_recipients()

    def restarted(self) -> None:
        """Nothing is in flight any more."""
        for deliveries in self.deliveries.values():
            deliveries.restarted()
        self._close_finished()

    def unfinished(self) -> list[int]:
        """Alerts with deliveries left, oldest first."""
        return list(self._open)

    def current(self, address: Address) -> Address:
        """Where an address is now, after its group became a supergroup."""
        while address.chat_id in self._moved:
            address = Address(self._moved[address.chat_id], address.thread_id)
        return address

    def waits(self, alert_id: int, address: Address) -> bool:
        """Whether a delivery is still to be made."""
        deliveries = self.deliveries.get(alert_id)
        return deliveries is not None and address in deliveries.left

    def claim(self, limit: int, now: datetime) -> list[Claim]:
        """Take deliveries that are due, oldest alert first; an address's alerts in order."""
        taken: list[Claim] = []
        earlier: list[set[Address]] = []
        for alert_id in self._open:
            deliveries = self.deliveries[alert_id]
            while len(taken) < limit and not deliveries.held:
                address = deliveries.take(now)
                if address is None:
                    break
                if any(address in left for left in earlier):
                    self._behind.setdefault(address, set()).add(alert_id)
                    continue
                deliveries.in_flight.add(address)
                attempts, _ = deliveries.tries.get(address, (0, None))
                taken.append(Claim(alert_id, address, attempts))
            earlier.append(deliveries.left)
        return taken

    def next_due(self, now: datetime) -> datetime | None:
        """When the earliest waiting delivery falls due; `now` if at once."""
        times = (self.deliveries[one].next_due(now) for one in self._open)
        return min((time for time in times if time is not None), default=None)

    def mark(
        self, alert_id: int, address: Address, mark: Mark, not_before: datetime | None
    ) -> None:
        """Note what became of a delivery, and let the address's next alert have its turn."""
        deliveries = self.deliveries.get(alert_id)
        if deliveries is not None and deliveries.mark(address, mark, not_before):
            self._let_next(address)
            if not deliveries.left:
                self._close_finished()

    def withdraw(self, alert_id: int, correction: int, kept: list[Address]) -> None:
        """Cancel what waits of an alert that is taken back, but for those in flight."""
        rest = self.deliveries[alert_id].withdraw(correction, kept)
        for address in [one for one in self._behind if one in rest]:
            self._let_next(address)
        self._close_finished()

    def move(self, old_id: int, new_id: int | None) -> None:
        """Move a chat's deliveries to the supergroup that it became; forget them with None."""
        if new_id is not None:
            self._moved[old_id] = new_id
            self._moved.pop(new_id, None)
        for address in [one for one in self._behind if one.chat_id == old_id]:
            del self._behind[address]
        for deliveries in self.deliveries.values():
            deliveries.move(old_id, new_id)
        self._close_finished()

    def lost(self, old: Chat, new: Chat | None) -> Iterator[tuple[int, Address]]:
        """The deliveries that a chat's change makes unwanted."""
        threads = {None, *(thread for thread, _ in old.subscriptions)}
        for alert_id in self._open:
            deliveries = self.deliveries[alert_id]
            for thread in threads:
                address = Address(old.id, thread)
                if address in deliveries.left and not (
                    new is not None
                    and new.active
                    and (
                        deliveries.scopes.isdisjoint(old.follows(thread))
                        or not deliveries.scopes.isdisjoint(new.follows(thread))
                    )
                ):
                    yield alert_id, address

    def _let_next(self, address: Address) -> None:
        for alert_id in self._behind.pop(address, ()):
            self.deliveries[alert_id].offer(address)

    def _close_finished(self) -> None:
        self._open = [one for one in self._open if self.deliveries[one].left]
