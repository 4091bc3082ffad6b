"""Command menus and the bot's profile in one language (Bot API, setMyCommands, setMyName …)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.agreement.model import Agreement
from bot.i18n.language import Language
from bot.views.format import pick
from bot.views.pagination import clip

_MOST = 100
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
    """Commands with their descriptions, as a menu lists them: general ones, then the topics.

    At most 100 of them, each description of at most 256 characters (Bot API, BotCommand).
    An admin's list is the private one with the admins' commands in front of the topics.
    """
    if menu is Menu.GROUP:
        return tuple(_clipped(_group(language)))
    listed = [*_clipped(_private(language))]
    if menu is Menu.ADMIN:
        listed += _clipped(_admin(language))
    taken = {command for command, _ in listed}
    topics = (
        (topic.command, pick(topic.title, language).text)
        for topic in agreement.topics
        if topic.command not in taken
    )
    return tuple([*listed, *_clipped(topics)][:_MOST])


def profile(language: Language, agreement: Agreement) -> Profile:
    """The bot's name and its descriptions, from the agreement's."""
    title = pick(agreement.title, language).text
    short = language.gettext("What was promised, and what became of it: {title}", title=title)
    about = pick(agreement.about, language).text
    ending = language.gettext(
        "Ask in your own words, follow what matters to you, and hear when a status changes."
        " Every statement names its source."
    )
    return Profile(
        name=clip(pick(agreement.short_title, language).text, _NAME),
        short_description=clip(short, _SHORT),
        description=f"{clip(about, _LONG - len(ending) - 2)}\n\n{ending}",
    )


def _clipped(entries: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    return ((command, clip(text, _DESCRIPTION)) for command, text in entries)


def _private(language: Language) -> Iterator[tuple[str, str]]:
    gettext = language.gettext
    yield "start", gettext("Begin")
    yield "topics", gettext("All topics")
    yield "status", gettext("Where every provision stands")
    yield "latest", gettext("The last changes")
    yield "timeline", gettext("What happened when")
    yield "ask", gettext("Ask in your own words")
    yield "provision", gettext("One provision by its number")
    yield "subscribe", gettext("Follow everything, a topic or a provision")
    yield "unsubscribe", language.pgettext("menu", "Stop following")
    yield "subscriptions", gettext("What is followed here")
    yield "stop", gettext("Stop all alerts")
    yield "language", gettext("Choose the language")
    yield "settings", gettext("Settings")
    yield "channels", gettext("Set up a channel or a group")
    yield "about", gettext("Method, sources, neutrality")
    yield "privacy", gettext("What is kept about you")
    yield "mydata", gettext("What is kept about you, as a file")
    yield "forgetme", gettext("Erase everything about this chat")
    yield "feedback", gettext("Write to the admins of this bot")
    yield "help", gettext("How this works")


def _group(language: Language) -> Iterator[tuple[str, str]]:
    gettext = language.gettext
    yield "topics", gettext("All topics")
    yield "ask", gettext("Ask in your own words")
    yield "status", gettext("Where every provision stands")
    yield "latest", gettext("The last changes")
    yield "timeline", gettext("What happened when")
    yield "subscribe", gettext("Follow everything, a topic or a provision")
    yield "subscriptions", gettext("What is followed here")
    yield "stop", gettext("Stop all alerts")
    yield "settings", gettext("Settings")
    yield "help", gettext("How this works")


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
