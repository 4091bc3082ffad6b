"""What alerts ask of the place where they are kept until they are delivered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.agreement.board import StatusChange
from bot.alerts.ledger import WaitsFor
from bot.alerts.model import Alert, ClaimedBatch, Delivery, Outcome, Progress, SentMessage
from bot.subscribers.chat import Address, Scope


class NoRoom(Exception):
    """The place where things are kept is full. Nothing that was accepted before is lost."""


class Away(Exception):
    """The place where things are kept cannot be reached for now; it may be again."""


class Overtaken(Exception):
    """Another process has recorded a change of the same provision first."""


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """A delivery and what came of its attempt."""

    delivery: Delivery
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Waiting:
    """A delivery not yet made, as an operator sees it."""

    delivery: Delivery
    due: datetime
    waits_for: WaitsFor
    detail: str = ""
    """What the last attempt failed of."""

    @property
    def later(self) -> bool:
        """Whether it waits for a digest or the end of quiet hours, and nothing has failed."""
        return self.waits_for is WaitsFor.LATER


class Outbox(Protocol):
    """Alerts and their deliveries. A write is durable when its call returns."""

    def leading(self) -> AbstractAsyncContextManager[asyncio.Event]:
        """Wait to be the one process that delivers, and be it for as long as the context lasts.

        The event is set when the process is that no longer, since its connection broke: another
        one may deliver then.
        """

    def on_news(self, heard: Callable[[], None]) -> None:
        """Call `heard`, in the event loop, when another process may have recorded an alert."""

    async def next_ids(self) -> tuple[int, int]:
        """Ids for a new change and a new alert, never given out twice."""

    async def record_alert(
        self, alert: Alert, scopes: frozenset[Scope], *, known: int | None = None
    ) -> int:
        """Keep the change and its whole audience in ONE durable step; say how many are due.

        A correction's audience is exactly those who got the alert of the change that it undoes
        or may have got it (sent, in flight, ambiguous); its pending rest is cancelled in the
        same step. `scopes` is ignored then: they are told also where they follow it no longer.

        With `known`, how many changes of the provision the alert takes into account, it raises
        `Overtaken` where more are recorded by now.
        """

    async def alert(self, alert_id: int) -> Alert | None:
        """The alert of that id, or None."""

    async def alert_of(self, change_id: int) -> Alert | None:
        """The alert that told of a change, or None."""

    async def message_to(self, alert_id: int, address: Address) -> SentMessage | None:
        """The message that brought an alert to an address, or None where it is not known."""

    async def report_at(self, alert_id: int, chat_id: int, message_id: int) -> None:
        """Remember the message that shows an alert's progress."""

    async def claim(self, limit: int, now: datetime) -> Sequence[ClaimedBatch]:
        """Take up to `limit` addresses with all that each is due, the oldest alert's first.

        A batch also takes what its address waits for of the same provisions from earlier
        alerts, due or not: changes to one provision arrive in order, or together. While an
        address is claimed, nothing else of it is; a restart gives up every claim.
        """

    async def settle(self, settled: Sequence[DeliveryResult]) -> None:
        """Record outcomes: done, due again at `retry_at`, or given up; the chat's state with it.

        GONE deactivates the chat and cancels what it is still due; PAUSED with a pause pauses the
        thread; MIGRATED moves the chat and makes the delivery due again. What waits after LATER
        or PAUSED is due at once when the chat hears sooner (`Chat.hears_sooner_than`).
        """

    async def still_wanted(self, delivery: Delivery) -> bool:
        """Whether the chat is still there and still follows what the alert is about."""

    async def progress(self, alert_id: int) -> Progress:
        """How far an alert has come."""

    async def unfinished(self) -> Sequence[Alert]:
        """Alerts with deliveries left, oldest first."""

    async def waiting(self, limit: int) -> Sequence[Waiting]:
        """Deliveries not yet made, the oldest alert's first."""

    async def retry(self, alert_id: int | None = None) -> int:
        """Make what waits after a failure due at once; say how many deliveries."""

    async def drop(self, alert_id: int, chat_id: int | None = None) -> int:
        """Give up an alert's deliveries that wait, of one chat or all; say how many."""

    async def next_due(self) -> datetime | None:
        """When the earliest waiting delivery falls due; None if nothing waits."""

    async def recent_alerts(self, limit: int) -> Sequence[Alert]:
        """The last alerts, newest first."""

    async def changes(self) -> Sequence[StatusChange]:
        """Every change of status, oldest first."""
