"""All that the bot asks of the place where its data is kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
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
from bot.storage.checksum import Checksum, Rows
from bot.storage.inbox import Inbox
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


class Store(Outbox, ChatRepository, Inbox, Shares, Notes, Protocol):
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
