"""One line in the log for each stage of an alert's life.

"alert accepted" stands where the admin's confirmation is answered. Here follow "alert first
sent", "alert sent to all but those who hear it later", "alert finished" with counts and seconds,
and after a restart "alert taken up" for each that is not finished. No line names a chat.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog

from bot.alerts.model import Result
from bot.alerts.outbox import DeliveryResult, Outbox
from bot.clock import Clock

_log = structlog.get_logger(__name__)

_PAUSE = 1.0
"""Seconds between two looks at how far alerts have come."""


class AlertLog:
    """Follows alerts by the outcomes of their deliveries."""

    def __init__(self, outbox: Outbox, clock: Clock) -> None:
        self._outbox = outbox
        self._clock = clock
        self._open: set[int] = set()
        self._begun: set[int] = set()
        self._only_later: set[int] = set()
        self._news = asyncio.Event()

    def settled(self, settled: Sequence[DeliveryResult]) -> None:
        """Take note of outcomes."""
        for result in settled:
            alert_id = result.delivery.alert_id
            self._open.add(alert_id)
            if result.outcome.result is Result.SENT and alert_id not in self._begun:
                self._begun.add(alert_id)
                _log.info("alert first sent", alert=alert_id)
        self._news.set()

    async def run(self) -> None:
        """Write lines until cancelled."""
        for alert in await self._outbox.unfinished():
            progress = await self._outbox.progress(alert.id)
            self._open.add(alert.id)
            if progress.sent:
                self._begun.add(alert.id)
            _log.info("alert taken up", alert=alert.id, **progress.document())
        while True:
            await self._news.wait()
            self._news.clear()
            for alert_id in sorted(self._open):
                await self._look_at(alert_id)
            await asyncio.sleep(_PAUSE)

    async def _look_at(self, alert_id: int) -> None:
        progress = await self._outbox.progress(alert_id)
        if not progress.finished:
            return
        if progress.left:
            if alert_id in self._only_later:
                return
            self._only_later.add(alert_id)
            event = "alert sent to all but those who hear it later"
        else:
            for known in (self._open, self._begun, self._only_later):
                known.discard(alert_id)
            event = "alert finished"
        alert = await self._outbox.alert(alert_id)
        seconds = None
        if alert is not None:
            seconds = round((self._clock() - alert.ready_at).total_seconds(), 3)
        _log.info(event, alert=alert_id, seconds=seconds, **progress.document())
