"""What a person can have erased or sent, and what they can tell the admins."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import orjson
from throttled import MemoryStore, Throttled, per_duration

from bot.alerts.pacing import Priority
from bot.messages import notices
from bot.messages.actions import Forget
from bot.messages.home import own_data_caption
from bot.messages.model import Message
from bot.messages.settings import forget_question, forgotten
from bot.telegram.desk import Desk
from bot.telegram.rights import Rights
from bot.telegram.router import Conversation
from bot.telegram.turn import Answer, Turn

_PERSON, _ALL = (3, timedelta(minutes=30)), (10, timedelta(minutes=5))
"""Feedback of a person, and of all together: so many at once, and as many again in such a time."""
_MOST_REMEMBERED = 10_000


class Privacy:
    """/forgetme, /mydata and /feedback."""

    def __init__(self, desk: Desk, rights: Rights) -> None:
        self._desk = desk
        self._rights = rights
        self._of_person, self._of_all = _budget(*_PERSON), _budget(*_ALL)
        self._one_at_a_time = asyncio.Lock()

    def conversation(self) -> Conversation:
        """What it takes."""
        return Conversation(
            commands={
                "forgetme": self._ask,
                "feedback": self._feedback,
                "mydata": self._mine,
            },
            actions={Forget: self._forget},
            free_text=frozenset({"feedback"}),
        )

    async def _mine(self, turn: Turn) -> Message | None:
        if not turn.in_private:
            return None
        kept = await self._desk.store.kept_about(turn.chat.id)
        document = orjson.dumps(kept, option=orjson.OPT_INDENT_2)
        caption = own_data_caption(turn.reader)
        await self._desk.outgoing.send_document(turn.address, document, "about-you.json", caption)
        return None

    async def _ask(self, turn: Turn) -> Message:
        if not await self._rights.may_configure(turn):
            return notices.admins_only_settings(turn.reader)
        return forget_question(turn.reader)

    async def _forget(self, turn: Turn, action: Forget) -> Answer:
        if not await self._rights.may_configure(turn):
            return Answer(notice=notices.not_allowed(turn.reader))
        if not action.sure:
            return Answer(forget_question(turn.reader))
        await self._desk.store.forget_chat(turn.chat.id)
        return Answer(forgotten((await self._desk.again(turn)).reader))

    async def _feedback(self, turn: Turn) -> Message:
        if not turn.text:
            return notices.feedback_usage(turn.reader)
        if self._of_person.limit(str(_sender(turn))).limited:
            return notices.feedback_enough(turn.reader)
        if self._of_all.limit("all").limited:
            return notices.feedback_later(turn.reader)
        code = turn.reader.language.code
        async with self._one_at_a_time:
            reached = await self._desk.tell_admins(
                lambda reader: notices.feedback_for_admins(reader, turn.text, code),
                Priority.FEEDBACK,
            )
        return notices.feedback_thanks(turn.reader) if reached else notices.no_admins(turn.reader)


def _sender(turn: Turn) -> int:
    """Who writes: a person, or a chat in whose name somebody speaks."""
    return turn.chat.id if turn.speaks_as_chat else turn.user_id or turn.chat.id


def _budget(count: int, time: timedelta) -> Throttled:
    return Throttled(
        using="gcra",
        quota=per_duration(time, count, burst=count),
        store=MemoryStore(options={"MAX_SIZE": _MOST_REMEMBERED}),
    )
