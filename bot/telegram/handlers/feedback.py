"""/feedback from readers, and the admins' answers: neither side sees the other's name."""

from __future__ import annotations

import asyncio
from dataclasses import astuple, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import orjson
import structlog
import telegram
from throttled import MemoryStore, Throttled, per_duration

from bot.alerts.rate_scheduler import Priority
from bot.subscribers.chat import Address
from bot.telegram.context import BotContext
from bot.telegram.request import Request
from bot.telegram.router import Conversation
from bot.views import feedback, replies
from bot.views.message import Message

_log = structlog.get_logger(__name__)

_PERSON, _ALL = (3, timedelta(minutes=30)), (10, timedelta(minutes=5))
"""Feedback of a person, and of all together: so many at once, and as many again in such a time."""
_MOST_REMEMBERED = 10_000
_FACT = "feedback"
_KEPT = timedelta(days=30)
_MOST = 200


@dataclass(frozen=True, slots=True)
class _WayBack:
    """From a message that an admin got to where its feedback came from."""

    admin: int
    message: int
    chat: int
    thread: int | None
    at: str
    language: str

    @property
    def address(self) -> Address:
        return Address(self.chat, self.thread)


class Feedback:
    """Passes feedback on, and answers back.

    The way back is kept for 30 days, and for the last 200 messages at most.
    """

    def __init__(self, context: BotContext) -> None:
        self._context = context
        self._of_person, self._of_all = _budget(*_PERSON), _budget(*_ALL)
        self._one_at_a_time = asyncio.Lock()

    def conversation(self) -> Conversation:
        """What it takes."""
        return Conversation(
            commands={"feedback": self._feedback}, free_text=frozenset({"feedback"})
        )

    async def take(self, request: Request) -> Message | None:
        """Pass an admin's reply to feedback on; None for anything else."""
        if request.user_id not in self._context.admins or not request.in_private:
            return None
        if request.replied is None:
            return None
        asked = (request.user_id, request.replied.message_id)
        found = [way for way in await self._ways() if (way.admin, way.message) == asked]
        if not found:
            return None
        reader = await self._context.reader_of(found[0].chat)
        language = self._context.languages.get(found[0].language, reader.language)
        reader = replace(reader, language=language)
        try:
            for page in feedback.answer(reader, request.text):
                await self._context.api.send(found[0].address, page)
        except telegram.error.TelegramError as error:
            _log.info("an answer to feedback was not delivered", error=type(error).__name__)
            return feedback.not_answered(request.reader)
        return feedback.answered(request.reader)

    async def kept_about(self, chat_id: int) -> list[dict[str, Any]]:
        """What is kept of a chat's feedback, as JSON data."""
        ways = [way for way in await self._ways() if way.chat == chat_id]
        return [{"thread": way.thread, "at": way.at} for way in ways]

    async def forget(self, chat_id: int) -> None:
        """Erase the ways back to a chat."""
        async with self._one_at_a_time:
            ways = await self._ways()
            kept = [way for way in ways if way.chat != chat_id]
            if len(kept) < len(ways):
                await self._keep(kept)

    async def _feedback(self, request: Request) -> Message:
        if not request.text:
            return feedback.usage(request.reader)
        if self._of_person.limit(str(_sender(request))).limited:
            return feedback.enough(request.reader)
        if self._of_all.limit("all").limited:
            return feedback.later(request.reader)
        code = request.reader.language.code
        sent: list[tuple[int, int]] = []
        async with self._one_at_a_time:
            reached = await self._context.tell_admins(
                lambda reader: feedback.for_admins(reader, request.text, code),
                Priority.FEEDBACK,
                sent,
            )
            at, address = self._context.clock().isoformat(), request.address
            new = [_WayBack(*to, address.chat_id, address.thread_id, at, code) for to in sent]
            if new:
                await self._keep([*await self._ways(), *new])
        return feedback.thanks(request.reader) if reached else replies.no_admins(request.reader)

    async def _ways(self) -> list[_WayBack]:
        rows = orjson.loads(await self._context.store.remembered(_FACT) or "[]")
        oldest = self._context.clock() - _KEPT
        ways = [_WayBack(*row) for row in rows]
        return [way for way in ways if datetime.fromisoformat(way.at) > oldest]

    async def _keep(self, ways: list[_WayBack]) -> None:
        rows = [astuple(way) for way in ways[-_MOST:]]
        await self._context.store.remember(_FACT, orjson.dumps(rows).decode())


def _sender(request: Request) -> int:
    """Who writes: a person, or a chat in whose name somebody speaks."""
    return request.chat.id if request.speaks_as_chat else request.user_id or request.chat.id


def _budget(count: int, time: timedelta) -> Throttled:
    return Throttled(
        using="gcra",
        quota=per_duration(time, count, burst=count),
        store=MemoryStore(options={"MAX_SIZE": _MOST_REMEMBERED}),
    )
