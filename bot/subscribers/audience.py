"""Who is due a change: pure rules over what chats follow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.subscribers.chat import EVERYTHING, Address, Chat, Scope, ScopeKind


def scopes_of(provision_id: str, topic_ids: Iterable[str]) -> frozenset[Scope]:
    """Every scope that covers a provision: itself, its topics, everything."""
    topics = (Scope(ScopeKind.TOPIC, topic_id) for topic_id in topic_ids)
    return frozenset({EVERYTHING, Scope(ScopeKind.PROVISION, provision_id), *topics})


def audience(chats: Iterable[Chat], scopes: frozenset[Scope]) -> Iterator[Address]:
    """The addresses that follow one of the scopes, each once however many match."""
    for chat in chats:
        if chat.active:
            threads = {thread for thread, _ in chat.subscriptions if chat.hears(thread, scopes)}
            yield from (Address(chat.id, thread) for thread in sorted(threads, key=_general_first))


def _general_first(thread_id: int | None) -> int:
    return thread_id or 0
