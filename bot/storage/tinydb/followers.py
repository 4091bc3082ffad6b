"""An index of the chats: who follows what, and how many there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from bot.alerts.ledger import Key
from bot.subscribers.chat import Address, Scope, deciding


def address_key(address: Address) -> str:
    """An address as text, as rows about it are named: ``chat`` or ``chat/thread``."""
    chat_id, thread_id = address.chat_id, address.thread_id
    return str(chat_id) if thread_id is None else f"{chat_id}/{thread_id}"


def key_text(key: Key) -> str:
    """The address of a delivery as text."""
    return f"{key.chat_id}/{key.thread}" if key.thread else str(key.chat_id)


def address_of(key: str) -> Address:
    """The address that such a text names."""
    chat, _, thread = key.partition("/")
    return Address(int(chat), int(thread) if thread else None)


def is_of_chat(key: str, chat_id: int) -> bool:
    """Whether an address belongs to a chat."""
    return key == str(chat_id) or key.startswith(f"{chat_id}/")


class Followers:
    """Follows changes of the table of chats. Audience lookup is O(audience), a change is O(1)."""

    def __init__(self) -> None:
        self.inactive: set[str] = set()
        """The ids of chats that cannot be reached."""
        self._addresses: dict[str, set[str]] = {}
        """The addresses that follow a scope, of active chats."""
        self._counts: Counter[str] = Counter()

    def change(self, before: Mapping[str, bytes], changed: Mapping[str, bytes | None]) -> None:
        """Take in new rows of chats in the place of those before."""
        for key, new in changed.items():
            if (old := before.get(key)) is not None:
                self._drop(key, orjson.loads(old))
            if new is not None:
                self._add(key, orjson.loads(new))

    def audience(self, scopes: frozenset[Scope]) -> set[str]:
        """The addresses of active chats that want news of the scopes, each once."""
        audience = set[str]()
        for scope in deciding(scopes):
            found = self._addresses.get(str(scope), set())
            if scope.excludes:
                audience -= found
            else:
                audience |= found
        return audience

    def followed(self) -> list[Scope]:
        """Every scope that an active chat follows."""
        kept = (Scope.parse(scope) for scope, found in self._addresses.items() if found)
        return sorted(scope for scope in kept if not scope.excludes)

    def counts(self) -> dict[str, int]:
        """How many chats there are by kind, and ``inactive``, ``subscriptions``."""
        always = {"inactive": 0, "subscriptions": 0}
        return always | {name: number for name, number in self._counts.items() if number}

    def _add(self, key: str, row: dict[str, Any]) -> None:
        self._count(row, 1)
        if not row.get("active", True):
            self.inactive.add(key)
            return
        for address, scope in _followed(key, row):
            self._addresses.setdefault(scope, set()).add(address)

    def _drop(self, key: str, row: dict[str, Any]) -> None:
        self._count(row, -1)
        if not row.get("active", True):
            self.inactive.discard(key)
            return
        for address, scope in _followed(key, row):
            self._addresses[scope].discard(address)

    def _count(self, row: dict[str, Any], step: int) -> None:
        active = row.get("active", True)
        self._counts[row["kind"]] += step
        self._counts["inactive"] += step * (not active)
        followed = sum(not scope.startswith("-") for _, scope in row["follows"])
        self._counts["subscriptions"] += step * followed
        if not active and "lost_by" in row:
            self._counts[f"lost:{row['lost_by']}"] += step
        for pause in row.get("pauses", ()) if active else ():
            self._counts[f"paused:{pause[1]}"] += step


def _followed(key: str, row: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for thread, scope in row["follows"]:
        yield key if thread is None else f"{key}/{thread}", scope
