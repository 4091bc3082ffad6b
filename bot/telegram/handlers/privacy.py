"""What a person can have erased or sent, and what they can tell the admins."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import orjson
from throttled import MemoryStore, Throttled, per_duration

from bot.alerts.rate_scheduler import Priority
from bot.storage.errors import EraseLater
from bot.telegram.context import BotContext
from bot.telegram.permissions import Permissions
from bot.telegram.request import Answer, Request
from bot.telegram.router import Conversation
from bot.views import replies
from bot.views.callbacks import Forget
from bot.views.home import own_data_caption
from bot.views.message import Message
from bot.views.settings import erased_later, forget_question, forgotten

_PERSON, _ALL = (3, timedelta(minutes=30)), (10, timedelta(minutes=5))
"""Feedback of a person, and of all together: so many at once, and as many again in such a time."""
_MOST_REMEMBERED = 10_000


class Privacy:
    """/forgetme, /mydata and /feedback."""

    def __init__(self, context: BotContext, permissions: Permissions) -> None:
        self._context = context
        self._permissions = permissions
        self._of_person, self._of_all = _budget(*_PERSON), _budget(*_ALL)
        self._one_at_a_time = asyncio.Lock()

    def conversation(self) -> Conversation:
        """What it takes."""
        return Conversation(
            commands={
                "forgetme": self._ask,
                "feedback": self._feedback,
            },
            private_commands={"mydata": self._mine},
            actions={Forget: self._forget},
            free_text=frozenset({"feedback"}),
        )

    async def _mine(self, request: Request) -> Message | None:
        kept = dict(await self._context.store.kept_about(request.chat.id))
        # The command itself waits in the inbox until it is answered.
        others = [update for update in kept.pop("updates", ()) if not _is_of(request, update)]
        kept |= {"updates": others} if others else {}
        document = orjson.dumps(kept, option=orjson.OPT_INDENT_2)
        caption = own_data_caption(request.reader)
        await self._context.api.send_document(request.address, document, "about-you.json", caption)
        return None

    async def _ask(self, request: Request) -> Message:
        if not await self._permissions.may_configure(request):
            return replies.admins_only_settings(request.reader)
        return forget_question(request.reader)

    async def _forget(self, request: Request, action: Forget) -> Answer:
        if not await self._permissions.may_configure(request):
            return Answer(notice=replies.not_allowed(request.reader))
        if not action.sure:
            return Answer(forget_question(request.reader))
        try:
            await self._context.store.forget_chat(request.chat.id)
        except EraseLater:
            return Answer(erased_later((await self._context.again(request)).reader))
        return Answer(forgotten((await self._context.again(request)).reader))

    async def _feedback(self, request: Request) -> Message:
        if not request.text:
            return replies.feedback_usage(request.reader)
        if self._of_person.limit(str(_sender(request))).limited:
            return replies.feedback_enough(request.reader)
        if self._of_all.limit("all").limited:
            return replies.feedback_later(request.reader)
        code = request.reader.language.code
        async with self._one_at_a_time:
            reached = await self._context.tell_admins(
                lambda reader: replies.feedback_for_admins(reader, request.text, code),
                Priority.FEEDBACK,
            )
        return (
            replies.feedback_thanks(request.reader)
            if reached
            else replies.no_admins(request.reader)
        )


def _is_of(request: Request, update: Mapping[str, Any]) -> bool:
    """Whether a request is about that update."""
    return bool(update.get("message", {}).get("message_id") == request.message_id)


def _sender(request: Request) -> int:
    """Who writes: a person, or a chat in whose name somebody speaks."""
    return request.chat.id if request.speaks_as_chat else request.user_id or request.chat.id


def _budget(count: int, time: timedelta) -> Throttled:
    return Throttled(
        using="gcra",
        quota=per_duration(time, count, burst=count),
        store=MemoryStore(options={"MAX_SIZE": _MOST_REMEMBERED}),
    )
