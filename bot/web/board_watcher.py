"""The board alongside a running bot: the content and the recorded changes, looked at often."""

from __future__ import annotations

import asyncio
from pathlib import Path

import structlog

from bot.agreement.board import Board, PublicBoard
from bot.agreement.content import load_file
from bot.agreement.faults import ContentFaults
from bot.agreement.model import Agreement
from bot.clock import Clock, system_clock
from bot.storage.errors import StoreError
from bot.storage.protocol import Changes

_log = structlog.get_logger(__name__)

EVERY = 0.25
"""Seconds between two looks: a change shows within a second."""


class BoardWatcher:
    """Keeps a board up to date with what others write."""

    def __init__(
        self,
        content: Path,
        changes: Changes,
        reserved: frozenset[str],
        clock: Clock = system_clock,
    ) -> None:
        self._content, self._changes, self._reserved = content, changes, reserved
        self._stamp: tuple[int, int, int] | None = None
        self._problem = ""
        self._board: Board | None = None
        self._public = PublicBoard(clock)

    @property
    def board(self) -> Board:
        """The public board as it was last seen; the same object while nothing has changed."""
        if self._board is None:
            raise RuntimeError("look once before the board is asked for")
        return self._public.of(self._board)

    async def look(self) -> None:
        """Look at the content and the changes now.

        Raises:
            ContentFaults: the content file is faulty.
            OSError: it cannot be read.
            StoreError: the recorded changes cannot be read.
        """
        agreement = await asyncio.to_thread(self._agreement)
        changes = await self._changes()
        known = self._board
        if known is None:
            if agreement is None:
                raise RuntimeError("the content was not read at the first look")
            self._board = Board(agreement, tuple(changes or ()))
        elif agreement is not None or changes is not None:
            self._board = Board(
                agreement or known.agreement,
                known.changes if changes is None else tuple(changes),
            )

    async def run(self) -> None:
        """Look again and again. What cannot be read is logged once; the last board stays."""
        while True:
            await asyncio.sleep(EVERY)
            try:
                await self.look()
            except (ContentFaults, OSError, StoreError) as error:
                if str(error) != self._problem:
                    _log.warning("the board was not brought up to date", problem=str(error))
                self._problem = str(error)
            else:
                self._problem = ""

    def _agreement(self) -> Agreement | None:
        """The content, if the file is another than it was at the last look."""
        found = self._content.stat()
        stamp = found.st_ino, found.st_size, found.st_mtime_ns
        if stamp == self._stamp:
            return None
        # Remembered before it is read: a faulty file is not read again until it is mended.
        self._stamp = stamp
        return load_file(self._content, reserved=self._reserved)
