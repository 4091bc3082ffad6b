"""An error in the bot: a reference for the person, a report for the admins, once per kind."""

from __future__ import annotations

import re
import secrets
import traceback
from pathlib import Path

import structlog
import telegram
from telegram.ext import ContextTypes

from bot.storage.errors import StoreFull
from bot.telegram.context import BotContext
from bot.telegram.error_mapping import obstacle_of
from bot.views import replies

_log = structlog.get_logger(__name__)

_MOST_KINDS = 1000
_DETAILS = re.compile(r'"[^"]*"|\d+')
"""Numbers, and what is quoted."""


class ErrorReports:
    """Takes what no handler caught."""

    def __init__(self, context: BotContext) -> None:
        self._context = context
        self._reported: set[tuple[str, str]] = set()

    async def handle(self, update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Tell the person, and the admins if they have not seen an error of this kind yet."""
        error = context.error
        if error is None:
            return
        if isinstance(error, telegram.error.NetworkError) and not isinstance(
            error, telegram.error.BadRequest
        ):
            # The way to Telegram is interrupted: nobody could be told, and nobody is to blame.
            _log.warning("Telegram was not reached", error=type(error).__name__)
            return
        if isinstance(error, telegram.error.RetryAfter):
            # Too much is said there already; one more message would only wait as well.
            _log.warning(
                "an answer was given up, its chat has to wait", wait=str(error.retry_after)
            )
            return
        obstacle = obstacle_of(error)
        if obstacle is not None:
            _log.info("an answer could not be written", obstacle=obstacle.value)
            return
        reference = secrets.token_hex(3).upper()
        kind = type(error).__name__
        where = (
            _refusal(error) if isinstance(error, telegram.error.TelegramError) else _where(error)
        )
        _log.error("unexpected error", reference=reference, where=where, exc_info=error)
        if isinstance(update, telegram.Update):
            await self._tell_person(update, error, reference)
        if (kind, where) not in self._reported and len(self._reported) < _MOST_KINDS:
            self._reported.add((kind, where))
            await self._context.tell_admins(
                lambda reader: [replies.error_report(reader, reference, kind, where)]
            )

    async def _tell_person(
        self, update: telegram.Update, error: BaseException, reference: str
    ) -> None:
        query, chat = update.callback_query, update.effective_chat
        if chat is None or update.my_chat_member is not None:
            return
        request = await self._context.request(chat, update.effective_user, update.effective_message)
        page, notice = (
            replies.failure(request.reader, reference),
            replies.failure_notice(request.reader),
        )
        if isinstance(error, StoreFull):
            page = replies.storage_full(request.reader)
            notice = replies.storage_full_notice(request.reader)
        if query is not None:
            await self._context.api.answer(query.id, notice)
            if not request.in_private:
                return  # others would read of it, and do not know what was pressed
        await self._context.api.try_send(request.address, page)


def _refusal(error: telegram.error.TelegramError) -> str:
    """The method that was refused and Telegram's words, without what differs from case to case.

    Every refusal comes through the same line of the HTTP client: that line is not a kind.
    """
    method = next(iter(getattr(error, "__notes__", ())), "")
    said = _DETAILS.sub("…", error.message)
    return f"{method}: {said}" if method else said


def _where(error: BaseException) -> str:
    """The place in the bot's own code that the error came through last."""
    frames = traceback.extract_tb(error.__traceback__)
    own = Path(__file__).parents[1]
    for frame in reversed(frames):
        path = Path(frame.filename)
        if path.is_relative_to(own):
            return f"{path.relative_to(own.parent)}:{frame.lineno}"
    return frames[-1].name if frames else "?"
