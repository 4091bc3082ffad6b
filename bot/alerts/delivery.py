"""Delivers what is due: claims, sends a few at once, records in batches.

A delivery keeps its place among the `concurrency` ones under way until its outcome is durable,
so after a kill at most that many messages can have been sent without a record of it.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Protocol

import structlog

from bot.alerts.model import Alert, Delivery, Outcome, Result
from bot.alerts.outbox import NoRoom, Outbox, Settled
from bot.clock import Clock

_log = structlog.get_logger(__name__)

_FIRST_WAIT = timedelta(seconds=1)
_LONGEST_WAIT = timedelta(hours=1)
_WAIT_FOR_ROOM = 5.0
"""Seconds before a full disk is tried again."""
_LOOK_AGAIN = timedelta(seconds=5)
"""How long the store is left alone at most while something waits for its time."""


class Sender(Protocol):
    """Makes one attempt to send an alert; whatever comes of it is an outcome, never an error."""

    async def send(self, alert: Alert, delivery: Delivery) -> Outcome:
        """Render the alert for the delivery's locale and sort of chat, and send it."""


class Courier:
    """Works through the outbox for as long as it runs."""

    def __init__(
        self,
        outbox: Outbox,
        sender: Sender,
        clock: Clock,
        *,
        concurrency: int,
        settled: Callable[[Sequence[Settled]], None],
    ) -> None:
        self._outbox = outbox
        self._sender = sender
        self._clock = clock
        self._concurrency = concurrency
        self._tell = settled
        self._news = asyncio.Event()
        self._stopping = False
        self._under_way: set[asyncio.Task[None]] = set()
        self._made: list[Settled] = []
        self._alerts: dict[int, Alert] = {}

    def wake(self) -> None:
        """Look at once: something new may be due."""
        self._news.set()

    def stop(self) -> None:
        """Take no more; `run` returns when what is under way has been recorded."""
        self._stopping = True
        self._news.set()

    async def run(self) -> None:
        """Deliver until stopped.

        While the outbox has no room for outcomes nothing further is sent, so that no more than
        `concurrency` messages could ever come twice.
        """
        try:
            while not (self._stopping and not self._under_way and not self._made):
                self._news.clear()
                await self._record()
                if not self._stopping:
                    await self._take()
                if not self._made:
                    await self._wait()
        finally:
            for task in self._under_way:
                task.cancel()
            await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _take(self) -> None:
        free = self._concurrency - len(self._under_way) - len(self._made)
        if free <= 0:
            return
        for delivery in await self._outbox.claim(free, self._clock()):
            task = asyncio.create_task(self._deliver(delivery))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def _deliver(self, delivery: Delivery) -> None:
        try:
            outcome = await self._attempt(delivery)
        except Exception as error:  # noqa: BLE001 - one chat's surprise must not stop the others
            _log.exception("delivery failed unexpectedly", alert=delivery.alert_id)
            outcome = Outcome(Result.RETRY, detail=type(error).__name__)
        self._made.append(Settled(delivery, self._with_wait(delivery, outcome)))
        self._news.set()

    async def _attempt(self, delivery: Delivery) -> Outcome:
        alert = await self._alert(delivery.alert_id)
        if alert is None or not await self._outbox.still_wanted(delivery):
            return Outcome(Result.UNWANTED)
        return await self._sender.send(alert, delivery)

    async def _record(self) -> None:
        if not self._made:
            return
        settled, self._made = self._made, []
        try:
            await self._outbox.settle(settled)
        except NoRoom:
            self._made = settled + self._made
            _log.error("outcomes cannot be recorded: the disk is full", waiting=len(self._made))
            await asyncio.sleep(_WAIT_FOR_ROOM)
        else:
            self._tell(settled)

    async def _wait(self) -> None:
        due = None if self._stopping else await self._outbox.next_due()
        full = len(self._under_way) >= self._concurrency
        wait: float | None = None
        if due is not None and not full:
            # The clock that says what is due can be moved, so it is asked again now and then.
            wait = min(max(due - self._clock(), timedelta()), _LOOK_AGAIN).total_seconds()
            wait = max(wait, 0.05)
        try:
            await asyncio.wait_for(self._news.wait(), wait)
        except TimeoutError:
            return

    async def _alert(self, alert_id: int) -> Alert | None:
        if alert_id not in self._alerts:
            alert = await self._outbox.alert(alert_id)
            if alert is None:
                return None
            if len(self._alerts) > 100:  # noqa: PLR2004 - a hundred alerts at once are rare
                self._alerts.clear()
            self._alerts[alert_id] = alert
        return self._alerts[alert_id]

    def _with_wait(self, delivery: Delivery, outcome: Outcome) -> Outcome:
        """Give an attempt that is to be made again its time: doubling, with jitter, capped."""
        if outcome.result not in {Result.RETRY, Result.AMBIGUOUS} or outcome.retry_at:
            return outcome
        doubled = _FIRST_WAIT * 2 ** min(delivery.attempts, 12)
        wait = min(doubled, _LONGEST_WAIT) * random.uniform(0.75, 1.25)  # noqa: S311 - jitter
        return replace(outcome, retry_at=self._clock() + wait)
