"""What a page needs to know: the site's options, the board, the reader's language, its path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from urllib.parse import urlsplit

from bot.agreement.board import Board
from bot.agreement.dates import PartialDate
from bot.i18n.language import Language
from bot.views.format import Picked, pick
from bot.web.addresses import Addresses
from bot.web.changelog import LogEntry, change_log


@dataclass(frozen=True, slots=True)
class SiteOptions:
    """Where the site is reached, and which bot it belongs to."""

    base_url: str = "http://127.0.0.1:8080"
    """The public address, with a path if the site does not have a host of its own."""
    bot_username: str | None = None
    """Without "@"; without it no page leads to Telegram."""
    bot_token: str | None = field(default=None, repr=False)
    """Proves that a person comes from Telegram; without it nobody can follow from a page."""
    requests_per_minute: int = 600
    """What one address may ask for; 0 takes the limit away."""

    @property
    def prefix(self) -> str:
        """The path of the public address, "" for a host of its own."""
        return urlsplit(self.base_url).path.rstrip("/")

    @property
    def host(self) -> str:
        """The host alone, for names that last longer than addresses."""
        return urlsplit(self.base_url).hostname or "localhost"


@dataclass(frozen=True, eq=False)
class Edition:
    """All pages of one moment: the same board, in every language."""

    board: Board
    languages: Mapping[str, Language]
    options: SiteOptions
    addresses: Addresses
    today: date
    has_pictures: bool = False
    is_live: bool = True
    """Whether a server answers, so that forms and queries work."""
    can_follow: bool = False
    """Whether a page that is open inside Telegram can act for its reader."""

    @cached_property
    def log(self) -> tuple[LogEntry, ...]:
        """The change log."""
        return change_log(self.board)

    def here(self, language: Language, path: str) -> PageContext:
        """A page of it."""
        return PageContext(self, language, path)


@dataclass(frozen=True, slots=True)
class PageContext:
    """One page in one language."""

    edition: Edition
    language: Language
    path: str

    @property
    def board(self) -> Board:
        """Where everything stands."""
        return self.edition.board

    @property
    def code(self) -> str:
        """The code of the page's language."""
        return self.language.code

    def link(self, path: str) -> str:
        """A link from this page to another."""
        return self.edition.addresses.link(path, self.path)

    def absolute(self, path: str) -> str:
        """The public address of a page."""
        return self.edition.addresses.absolute(path)

    def pick(self, texts: Mapping[str, str]) -> Picked:
        """A text of the content in the page's language, or the one that there is."""
        return pick(texts, self.language)

    def date(self, value: PartialDate) -> Dated:
        """A date, for people and for machines."""
        return Dated(str(value), self.language.date(value))

    def short_date(self, value: PartialDate) -> Dated:
        """The same where there is little room."""
        return Dated(str(value), self.language.short_date(value))

    def in_telegram(self, payload: str = "") -> str | None:
        """An address that opens the bot (Bot API, "Deep linking"); None without a bot."""
        username = self.edition.options.bot_username
        if not username:
            return None
        return f"https://t.me/{username}" + (f"?start={payload}" if payload else "")


@dataclass(frozen=True, slots=True)
class Dated:
    """A date as HTML's ``time`` wants it, and in words."""

    machine: str
    text: str
