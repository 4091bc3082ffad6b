"""/undo, /correct, /audit and /stats: what was done, and taking it back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from bot.agreement.draft import NOTE_LENGTH, DraftProblem
from bot.alerts.publisher import NotPublished, Publisher
from bot.feeds.desk import FeedReport
from bot.storage.errors import StoreFull
from bot.telegram.context import BotContext
from bot.telegram.handlers.status_editor import StatusEditor
from bot.telegram.request import Answer, Request
from bot.telegram.router import Conversation
from bot.views import replies
from bot.views.admin_history import (
    audit_page,
    correctable_changes,
    corrected_page,
    stats_page,
)
from bot.views.admin_progress import cancel_question, undo_impossible, undo_question
from bot.views.callbacks import Audit, Cancel, Undo
from bot.views.html import paragraphs
from bot.views.inbox import feeds_lines
from bot.views.message import Message


class History:
    """Looks back at changes."""

    def __init__(
        self,
        context: BotContext,
        publisher: Publisher,
        update: StatusEditor,
        feeds: Callable[[], Awaitable[Sequence[FeedReport]]],
    ) -> None:
        self._context = context
        self._publisher = publisher
        self._update = update
        self._feeds = feeds

    def conversation(self) -> Conversation:
        """What it takes."""
        return Conversation(
            admin_commands={
                "undo": self._undo,
                "correct": self._correct,
                "audit": self._audit,
                "stats": self._stats,
            },
            admin_actions={
                Undo: self._press_undo,
                Cancel: self._press_cancel,
                Audit: self._turn_page,
            },
        )

    async def _undo(self, request: Request) -> Message:
        found = await self._publisher.undoable()
        if found is None:
            return undo_impossible(request.reader)
        now, board = self._context.clock(), self._context.state.whole
        if now < found.held_until:
            return cancel_question(request.reader, board, found.change)
        minutes = max(1, round((found.until - now).total_seconds() / 60))
        return undo_question(request.reader, board, found.change, minutes)

    async def _correct(self, request: Request) -> Message:
        """Take back a recorded change of any age, by its number and with a reason."""
        number, _, reason = request.text.strip().partition(" ")
        board = self._context.state.whole
        change = board.standing_change(int(number)) if number.isdecimal() else None
        reason = " ".join(reason.split())[:NOTE_LENGTH]
        if change is None or not reason:
            return correctable_changes(request.reader, board)
        languages = board.agreement.languages
        code = request.reader.language.code
        said = {code if code in languages else languages[0]: reason}
        try:
            published = await self._publisher.correct(change.id, said, admin=request.user_id)
        except NotPublished:
            return correctable_changes(request.reader, board)
        except StoreFull:
            return replies.storage_full(request.reader)
        return corrected_page(request.reader, self._context.state.whole, change, published.due)

    async def _press_undo(self, request: Request, action: Undo) -> Answer:
        if not action.sure:
            return Answer(await self._undo(request), anew=True)
        try:
            announced = await self._publisher.undo(
                action.change_id, admin=request.user_id, shown_in=request.place
            )
        except NotPublished:
            made = await self._update.show_again(request, action.change_id)
            return made or Answer(undo_impossible(request.reader))
        except StoreFull:
            return Answer(replies.storage_full(request.reader), anew=True)
        return await self._update.report(request, announced)

    async def _press_cancel(self, request: Request, action: Cancel) -> Answer:
        """Take back what nobody has got yet; once it is on its way that is asked again."""
        try:
            announced = await self._publisher.undo(
                action.change_id, admin=request.user_id, if_held=True, shown_in=request.place
            )
        except NotPublished as error:
            made = await self._update.show_again(request, action.change_id)
            if made is not None:
                return made
            if error.problem is DraftProblem.UNKNOWN_PROVISION:
                return Answer(undo_impossible(request.reader))
            return Answer(await self._undo(request), anew=True)
        except StoreFull:
            return Answer(replies.storage_full(request.reader), anew=True)
        return await self._update.report(request, announced)

    async def _audit(self, request: Request) -> Message:
        return await self._audit_page(request, 0)

    async def _turn_page(self, request: Request, action: Audit) -> Answer:
        return Answer(await self._audit_page(request, action.page))

    async def _audit_page(self, request: Request, page: int) -> Message:
        entries = await self._context.store.audit()
        return audit_page(request.reader, self._context.state.whole, entries, page)

    async def _stats(self, request: Request) -> Message:
        counts = await self._context.store.count_chats()
        unfinished = len(await self._context.store.unfinished())
        page = stats_page(request.reader, counts, self._context.state.whole, unfinished)
        feeds = feeds_lines(request.reader, await self._feeds())
        return replace(page, html=paragraphs(page.html, feeds))
