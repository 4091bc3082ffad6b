"""An alert on its way out: rendered once per locale and sort of chat, then sent to each."""

from __future__ import annotations

from collections import OrderedDict

import telegram

from bot.alerts.model import Alert, Delivery, Outcome, Result
from bot.alerts.pacing import Priority
from bot.language.negotiation import negotiate
from bot.messages.alerts import alert_message
from bot.messages.model import Message
from bot.messages.reader import Reader
from bot.subscribers.model import ChatKind
from bot.telegram.desk import Desk
from bot.telegram.outcomes import outcome_of

_MOST_RENDERED = 256


class AlertSender:
    """Makes one attempt at a time; the courier decides about further ones."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._rendered: OrderedDict[tuple[int, str, ChatKind], Message] = OrderedDict()

    async def send(self, alert: Alert, delivery: Delivery) -> Outcome:
        """Send an alert to an address, after answers to people."""
        message = self._message(alert, delivery)
        try:
            sent = await self._desk.outgoing.send(
                delivery.address, message, priority=Priority.ALERT
            )
        except telegram.error.TelegramError as error:
            return outcome_of(error, self._desk.clock())
        return Outcome(Result.SENT, message_id=sent.message_id)

    def _message(self, alert: Alert, delivery: Delivery) -> Message:
        code = negotiate([delivery.locale], self._desk.languages)
        key = (alert.id, code, delivery.kind)
        if key not in self._rendered:
            reader = Reader(
                language=self._desk.languages[code],
                kind=delivery.kind,
                now=self._desk.clock(),
                bot_username=self._desk.bot.username,
            )
            self._rendered[key] = alert_message(reader, alert)
            if len(self._rendered) > _MOST_RENDERED:
                self._rendered.popitem(last=False)
        return self._rendered[key]
