"""Updates that Telegram has delivered to a webhook, kept until they were handled."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Accepted:
    """An update as it came."""

    update_id: int
    lane: int
    """Whose updates are handled one after the other: a chat's id, or a person's."""
    document: bytes
    """The update as JSON."""
    deaths: int = 0
    """How many processes died with it in hand."""


@dataclass(frozen=True, slots=True)
class InboxState:
    """What waits in the inbox."""

    count: int
    oldest: datetime | None
    """When the one that has waited longest was accepted."""


class Inbox(Protocol):
    """What a webhook and long polling ask of the store, where several processes work at once."""

    async def accept_updates(self, updates: Sequence[Accepted]) -> None:
        """Keep updates, durably when this returns; those that are there or were handled are not."""

    async def take_updates(self, limit: int) -> Sequence[Accepted]:
        """Take updates that nobody has in hand, the lowest numbers first.

        None of a lane of which another process has one in hand: whoever takes updates keeps those
        of a lane in order. What a process that is gone had in hand is free again.
        """

    async def begin_again(self, update_id: int) -> None:
        """Note, durably when this returns, that an update with deaths is handled once more.

        If the process dies before the update was handled or given back, it has one death more. The
        first start needs no note: what a dead process had in hand has one death.
        """

    async def updates_handled(self, update_ids: Sequence[int]) -> bool:
        """Erase updates, and remember in the same step that they were handled.

        Says whether others of their lanes wait, which nobody could take until now.
        """

    async def give_back_updates(self, update_ids: Sequence[int]) -> None:
        """Let others handle updates that were taken. They have no more deaths than before."""

    async def inbox(self) -> InboxState:
        """How much waits, in hand or not."""

    def polling(self) -> AbstractAsyncContextManager[asyncio.Event]:
        """Wait to be the one process that polls, and be it for as long as the context lasts.

        The event is set when the process is that no longer, since its connection broke.
        """

    def reading_feeds(self) -> AbstractAsyncContextManager[asyncio.Event]:
        """Wait to be the one process that reads feeds, as with `polling`."""
