"""A test alert, and what came of sending it."""

from __future__ import annotations

from collections.abc import Iterator

from bot.alerts.model import Outcome
from bot.i18n.times import day_and_time
from bot.subscribers.chat import Chat
from bot.views.html import bold, lines, paragraphs
from bot.views.message import Message, Reader
from bot.views.pagination import clip
from bot.views.pauses import obstacle_sentence
from bot.views.schedule import timing_lines
from bot.views.settings import spoken_language
from bot.views.subscriptions import NOTICE


def trial_alert(reader: Reader, chat: Chat, thread_id: int | None) -> Message:
    """What a chat has chosen that matters for its alerts, sent where they go."""
    language, followed = reader.language, len(chat.follows(thread_id))
    return Message(
        paragraphs(
            bold("🔔 " + language.gettext("This is a test alert")),
            language.gettext("The bot may write here. Alerts arrive where this message stands."),
            lines(
                language.ngettext("Following {n} thing.", "Following {n} things.", followed)
                if followed
                else language.gettext("Following nothing yet."),
                spoken_language(reader, chat),
                *timing_lines(reader, chat),
                *_waits(reader, chat),
            ),
        )
    )


def _waits(reader: Reader, chat: Chat) -> Iterator[str]:
    due = chat.timing.due(chat.timing.schedule, reader.now, reader.now)
    if due > reader.now:
        local = due.astimezone(chat.timing.tzinfo)
        yield reader.language.gettext(
            "An alert from this moment would arrive at: {moment}",
            moment=day_and_time(reader.language, local),
        )


def trial_sent(reader: Reader) -> str:
    """It arrived."""
    return reader.language.gettext("The test alert was sent.")


def trial_failed(reader: Reader, outcome: Outcome) -> str:
    """It could not be sent, and why."""
    language = reader.language
    failed = language.gettext("The test alert could not be sent.")
    if outcome.obstacle is not None:
        return f"{failed} {obstacle_sentence(language, outcome.obstacle)}"
    return clip(f"{failed} {outcome.detail}", NOTICE)
