"""Chats in memory, indexed by what they follow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from bot.subscribers.chat import Address, Chat, Scope


class Chats:
    """Every known chat. An audience costs as much as it is large, a change of a chat nothing."""

    def __init__(self) -> None:
        self.by_id: dict[int, Chat] = {}
        self._followers: dict[Scope, set[Address]] = {}
        self._counts: Counter[str] = Counter()

    def get(self, chat_id: int) -> Chat | None:
        """The chat of that id, or None."""
        return self.by_id.get(chat_id)

    def put(self, chat: Chat) -> None:
        """Keep a chat in place of what was known of it."""
        self.drop(chat.id)
        self.by_id[chat.id] = chat
        self._count(chat, 1)
        for address, scope in _followed(chat):
            self._followers.setdefault(scope, set()).add(address)

    def drop(self, chat_id: int) -> None:
        """Know nothing of a chat any more."""
        chat = self.by_id.pop(chat_id, None)
        if chat is None:
            return
        self._count(chat, -1)
        for address, scope in _followed(chat):
            followers = self._followers[scope]
            followers.discard(address)
            if not followers:
                del self._followers[scope]

    def audience(self, scopes: frozenset[Scope]) -> set[Address]:
        """The addresses of active chats that follow one of the scopes, each once."""
        found = sorted((self._followers.get(scope, set()) for scope in scopes), key=len)
        return set[Address]().union(*reversed(found))

    def followed(self) -> list[Scope]:
        """Every scope that an active chat follows."""
        return sorted(self._followers)

    def counts(self) -> dict[str, int]:
        """How many chats there are by kind, and ``inactive``, ``subscriptions``."""
        always = {"inactive": 0, "subscriptions": 0}
        return always | {name: number for name, number in self._counts.items() if number}

    def _count(self, chat: Chat, step: int) -> None:
        self._counts[chat.kind.value] += step
        self._counts["inactive"] += step * (not chat.active)
        if not chat.active and chat.lost_by is not None:
            self._counts[f"lost:{chat.lost_by}"] += step
        for pause in chat.pauses.values() if chat.active else ():
            self._counts[f"paused:{pause.obstacle}"] += step
        self._counts["subscriptions"] += step * len(chat.subscriptions)


def _followed(chat: Chat) -> Iterator[tuple[Address, Scope]]:
    if chat.active:
        addresses: dict[int | None, Address] = {}
        for thread, scope in chat.subscriptions:
            address = addresses.setdefault(thread, Address(chat.id, thread))
            yield address, scope
