"""The site as it stands now: made again when the board moves on, each page once, in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cachetools import LRUCache

from bot.agreement.board import Board
from bot.clock import Clock
from bot.i18n.catalogs import offered
from bot.i18n.language import Language
from bot.web.addresses import LiveAddresses
from bot.web.page_context import Edition, SiteOptions
from bot.web.responses import Ready
from bot.web.sitemap import Catalogue, Resource, catalogue

_MOST_QUERIED = 256
"""How many answers to queries are kept, the latest ones."""


@dataclass(slots=True)
class _State:
    """An edition and what was made of it. It holds no more than there is."""

    edition: Edition
    modified: datetime
    catalogue: Catalogue
    ready: dict[Hashable, Ready] = field(default_factory=dict)
    queried: LRUCache[Hashable, Ready] = field(default_factory=lambda: LRUCache(_MOST_QUERIED))
    making: dict[Hashable, asyncio.Task[Ready]] = field(default_factory=dict)


class PageCache:
    """Keeps what was made until the board or the day changes."""

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
        self._state: _State | None = None
        # One thread: several at work would keep the event loop from its turns.
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pages")

    def edition(self) -> Edition:
        """The present edition."""
        return self._now().edition

    async def find(self, path: str) -> Ready | None:
        """The resource at a path, or None."""
        state = self._now()
        found = state.ready.get(path)
        if found is None:
            resource = state.catalogue.get(path)
            if resource is None:
                return None
            found = await self._made(state, path, resource)
            state.ready[path] = found
        return found

    async def answer(self, key: Hashable, build: Callable[[Edition], Resource]) -> Ready:
        """The answer to a query; `build` says what it is made of."""
        state = self._now()
        found = state.queried.get(key)
        if found is None:
            found = await self._made(state, key, build(state.edition))
            state.queried[key] = found
        return found

    def has(self, path: str) -> bool:
        """Whether there is something at a path."""
        return path in self._now().catalogue

    def ready(self, resource: Resource, modified: datetime | None = None) -> Ready:
        """Make a resource ready to be sent; that takes milliseconds."""
        return Ready(
            resource.kind,
            resource.content_type,
            resource.build(),
            modified,
            framed_by_telegram=self._options.bot_username is not None,
        )

    async def _made(self, state: _State, key: Hashable, resource: Resource) -> Ready:
        """Make it in the thread, once for all who wait for it."""
        task = state.making.get(key)
        if task is None:
            loop = asyncio.get_running_loop()
            call = loop.run_in_executor(self._thread, self.ready, resource, state.modified)
            task = asyncio.ensure_future(_result(call))
            state.making[key] = task
            task.add_done_callback(lambda _: state.making.pop(key, None))
        return await asyncio.shield(task)

    def _now(self) -> _State:
        board, now = self._boards(), self._clock()
        known = self._state
        if known is None or known.edition.board is not board or known.edition.today != now.date():
            edition = Edition(
                board,
                offered(self._languages, board.agreement.languages),
                self._options,
                self._addresses,
                now.date(),
                has_pictures=self._has_pictures,
                can_follow=self._can_follow,
            )
            # Two editions of a second would have the same Last-Modified.
            modified = now if known is None else max(now, known.modified + timedelta(seconds=1))
            known = self._state = _State(edition, modified, catalogue(edition))
        return known


async def _result(call: asyncio.Future[Ready]) -> Ready:
    return await call
