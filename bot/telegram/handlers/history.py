"""/undo, /correct, /audit and /stats: what was done, and taking it back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

import structlog
import telegram
from cachetools import TTLCache

from bot.agreement.board import Board
from bot.agreement.draft import NOTE_LENGTH, DraftProblem
from bot.agreement.events import Event
from bot.agreement.model import Provision
from bot.agreement.user_input import NotOneProvision, find_provision
from bot.alerts.publisher import NotPublished, Publisher
from bot.feeds.desk import FeedReport
from bot.storage.errors import StoreFull
from bot.telegram.context import BotContext
from bot.telegram.handlers.status_editor import StatusEditor
from bot.telegram.request import Answer, Request
from bot.telegram.router import Conversation
from bot.views import replies
from bot.views.admin_confirmation import draft_problem
from bot.views.admin_history import (
    audit_page,
    correctable_changes,
    corrected_page,
    entries_page,
    stats_page,
)
from bot.views.admin_progress import undo_impossible, undo_question
from bot.views.callbacks import Audit, Cancel, Undo
from bot.views.html import paragraphs
from bot.views.inbox import feeds_lines
from bot.views.message import Message

_log = structlog.get_logger(__name__)

_MOST_NAMES, _NAMES_KEPT = 100, 3600.0


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
        self._names: TTLCache[int, str] = TTLCache(_MOST_NAMES, _NAMES_KEPT)

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
            return undo_question(request.reader, board, found.change, None)
        minutes = max(1, round((found.until - now).total_seconds() / 60))
        return undo_question(request.reader, board, found.change, minutes)

    async def _correct(self, request: Request) -> Message:
        """Take back an entry of any age, with a reason.

        It is named by the number of its change, or as the third of provision 29: 29/3.
        """
        named, _, reason = request.text.strip().partition(" ")
        board, reader = self._context.state.whole, request.reader
        reason = " ".join(reason.split())[:NOTE_LENGTH]
        provision, event = _entry(named, board)
        change = board.standing_change(int(named)) if named.isdecimal() else None
        if provision is not None and event is not None:
            change = board.recorded(provision.id, event)
        if not reason and provision is not None:
            return entries_page(reader, provision)
        if not reason or (change is None and event is None):
            return correctable_changes(reader, board)
        languages, code = board.agreement.languages, reader.language.code
        said = {code if code in languages else languages[0]: reason}
        try:
            if change is not None:
                made = await self._publisher.correct(change.id, said, admin=request.user_id)
            elif provision is not None and event is not None:
                made = await self._publisher.correct_content(
                    provision.id, event, said, admin=request.user_id
                )
            else:
                return correctable_changes(reader, board)
        except NotPublished as error:
            return draft_problem(reader, error.problem)
        except StoreFull:
            return replies.storage_full(reader)
        return corrected_page(reader, self._context.state.whole, made.alert.change, made.due)

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
        board, entries = self._context.state.whole, await self._context.store.audit()
        acted = {change.made_by for change in board.changes} | {act.made_by for act in entries}
        names = {admin: name for admin in acted if (name := await self._name_of(admin))}
        return audit_page(request.reader, board, entries, page, names)

    async def _name_of(self, admin: int) -> str:
        """What an admin is called now. It is asked of Telegram, and not kept on the disk."""
        if admin not in self._names:
            try:
                found = await self._context.bot.get_chat(admin)
            except telegram.error.TelegramError as error:
                _log.info("the name of an admin is not known", error=type(error).__name__)
                return ""
            self._names[admin] = found.full_name or found.title or ""
        return self._names[admin]

    async def _stats(self, request: Request) -> Message:
        counts = await self._context.store.count_chats()
        unfinished = len(await self._context.store.unfinished())
        page = stats_page(request.reader, counts, self._context.state.whole, unfinished)
        feeds = feeds_lines(request.reader, await self._feeds())
        return replace(page, html=paragraphs(page.html, feeds))


def _entry(named: str, board: Board) -> tuple[Provision | None, Event | None]:
    """A provision and one of its entries that stand, of "29/3"; of "29" the provision alone."""
    number, _, place = named.partition("/")
    try:
        provision = find_provision(number, board)
    except NotOneProvision:
        return None, None
    if not place.isdecimal() or not 1 <= int(place) <= len(provision.history):
        return provision, None
    event = provision.history[int(place) - 1]
    return provision, None if event.correction else event
