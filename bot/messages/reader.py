"""Who a message is for: the language, the sort of chat, the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.agreement.evidence import Publishers
from bot.language.language import Language
from bot.subscribers.model import ChatKind

NO_PUBLISHERS = Publishers()


@dataclass(frozen=True, slots=True)
class Reader:
    """All that a page needs to know of the chat in which it will be read."""

    language: Language
    kind: ChatKind
    now: datetime
    """The moment of reading, aware, in the reader's time zone."""
    bot_username: str
    """Without "@", for deep links (https://t.me/USERNAME?start=…)."""
    publishers: Publishers = NO_PUBLISHERS
    """What the sources' publishers are called."""

    @property
    def in_private(self) -> bool:
        """Whether one person reads alone."""
        return self.kind is ChatKind.PRIVATE
