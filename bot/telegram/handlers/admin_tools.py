"""/export and /reload: the data out, the content in."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from bot.agreement.content import load_file
from bot.agreement.export import as_csv, as_json
from bot.agreement.faults import ContentFaults
from bot.agreement.model import Agreement
from bot.search import Search
from bot.storage.errors import StoreFull
from bot.storage.protocol import AuditAction, AuditEntry
from bot.telegram.context import BotContext
from bot.telegram.request import Request
from bot.telegram.router import Conversation
from bot.views import replies
from bot.views.admin_history import export_caption, reload_done, reload_refused
from bot.views.message import Message


class AdminTools:
    """Moves data between the bot and its admins."""

    def __init__(
        self,
        context: BotContext,
        content: Path,
        *,
        reserved: frozenset[str],
        reloaded: Callable[[], Awaitable[None]],
    ) -> None:
        self._context = context
        self._content = content
        self._reserved = reserved
        self._reloaded = reloaded

    def conversation(self) -> Conversation:
        """What it takes."""
        return Conversation(admin_commands={"export": self._export, "reload": self._reload})

    async def _export(self, request: Request) -> Message | None:
        board = self._context.state.board
        stamp = self._context.clock().strftime("%Y%m%d-%H%M")
        name = f"{board.agreement.id}-{stamp}"
        try:
            await self._note(request, AuditAction.EXPORT)
        except StoreFull:
            return replies.storage_full(request.reader)
        caption = export_caption(request.reader)
        document = await asyncio.to_thread(as_json, board)
        await self._context.api.send_document(request.address, document, f"{name}.json", caption)
        table = await asyncio.to_thread(as_csv, board)
        await self._context.api.send_document(request.address, table, f"{name}.csv", caption)
        return None

    async def _reload(self, request: Request) -> Message:
        try:
            agreement = await asyncio.to_thread(load_file, self._content, reserved=self._reserved)
        except ContentFaults as error:
            return reload_refused(request.reader, error.faults)
        try:
            await self._note(request, AuditAction.RELOAD)
        except StoreFull:
            return replies.storage_full(request.reader)
        search = await asyncio.to_thread(Search, agreement)
        gone = _gone(self._context.state.agreement, agreement)
        self._context.state.replace(search)
        await self._reloaded()
        return reload_done(request.reader, agreement, gone)

    async def _note(self, request: Request, action: AuditAction) -> None:
        entry = AuditEntry(made_at=self._context.clock(), made_by=request.user_id, action=action)
        await self._context.store.append_audit(entry)


def _gone(before: Agreement, after: Agreement) -> list[str]:
    """The ids of provisions and topics that people may follow and that are there no more."""
    return [
        *(provision.id for provision in before.provisions if after.provision(provision.id) is None),
        *(topic.id for topic in before.topics if after.topic(topic.id) is None),
    ]
