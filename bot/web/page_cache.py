"""The site as it stands now: made again when the board moves on, each page once."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.agreement.board import Board
from bot.clock import Clock
from bot.i18n.catalogs import offered
from bot.i18n.language import Language
from bot.web.addresses import LiveAddresses
from bot.web.page_context import Edition, SiteOptions
from bot.web.responses import Ready, ready
from bot.web.sitemap import Catalogue, catalogue


class PageCache:
    """Keeps what was made until the board or the day changes. It holds no more than there is."""

    def __init__(
        self,
        boards: Callable[[], Board],
        languages: Mapping[str, Language],
        options: SiteOptions,
        clock: Clock,
        *,
        has_pictures: bool,
        can_follow: bool,
    ) -> None:
        self._boards, self._languages, self._options = boards, languages, options
        self._clock = clock
        self._has_pictures, self._can_follow = has_pictures, can_follow
        self._addresses = LiveAddresses(options.base_url)
        self._edition: Edition | None = None
        self._catalogue: Catalogue = {}
        self._ready: dict[str, Ready] = {}

    def edition(self) -> Edition:
        """The present edition."""
        board, today = self._boards(), self._clock().date()
        known = self._edition
        if known is None or known.board is not board or known.today != today:
            known = Edition(
                board,
                offered(self._languages, board.agreement.languages),
                self._options,
                self._addresses,
                today,
                has_pictures=self._has_pictures,
                can_follow=self._can_follow,
            )
            self._edition, self._catalogue, self._ready = known, catalogue(known), {}
        return known

    def find(self, path: str) -> Ready | None:
        """The resource at a path, or None."""
        self.edition()
        found = self._ready.get(path)
        if found is None:
            resource = self._catalogue.get(path)
            if resource is None:
                return None
            found = ready(resource.kind, resource.content_type, resource.build())
            self._ready[path] = found
        return found

    def has(self, path: str) -> bool:
        """Whether there is something at a path."""
        self.edition()
        return path in self._catalogue
