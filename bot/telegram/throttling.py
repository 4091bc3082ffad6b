"""Too much from one person or one group: answered once, then ignored for a while.

Each update that is meant for the bot takes one from the person's allowance, and in a group one
from the group's as well, in this order: one member's flood does not use up what is the others'.

* A person: 30 at once, and 2 a second from then on. Fast typing in inline mode makes two or
  three updates a second, browsing by buttons hardly as many; ten presses in five seconds leave
  most of it.
* A group: 60 at once, and 2 a second from then on. Telegram lets a bot send 20 messages a minute
  there (core.telegram.org/bots/faq), so that more could not be answered anyhow.

Whoever goes beyond is told so, once, and ignored for 30 seconds; what they sent before and is
still waiting for its turn is let go as well. Nothing of it touches the store or is rendered.
News about memberships and groups that become supergroups always passes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto

import telegram
from throttled import MemoryStore, Throttled, per_duration

from bot.telegram.command_parsing import is_for_bot

_MOST_REMEMBERED = 20_000
"""Persons and groups whose allowance is remembered, the latest ones: some 500 bytes each."""


class Verdict(Enum):
    """What is to be done with an update."""

    HANDLE = auto()
    QUIET = auto()
    """Handle it; it is not for the bot, and nobody waits for an answer."""
    ALWAYS = auto()
    """Handle it, however many there are: news about the chat itself."""
    TELL = auto()
    """It was one too many: drop it and say so."""
    IGNORE = auto()
    """Drop it."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many at once; as many come again, one after the other, in so many whole seconds."""

    at_once: int
    seconds: int


PERSON = Allowance(30, 15)
GROUP = Allowance(60, 30)
MUTED = timedelta(seconds=30)


class Throttle:
    """Counts what comes from each person and each group."""

    def __init__(
        self,
        bot: telegram.Bot,
        *,
        person: Allowance = PERSON,
        group: Allowance = GROUP,
        muted: timedelta = MUTED,
    ) -> None:
        self._bot = bot
        self._person, self._group = _limit(person), _limit(group)
        self._muted = MemoryStore(options={"MAX_SIZE": _MOST_REMEMBERED})
        self._seconds = max(1, round(muted.total_seconds()))

    def judge(self, update: telegram.Update) -> Verdict:
        """Count an update that has just come."""
        if _is_news(update):
            return Verdict.ALWAYS
        sources = self._sources(update)
        if not sources:
            return Verdict.QUIET
        if any(self._muted.get(source) for source in sources):
            return Verdict.IGNORE
        for each_source in sources:
            limit = self._group if each_source.startswith("-") else self._person
            if limit.limit(each_source).limited:
                self._muted.set(each_source, 1, self._seconds)
                return Verdict.TELL
        return Verdict.HANDLE

    def ignores(self, update: telegram.Update) -> bool:
        """Whether an update was sent by someone who is being ignored now; counts nothing."""
        return any(self._muted.get(source) for source in self._sources(update))

    def _sources(self, update: telegram.Update) -> tuple[str, ...]:
        """Whose allowance an update uses up: the person's, then the group's; none where free."""
        if update.inline_query is not None:
            return (str(update.inline_query.from_user.id),)
        message = update.effective_message
        if update.callback_query is not None:
            person: telegram.User | telegram.Chat | None = update.callback_query.from_user
        elif message is None or _is_news(update) or not is_for_bot(message, self._bot):
            return ()
        else:
            person = message.sender_chat or message.from_user
        chat = update.effective_chat
        ids = (person.id if person else None, chat.id if chat else None)
        return tuple(dict.fromkeys(str(item) for item in ids if item is not None))


def _is_news(update: telegram.Update) -> bool:
    """Whether an update tells of the bot's membership, or of a group that became a supergroup."""
    message = update.message
    migrated = message is not None and (
        message.migrate_to_chat_id is not None or message.migrate_from_chat_id is not None
    )
    return migrated or update.my_chat_member is not None


def _limit(allowance: Allowance) -> Throttled:
    period = timedelta(seconds=allowance.seconds)
    return Throttled(
        using="gcra",
        quota=per_duration(period, allowance.at_once, burst=allowance.at_once),
        store=MemoryStore(options={"MAX_SIZE": _MOST_REMEMBERED}),
    )
