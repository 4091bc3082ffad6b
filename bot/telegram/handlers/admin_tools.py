"""/export and /reload: the data out, the content in."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from bot.agreement.board import Board
from bot.agreement.comparison import Comparison, compare
from bot.agreement.content import load_file
from bot.agreement.export import as_csv, as_json
from bot.agreement.faults import ContentFaults
from bot.search import Search
from bot.storage.errors import StoreFull
from bot.storage.protocol import AuditAction, AuditEntry
from bot.subscribers.chat import Scope, ScopeKind
from bot.telegram.context import BotContext
from bot.telegram.request import Request
from bot.telegram.router import Conversation
from bot.views import replies
from bot.views.admin_history import (
    export_caption,
    reload_done,
    reload_question,
    reload_refused,
)
from bot.views.comparison import comparison_lines
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
        state, reader = self._context.state, request.reader
        found = compare(state.whole, Board(agreement, state.whole.changes))
        told = comparison_lines(reader.language, found, await self._followers(found))
        if found.is_another and request.text.strip() != agreement.id:
            return reload_question(reader, agreement, told)
        try:
            await self._note(request, AuditAction.RELOAD)
        except StoreFull:
            return replies.storage_full(reader)
        search = await asyncio.to_thread(Search, agreement)
        state.replace(search)
        await self._reloaded()
        return reload_done(reader, agreement, told)

    async def _followers(self, found: Comparison) -> dict[str, int]:
        """How many follow each id that is gone."""
        store = self._context.store
        gone = [Scope(ScopeKind.PROVISION, name) for name in found.gone_provisions]
        gone += [Scope(ScopeKind.TOPIC, name) for name in found.gone_topics]
        return {scope.id: len(await store.followers(scope)) for scope in gone}

    async def _note(self, request: Request, action: AuditAction) -> None:
        entry = AuditEntry(made_at=self._context.clock(), made_by=request.user_id, action=action)
        await self._context.store.append_audit(entry)
