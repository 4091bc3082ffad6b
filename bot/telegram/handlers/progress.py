"""One message that shows how far an alert has come."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta

import structlog
import telegram

from bot.alerts.model import Alert
from bot.alerts.outbox import DeliveryResult
from bot.storage.errors import StoreError
from bot.telegram.context import BotContext
from bot.views.admin_progress import progress_page
from bot.views.message import Message, Reader

_log = structlog.get_logger(__name__)

_RECENT = 20
_LOOKED_BACK = timedelta(hours=1)
_PAUSE = 1.5
"""Seconds between two edits of a message: Telegram allows about one a second in a chat."""


class ProgressReporter:
    """Edits the report of each alert that moved, and leaves the others alone.

    Args:
        rate: Says how many messages a second an alert goes out with.
    """

    def __init__(self, context: BotContext, rate: Callable[[], float]) -> None:
        self._context = context
        self._rate = rate
        self._moved: set[int] = set()
        self._news = asyncio.Event()

    def settled(self, settled: Sequence[DeliveryResult]) -> None:
        """Take note of outcomes."""
        for result in settled:
            self.watch(result.delivery.alert_id)

    def watch(self, alert_id: int) -> None:
        """Show an alert's progress when its turn comes."""
        self._moved.add(alert_id)
        self._news.set()

    async def page(self, reader: Reader, alert: Alert) -> Message:
        """An alert's progress as a page."""
        progress = await self._context.store.progress(alert.id)
        return progress_page(reader, alert, progress, progress.going / self._rate())

    async def run(self) -> None:
        """Report until cancelled. Alerts that a restart interrupted are taken up again.

        So are those of the last hour: the process may have been killed between an alert and its
        report.
        """
        now = self._context.clock()
        recent = await self._context.store.recent_alerts(_RECENT)
        for alert in [*await self._context.store.unfinished(), *recent]:
            if alert not in recent or now - alert.change.made_at < _LOOKED_BACK:
                self.watch(alert.id)
        while True:
            await self._news.wait()
            self._news.clear()
            moved, self._moved = self._moved, set()
            try:
                for alert_id in sorted(moved):
                    await self._show(alert_id)
            except StoreError as error:
                _log.warning("progress not known", error=str(error))
            await asyncio.sleep(_PAUSE)

    async def _show(self, alert_id: int) -> None:
        alert = await self._context.store.alert(alert_id)
        if alert is None or alert.report_chat_id is None or alert.report_message_id is None:
            return
        reader = await self._context.reader_of(alert.report_chat_id)
        page = await self.page(reader, alert)
        try:
            await self._context.api.edit(alert.report_chat_id, alert.report_message_id, page)
        except telegram.error.TelegramError as error:
            # The report is a courtesy: the alert goes on, and the next edit shows where it is.
            _log.warning("progress not shown", alert=alert_id, error=type(error).__name__)
