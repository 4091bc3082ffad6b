"""Who is due a change: pure rules over what chats follow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.subscribers.chat import EVERYTHING, Address, Chat, Scope, ScopeKind


def scopes_of(provision_id: str, topic_ids: Iterable[str]) -> frozenset[Scope]:
    """Every scope that covers a provision: itself, its topics, everything."""
    topics = (Scope(ScopeKind.TOPIC, topic_id) for topic_id in topic_ids)
    return frozenset({EVERYTHING, Scope(ScopeKind.PROVISION, provision_id), *topics})


def switched(
    chat: Chat, thread_id: int | None, scope: Scope, topics: Iterable[str], *, on: bool
) -> Chat:
    """The chat in which a thread hears of a scope, or does not; `topics` are a provision's.

    What comes by way of something wider is left out of that, and no exclusion stays in the way.
    """
    covering = frozenset({EVERYTHING, scope})
    if scope.kind is ScopeKind.PROVISION:
        covering = scopes_of(scope.id, topics)
    chat = chat.without(thread_id, scope.opposite if on else scope)
    if chat.hears(thread_id, covering) == on:
        return chat
    return chat.following(thread_id, scope if on else scope.opposite)


def audience(chats: Iterable[Chat], scopes: frozenset[Scope]) -> Iterator[Address]:
    """The addresses that follow one of the scopes, each once however many match."""
    for chat in chats:
        if chat.active:
            threads = {thread for thread, _ in chat.subscriptions if chat.hears(thread, scopes)}
            yield from (Address(chat.id, thread) for thread in sorted(threads, key=_general_first))


def _general_first(thread_id: int | None) -> int:
    return thread_id or 0
