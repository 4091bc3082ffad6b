"""@bot in any chat: provisions as cards to share (Bot API, "Inline mode")."""

from __future__ import annotations

from datetime import date
from typing import Any

import telegram
from telegram.ext import BaseHandler, ContextTypes, InlineQueryHandler

from bot.agreement.model import Provision
from bot.search import Decision
from bot.search.answering import answer_question
from bot.subscribers.chat import Chat, ChatKind
from bot.telegram.context import BotContext
from bot.telegram.serialization import inline_content, options
from bot.views.inline import card, nothing_found
from bot.views.message import Reader

_PAGE = 20
_DIGITS = 4
_CACHED = 60
"""Seconds for which Telegram may answer the same query of the same person by itself: a status can
change, and so can the language that was chosen."""


class Inline:
    """Answers inline queries, also of people who never started the bot."""

    def __init__(self, context: BotContext) -> None:
        self._context = context

    def handlers(self) -> list[BaseHandler[Any, Any, Any]]:
        """What python-telegram-bot hands updates to."""
        return [InlineQueryHandler(self._on_query)]

    async def _on_query(self, update: telegram.Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        query = update.inline_query
        if query is None:
            return
        person = query.from_user
        chat = await self._context.store.chat(person.id) or Chat(person.id, ChatKind.PRIVATE)
        reader = self._context.reader(chat, person.language_code)
        today = reader.now.date()
        found = await self._context.search(
            query.query.strip(), lambda text: self._found(text, today)
        )
        start = _number(query.offset)
        shown = found[start : start + _PAGE]
        more = str(start + _PAGE) if start + _PAGE < len(found) else ""
        await self._context.api.answer_inline(
            query.id,
            [self._result(reader, item) for item in shown],
            cache_seconds=_CACHED,
            next_offset=more,
            button=None if found else self._way_on(reader),
        )

    def _found(self, text: str, today: date) -> list[Provision]:
        """The provisions that a query is about; the last changed ones where it asks nothing."""
        board = self._context.state.board
        if not text:
            latest = (entry.provision for entry in board.latest(len(board.provisions)))
            return list({entry.id: entry for entry in latest}.values())
        search, most = self._context.state.search, len(board.provisions)
        answered = answer_question(board, search, text, today=today, limit=most)
        found = {}
        if answered.findings.decision is not Decision.DECLINE:
            matches = (board.provision(match.provision_id) for match in answered.findings.matches)
            found = {match.id: match for match in matches if match is not None}
        named = (topic for topic in board.agreement.topics if text.lower() in topic.names)
        for topic in named:  # all that it has, after what is nearest to the word
            found = {**found, **{item.id: item for item in board.of_topic(topic.id)}}
        return list(found.values())

    def _way_on(self, reader: Reader) -> dict[str, Any]:
        """Stands where no card is: opens the bot at its topics."""
        return {"text": nothing_found(reader), "start_parameter": "topics"}

    def _result(self, reader: Reader, provision: Provision) -> dict[str, Any]:
        """A card (Bot API, InlineQueryResultArticle)."""
        shown = card(reader, self._context.state.board, provision)
        result = {
            "type": "article",
            "id": provision.id,
            "title": shown.title,
            "description": shown.description,
            "input_message_content": inline_content(shown.message),
        }
        return {**result, **options(shown.message)}


def _number(offset: str) -> int:
    """Return the number that an offset holds, 0 if it is not one of ours."""
    is_number = offset.isascii() and offset.isdigit() and len(offset) <= _DIGITS
    return int(offset) if is_number else 0
