"""All that the bot asks of the place where its data is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol

from pydantic import Field

from bot.agreement.board import StatusChange
from bot.agreement.fields import FrozenModel
from bot.alerts.outbox import Outbox
from bot.alerts.rate_leases import Shares
from bot.feeds.model import Suggestions
from bot.search.unanswered import GapCount
from bot.storage.transfer import Checksum, Rows
from bot.subscribers.chat import Chat
from bot.subscribers.repository import ChatRepository


class AuditAction(StrEnum):
    """What an admin did alongside changing a status; changes of status are their own record."""

    RELOAD = "reload"
    EXPORT = "export"


class AuditEntry(FrozenModel):
    """One act of an admin."""

    made_at: datetime
    made_by: int = Field(description="The admin's numeric user id.")
    action: AuditAction
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What is kept of a chat, as far as an answer in it needs it."""

    chat: Chat | None = None
    context: Mapping[str, Any] | None = None
    """What it was about a moment ago, as JSON data; None once its time is over."""


Changes = Callable[[], Awaitable[Sequence[StatusChange] | None]]
"""Gives every change of status, oldest first, or None where nothing has come since the last call.

It raises `StoreError` where they cannot be read.
"""


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


class Notes(Suggestions, Protocol):
    """The little else that outlives a restart. A write is durable when its call returns."""

    async def kept_about(self, chat_id: int) -> Mapping[str, Any]:
        """All that is kept about a chat, and about the person whose private chat it is.

        As JSON data, by the places where it is; those that hold nothing are left out.
        """

    async def draft(self, user_id: int) -> Mapping[str, Any] | None:
        """An admin's half-made update, as JSON data, or None."""

    async def keep_draft(self, user_id: int, draft: Mapping[str, Any] | None) -> None:
        """Keep an admin's half-made update, or drop it with None."""

    async def append_audit(self, entry: AuditEntry) -> None:
        """Add an act of an admin to the record."""

    async def audit(self) -> Sequence[AuditEntry]:
        """Every recorded act, oldest first."""

    async def remembered(self, key: str) -> str | None:
        """A small fact kept under a name (which menus were set, …), or None."""

    async def remember(self, key: str, value: str) -> None:
        """Keep a small fact under a name."""

    async def known(self, chat_id: int) -> Known:
        """What is kept of a chat."""

    async def keep_context(self, chat_id: int, context: Mapping[str, Any], until: datetime) -> None:
        """Keep what a chat is about until then. It need not outlive a restart."""

    async def gaps(self) -> Sequence[GapCount]:
        """How often unanswered questions were asked, by text and day."""

    async def count_gaps(self, counts: Mapping[str, int], day: date, oldest: date) -> None:
        """Add to a day's counts, and erase those of the days before `oldest`."""

    async def clear_gaps(self) -> None:
        """Erase all counts of unanswered questions."""


class Store(ChatRepository, Outbox, Inbox, Shares, Notes, Protocol):
    """Alerts, chats, and the little else that outlives a restart.

    A write is durable when its call returns, and raises `StoreFull` where the disk has no room.
    """

    async def check(self) -> None:
        """Find out whether writes can be durable.

        Raises:
            StoreError: they cannot, for now.
        """

    def watch_changes(self) -> Changes:
        """Follow the changes of status, whoever makes them."""

    def rows(self) -> Rows:
        """Every row at one moment, also while others write.

        Raises:
            StoreError: they cannot be read.
        """

    async def load(self, rows: Rows, expected: Checksum) -> None:
        """Fill the store, which must be empty and used by nobody else: with all rows or none.

        Raises:
            StoreError: it is not empty, it is in use, or what arrived differs.
        """

    async def hold_still(self) -> None:
        """Make sure that no other process writes as long as the store is open.

        Raises:
            StoreError: one may.
        """

    async def close(self) -> None:
        """Finish what is being written and let go of the place."""
