"""Pressed buttons: what comes of a press, and in whose message it shows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import telegram
from cachetools import LRUCache
from telegram.ext import BaseHandler, CallbackQueryHandler, ContextTypes

from bot.subscribers.chat import ChatKind
from bot.telegram.context import BotContext
from bot.telegram.permissions import Permissions
from bot.telegram.request import Answer, Request
from bot.telegram.returning import greet
from bot.views import replies
from bot.views.callbacks import (
    STARTS,
    Action,
    Adjust,
    ChooseLanguage,
    Follow,
    FollowAgain,
    FollowAllAgain,
    Mute,
    Show,
    ShowPart,
    ShowProvision,
    Unfollow,
    UnfollowAll,
    View,
    decode,
)
from bot.views.format import deep_link

_MOST_REMEMBERED = 10_000
"""Pages in groups of which it is remembered who asked for them by a button."""
_OF_SETTINGS = (ChooseLanguage, Adjust)
_CHOICES = (Follow, Unfollow, UnfollowAll, Mute, FollowAgain, FollowAllAgain, *_OF_SETTINGS)
"""What an admin alone chooses in a group."""
_PAYLOADS = {view: payload for payload, view in STARTS.items()}


class Presses:
    """Hands pressed buttons on, and shows what comes back to the person who pressed.

    * In a private chat the page takes the place of the one with the button.
    * In a group a page belongs to the member who asked for it, and to the group's admins: for
      them it changes in its place. Any other member gets a reply. A message that nobody asked
      for, such as an alert, always stays what it is.
    * What a member may not choose for a group they are led to choose in a private chat.
    * In a channel only an admin's press changes or posts anything. Any other reader is taken to
      the page in a private chat with the bot.
    """

    def __init__(
        self,
        context: BotContext,
        permissions: Permissions,
        act: Callable[[Request, Action | None], Awaitable[Answer]],
    ) -> None:
        self._context = context
        self._permissions = permissions
        self._act = act
        self._askers: LRUCache[tuple[int, int], int] = LRUCache(_MOST_REMEMBERED)

    def handlers(self) -> list[BaseHandler[Any, Any, Any]]:
        """What python-telegram-bot hands updates to."""
        return [CallbackQueryHandler(self._on_button)]

    async def _on_button(self, update: telegram.Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        query = update.callback_query
        if query is None:
            return
        message = query.message
        if message is None:  # a button under an inline result, which carries links alone
            await self._context.api.answer(query.id)
            return
        request = await self._context.request(message.chat, query.from_user, message)
        await greet(self._context, request)
        action = decode(query.data or "")
        in_channel = request.chat.kind is ChatKind.CHANNEL
        if (in_channel or isinstance(action, _CHOICES)) and not (
            await self._permissions.may_configure(request)
        ):
            await self._lead_away(query.id, request, action)
            return
        if message.chat.is_forum and not message.is_accessible:
            # Of a message that is gone Telegram does not tell the topic, which all depends on.
            await self._context.api.answer(query.id, replies.outdated_button(request.reader))
            return
        await self._show(query.id, request, message, action)

    async def _show(
        self,
        query_id: str,
        request: Request,
        message: telegram.MaybeInaccessibleMessage,
        action: Action | None,
    ) -> None:
        answer = await self._act(request, action)
        stays = not await self._may_replace(request, action)
        api = self._context.api
        if answer.put_away and stays:
            await api.answer(query_id, replies.somebody_elses(request.reader))
            return
        await api.answer(query_id, answer.notice)
        if answer.put_away:
            await api.remove_buttons(request.chat.id, message.message_id)
        if answer.page is None:
            return
        edited = not (answer.anew or stays) and await api.edit(
            request.chat.id, message.message_id, answer.page, photo=_has_photo(message)
        )
        if edited:
            return
        if request.in_private:
            await api.send(request.address, answer.page)
            return
        # Its buttons give an answer again from the question that the message replies to.
        reply_to = request.replied.message_id if request.replied else message.message_id
        sent = await api.send(request.address, answer.page, reply_to=reply_to)
        self._remember(request, sent)

    async def _may_replace(self, request: Request, action: Action | None) -> bool:
        """Whether a page may take the place of the message whose button was pressed."""
        if request.in_private:
            return True
        asker = self._askers.get((request.chat.id, request.message_id or 0))
        if asker is None and request.replied is not None:
            asker = request.replied.from_user.id if request.replied.from_user else 0
        if asker is None:
            return _keeps_alert(action) and await self._permissions.may_configure(request)
        return asker == request.user_id or await self._permissions.may_configure(request)

    def _remember(self, request: Request, message_id: int) -> None:
        self._askers[request.chat.id, message_id] = request.user_id

    async def _lead_away(self, query_id: str, request: Request, action: Action | None) -> None:
        """Open the page in the reader's own chat with the bot, where there is such a page."""
        payload = _start_of(action)
        if payload is None:
            notice = replies.not_allowed(request.reader)
            await self._context.api.answer(query_id, notice)
        else:
            await self._context.api.answer(query_id, url=deep_link(request.reader, payload))


def _keeps_alert(action: Action | None) -> bool:
    """Whether it shows the same alert again, with other buttons."""
    match action:
        case Mute():
            return True
        case Follow(back=back) | Unfollow(back=back):
            return back.view is View.ALERT
        case _:
            return False


def _start_of(action: Action | None) -> str | None:
    """The payload of /start that shows the page of a button; None if there is none."""
    if isinstance(action, _CHOICES) and not isinstance(action, Follow | Unfollow):
        return "settings" if isinstance(action, _OF_SETTINGS) else "following"
    match action:
        case ShowProvision(provision_id) | ShowPart(provision_id):
            return f"provision_{provision_id}"
        case Follow(scope) | Unfollow(scope):
            return f"follow_{scope.kind}_{scope.id}".rstrip("_")
        case Show(place) if place.view is View.TOPIC:
            return f"topic_{place.id}"
        case Show(place):
            return _PAYLOADS.get(place.view)
        case _:
            return None


def _has_photo(message: telegram.MaybeInaccessibleMessage) -> bool:
    return isinstance(message, telegram.Message) and bool(message.photo)
