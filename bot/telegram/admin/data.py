"""/export and /reload: the data out, the content in."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from bot.agreement.content import load_file
from bot.agreement.export import as_csv, as_json
from bot.agreement.faults import ContentFaults
from bot.agreement.model import Agreement
from bot.agreement.search import Search
from bot.messages import notices
from bot.messages.admin import export_caption, reload_done, reload_refused
from bot.messages.model import Message
from bot.store.errors import StoreFull
from bot.store.protocol import AuditAction, AuditEntry
from bot.telegram.desk import Desk
from bot.telegram.router import Conversation
from bot.telegram.turn import Turn


class Data:
    """Moves data between the bot and its admins."""

    def __init__(
        self,
        desk: Desk,
        content: Path,
        *,
        reserved: frozenset[str],
        reloaded: Callable[[], Awaitable[None]],
    ) -> None:
        self._desk = desk
        self._content = content
        self._reserved = reserved
        self._reloaded = reloaded

    def conversation(self) -> Conversation:
        """What it takes."""
        return Conversation(admin_commands={"export": self._export, "reload": self._reload})

    async def _export(self, turn: Turn) -> Message | None:
        board = self._desk.briefing.board
        stamp = self._desk.clock().strftime("%Y%m%d-%H%M")
        name = f"{board.agreement.id}-{stamp}"
        try:
            await self._note(turn, AuditAction.EXPORT)
        except StoreFull:
            return notices.storage_full(turn.reader)
        caption = export_caption(turn.reader)
        document = await asyncio.to_thread(as_json, board)
        await self._desk.outgoing.send_document(turn.address, document, f"{name}.json", caption)
        table = await asyncio.to_thread(as_csv, board)
        await self._desk.outgoing.send_document(turn.address, table, f"{name}.csv", caption)
        return None

    async def _reload(self, turn: Turn) -> Message:
        try:
            agreement = await asyncio.to_thread(load_file, self._content, reserved=self._reserved)
        except ContentFaults as error:
            return reload_refused(turn.reader, error.faults)
        try:
            await self._note(turn, AuditAction.RELOAD)
        except StoreFull:
            return notices.storage_full(turn.reader)
        search = await asyncio.to_thread(Search, agreement)
        gone = _gone(self._desk.briefing.agreement, agreement)
        self._desk.briefing.replace(search)
        await self._reloaded()
        return reload_done(turn.reader, agreement, gone)

    async def _note(self, turn: Turn, action: AuditAction) -> None:
        entry = AuditEntry(made_at=self._desk.clock(), made_by=turn.user_id, action=action)
        await self._desk.store.append_audit(entry)


def _gone(before: Agreement, after: Agreement) -> list[str]:
    """The ids of provisions and topics that people may follow and that are there no more."""
    return [
        *(one.id for one in before.provisions if after.provision(one.id) is None),
        *(one.id for one in before.topics if after.topic(one.id) is None),
    ]
