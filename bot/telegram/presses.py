"""Pressed buttons: what comes of a press, and in whose message it shows."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

import telegram
from telegram.ext import BaseHandler, CallbackQueryHandler, ContextTypes

from bot.messages import notices
from bot.messages.actions import (
    STARTS,
    Action,
    Follow,
    Show,
    ShowCard,
    ShowProvision,
    StopAlerts,
    Unfollow,
    View,
    decode,
)
from bot.messages.text import deep_link
from bot.subscribers.model import ChatKind
from bot.telegram.desk import Desk
from bot.telegram.rights import Rights
from bot.telegram.turn import Answer, Turn

_MOST_REMEMBERED = 10_000
"""Pages in groups of which it is remembered who asked for them by a button."""
_PAYLOADS = {view: payload for payload, view in STARTS.items()}


class Presses:
    """Hands pressed buttons on, and shows what comes back to the person who pressed.

    * In a private chat the page takes the place of the one with the button.
    * In a group a page belongs to the member who asked for it, and to the group's admins: for
      them it changes in its place. Any other member gets a reply. A message that nobody asked
      for, such as an alert, always stays what it is.
    * In a channel only an admin's press changes or posts anything. Any other reader is taken to
      the page in a private chat with the bot.
    """

    def __init__(
        self, desk: Desk, rights: Rights, act: Callable[[Turn, Action | None], Awaitable[Answer]]
    ) -> None:
        self._desk = desk
        self._rights = rights
        self._act = act
        self._askers: OrderedDict[tuple[int, int], int] = OrderedDict()

    def handlers(self) -> list[BaseHandler[Any, Any, Any]]:
        """What python-telegram-bot hands updates to."""
        return [CallbackQueryHandler(self._on_button)]

    async def _on_button(self, update: telegram.Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        query = update.callback_query
        if query is None:
            return
        message = query.message
        if message is None:  # a button under an inline result, which carries links alone
            await self._desk.outgoing.answer(query.id)
            return
        turn = await self._desk.turn(message.chat, query.from_user, message)
        action = decode(query.data or "")
        if turn.chat.kind is ChatKind.CHANNEL and not await self._rights.may_configure(turn):
            await self._lead_away(query.id, turn, action)
            return
        if message.chat.is_forum and not message.is_accessible:
            # Of a message that is gone Telegram does not tell the topic, which all depends on.
            await self._desk.outgoing.answer(query.id, notices.outdated_button(turn.reader))
            return
        await self._show(query.id, turn, message, action)

    async def _show(
        self,
        query_id: str,
        turn: Turn,
        message: telegram.MaybeInaccessibleMessage,
        action: Action | None,
    ) -> None:
        answer = await self._act(turn, action)
        stays = not await self._may_replace(turn, action)
        outgoing = self._desk.outgoing
        if answer.put_away and stays:
            await outgoing.answer(query_id, notices.somebody_elses(turn.reader))
            return
        await outgoing.answer(query_id, answer.notice)
        if answer.put_away:
            await outgoing.editing.put_away(turn.chat.id, message.message_id)
        if answer.page is None:
            return
        edited = not (answer.anew or stays) and await outgoing.editing.edit(
            turn.chat.id, message.message_id, answer.page, photo=_has_photo(message)
        )
        if edited:
            return
        if turn.in_private:
            await outgoing.reply(turn.address, answer.page)
            return
        # Its buttons give an answer again from the question that the message replies to.
        reply_to = turn.replied.message_id if turn.replied else message.message_id
        sent = await outgoing.reply(turn.address, answer.page, reply_to=reply_to)
        self._remember(turn, sent)

    async def _may_replace(self, turn: Turn, action: Action | None) -> bool:
        """Whether a page may take the place of the message whose button was pressed."""
        if turn.in_private:
            return True
        asker = self._askers.get((turn.chat.id, turn.message_id or 0))
        if asker is None and turn.replied is not None:
            asker = turn.replied.from_user.id if turn.replied.from_user else 0
        if asker is None:
            return _keeps_alert(action) and await self._rights.may_configure(turn)
        return asker == turn.user_id or await self._rights.may_configure(turn)

    def _remember(self, turn: Turn, message_id: int) -> None:
        self._askers[turn.chat.id, message_id] = turn.user_id
        if len(self._askers) > _MOST_REMEMBERED:
            self._askers.popitem(last=False)

    async def _lead_away(self, query_id: str, turn: Turn, action: Action | None) -> None:
        """Open the page in the reader's own chat with the bot, where there is such a page."""
        payload = _start_of(action)
        if payload is None:
            notice = notices.not_allowed(turn.reader)
            await self._desk.outgoing.answer(query_id, notice)
        else:
            await self._desk.outgoing.answer(query_id, url=deep_link(turn.reader, payload))


def _keeps_alert(action: Action | None) -> bool:
    """Whether it shows the same alert again, with other buttons."""
    match action:
        case StopAlerts():
            return True
        case Follow(back=back) | Unfollow(back=back):
            return back.view is View.ALERT
        case _:
            return False


def _start_of(action: Action | None) -> str | None:
    """The payload of /start that shows the page of a button; None if there is none."""
    match action:
        case ShowProvision(provision_id) | ShowCard(provision_id):
            return f"provision_{provision_id}"
        case Show(place) if place.view is View.TOPIC:
            return f"topic_{place.id}"
        case Show(place):
            return _PAYLOADS.get(place.view)
        case _:
            return None


def _has_photo(message: telegram.MaybeInaccessibleMessage) -> bool:
    return isinstance(message, telegram.Message) and bool(message.photo)
