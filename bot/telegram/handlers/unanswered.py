"""Questions that found nothing: counted without anyone in them, and shown to admins."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, date

import structlog

from bot.clock import Clock
from bot.search.unanswered import MOST, counted, gaps, normalised, oldest
from bot.storage.errors import StoreError
from bot.storage.protocol import Store
from bot.telegram.request import Answer, Request
from bot.telegram.router import Conversation
from bot.views.admin_history import clear_question, gaps_page
from bot.views.callbacks import ClearGaps, ShowGaps
from bot.views.message import Message

_log = structlog.get_logger(__name__)

_EVERY = 60.0
"""Seconds between two writes. What was not written yet is lost in a crash, and no harm done."""


class UnansweredLog:
    """Gathers what found nothing and writes it now and then, all at once.

    Where it is switched off, nothing is gathered, and what was kept before is erased.
    """

    def __init__(self, store: Store, clock: Clock, *, wanted: bool = True) -> None:
        self.wanted = wanted
        self._store, self._clock = store, clock
        self._asked: Counter[str] = Counter()
        self._one_at_a_time = asyncio.Lock()

    def add(self, question: str) -> None:
        """Count a question, if there is nothing personal in it."""
        text = normalised(question) if self.wanted else None
        if text is not None and (text in self._asked or len(self._asked) < MOST):
            self._asked[text] += 1

    async def flush(self) -> None:
        """Write what was gathered, and erase what is too old.

        Raises:
            StoreError: it could not be written; it is tried again the next time.
        """
        async with self._one_at_a_time:
            if not self.wanted:
                await self._store.clear_gaps()
                return
            asked, today = dict(self._asked), self.today()
            counts = counted(asked, await self._store.gaps()) if asked else {}
            await self._store.count_gaps(counts, today, oldest(today))
            self._asked.subtract(asked)
            self._asked = +self._asked

    async def run(self) -> None:
        """Write now and then, until cancelled; then once more."""
        try:
            while True:
                await self._try_to_flush()
                await asyncio.sleep(_EVERY)
        finally:
            await self._try_to_flush()

    def today(self) -> date:
        """The day in UTC: whose zone it was is not kept."""
        return self._clock().astimezone(UTC).date()

    async def _try_to_flush(self) -> None:
        try:
            await self.flush()
        except StoreError as error:
            _log.warning("unanswered questions not counted", error=str(error))


class UnansweredQuestions:
    """/gaps for admins."""

    def __init__(self, store: Store, log: UnansweredLog) -> None:
        self._store, self._gaps = store, log

    def conversation(self) -> Conversation:
        """What it takes."""
        return Conversation(
            admin_commands={"gaps": self._show},
            admin_actions={ShowGaps: self._turn_page, ClearGaps: self._clear},
        )

    async def _show(self, request: Request) -> Message:
        return await self._page(request, 0)

    async def _turn_page(self, request: Request, action: ShowGaps) -> Answer:
        return Answer(await self._page(request, action.page))

    async def _clear(self, request: Request, action: ClearGaps) -> Answer:
        if not action.sure:
            return Answer(clear_question(request.reader))
        await self._store.clear_gaps()
        return Answer(await self._page(request, 0))

    async def _page(self, request: Request, page: int) -> Message:
        await self._gaps.flush()
        found = gaps(await self._store.gaps(), self._gaps.today())
        return gaps_page(request.reader, found, page, wanted=self._gaps.wanted)
