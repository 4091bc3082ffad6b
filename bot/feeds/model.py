"""What the desk keeps: suggestions, and how each feed was last read."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from pydantic import AwareDatetime, ConfigDict, Field

from bot.agreement.fields import FrozenModel, Identifier, LanguageCode, Sentence, Url

KEPT = timedelta(days=90)
"""How long a suggestion is kept after it was found."""


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a feed, as text."""

    id: str
    """A hash of what tells it from other items of its publisher."""
    url: str
    headline: str
    lead: str = ""
    day: date | None = None
    language: str | None = None
    origin: str = ""
    """The publisher that the item names as its true source."""


class Verdict(StrEnum):
    """What an admin made of a suggestion."""

    DRAFT = "draft"
    NOT_ABOUT = "not_about"
    NOT_NEWS = "not_news"


class Suggestion(FrozenModel):
    """An item of a feed that may be about a provision. No more than this is kept of it."""

    model_config = ConfigDict(strict=False)  # it is kept as JSON data

    id: str = Field(pattern=r"^[0-9a-f]{16}$", description="A hash of the item.")
    feed: str = Field(description="The address of the feed, as it is configured.")
    url: Url
    headline: Sentence
    day: date = Field(description="When it was published, or found.")
    language: LanguageCode | None = None
    publisher: str = Field(description="Whose words these are, as far as the item says it.")
    via: str | None = Field(default=None, description="Who republished it.")
    provision_id: Identifier
    score: float
    sentence: str = Field(description="The sentence that matched, cut to 25 words.")
    group: str = Field(description="The id of the first suggestion about the same event.")
    found_at: AwareDatetime
    due: AwareDatetime = Field(description="From when on it is shown to admins.")
    verdict: Verdict | None = None

    @property
    def is_open(self) -> bool:
        """Whether no admin has decided yet."""
        return self.verdict is None


class FeedState(FrozenModel):
    """How a feed was last read."""

    model_config = ConfigDict(strict=False)

    address: str = Field(default="", description="Where it moved for good.")
    etag: str = ""
    modified: str = Field(default="", description="Its Last-Modified, as it was given.")
    seen: tuple[str, ...] = Field(default=(), description="The ids of the items that it had.")
    read_at: AwareDatetime | None = Field(default=None, description="When it was last read.")
    next_at: AwareDatetime | None = Field(default=None, description="Not to be asked before.")
    failures: int = Field(default=0, description="How often in a row it could not be read.")
    problem: str = Field(default="", description="Why it could not be read.")


class DeskWish(FrozenModel):
    """When an admin wants suggestions, and got some last. Without an hour none come by day."""

    hour: int | None = 9
    at_once: bool = False
    sent_at: AwareDatetime | None = None


def fact_of(feed: str) -> str:
    """The name under which the state of a feed is kept."""
    return f"feed:{feed}"


class Suggestions(Protocol):
    """Where suggestions are kept."""

    async def suggestions(self) -> Sequence[Suggestion]:
        """Every suggestion that is kept, in no particular order."""

    async def suggest(self, found: Sequence[Suggestion], oldest: datetime) -> None:
        """Keep suggestions whose ids are not kept, and erase those found before `oldest`."""

    async def decide(self, changed: Sequence[Suggestion]) -> None:
        """Put suggestions in the place of those with the same ids, where these are still kept."""


class Desk(Suggestions, Protocol):
    """What the desk asks of the store."""

    async def remembered(self, key: str) -> str | None:
        """See `Store`."""

    async def remember(self, key: str, value: str) -> None:
        """See `Store`."""

    def reading_feeds(self) -> AbstractAsyncContextManager[asyncio.Event]:
        """Wait until this process is the one that reads feeds; the event says when no longer."""
