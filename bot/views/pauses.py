"""What a chat is told when alerts cannot be delivered to it, and when they can again."""

from __future__ import annotations

from datetime import datetime

from markupsafe import Markup

from bot.alerts.ledger import REFUSED
from bot.i18n.language import Language
from bot.subscribers.chat import Chat
from bot.subscribers.pauses import Obstacle, Pause
from bot.views.callbacks import Bring, Missed
from bot.views.format import moment
from bot.views.html import bold, lines, paragraphs
from bot.views.keyboards import to_following
from bot.views.message import Button, Message, Reader, Style
from bot.views.pagination import clip

_TITLE = 120


def pause_note(reader: Reader, chat: Chat, thread_id: int | None) -> Markup | None:
    """That alerts to a thread are paused, and why; None where they are not.

    In a chat with several threads also how many others are paused.
    """
    pause = chat.pause_at(thread_id, reader.now)
    here = chat.thread_of(thread_id)
    others = sum(
        thread != here and other.holds(reader.now) for thread, other in chat.pauses.items()
    )
    if pause is None and not others:
        return None
    elsewhere = reader.language.ngettext(
        "⏸ Alerts are paused in {n} other topic of this chat.",
        "⏸ Alerts are paused in {n} other topics of this chat.",
        others,
    )
    return paragraphs(
        _paused(reader, pause) if pause is not None else None, elsewhere if others else None
    )


def _paused(reader: Reader, pause: Pause) -> Markup:
    language = reader.language
    return lines(
        bold("⏸ " + language.gettext("Alerts are paused here")),
        obstacle_sentence(language, pause.obstacle),
        language.html("Paused since: {moment}", moment=moment(reader, pause.since)),
        language.html("Next attempt: {moment}", moment=moment(reader, pause.until)),
        language.gettext("What comes meanwhile is kept and sent afterwards."),
    )


def obstacle_sentence(language: Language, obstacle: Obstacle) -> str:
    """What stands in the way of alerts."""
    return {
        Obstacle.BLOCKED: language.gettext("The bot is blocked in this chat."),
        Obstacle.REMOVED: language.gettext("The bot is no longer in this chat."),
        Obstacle.DELETED: language.gettext("The chat was deleted."),
        Obstacle.NOT_FOUND: language.gettext("Telegram does not find this chat."),
        Obstacle.NO_RIGHT: language.gettext("The bot may not write here."),
        Obstacle.TOPIC_CLOSED: language.gettext("The topic is closed."),
        Obstacle.TOPIC_GONE: language.gettext("Telegram does not find the topic."),
    }[obstacle]


def obstacle_label(language: Language, reason: str) -> str:
    """Why alerts do not reach a chat, in a word or two; `reason` is an `Obstacle` or another."""
    return {
        Obstacle.BLOCKED.value: language.gettext("Bot blocked"),
        Obstacle.REMOVED.value: language.gettext("Bot removed"),
        Obstacle.DELETED.value: language.gettext("Deleted"),
        Obstacle.NOT_FOUND.value: language.gettext("Not found"),
        Obstacle.NO_RIGHT.value: language.gettext("No right to write"),
        Obstacle.TOPIC_CLOSED.value: language.gettext("Topic closed"),
        Obstacle.TOPIC_GONE.value: language.gettext("Topic not found"),
        REFUSED: language.gettext("Refused by Telegram"),
    }.get(reason, language.gettext("Gone"))


def topic_waits(reader: Reader, chat_id: int, thread_id: int, obstacle: Obstacle) -> Message:
    """To a forum: alerts for one of its topics wait, and how they can come here instead."""
    language, link = reader.language, None
    if obstacle is Obstacle.TOPIC_CLOSED:
        after = language.gettext("They are sent when it is opened again.")
        link = Markup('<a href="https://t.me/c/{}/{}">{}</a>').format(
            str(chat_id).removeprefix("-100"), thread_id, language.gettext("Go to the topic")
        )
    else:
        after = language.gettext("If it was deleted, they can come here instead.")
    bring = Button(
        language.gettext("Send them here instead"), Bring(thread_id), style=Style.PRIMARY
    )
    return Message(
        paragraphs(
            lines(
                bold("⏸ " + language.gettext("Alerts for a topic of this group wait")),
                obstacle_sentence(language, obstacle),
            ),
            lines(after, link),
        ),
        ((bring,),),
    )


def may_not_post(reader: Reader, title: str, *, taken: bool) -> Message:
    """To whoever changed the bot's rights in a channel: it cannot post there.

    `taken`: it could before.
    """
    language, channel = reader.language, bold(clip(title, _TITLE))
    if taken:
        said = language.html("I may no longer post in {channel}.", channel=channel)
        after = language.gettext(
            "What it follows is kept. Give me the right to post messages, and alerts go on."
        )
    else:
        said = language.html("I am in {channel}, but I may not post there.", channel=channel)
        after = language.gettext(
            "Give me the right to post messages; then you can set up the channel."
        )
    return Message(paragraphs(said, after))


def brought(reader: Reader) -> str:
    """The alerts of a topic come here from now on."""
    return reader.language.gettext("From now on they come here.")


def returned(reader: Reader, followed: int, missed: int, since: datetime) -> Message:
    """To a person who came back: what is followed, and how much of it has changed meanwhile."""
    language = reader.language
    if not followed:
        return Message(lines(language.gettext("Welcome back.")), ((to_following(reader),),))
    kept = language.ngettext(
        "Welcome back. You follow {n} thing, as before.",
        "Welcome back. You follow {n} things, as before.",
        followed,
    )
    if not missed:
        return Message(lines(kept), ((to_following(reader),),))
    news = language.ngettext(
        "{n} provision that you follow changed while no alerts could reach you.",
        "{n} provisions that you follow changed while no alerts could reach you.",
        missed,
    )
    show = Button(
        language.gettext("What has changed"), Missed(int(since.timestamp())), style=Style.PRIMARY
    )
    return Message(lines(kept, news), ((show,), (to_following(reader),)))


def nothing_missed(reader: Reader) -> str:
    """In the end nothing has changed."""
    return reader.language.gettext("Nothing that you follow has changed since then.")
