"""Every alert's deliveries together: what is claimed next, and what waits for what."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.alerts.ledger import Entry, Key
from bot.storage.tinydb.deliveries import Deliveries
from bot.subscribers.chat import Address, Chat

RECIPIENTS_KEPT = timedelta(days=7)
"""How long it is kept who got an alert: a correction needs it, nothing else does."""


class _Claimed(NamedTuple):
    chat: Chat | None
    """As it was then: its wishes may have changed since."""
    alerts: set[int]


class Claim(NamedTuple):
    """An address that a sender has taken, and the alerts that it is due, oldest first."""

    address: Address
    alerts: tuple[int, ...]


class Outbox:
    """Deliveries by alert. Claiming costs the same however many chats there are."""

    def __init__(self) -> None:
        self.deliveries: dict[int, Deliveries] = {}
        self.held = 0
        """How many corrections are being written: nothing is claimed meanwhile, so that what
        they cancel does not go out."""
        self._open: list[int] = []
        self._claimed: dict[Address, _Claimed] = {}
        self._behind: dict[Address, set[int]] = {}
        """Alerts that are due at a claimed address, and have their turn when it is released."""
        self._moved: dict[int, int] = {}

    def add(self, alert_id: int, deliveries: Deliveries) -> None:
        """Take in an alert with its audience."""
        self.deliveries[alert_id] = deliveries
        if deliveries.left:
            insort(self._open, alert_id)
        for old in self.deliveries.values():
            if not old.left and old.about.made_at < deliveries.about.made_at - RECIPIENTS_KEPT:
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

    def claim(self, limit: int, now: datetime, chat: Callable[[int], Chat | None]) -> list[Claim]:
        """Take addresses with all that each is due, the oldest alert's first."""
        taken: list[Claim] = []
        for alert_id in self._open:
            deliveries = self.deliveries[alert_id]
            while len(taken) < limit and not self.held:
                address = deliveries.take(now)
                if address is None:
                    break
                if address in self._claimed:
                    self._behind.setdefault(address, set()).add(alert_id)
                    continue
                alerts = self._batch(address, now)
                self._claimed[address] = _Claimed(chat(address.chat_id), set(alerts))
                taken.append(Claim(address, alerts))
                self.hold(taken[-1])
        return taken

    def hold(self, claim: Claim) -> None:
        """A sender has claimed an address."""
        for alert in claim.alerts:
            self.deliveries[alert].hold(claim.address)

    def held_still(self, claims: Iterable[Claim]) -> list[Claim]:
        """The claims as they stand: a chat may have moved or been forgotten meanwhile."""
        now = (Claim(self.current(claim.address), claim.alerts) for claim in claims)
        return [item for item in now if item.address in self._claimed]

    def give_back(self, claims: Iterable[Claim]) -> None:
        """Make claimed deliveries due again."""
        for address, alerts in self.held_still(claims):
            for alert in alerts:
                self.release(alert, address)
                if address in self.deliveries[alert].left:
                    self.deliveries[alert].line.add(address)

    def _batch(self, address: Address, now: datetime) -> tuple[int, ...]:
        """What an address is due and what failed there before, as one message.

        News of a provision takes older news of it along.
        """
        chosen: list[int] = []
        provisions: set[str] = set()
        for alert_id in reversed(self._open):
            deliveries = self.deliveries[alert_id]
            if address not in deliveries.left:
                continue
            provision = deliveries.about.provision_id
            if (
                provision in provisions
                or deliveries.due(address, now)
                or deliveries.has_failed(address)
            ):
                provisions.add(provision)
                chosen.append(alert_id)
        return tuple(reversed(chosen))

    def claimed_of(self, address: Address) -> Chat | None:
        """The chat of a claimed address as it was at the claim."""
        claimed = self._claimed.get(address)
        return claimed and claimed.chat

    def release(self, alert_id: int, address: Address) -> None:
        """A sender is done with a delivery; with the last one its address is free again."""
        if alert_id in self.deliveries:
            self.deliveries[alert_id].in_flight.discard(address)
        claimed = self._claimed.get(address)
        if claimed is None:
            return
        claimed.alerts.discard(alert_id)
        if not claimed.alerts:
            del self._claimed[address]
            for item in self._behind.pop(address, ()):
                self.deliveries[item].line.add(address)

    def next_due(self, now: datetime) -> datetime | None:
        """When the earliest waiting delivery falls due; `now` if at once."""
        times = (self.deliveries[item].next_due(now) for item in self._open)
        return min((time for time in times if time is not None), default=None)

    def entry(self, key: Key) -> Entry | None:
        """Where a delivery stands; None where it has ended and cannot be sent any more."""
        deliveries = self.deliveries.get(key.alert_id)
        return None if deliveries is None else deliveries.entry(key.address)

    def put(self, key: Key, entry: Entry) -> None:
        """Keep where a delivery stands now."""
        deliveries = self.deliveries.get(key.alert_id)
        if deliveries is None:
            return
        was_open = bool(deliveries.left)
        deliveries.put(key.address, entry)
        if was_open and not deliveries.left:
            self._close_finished()

    def withdraw(self, alert_id: int, correction: int, kept: list[Address]) -> None:
        """Cancel what waits of an alert that is taken back, but for those in flight."""
        self.deliveries[alert_id].withdraw(correction, kept)
        self._close_finished()

    def move(self, old_id: int, new_id: int | None) -> None:
        """Move a chat's deliveries to the supergroup that it became; forget them with None."""
        if new_id is not None:
            self._moved[old_id] = new_id
            self._moved.pop(new_id, None)
        for deliveries in self.deliveries.values():
            deliveries.move(old_id, new_id)
        for address in [item for item in self._behind if item.chat_id == old_id]:
            del self._behind[address]
        for address in [item for item in self._claimed if item.chat_id == old_id]:
            claimed = self._claimed.pop(address)
            if new_id is not None:
                new = Address(new_id, address.thread_id)
                self._claimed.setdefault(new, claimed).alerts.update(claimed.alerts)
        self._close_finished()

    def of_chat(self, chat: Chat) -> Iterator[tuple[Key, Entry]]:
        """The deliveries that a chat's threads wait for."""
        threads = {None, *(thread for thread, _ in chat.subscriptions), *chat.routes}
        addresses = [Address(chat.id, thread) for thread in threads]
        for alert_id in self._open:
            for address in addresses:
                if address in self.deliveries[alert_id].left:
                    yield from self._found(alert_id, address)

    def waiting(self, alert_ids: list[int]) -> Iterator[tuple[Key, Entry]]:
        """What is left of these alerts and in no sender's hands."""
        for alert_id in alert_ids:
            deliveries = self.deliveries.get(alert_id)
            if deliveries is not None:
                for address in deliveries.left - deliveries.in_flight:
                    yield from self._found(alert_id, address)

    def _found(self, alert_id: int, address: Address) -> Iterator[tuple[Key, Entry]]:
        entry = self.deliveries[alert_id].entry(address)
        if entry is not None:
            yield Key.of(alert_id, address), entry

    def _close_finished(self) -> None:
        self._open = [item for item in self._open if self.deliveries[item].left]
