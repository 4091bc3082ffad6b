"""When a chat hears: rhythm, hour, time zone, quiet hours, silence, and each subscription's own."""

from __future__ import annotations

import asyncio

from bot.messages import notices
from bot.messages.actions import Adjust, Configure, Pace
from bot.messages.cities import offset_called
from bot.messages.model import Message
from bot.messages.reader import Reader
from bot.messages.timing import asking_page, pace_page, paces_page, when_page
from bot.messages.zones import cities_at, found_page, zone_page
from bot.subscribers.model import Chat
from bot.subscribers.schedule import Rhythm
from bot.subscribers.wishes import OFF, adjusted, paced
from bot.telegram.desk import Desk
from bot.telegram.rights import Rights
from bot.telegram.router import Conversation
from bot.telegram.turn import Answer, Turn

CHANNEL_WISHES = frozenset({"when", "rhythm", "hour", "day", "quiet", "zone", "mute", "pace"})
"""What `Configure` can name of when a channel hears."""


class Timings:
    """Commands and buttons for when a chat, or a channel from afar, hears."""

    def __init__(self, desk: Desk, rights: Rights) -> None:
        self._desk = desk
        self._rights = rights

    def conversation(self) -> Conversation:
        """What it takes."""
        return Conversation(
            commands={"timezone": self._timezone},
            actions={Adjust: self._adjust, Pace: self._pace},
        )

    async def _timezone(self, turn: Turn) -> Message:
        """Find a zone by what was typed after the command, or offer all of them."""
        if turn.text and not await self._rights.may_configure(turn):
            return notices.admins_only_settings(turn.reader)
        # Cities in a language, and clocks all over the world, are read from files at first.
        return await asyncio.to_thread(_zone_answer, turn.reader, turn.chat, turn.text)

    async def _adjust(self, turn: Turn, action: Adjust) -> Answer:
        page = await _question(turn.reader, turn.chat, action.what, action.value)
        if page is not None:
            return Answer(page)
        if adjusted(turn.chat, action.what, action.value, self._desk.clock()) is None:
            return Answer(notice=notices.outdated_button(turn.reader))
        if not await self._rights.may_configure(turn):
            return Answer(notice=notices.not_allowed(turn.reader))
        now = self._desk.clock()
        turn = await self._desk.update_chat(
            turn, lambda chat: adjusted(chat, action.what, action.value, now) or chat
        )
        return Answer(when_page(turn.reader, turn.chat), notices.saved(turn.reader))

    async def _pace(self, turn: Turn, action: Pace) -> Answer:
        thread_id, scope = turn.address.thread_id, action.scope
        if (thread_id, scope) not in turn.chat.subscriptions:
            return Answer(notice=notices.outdated_button(turn.reader))
        notice = ""
        if action.rhythm:
            if not await self._rights.may_configure(turn):
                return Answer(notice=notices.not_allowed(turn.reader))
            try:
                own = _pace_of(action.rhythm)
            except ValueError:
                return Answer(notice=notices.outdated_button(turn.reader))
            turn = await self._desk.update_chat(
                turn, lambda chat: paced(chat, thread_id, scope, own)
            )
            notice = notices.saved(turn.reader)
        board = self._desk.briefing.board
        return Answer(pace_page(turn.reader, board, turn.chat, thread_id, scope), notice)

    async def configure(self, turn: Turn, chat: Chat, action: Configure) -> Answer:
        """The same for a channel, once it is known that the person is one of its admins."""
        if action.what == "pace":
            return await self._configure_pace(turn, chat, action)
        page = await _question(turn.reader, chat, action.what, action.value)
        if page is not None:
            return Answer(page)
        now = self._desk.clock()
        if adjusted(chat, action.what, action.value, now) is None:
            return Answer(notice=notices.outdated_button(turn.reader))
        kept = await self._desk.store.update_chat(
            chat.id, lambda kept: kept and (adjusted(kept, action.what, action.value, now) or kept)
        )
        return Answer(when_page(turn.reader, kept or chat), notices.saved(turn.reader))

    async def _configure_pace(self, turn: Turn, chat: Chat, action: Configure) -> Answer:
        board, pace = self._desk.briefing.board, action.pace
        if not action.value:
            return Answer(paces_page(turn.reader, board, chat))
        if pace is None or (None, pace.scope) not in chat.subscriptions:
            return Answer(notice=notices.outdated_button(turn.reader))
        scope, notice = pace.scope, ""
        if pace.rhythm:
            try:
                own = _pace_of(pace.rhythm)
            except ValueError:
                return Answer(notice=notices.outdated_button(turn.reader))
            kept = await self._desk.store.update_chat(
                chat.id, lambda kept: paced(kept, None, scope, own) if kept else None
            )
            chat, notice = kept or chat, notices.saved(turn.reader)
        return Answer(pace_page(turn.reader, board, chat, None, scope), notice)


def _pace_of(value: str) -> Rhythm | None:
    """The rhythm that a choice names; None takes the chat's own again.

    Raises:
        ValueError: there is no such rhythm.
    """
    return None if value == OFF else Rhythm(value)


async def _question(reader: Reader, chat: Chat, what: str, value: str) -> Message | None:
    """The page that a button opens; None where it makes a choice."""
    if what == "zone":
        return await asyncio.to_thread(zone_page, reader, chat, value)
    return asking_page(reader, chat, what, value)


def _zone_answer(reader: Reader, chat: Chat, text: str) -> Message:
    offset = offset_called(text)
    page = cities_at(reader, chat, offset) if offset is not None else None
    if page is None and not text:
        page = zone_page(reader, chat)
    return page or found_page(reader, chat, text)
