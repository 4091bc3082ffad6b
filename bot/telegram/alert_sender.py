"""Alerts on their way out: rendered once per locale, sort of chat and time zone, then sent."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import structlog
import telegram
from cachetools import LRUCache

from bot.alerts.model import Alert, ClaimedBatch, Outcome, Result, SentMessage
from bot.alerts.outbox import Outbox
from bot.alerts.rate_scheduler import Priority
from bot.subscribers.audience import scopes_of
from bot.subscribers.chat import Address, Chat, ChatKind
from bot.subscribers.pauses import Obstacle
from bot.telegram.context import BotContext
from bot.telegram.error_mapping import outcome_of
from bot.telegram.rate_limiter import NotWanted
from bot.telegram.serialization import SerializedMessage
from bot.views.alerts import alert_message
from bot.views.digests import digest_pages
from bot.views.message import Message
from bot.views.pauses import topic_waits

_log = structlog.get_logger(__name__)

_MOST_RENDERED = 256
_Key = tuple[tuple[int, ...], str, ChatKind, str, bool]
"""The alerts, and all of a chat that their text depends on: language, kind, time zone, and whether
it stopped following."""


class AlertSender:
    """Makes one attempt at a time; the worker decides about further ones."""

    def __init__(self, context: BotContext, outbox: Outbox) -> None:
        self._context = context
        self._outbox = outbox
        self._rendered: LRUCache[_Key, list[SerializedMessage]] = LRUCache(_MOST_RENDERED)
        self._corrected: LRUCache[int, Alert | None] = LRUCache(_MOST_RENDERED)
        """The alerts that corrections take back, by the ids of those."""

    async def send(self, batch: ClaimedBatch, alerts: Sequence[Alert]) -> Outcome:
        """Send one alert, or several as a digest, after answers to people.

        A digest of several pages that breaks off is sent again from its beginning.
        """
        pages = self._pages(batch, alerts)
        if not pages:
            return Outcome(Result.UNWANTED)
        chat, thread_id = batch.chat, batch.chat.thread_of(batch.address.thread_id)
        reply_to = await self._mark_corrected(batch, alerts)
        outcome = await self._send(batch, Address(chat.id, thread_id), pages, reply_to)
        topic_gone = outcome.obstacle is Obstacle.TOPIC_GONE and thread_id is not None
        if topic_gone and await self._lost_its_topics(chat):
            outcome = await self._send(batch, Address(chat.id), pages)
        if outcome.result is Result.SENT:
            await self._resume(chat, thread_id)
        elif outcome.obstacle is not None and thread_id is not None:
            await self._tell(chat, thread_id, outcome.obstacle)
        return outcome

    async def _send(
        self,
        batch: ClaimedBatch,
        address: Address,
        pages: Sequence[SerializedMessage],
        reply_to: int | None = None,
    ) -> Outcome:
        async def wanted() -> bool:
            return all([await self._outbox.still_wanted(delivery) for delivery in batch.deliveries])

        message_id = None
        for page in pages:
            try:
                message_id = await self._context.api.deliver(
                    address, page, reply_to=reply_to if message_id is None else None, wanted=wanted
                )
            except NotWanted:
                # Looked at again at once: what is still wanted of it goes out then.
                return Outcome(Result.RETRY, retry_at=self._context.clock(), detail="changed")
            except telegram.error.TelegramError as error:
                outcome = outcome_of(error, self._context.clock())
                if outcome.result is not Result.SENT:
                    return outcome
        in_digest = len(batch.deliveries) > 1
        return Outcome(Result.SENT, SentMessage(message_id, in_digest) if message_id else None)

    async def _mark_corrected(self, batch: ClaimedBatch, alerts: Sequence[Alert]) -> int | None:
        """Mark the alerts that corrections take back, where they stand alone.

        Returns:
            The message to answer, or None where it is not known.
        """
        answered: int | None = None
        for alert in alerts:
            if alert.change.undoes is None:
                continue
            if alert.id not in self._corrected:
                self._corrected[alert.id] = await self._outbox.alert_of(alert.change.undoes)
            told = self._corrected[alert.id]
            if told is None:
                continue
            message = await self._outbox.message_to(told.id, batch.address)
            if message is None:
                continue
            answered = answered or message.id
            if not message.in_digest:
                page = alert_message(
                    self._context.reader(batch.chat),
                    told,
                    muted=_has_stopped(batch, told),
                    correction=alert.change,
                )
                await self._edit(batch.chat.id, message.id, page)
        return answered

    async def _edit(self, chat_id: int, message_id: int, page: Message) -> None:
        """Put a page in place of an alert. The correction is sent, whether that succeeds or not."""
        edit = partial(self._context.api.edit, chat_id, message_id, page, priority=Priority.ALERT)
        try:
            if not await edit(photo=self._context.api.sends_pictures):
                await edit(photo=not self._context.api.sends_pictures)
        except telegram.error.TelegramError as error:
            _log.info("an alert was not marked as corrected", error=type(error).__name__)

    async def _lost_its_topics(self, chat: Chat) -> bool:
        """Whether a group is not a forum any more; then all that its topics followed is its own."""
        try:
            found = await self._context.bot.get_chat(chat.id)
        except telegram.error.TelegramError as error:
            _log.info("it is not known whether a group has topics", error=type(error).__name__)
            return False
        if found.is_forum:
            return False
        await self._context.store.update_chat(chat.id, lambda kept: kept and kept.flat())
        return True

    async def _resume(self, chat: Chat, thread_id: int | None) -> None:
        """End the pause of an address that was tried again and could be written to."""
        if thread_id in chat.pauses:
            await self._context.store.update_chat(
                chat.id, lambda kept: kept and kept.resumed(thread_id)
            )

    async def _tell(self, chat: Chat, thread_id: int, obstacle: Obstacle) -> None:
        """Tell a forum, once, that the alerts of one of its topics wait."""
        about_topic = obstacle in {Obstacle.TOPIC_CLOSED, Obstacle.TOPIC_GONE}
        if about_topic and chat.refused(thread_id, obstacle, self._context.clock()).tries == 1:
            page = topic_waits(self._context.reader(chat), chat.id, thread_id, obstacle)
            await self._context.api.try_send(Address(chat.id), page, priority=Priority.ALERT)

    def _pages(self, batch: ClaimedBatch, alerts: Sequence[Alert]) -> list[SerializedMessage]:
        chat = batch.chat
        language = self._context.language(chat)
        stopped = len(alerts) == 1 and _has_stopped(batch, alerts[0])
        ids = tuple(alert.id for alert in alerts)
        key = (ids, language.code, chat.kind, chat.timing.zone, stopped)
        if key not in self._rendered:
            reader = self._context.reader(chat)
            one = len(alerts) == 1
            pages = (
                [alert_message(reader, alerts[0], muted=stopped)]
                if one
                else digest_pages(reader, alerts)
            )
            self._rendered[key] = [self._context.api.serialized(page) for page in pages]
        return self._rendered[key]


def _has_stopped(batch: ClaimedBatch, alert: Alert) -> bool:
    """Whether an address does not follow any more what an alert is about."""
    scopes = scopes_of(alert.change.provision_id, alert.topics)
    return not batch.chat.hears(batch.address.thread_id, scopes)
