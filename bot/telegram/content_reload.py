"""A content file that one process was told to read again is read again by all."""

from __future__ import annotations

import asyncio
import secrets
from pathlib import Path

import structlog

from bot.agreement.content import load_file
from bot.agreement.faults import ContentFaults
from bot.search import Search
from bot.telegram.context import BotContext

_log = structlog.get_logger(__name__)

_KEY = "content reloaded"
"""The name under which the store remembers the last time, as a word that means nothing."""


class ContentReload:
    """Tells other processes of a reload, and hears of theirs. Each reads its own file."""

    def __init__(self, context: BotContext, content: Path, reserved: frozenset[str]) -> None:
        self._context = context
        self._content = content
        self._reserved = reserved
        self._known: str | None = None

    async def begin(self) -> None:
        """Take note of where things stand: the file has just been read."""
        self._known = await self._context.store.remembered(_KEY)

    async def tell(self) -> None:
        """This process has read the file again."""
        self._known = secrets.token_hex(8)
        await self._context.store.remember(_KEY, self._known)

    async def hear(self) -> None:
        """Read the file again if another process has. A faulty one is left, and said to be so."""
        told = await self._context.store.remembered(_KEY)
        if told == self._known:
            return
        self._known = told
        try:
            agreement = await asyncio.to_thread(load_file, self._content, reserved=self._reserved)
        except (ContentFaults, OSError) as error:
            _log.error(
                "another process has new content, this one's file is faulty", error=repr(error)
            )
            return
        self._context.state.replace(await asyncio.to_thread(Search, agreement))
        _log.info("the content was read anew, as another process did")
