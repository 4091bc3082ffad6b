"""What a person can have erased or sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from bot.feeds.model import DeskWish
from bot.storage.errors import EraseLater
from bot.telegram.context import BotContext
from bot.telegram.handlers.feedback import Feedback
from bot.telegram.handlers.inbox import desk_wish, forget_desk_wish
from bot.telegram.permissions import Permissions
from bot.telegram.request import Answer, Request
from bot.telegram.router import Conversation
from bot.views import replies
from bot.views.callbacks import Forget
from bot.views.home import own_data_caption
from bot.views.message import Message
from bot.views.settings import erased_later, forget_question, forgotten


class Privacy:
    """/forgetme and /mydata."""

    def __init__(self, context: BotContext, permissions: Permissions, feedback: Feedback) -> None:
        self._context = context
        self._permissions = permissions
        self._feedback = feedback

    def conversation(self) -> Conversation:
        """What it takes."""
        return Conversation(
            commands={
                "forgetme": self._ask,
            },
            private_commands={"mydata": self._mine},
            actions={Forget: self._forget},
        )

    async def _mine(self, request: Request) -> Message | None:
        kept = dict(await self._context.store.kept_about(request.chat.id))
        # The command itself waits in the inbox until it is answered.
        others = [update for update in kept.pop("updates", ()) if not _is_of(request, update)]
        kept |= {"updates": others} if others else {}
        feedback = await self._feedback.kept_about(request.chat.id)
        kept |= {"feedback": feedback} if feedback else {}
        wish = await desk_wish(self._context, request.chat.id)
        kept |= {"desk": wish.model_dump(mode="json")} if wish != DeskWish() else {}
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
            await self._feedback.forget(request.chat.id)
            await forget_desk_wish(self._context, request.chat.id)
            await self._context.store.forget_chat(request.chat.id)
        except EraseLater:
            return Answer(erased_later((await self._context.again(request)).reader))
        return Answer(forgotten((await self._context.again(request)).reader))


def _is_of(request: Request, update: Mapping[str, Any]) -> bool:
    """Whether a request is about that update."""
    return bool(update.get("message", {}).get("message_id") == request.message_id)
