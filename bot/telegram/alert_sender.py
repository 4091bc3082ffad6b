"""Alerts on their way out: rendered once per locale, sort of chat and time zone, then sent."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

import telegram

from bot.alerts.model import Alert, ClaimedBatch, Outcome, Result
from bot.alerts.outbox import Outbox
from bot.subscribers.chat import ChatKind
from bot.telegram.broadcast import Broadcast
from bot.telegram.context import BotContext
from bot.telegram.error_mapping import outcome_of
from bot.telegram.rate_limiter import NotWanted
from bot.views.alerts import alert_message
from bot.views.digests import digest_pages

_MOST_RENDERED = 256
_Key = tuple[tuple[int, ...], str, ChatKind, str]
"""The alerts, and all of a chat that their text depends on: language, kind, time zone."""


class AlertSender:
    """Makes one attempt at a time; the worker decides about further ones."""

    def __init__(self, context: BotContext, outbox: Outbox) -> None:
        self._context = context
        self._outbox = outbox
        self._rendered: OrderedDict[_Key, list[Broadcast]] = OrderedDict()

    async def send(self, batch: ClaimedBatch, alerts: Sequence[Alert]) -> Outcome:
        """Send one alert, or several as a digest, after answers to people.

        A digest of several pages that breaks off is sent again from its beginning.
        """
        pages = self._pages(batch, alerts)
        if not pages:
            return Outcome(Result.UNWANTED)

        async def wanted() -> bool:
            return all([await self._outbox.still_wanted(delivery) for delivery in batch.deliveries])

        message_id = None
        for page in pages:
            try:
                message_id = await self._context.outgoing.send_broadcast(
                    batch.address, page, wanted=wanted
                )
            except NotWanted:
                # Looked at anew at once: what is still wanted of it goes out then.
                return Outcome(Result.RETRY, retry_at=self._context.clock(), detail="changed")
            except telegram.error.TelegramError as error:
                outcome = outcome_of(error, self._context.clock())
                if outcome.result is not Result.SENT:
                    return outcome
        await self._resume(batch)
        return Outcome(Result.SENT, message_id=message_id)

    async def _resume(self, batch: ClaimedBatch) -> None:
        """End the pause of an address that was tried again and could be written to."""
        thread_id = batch.address.thread_id
        if thread_id in batch.chat.pauses:
            await self._context.store.update_chat(
                batch.chat.id, lambda kept: kept and kept.resumed(thread_id)
            )

    def _pages(self, batch: ClaimedBatch, alerts: Sequence[Alert]) -> list[Broadcast]:
        chat = batch.chat
        language = self._context.language(chat)
        key = (tuple(alert.id for alert in alerts), language.code, chat.kind, chat.timing.zone)
        if key not in self._rendered:
            reader = self._context.reader(chat)
            one = len(alerts) == 1
            pages = [alert_message(reader, alerts[0])] if one else digest_pages(reader, alerts)
            self._rendered[key] = [self._context.outgoing.broadcast(page) for page in pages]
            if len(self._rendered) > _MOST_RENDERED:
                self._rendered.popitem(last=False)
        return self._rendered[key]
