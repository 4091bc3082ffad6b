"""Chats that the bot knows, and what each of their threads follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from bot.subscribers.schedule import NO_WISHES, Schedule, Timing


class ChatKind(StrEnum):
    """What sort of chat it is (Bot API, Chat.type)."""

    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup"
    CHANNEL = "channel"


class ScopeKind(StrEnum):
    """How much a subscription covers."""

    EVERYTHING = "all"
    TOPIC = "topic"
    PROVISION = "provision"


@dataclass(frozen=True, slots=True, order=True)
class Scope:
    """What a subscription covers: everything, a topic or a provision.

    Its text form is ``all``, ``topic:ID`` or ``provision:ID``.
    """

    kind: ScopeKind
    id: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text form.

        Raises:
            ValueError: the text is no scope.
        """
        kind, _, identifier = text.partition(":")
        scope = cls(ScopeKind(kind), identifier)
        if (scope.kind is ScopeKind.EVERYTHING) == bool(identifier):
            raise ValueError("a topic or a provision needs an id, everything has none")
        return scope

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}" if self.id else str(self.kind)


EVERYTHING = Scope(ScopeKind.EVERYTHING)


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """Where a message goes: a chat, and in a forum one of its topics ("threads")."""

    chat_id: int
    thread_id: int | None = None


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat that the bot knows, its preferences, and what each of its threads follows.

    `locale` is what its people chose; `client_locale` what their client suggested. A chat that
    cannot be reached keeps its preferences: people block bots just to silence them.
    """

    id: int
    kind: ChatKind
    locale: str | None = None
    client_locale: str | None = None
    active: bool = True
    title: str = ""
    since: datetime | None = None
    subscriptions: frozenset[tuple[int | None, Scope]] = field(default_factory=frozenset)
    timing: Timing = NO_WISHES
    schedules: Mapping[tuple[int | None, Scope], Schedule] = field(default_factory=dict)
    """Schedules of single subscriptions that have one of their own."""

    def follows(self, thread_id: int | None) -> list[Scope]:
        """What a thread follows, in a stable order."""
        return sorted(scope for thread, scope in self.subscriptions if thread == thread_id)

    def schedule_of(self, thread_id: int | None, scopes: frozenset[Scope]) -> Schedule | None:
        """How soon a thread wants news of these scopes: the soonest of what it follows of them.

        None where it follows none of them.
        """
        followed = (
            self.schedules.get((thread_id, scope), self.timing.schedule)
            for thread, scope in self.subscriptions
            if thread == thread_id and scope in scopes
        )
        return min(followed, key=lambda schedule: schedule.urgency, default=None)

    def scheduled(self, thread_id: int | None, scope: Scope, schedule: Schedule | None) -> Chat:
        """The chat with a schedule for one subscription; None takes the chat's own again."""
        kept = {key: one for key, one in self.schedules.items() if key != (thread_id, scope)}
        if schedule is not None and (thread_id, scope) in self.subscriptions:
            kept[thread_id, scope] = schedule
        return replace(self, schedules=kept)

    def timed(self, timing: Timing) -> Chat:
        """The chat with other wishes as to when it hears."""
        return replace(self, timing=timing)

    def following(self, thread_id: int | None, scope: Scope) -> Chat:
        """The chat with one more subscription.

        Everything takes the place of its parts, but for those with a schedule of their own.
        """
        kept = self.subscriptions
        if scope == EVERYTHING:
            kept = frozenset(one for one in kept if one[0] != thread_id or one in self.schedules)
        return _tidied(replace(self, subscriptions=kept | {(thread_id, scope)}))

    def without(self, thread_id: int | None, scope: Scope | None = None) -> Chat:
        """The chat without a subscription of a thread, or without all of that thread's."""
        kept = frozenset(
            (thread, one)
            for thread, one in self.subscriptions
            if thread != thread_id or (scope is not None and one != scope)
        )
        return _tidied(replace(self, subscriptions=kept))

    def spoken(self, locale: str) -> Chat:
        """The chat with what its client says of its language."""
        return replace(self, client_locale=locale)

    def choosing(self, locale: str | None) -> Chat:
        """The chat with another choice of language; None leaves it to the client."""
        return replace(self, locale=locale)

    def reached(self, now: datetime) -> Chat:
        """The chat as one that can be reached, known since `now` if it was not known before."""
        return replace(self, active=True, since=self.since or now)

    def lost(self) -> Chat:
        """The chat as one that cannot be reached: its preferences stay."""
        return replace(self, active=False)

    def merged_into(self, new_id: int, other: Chat | None) -> Chat:
        """The chat under the id of the supergroup that it became, keeping what both held."""
        extra = other.subscriptions if other else frozenset()
        return replace(
            self,
            id=new_id,
            kind=ChatKind.SUPERGROUP,
            active=True,
            locale=self.locale or (other.locale if other else None),
            subscriptions=self.subscriptions | extra,
            schedules={**(other.schedules if other else {}), **self.schedules},
        )


def _tidied(chat: Chat) -> Chat:
    """The chat without schedules of subscriptions that it no longer has."""
    kept = {key: one for key, one in chat.schedules.items() if key in chat.subscriptions}
    return chat if len(kept) == len(chat.schedules) else replace(chat, schedules=kept)
