"""/undo, /audit and /stats: what was done, and taking the last of it back."""

from __future__ import annotations

from bot.agreement.draft import DraftProblem
from bot.alerts.announcing import Announcer, NotAnnounced
from bot.messages import notices
from bot.messages.actions import Audit, Cancel, Undo
from bot.messages.admin import (
    audit_page,
    cancel_question,
    stats_page,
    undo_impossible,
    undo_question,
)
from bot.messages.model import Message
from bot.store.errors import StoreFull
from bot.telegram.admin.update import Update
from bot.telegram.desk import Desk
from bot.telegram.router import Conversation
from bot.telegram.turn import Answer, Turn


class Record:
    """Looks back at changes."""

    def __init__(self, desk: Desk, announcer: Announcer, update: Update) -> None:
        self._desk = desk
        self._announcer = announcer
        self._update = update

    def conversation(self) -> Conversation:
        """What it takes."""
        return Conversation(
            admin_commands={"undo": self._undo, "audit": self._audit, "stats": self._stats},
            admin_actions={
                Undo: self._press_undo,
                Cancel: self._press_cancel,
                Audit: self._turn_page,
            },
        )

    async def _undo(self, turn: Turn) -> Message:
        found = await self._announcer.undoable()
        if found is None:
            return undo_impossible(turn.reader)
        now, board = self._desk.clock(), self._desk.briefing.board
        if now < found.held_until:
            return cancel_question(turn.reader, board, found.change)
        minutes = max(1, round((found.until - now).total_seconds() / 60))
        return undo_question(turn.reader, board, found.change, minutes)

    async def _press_undo(self, turn: Turn, action: Undo) -> Answer:
        if not action.sure:
            return Answer(await self._undo(turn), anew=True)
        try:
            announced = await self._announcer.undo(action.change_id, admin=turn.user_id)
        except NotAnnounced:
            return Answer(undo_impossible(turn.reader))
        except StoreFull:
            return Answer(notices.storage_full(turn.reader), anew=True)
        return await self._update.report(turn, announced)

    async def _press_cancel(self, turn: Turn, action: Cancel) -> Answer:
        """Take back what nobody has got yet; once it is on its way that is asked again."""
        try:
            announced = await self._announcer.undo(
                action.change_id, admin=turn.user_id, if_held=True
            )
        except NotAnnounced as error:
            if error.problem is DraftProblem.UNKNOWN_PROVISION:
                return Answer(undo_impossible(turn.reader))
            return Answer(await self._undo(turn), anew=True)
        except StoreFull:
            return Answer(notices.storage_full(turn.reader), anew=True)
        return await self._update.report(turn, announced)

    async def _audit(self, turn: Turn) -> Message:
        return await self._audit_page(turn, 0)

    async def _turn_page(self, turn: Turn, action: Audit) -> Answer:
        return Answer(await self._audit_page(turn, action.page))

    async def _audit_page(self, turn: Turn, page: int) -> Message:
        entries = await self._desk.store.audit()
        return audit_page(turn.reader, self._desk.briefing.board, entries, page)

    async def _stats(self, turn: Turn) -> Message:
        counts = await self._desk.store.count_chats()
        unfinished = len(await self._desk.store.unfinished())
        return stats_page(turn.reader, counts, self._desk.briefing.board, unfinished)
