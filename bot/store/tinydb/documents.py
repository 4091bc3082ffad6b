"""A chat as a document and back. Fields at their defaults are left out."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from functools import lru_cache
from sys import intern
from typing import Any

from bot.subscribers.model import Chat, ChatKind, Scope

Subscription = tuple[int | None, Scope]
_DEFAULTS = {one.name: one.default for one in fields(Chat)}


def chat_document(chat: Chat) -> dict[str, Any]:
    """The chat, for JSON."""
    document: dict[str, Any] = {"id": chat.id, "kind": chat.kind.value}
    for name in ("locale", "client_locale", "active", "title", "since"):
        value = getattr(chat, name)
        if value != _DEFAULTS[name]:
            document[name] = value
    document["follows"] = [[thread, str(scope)] for thread, scope in chat.subscriptions]
    return document


def read_chat(document: dict[str, Any]) -> Chat:
    """The chat of a document. Equal parts of many chats are shared to save memory.

    Raises:
        KeyError, TypeError, ValueError: it is no such document.
    """
    since = document.get("since")
    return Chat(
        id=document["id"],
        kind=ChatKind(document["kind"]),
        locale=_shared(document.get("locale")),
        client_locale=_shared(document.get("client_locale")),
        active=document.get("active", True),
        title=document.get("title", ""),
        since=datetime.fromisoformat(since) if since else None,
        subscriptions=_subscriptions(tuple((one[0], one[1]) for one in document["follows"])),
    )


def _shared(text: str | None) -> str | None:
    return None if text is None else intern(text)


@lru_cache(maxsize=4096)
def _subscriptions(pairs: tuple[tuple[int | None, str], ...]) -> frozenset[Subscription]:
    return frozenset((thread, _scope(text)) for thread, text in pairs)


@lru_cache(maxsize=4096)
def _scope(text: str) -> Scope:
    return Scope.parse(text)
