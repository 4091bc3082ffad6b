"""Following for a person who opened the site inside Telegram."""

from __future__ import annotations

from typing import Protocol

from bot.clock import Clock
from bot.subscribers.chat import Chat, ChatKind, Scope
from bot.subscribers.repository import ChatRepository
from bot.web.init_data import Person


class Unreachable(Exception):
    """The bot may not write to this person, who never started it or has blocked it."""


class Follows(Protocol):
    """What a person follows."""

    async def of(self, person: Person) -> frozenset[Scope]:
        """The scopes that the person's own chat follows."""

    async def follow(self, person: Person, scope: Scope) -> frozenset[Scope]:
        """Follow one more; durable when it returns.

        Raises:
            Unreachable: no message would arrive.
        """

    async def unfollow(self, person: Person, scope: Scope) -> frozenset[Scope]:
        """Follow one less."""


class StoredFollows:
    """The same chats that the bot writes to: a private chat has its person's id."""

    def __init__(self, chats: ChatRepository, clock: Clock) -> None:
        self._chats, self._clock = chats, clock

    async def of(self, person: Person) -> frozenset[Scope]:
        """See `Follows`."""
        return _scopes(await self._chats.chat(person.id))

    async def follow(self, person: Person, scope: Scope) -> frozenset[Scope]:
        """See `Follows`."""
        known = await self._chats.chat(person.id)
        reachable = known is not None and known.active
        if not reachable and not person.may_be_written_to:
            raise Unreachable
        now = self._clock()

        def change(kept: Chat | None) -> Chat:
            chat = kept or Chat(person.id, ChatKind.PRIVATE)
            if person.language:
                chat = chat.spoken(person.language)
            return chat.reached(now).following(None, scope)

        return _scopes(await self._chats.update_chat(person.id, change))

    async def unfollow(self, person: Person, scope: Scope) -> frozenset[Scope]:
        """See `Follows`."""
        return _scopes(
            await self._chats.update_chat(
                person.id, lambda kept: kept.without(None, scope) if kept else None
            )
        )


def _scopes(chat: Chat | None) -> frozenset[Scope]:
    return frozenset(chat.follows(None)) if chat is not None and chat.active else frozenset()
