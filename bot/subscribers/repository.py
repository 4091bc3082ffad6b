"""What the rest of the bot asks of the place where chats are kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from bot.subscribers.chat import Address, Chat, ChatKind, Scope


class ChatRepository(Protocol):
    """Chats and their preferences. A write is durable when its call returns.

    Every write raises `bot.storage.errors.StoreFull` where the disk has no room left; what was
    kept before stays as it was.
    """

    async def chat(self, chat_id: int) -> Chat | None:
        """The chat of that id, or None."""

    async def chats(self, kind: ChatKind | None = None) -> Sequence[Chat]:
        """Every known chat, or those of one kind."""

    async def update_chat(
        self, chat_id: int, change: Callable[[Chat | None], Chat | None]
    ) -> Chat | None:
        """Replace a chat by what `change` makes of it, as one transaction; None deletes it.

        `change` may run in another thread and more than once: it must be pure.
        """

    async def migrate_chat(self, old_id: int, new_id: int) -> None:
        """Move all that is kept of a group, deliveries included, to the supergroup it became."""

    async def forget_chat(self, chat_id: int) -> None:
        """Erase the chat, its subscriptions, drafts and pending deliveries."""

    async def count_audience(self, scopes: frozenset[Scope]) -> dict[str, int]:
        """How many addresses a change of these scopes reaches, by effective locale ("" if none)."""

    async def count_chats(self) -> dict[str, int]:
        """How many chats there are by kind, and ``inactive``, ``subscriptions``.

        Also how many threads are paused and chats lost, by obstacle (``paused:no_right``,
        ``lost:blocked``).
        """

    async def silent_since(self, before: datetime) -> Sequence[int]:
        """Chats that could not be reached since before then, or one of whose threads could not."""

    async def followed(self) -> Sequence[Scope]:
        """Every scope that an active chat follows or leaves out."""

    async def followers(self, scope: Scope) -> Sequence[Address]:
        """The addresses of active chats that follow a scope, in a stable order."""
