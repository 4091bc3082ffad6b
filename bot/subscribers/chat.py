"""Chats that the bot knows, and what each of their threads follows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from bot.subscribers.pauses import Obstacle, Pause, begun
from bot.subscribers.schedule import NO_WISHES, Timing


class ChatKind(StrEnum):
    """What sort of chat it is (Bot API, Chat.type)."""

    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup"
    CHANNEL = "channel"


class ScopeKind(StrEnum):
    """How much a subscription covers, or an exclusion leaves out.

    The widest come first. Where several concern the same news, the last of them decides.
    """

    EVERYTHING = "all"
    WITHOUT_TOPIC = "-topic"
    TOPIC = "topic"
    PROVISION = "provision"
    WITHOUT_PROVISION = "-provision"


_OPPOSITES = {
    ScopeKind.TOPIC: ScopeKind.WITHOUT_TOPIC,
    ScopeKind.PROVISION: ScopeKind.WITHOUT_PROVISION,
}
_OPPOSITES |= {excluding: kind for kind, excluding in _OPPOSITES.items()}


@dataclass(frozen=True, slots=True, order=True)
class Scope:
    """What a subscription covers: everything, a topic or a provision; or what is left out of it.

    Its text form is ``all``, ``topic:ID`` or ``provision:ID``; of an exclusion ``-topic:ID`` or
    ``-provision:ID``.
    """

    kind: ScopeKind
    id: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text form.

        Raises:
            ValueError: the text is not a scope.
        """
        kind, _, identifier = text.partition(":")
        scope = cls(ScopeKind(kind), identifier)
        if (scope.kind is ScopeKind.EVERYTHING) == bool(identifier):
            raise ValueError("a topic or a provision needs an id, everything has none")
        return scope

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}" if self.id else str(self.kind)

    @property
    def excludes(self) -> bool:
        """Whether it leaves something out."""
        return self.kind in {ScopeKind.WITHOUT_TOPIC, ScopeKind.WITHOUT_PROVISION}

    @property
    def opposite(self) -> Scope:
        """What leaves this out, or what an exclusion leaves out; everything has none."""
        return Scope(_OPPOSITES[self.kind], self.id) if self.kind in _OPPOSITES else self


EVERYTHING = Scope(ScopeKind.EVERYTHING)


def deciding(scopes: Iterable[Scope]) -> list[Scope]:
    """These scopes and what leaves them out, the widest first: the last that is kept decides."""
    order = list(ScopeKind)
    both = {each for scope in scopes for each in (scope, scope.opposite)}
    return sorted(both, key=lambda scope: (order.index(scope.kind), scope.id))


def hears(rules: Collection[Scope], scopes: Iterable[Scope]) -> bool:
    """Whether subscriptions and exclusions together let news of these scopes through."""
    kept = [scope for scope in deciding(scopes) if scope in rules]
    return bool(kept) and not kept[-1].excludes


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """Where a message goes: a chat, and in a forum one of its topics ("threads")."""

    chat_id: int
    thread_id: int | None = None
    direct: bool = False
    """The thread is a person's in the direct messages of a channel."""


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat that the bot knows, its preferences, and what each of its threads follows.

    `locale` is what its people chose; `client_locale` what their client suggested. A chat that
    cannot be reached keeps its preferences: people block bots just to silence them.

    A private chat has one list: its topics come and go, and its person stays the same.
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
    lost_at: datetime | None = None
    """Since when it could not be reached. It stays until a person who came back was told."""
    lost_by: Obstacle | None = None
    pauses: Mapping[int | None, Pause] = field(default_factory=dict)
    """Of threads to which nothing can be sent for now."""
    routes: Mapping[int, int | None] = field(default_factory=dict)
    """Threads that are gone, and the one that gets what each of them followed."""

    def thread_of(self, thread_id: int | None) -> int | None:
        """The thread whose list counts for a thread."""
        if self.kind is ChatKind.PRIVATE or thread_id is None:
            return None
        return self.routes.get(thread_id, thread_id)

    def at_home(self, thread_id: int | None) -> Chat:
        """The chat in which a thread has its own list: somebody writes there, so it exists."""
        if thread_id not in self.routes:
            return self
        return replace(
            self, routes={old: new for old, new in self.routes.items() if old != thread_id}
        )

    def moved(self, old: int, new: int | None) -> Chat:
        """The chat in which a thread gets all that another followed, which is gone."""

        def there(thread: int | None) -> int | None:
            return new if thread == old else thread

        return replace(
            self,
            subscriptions=frozenset((there(thread), scope) for thread, scope in self.subscriptions),
            routes={**{thread: there(to) for thread, to in self.routes.items()}, old: new},
        ).resumed(old)

    def renamed(self, now: Callable[[Scope], Scope]) -> Chat:
        """The chat that follows the same under other ids."""
        return replace(
            self,
            subscriptions=frozenset((thread, now(scope)) for thread, scope in self.subscriptions),
        )

    def flat(self) -> Chat:
        """The chat as one that has no threads any more: all that they followed is its own."""
        chat = self
        for thread in {thread for thread, _ in self.subscriptions}:
            if thread is not None:
                chat = chat.moved(thread, None)
        return chat

    def rules(self, thread_id: int | None) -> frozenset[Scope]:
        """What a thread follows and what it leaves out of that."""
        thread_id = self.thread_of(thread_id)
        return frozenset(scope for thread, scope in self.subscriptions if thread == thread_id)

    def follows(self, thread_id: int | None) -> list[Scope]:
        """What a thread follows, in a stable order."""
        return sorted(scope for scope in self.rules(thread_id) if not scope.excludes)

    def hears(self, thread_id: int | None, scopes: Iterable[Scope]) -> bool:
        """Whether a thread wants news of these scopes."""
        return hears(self.rules(thread_id), scopes)

    def timed(self, timing: Timing) -> Chat:
        """The chat with other wishes as to when it hears."""
        return replace(self, timing=timing)

    def following(self, thread_id: int | None, scope: Scope) -> Chat:
        """The chat with one more subscription or exclusion."""
        chat = self.at_home(thread_id)
        added = (chat.thread_of(thread_id), scope)
        return replace(chat, subscriptions=chat.subscriptions | {added})

    def without(self, thread_id: int | None, scope: Scope | None = None) -> Chat:
        """The chat without a subscription of a thread, or without all of that thread's."""
        thread_id = self.thread_of(thread_id)
        kept = frozenset(
            (thread, subscription)
            for thread, subscription in self.subscriptions
            if thread != thread_id or (scope is not None and subscription != scope)
        )
        return replace(self, subscriptions=kept)

    def spoken(self, locale: str) -> Chat:
        """The chat with what its client says of its language."""
        return replace(self, client_locale=locale)

    def choosing(self, locale: str | None) -> Chat:
        """The chat with another choice of language; None leaves it to the client."""
        return replace(self, locale=locale)

    def reached(self, now: datetime) -> Chat:
        """The chat as one that can be reached, known since `now` if it was not known before."""
        return replace(self, active=True, since=self.since or now)

    def lost(self, now: datetime, by: Obstacle | None = None) -> Chat:
        """The chat as one that cannot be reached: its preferences stay."""
        return replace(self, active=False, lost_at=self.lost_at or now, lost_by=by)

    def told(self) -> Chat:
        """The chat whose person knows what they missed while it could not be reached."""
        return replace(self, lost_at=None, lost_by=None)

    def refused(self, thread_id: int | None, obstacle: Obstacle, now: datetime) -> Pause:
        """The pause that a refusal in a thread leads to."""
        before = self.pauses.get(self.thread_of(thread_id))
        return before.again(obstacle, now) if before else begun(obstacle, now)

    def paused(self, thread_id: int | None, pause: Pause) -> Chat:
        """The chat with a pause of a thread."""
        return replace(self, pauses={**self.pauses, self.thread_of(thread_id): pause})

    def resumed(self, *threads: int | None) -> Chat:
        """The chat without the pauses of threads; of all of them, where none is named."""
        gone = threads or tuple(self.pauses)
        kept = {thread: pause for thread, pause in self.pauses.items() if thread not in gone}
        return self if len(kept) == len(self.pauses) else replace(self, pauses=kept)

    def nudged(self, thread_id: int | None, now: datetime) -> Chat:
        """The chat after a sign of life from a thread: what is paused there is tried at once."""
        pause = self.pauses.get(self.thread_of(thread_id))
        return self if pause is None else self.paused(thread_id, pause.nudged(now))

    def heard_from(self, thread_id: int | None, now: datetime) -> Chat:
        """The chat after a sign of life: it can be reached, and what is paused is tried again."""
        chat = self if self.active else replace(self.reached(now), lost_at=self.lost_at or now)
        return chat.resumed() if self.kind is ChatKind.PRIVATE else chat.nudged(thread_id, now)

    def pause_at(self, thread_id: int | None, now: datetime) -> Pause | None:
        """The pause that holds a thread for now."""
        pause = self.pauses.get(self.thread_of(thread_id))
        return pause if pause is not None and pause.holds(now) else None

    def silent_since(self, before: datetime) -> bool:
        """Whether it could not be reached since before a moment, or one of its threads not."""
        lost = not self.active and self.lost_at is not None and self.lost_at < before
        return lost or any(pause.since < before for pause in self.pauses.values())

    def may_hear_less_than(self, before: Chat) -> bool:
        """Whether news may be unwanted by now: something is followed no more, or left out."""
        ended = before.subscriptions - self.subscriptions
        added = self.subscriptions - before.subscriptions
        return any(not scope.excludes for _, scope in ended) or any(
            scope.excludes for _, scope in added
        )

    def hears_sooner_than(self, before: Chat) -> bool:
        """Whether news that waits may be due by now, since the chat has other wishes than before.

        Also where a pause ended or was cut short.
        """
        if self.timing != before.timing:
            return True
        return any(
            thread not in self.pauses or self.pauses[thread].until < pause.until
            for thread, pause in before.pauses.items()
        )

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
        )


def one_list(chat: Chat) -> Chat:
    """A private chat whose topics had lists of their own, with one list of all of them."""
    if chat.kind is not ChatKind.PRIVATE or all(thread is None for thread, _ in chat.subscriptions):
        return chat
    return replace(
        chat,
        subscriptions=frozenset((None, scope) for _, scope in chat.subscriptions),
    )
