"""A chat as a document and back. Fields at their defaults are left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import datetime
from functools import lru_cache
from sys import intern
from types import MappingProxyType
from typing import Any

from bot.subscribers.chat import Chat, ChatKind, Scope, one_list
from bot.subscribers.pauses import Obstacle, Pause
from bot.subscribers.schedule import NO_WISHES, QuietHours, Rhythm, Schedule, Timing

Subscription = tuple[int | None, Scope]
_NO_SCHEDULES: Mapping[Subscription, Schedule] = MappingProxyType({})
_NO_PAUSES: Mapping[int | None, Pause] = MappingProxyType({})
_NO_ROUTES: Mapping[int, int | None] = MappingProxyType({})
_DEFAULTS = {field.name: field.default for field in fields(Chat)}


def chat_document(chat: Chat) -> dict[str, Any]:
    """The chat, for JSON."""
    document: dict[str, Any] = {"id": chat.id, "kind": chat.kind.value}
    for name in ("locale", "client_locale", "active", "title", "since", "lost_at", "lost_by"):
        value = getattr(chat, name)
        if value != _DEFAULTS[name]:
            document[name] = value
    document["follows"] = sorted(
        ([thread, str(scope)] for thread, scope in chat.subscriptions), key=_in_order
    )
    if chat.timing != NO_WISHES:
        document["timing"] = timing_document(chat.timing)
    if chat.pauses:
        document["pauses"] = pauses_document(chat.pauses)
    if chat.routes:
        document["routes"] = sorted(map(list, chat.routes.items()))
    return document


def _in_order(item: list[Any]) -> tuple[int, str]:
    return item[0] or 0, item[1]


def read_chat(document: dict[str, Any]) -> Chat:
    """The chat of a document. Equal parts of many chats are shared to save memory.

    Raises:
        KeyError, TypeError, ValueError: it is not such a document.
    """
    chat = Chat(
        id=document["id"],
        kind=ChatKind(document["kind"]),
        locale=_shared(document.get("locale")),
        client_locale=_shared(document.get("client_locale")),
        active=document.get("active", True),
        title=document.get("title", ""),
        since=_moment(document.get("since")),
        lost_at=_moment(document.get("lost_at")),
        lost_by=Obstacle(document["lost_by"]) if document.get("lost_by") else None,
        pauses=read_pauses(document["pauses"]) if "pauses" in document else _NO_PAUSES,
        routes=dict(document["routes"]) if "routes" in document else _NO_ROUTES,
        subscriptions=_subscriptions(tuple((item[0], item[1]) for item in document["follows"])),
        timing=_timing(document),
    )
    return one_list(chat)


def _timing(document: dict[str, Any]) -> Timing:
    """The wishes of a document.

    Up to version 0.2 a subscription could have a rhythm of its own. Where all of them have the
    same, it is the chat's.
    """
    timing = read_timing(document["timing"]) if "timing" in document else NO_WISHES
    own = document.get("schedules", ())
    if own and len(own) == len(document["follows"]):
        schedules = {read_schedule(schedule) for _, _, schedule in own}
        if len(schedules) == 1:
            return replace(timing, schedule=schedules.pop())
    return timing


def pauses_document(pauses: Mapping[int | None, Pause]) -> list[Any]:
    """The pauses of a chat's threads, for JSON."""
    return sorted(
        (
            [thread, pause.obstacle.value, pause.since, pause.until, pause.tries]
            for thread, pause in pauses.items()
        ),
        key=_in_order,
    )


def read_pauses(document: list[Any]) -> Mapping[int | None, Pause]:
    """The pauses of a document."""
    return {
        thread: Pause(
            Obstacle(obstacle),
            datetime.fromisoformat(since),
            datetime.fromisoformat(until),
            tries,
        )
        for thread, obstacle, since, until, tries in document
    }


def timing_document(timing: Timing) -> dict[str, Any]:
    """A chat's wishes, for JSON."""
    return {
        "schedule": schedule_document(timing.schedule),
        "zone": timing.zone,
        "quiet": [timing.quiet.start, timing.quiet.end] if timing.quiet else None,
        "muted_until": timing.muted_until,
    }


def read_timing(document: dict[str, Any]) -> Timing:
    """The wishes of a document."""
    quiet, muted_until = document["quiet"], document["muted_until"]
    return Timing(
        schedule=read_schedule(document["schedule"]),
        zone=intern(document["zone"]),
        quiet=QuietHours(*quiet) if quiet else None,
        muted_until=datetime.fromisoformat(muted_until) if muted_until else None,
    )


def schedule_document(schedule: Schedule) -> list[Any]:
    """A schedule, for JSON."""
    return [schedule.rhythm.value, schedule.hour, schedule.weekday]


def read_schedule(document: list[Any]) -> Schedule:
    """The schedule of a document."""
    rhythm, hour, weekday = document
    return Schedule(Rhythm(rhythm), hour, weekday)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _shared(text: str | None) -> str | None:
    return None if text is None else intern(text)


@lru_cache(maxsize=4096)
def _subscriptions(pairs: tuple[tuple[int | None, str], ...]) -> frozenset[Subscription]:
    return frozenset((thread, _scope(text)) for thread, text in pairs)


@lru_cache(maxsize=4096)
def _scope(text: str) -> Scope:
    return Scope.parse(text)
