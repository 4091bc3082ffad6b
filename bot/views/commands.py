"""Command menus and the bot's profile in one language (Bot API, setMyCommands, setMyName …)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.agreement.model import Agreement
from bot.i18n.language import Language
from bot.views.format import pick
from bot.views.pagination import clip

_IN_MENU = 8
_DESCRIPTION = 256
_NAME = 64
_SHORT = 120
_LONG = 512

RESERVED = frozenset(
    {
        "start",
        "help",
        "topics",
        "provision",
        "status",
        "latest",
        "timeline",
        "ask",
        "language",
        "settings",
        "timezone",
        "channels",
        "subscribe",
        "unsubscribe",
        "subscriptions",
        "following",
        "stop",
        "about",
        "privacy",
        "forgetme",
        "mydata",
        "feedback",
        "testalert",
        "update",
        "undo",
        "correct",
        "audit",
        "stats",
        "gaps",
        "inbox",
        "export",
        "reload",
    }
)
"""Commands of the bot itself, which no topic may take; a few are kept for later."""


class Menu(StrEnum):
    """Which list of commands."""

    PRIVATE = "private"
    GROUP = "group"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Profile:
    """How the bot presents itself: at most 64, 120 and 512 characters (Bot API, setMyName …)."""

    name: str
    short_description: str
    description: str


def commands(language: Language, agreement: Agreement, menu: Menu) -> tuple[tuple[str, str], ...]:
    """Commands with their descriptions, as a menu lists them: topics first, at most eight.

    Any other command works when it is typed. An admin's menu has the admins' commands as well.
    """
    general = [*_clipped(_group(language) if menu is Menu.GROUP else _private(language))]
    taken = {command for command, _ in general}
    topics = [entry for entry in _topics(language, agreement) if entry[0] not in taken]
    admin = [*_clipped(_admin(language))] if menu is Menu.ADMIN else []
    return (*topics[: _IN_MENU - len(general)], *general, *admin)


def every_command(
    language: Language, agreement: Agreement, *, admin: bool
) -> tuple[tuple[str, str], ...]:
    """Every command that is offered, with its description: general ones, then the topics."""
    listed = [*_clipped(_all(language)), *(_clipped(_admin(language)) if admin else ())]
    return (*listed, *_topics(language, agreement))


def _topics(language: Language, agreement: Agreement) -> Iterator[tuple[str, str]]:
    return _clipped(
        (topic.command_in(language.code), pick(topic.title, language).text)
        for topic in agreement.topics
    )


def profile(language: Language, agreement: Agreement) -> Profile:
    """The bot's name and its descriptions, from the agreement's."""
    title = pick(agreement.title, language).text
    short_title = pick(agreement.short_title, language).text
    benefit = language.gettext(
        "What was promised, what became of it, and a message when it changes. Every statement"
        " names its source."
    )
    short = language.gettext("What was promised, and what became of it: {title}", title=short_title)
    return Profile(
        name=clip(short_title, _NAME),
        short_description=clip(short, _SHORT),
        description=clip(f"{benefit}\n\n{title}", _LONG),
    )


def _clipped(entries: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    return ((command, clip(text, _DESCRIPTION)) for command, text in entries)


def _private(language: Language) -> Iterator[tuple[str, str]]:
    gettext = language.gettext
    yield "topics", gettext("All topics")
    yield "following", gettext("What I follow")
    yield "help", gettext("How this works")


def _group(language: Language) -> Iterator[tuple[str, str]]:
    gettext = language.gettext
    yield "topics", gettext("All topics")
    yield "ask", gettext("Ask in your own words")
    yield "help", gettext("How this works")


def _all(language: Language) -> Iterator[tuple[str, str]]:
    gettext = language.gettext
    yield "topics", gettext("All topics")
    yield "status", gettext("Where every provision stands")
    yield "latest", gettext("The last changes")
    yield "timeline", gettext("What happened when")
    yield "ask", gettext("Ask in your own words")
    yield "provision", gettext("One provision by its number")
    yield "subscribe", gettext("Follow everything, a topic or a provision")
    yield "following", gettext("What I follow")
    yield "stop", gettext("Stop all alerts")
    yield "language", gettext("Choose the language")
    yield "settings", gettext("Settings")
    yield "channels", gettext("Set up a channel or a group")
    yield "about", gettext("Method, sources, neutrality")
    yield "privacy", gettext("What is kept about you")
    yield "mydata", gettext("What is kept about you, as a file")
    yield "forgetme", gettext("Erase everything about this chat")
    yield "feedback", gettext("Write to the admins of this bot")


def _admin(language: Language) -> Iterator[tuple[str, str]]:
    gettext = language.gettext
    yield "update", gettext("Change a status and tell the followers")
    yield "undo", gettext("Take back the last change")
    yield "correct", gettext("Correct an earlier change")
    yield "audit", gettext("Who changed what and when")
    yield "stats", gettext("Chats, subscriptions, statuses")
    yield "gaps", gettext("Questions without an answer")
    yield "inbox", gettext("News that may be about provisions")
    yield "export", gettext("The data as files")
    yield "reload", gettext("Reload the content file")
