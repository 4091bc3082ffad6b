"""Delivers what is due: claims, sends a few at once, records in batches.

A batch keeps its place among the `concurrency` ones under way until its outcome is durable,
so after a kill at most that many messages can have been sent without a record of it.

The rule for a message of which nobody knows whether it arrived (the connection broke after the
request went out): it is sent again, an alert and a digest alike. Telegram has no key by which it
could tell the two apart, and a second copy is a smaller harm than a promise not kept.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Protocol

import structlog

from bot.alerts.model import Alert, ClaimedBatch, Outcome, Result
from bot.alerts.outbox import DeliveryResult, NoRoom, Outbox
from bot.alerts.scheduling import planned
from bot.clock import Clock

_log = structlog.get_logger(__name__)

_FIRST_WAIT = timedelta(seconds=1)
_LONGEST_WAIT = timedelta(hours=1)
_LOOK_AGAIN = timedelta(seconds=1)
"""How long the outbox is left alone at most while something waits: the clock can be moved."""
_SHORTEST_PAUSE = 0.05
_WAIT_FOR_ROOM = 5.0
"""Seconds before a full disk is tried again."""
_MOST_REMEMBERED = 256


class Sender(Protocol):
    """Makes one attempt to send a batch; whatever comes of it is an outcome, never an error."""

    async def send(self, batch: ClaimedBatch, alerts: Sequence[Alert]) -> Outcome:
        """Send these alerts, oldest first, in the chat's language: one as such, more as one digest.

        UNWANTED where, when its turn came, the chat had left or followed none of them any more.
        """


class DeliveryWorker:
    """Works through the outbox for as long as it runs."""

    def __init__(
        self,
        outbox: Outbox,
        sender: Sender,
        clock: Clock,
        *,
        concurrency: int,
        settled: Callable[[Sequence[DeliveryResult]], None],
    ) -> None:
        self._outbox = outbox
        self._sender = sender
        self._clock = clock
        self._concurrency = concurrency
        self._tell = settled
        self._news = asyncio.Event()
        self.stopping = asyncio.Event()
        """Set once it was told to stop."""
        self._under_way: set[asyncio.Task[None]] = set()
        self._made: list[list[DeliveryResult]] = []
        self._alerts: dict[int, Alert] = {}

    def wake(self) -> None:
        """Look at once: something new may be due."""
        self._news.set()

    def stop(self) -> None:
        """Take no more; `run` returns when what is under way has been recorded."""
        self.stopping.set()
        self._news.set()

    async def run(self) -> None:
        """Deliver until stopped.

        While the outbox has no room for outcomes nothing further is sent, so that no more than
        `concurrency` messages could ever come twice.
        """
        try:
            while not (self.stopping.is_set() and not self._under_way and not self._made):
                self._news.clear()
                await self._record()
                if not self.stopping.is_set():
                    await self._take()
                if not self._made and not (self.stopping.is_set() and not self._under_way):
                    await self._wait()
        finally:
            for task in self._under_way:
                task.cancel()
            await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _take(self) -> None:
        free = self._concurrency - len(self._under_way) - len(self._made)
        if free <= 0:
            return
        try:
            claimed = await self._outbox.claim(free, self._clock())
        except NoRoom:
            _log.error("nothing is sent: the disk is full, and it could not be recorded")
            await asyncio.sleep(_WAIT_FOR_ROOM)
            return
        for batch in claimed:
            task = asyncio.create_task(self._deliver(batch))
            self._under_way.add(task)
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._news.set()

    async def _deliver(self, batch: ClaimedBatch) -> None:
        try:
            made = await self._attempt(batch)
        except Exception as error:  # noqa: BLE001 - one chat's surprise must not stop the others
            _log.exception("delivery failed unexpectedly", alert=batch.deliveries[-1].alert_id)
            outcome = self._timed(batch, Outcome(Result.RETRY, detail=type(error).__name__))
            made = [DeliveryResult(delivery, outcome) for delivery in batch.deliveries]
        self._made.append(made)
        self._news.set()

    async def _attempt(self, batch: ClaimedBatch) -> list[DeliveryResult]:
        """Send what is due of a batch; the rest is unwanted by now, or its time is later."""
        alerts = [await self._alert(delivery.alert_id) for delivery in batch.deliveries]
        plan = planned(batch, alerts, self._clock())
        made = [DeliveryResult(item, Outcome(Result.UNWANTED)) for item in plan.unwanted]
        later = Result.PAUSED if plan.paused else Result.LATER
        made += [DeliveryResult(item, Outcome(later, retry_at=at)) for item, at in plan.later]
        if plan.due:
            chosen = replace(batch, deliveries=tuple(delivery for delivery, _ in plan.due))
            outcome = await self._sender.send(chosen, [alert for _, alert in plan.due])
            outcome = self._timed(chosen, outcome)
            made += [DeliveryResult(delivery, outcome) for delivery, _ in plan.due]
        return made

    async def _record(self) -> None:
        if not self._made:
            return
        made, self._made = self._made, []
        settled = [item for batch in made for item in batch]
        try:
            await self._outbox.settle(settled)
        except NoRoom:
            self._made = made + self._made
            _log.error("outcomes cannot be recorded: the disk is full", waiting=len(self._made))
            await asyncio.sleep(_WAIT_FOR_ROOM)
        else:
            self._tell(settled)

    async def _wait(self) -> None:
        full = len(self._under_way) + len(self._made) >= self._concurrency
        due = None if full or self.stopping.is_set() else await self._outbox.next_due()
        wait: float | None = None
        if due is not None:
            left = min(max(due - self._clock(), timedelta()), _LOOK_AGAIN)
            wait = max(left.total_seconds(), _SHORTEST_PAUSE)
        try:
            await asyncio.wait_for(self._news.wait(), wait)
        except TimeoutError:
            return

    async def _alert(self, alert_id: int) -> Alert | None:
        if alert_id not in self._alerts:
            alert = await self._outbox.alert(alert_id)
            if alert is None:
                return None
            if len(self._alerts) >= _MOST_REMEMBERED:
                self._alerts.clear()
            self._alerts[alert_id] = alert
        return self._alerts[alert_id]

    def _timed(self, batch: ClaimedBatch, outcome: Outcome) -> Outcome:
        """The outcome with the time of the next attempt: one for the whole batch.

        After a failure the wait doubles, up to an hour; a pause has times of its own.
        """
        if outcome.result in {Result.RETRY, Result.AMBIGUOUS} and outcome.retry_at is None:
            attempts = max(delivery.attempts for delivery in batch.deliveries)
            doubled = _FIRST_WAIT * 2 ** min(attempts, 12)
            wait = min(doubled, _LONGEST_WAIT) * random.uniform(0.75, 1.25)  # noqa: S311 - jitter
            outcome = replace(outcome, retry_at=self._clock() + wait)
        if outcome.result is Result.PAUSED and outcome.obstacle is not None:
            thread_id = batch.address.thread_id
            pause = batch.chat.refused(thread_id, outcome.obstacle, self._clock())
            outcome = replace(outcome, pause=pause, retry_at=pause.until)
        return outcome
