"""Test alerts: whether alerts arrive in a chat, a topic or a channel, and how."""

from __future__ import annotations

from telegram.error import TelegramError

from bot.subscribers.chat import Address, Chat
from bot.telegram.context import BotContext
from bot.telegram.error_mapping import outcome_of
from bot.telegram.permissions import Permissions
from bot.telegram.request import Answer, Request
from bot.telegram.router import Conversation
from bot.views import replies
from bot.views.callbacks import TryOut
from bot.views.message import Message, Reader
from bot.views.trial import trial_alert, trial_failed, trial_sent


class Trials:
    """Sends a test alert where real ones go."""

    def __init__(self, context: BotContext, permissions: Permissions) -> None:
        self._context = context
        self._permissions = permissions

    def conversation(self) -> Conversation:
        """What it takes."""
        return Conversation(commands={"testalert": self._command}, actions={TryOut: self._press})

    async def _command(self, request: Request) -> Message | None:
        if not await self._permissions.may_configure(request):
            return replies.admins_only_settings(request.reader)
        return trial_alert(request.reader, request.chat, request.address.thread_id)

    async def _press(self, request: Request, _: TryOut) -> Answer:
        if not await self._permissions.may_configure(request):
            return Answer(notice=replies.not_allowed(request.reader))
        return Answer(notice=await self.send(request.reader, request.chat, request.address))

    async def send(self, asking: Reader, chat: Chat, address: Address) -> str:
        """Send a test alert in the chat's language; say to the asker what came of it."""
        page = trial_alert(self._context.reader(chat), chat, address.thread_id)
        try:
            await self._context.api.send(address, page)
        except TelegramError as error:
            return trial_failed(asking, outcome_of(error, self._context.clock()))
        await self._context.store.update_chat(
            chat.id, lambda kept: kept and kept.resumed(kept.thread_of(address.thread_id))
        )
        return trial_sent(asking)
