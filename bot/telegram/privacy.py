"""What a person can have erased or sent, and what they can tell the admins."""

from __future__ import annotations

import orjson

from bot.messages import notices
from bot.messages.actions import Forget
from bot.messages.home import own_data_caption
from bot.messages.model import Message
from bot.messages.settings import forget_question, forgotten
from bot.telegram.desk import Desk
from bot.telegram.rights import Rights
from bot.telegram.router import Conversation
from bot.telegram.turn import Answer, Turn


class Privacy:
    """/forgetme, /mydata and /feedback."""

    def __init__(self, desk: Desk, rights: Rights) -> None:
        self._desk = desk
        self._rights = rights

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
        code = turn.reader.language.code
        reached = await self._desk.tell_admins(
            lambda reader: notices.feedback_for_admins(reader, turn.text, code)
        )
        return notices.feedback_thanks(turn.reader) if reached else notices.no_admins(turn.reader)
