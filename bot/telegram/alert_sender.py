"""Alerts on their way out: rendered once per locale, sort of chat and time zone, then sent."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

import telegram

from bot.alerts.model import Alert, Outcome, Parcel, Result
from bot.alerts.outbox import Outbox
from bot.messages.alerts import alert_message
from bot.messages.digests import digest_pages
from bot.subscribers.model import ChatKind
from bot.telegram.broadcast import Broadcast
from bot.telegram.desk import Desk
from bot.telegram.outcomes import outcome_of
from bot.telegram.rate_limiter import NotWanted

_MOST_RENDERED = 256
_Key = tuple[tuple[int, ...], str, ChatKind, str]
"""The alerts, and all of a chat that their text depends on: language, kind, time zone."""


class AlertSender:
    """Makes one attempt at a time; the courier decides about further ones."""

    def __init__(self, desk: Desk, outbox: Outbox) -> None:
        self._desk = desk
        self._outbox = outbox
        self._rendered: OrderedDict[_Key, list[Broadcast]] = OrderedDict()

    async def send(self, parcel: Parcel, alerts: Sequence[Alert]) -> Outcome:
        """Send one alert, or several as a digest, after answers to people.

        A digest of several pages that breaks off is sent again from its beginning.
        """
        pages = self._pages(parcel, alerts)
        if not pages:
            return Outcome(Result.UNWANTED)

        async def wanted() -> bool:
            return all([await self._outbox.still_wanted(one) for one in parcel.deliveries])

        message_id = None
        for page in pages:
            try:
                message_id = await self._desk.outgoing.send_broadcast(
                    parcel.address, page, wanted=wanted
                )
            except NotWanted:
                # Looked at anew at once: what is still wanted of it goes out then.
                return Outcome(Result.RETRY, retry_at=self._desk.clock(), detail="changed")
            except telegram.error.TelegramError as error:
                outcome = outcome_of(error, self._desk.clock())
                if outcome.result is not Result.SENT:
                    return outcome
        await self._resume(parcel)
        return Outcome(Result.SENT, message_id=message_id)

    async def _resume(self, parcel: Parcel) -> None:
        """End the pause of an address that was tried again and could be written to."""
        thread_id = parcel.address.thread_id
        if thread_id in parcel.chat.pauses:
            await self._desk.store.update_chat(
                parcel.chat.id, lambda kept: kept and kept.resumed(thread_id)
            )

    def _pages(self, parcel: Parcel, alerts: Sequence[Alert]) -> list[Broadcast]:
        chat = parcel.chat
        language = self._desk.language(chat)
        key = (tuple(alert.id for alert in alerts), language.code, chat.kind, chat.timing.zone)
        if key not in self._rendered:
            reader = self._desk.reader(chat)
            one = len(alerts) == 1
            pages = [alert_message(reader, alerts[0])] if one else digest_pages(reader, alerts)
            self._rendered[key] = [self._desk.outgoing.broadcast(page) for page in pages]
            if len(self._rendered) > _MOST_RENDERED:
                self._rendered.popitem(last=False)
        return self._rendered[key]
