"""Reads feeds in turn, and keeps what may matter of them."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

import structlog

from bot.agreement.evidence import Feed
from bot.alerts.outbox import Away
from bot.clock import Clock
from bot.feeds import desk
from bot.feeds.fetching import FeedFails, Fetcher, fetcher
from bot.feeds.model import KEPT, Desk, FeedState, Item, fact_of
from bot.feeds.parsing import parse_feed
from bot.search import Search
from bot.search.state import AgreementState
from bot.tasks import run_until

_log = structlog.get_logger(__name__)

EVERY = timedelta(minutes=15)
"""A feed is asked no more often."""
_JITTER = timedelta(minutes=3)
_LONGEST = timedelta(days=1)
"""The longest wait after failures."""
_LOOK = 5.0
"""Seconds between two looks for what is due."""
_MOMENT = 0.2
_AFTER_FAULT = 60.0
_TOLD_AFTER = 4
"""Failures in a row after which the admins are told."""


async def state_of(store: Desk, feed: Feed) -> FeedState:
    """How a feed was last read."""
    kept = await store.remembered(fact_of(feed.url))
    return FeedState() if kept is None else FeedState.model_validate_json(kept)


class FeedReader:
    """Reads the feeds of the content and of the settings, if this is the process that does."""

    def __init__(
        self,
        state: AgreementState,
        store: Desk,
        clock: Clock,
        *,
        feeds: Sequence[Feed] = (),
        private: bool = False,
        patience: float = 0.0,
        failing: Callable[[Feed, str], Awaitable[None]] | None = None,
        digest: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """Tell `failing` once of a feed that keeps failing; let `digest` send what is due.

        `patience` is how many seconds to wait until the search knows the meaning of the content.
        """
        self._state, self._store, self._clock = state, store, clock
        self._feeds, self._private, self._patience = feeds, private, patience
        self._failing, self._digest = failing, digest

    @property
    def feeds(self) -> tuple[Feed, ...]:
        """Every feed, once."""
        every = {feed.url: feed for feed in (*self._feeds, *self._state.agreement.feeds)}
        return tuple(every.values())

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            async with self._store.reading_feeds() as lost:
                await run_until(lost, self._turn())

    async def keep_checked(self) -> None:
        """Let the board say up to which day the feeds were looked at, until cancelled."""
        while True:
            await self.look_at_checked()
            await asyncio.sleep(_LOOK * 6)

    async def look_at_checked(self) -> None:
        """Let the board say up to which day the feeds were looked at."""
        feeds = self.feeds
        if not feeds:
            self._state.checked({})
            return
        states = [await state_of(self._store, feed) for feed in feeds]
        ids = [provision.id for provision in self._state.agreement.provisions]
        self._state.checked(desk.checked(ids, states, await self._store.suggestions()))

    async def report(self) -> list[desk.FeedReport]:
        """How each feed does."""
        states = [(feed, await state_of(self._store, feed)) for feed in self.feeds]
        return desk.reports(states, await self._store.suggestions() if states else ())

    async def _turn(self) -> None:
        async with fetcher(self._clock, private=self._private) as fetching:
            while True:
                try:
                    await self.read_due(fetching)
                    if self._digest is not None and self.feeds:
                        await self._digest()
                except Away:
                    raise
                except Exception:  # noqa: BLE001 - a full disk, a fault of ours: the bot goes on
                    _log.exception("reading feeds broke off; it is tried again")
                    await asyncio.sleep(_AFTER_FAULT)
                await asyncio.sleep(_LOOK)

    async def read_due(self, fetching: Fetcher) -> None:
        """Read the feeds whose time has come."""
        due: list[tuple[Feed, FeedState]] = []
        for feed in self.feeds:
            state = await state_of(self._store, feed)
            if state.next_at is None or state.next_at <= self._clock():
                due.append((feed, state))
        found = await asyncio.gather(*(self._read(fetching, *each) for each in due))
        search = await self._search() if any(items for _, items in found) else self._state.search
        # One after the other: each is compared with what was kept before.
        for (feed, _), (state, items) in zip(due, found, strict=True):
            await self._keep(search, feed, state, items)

    async def _read(
        self, fetching: Fetcher, feed: Feed, state: FeedState
    ) -> tuple[FeedState, Sequence[Item]]:
        """Ask a feed: its state after that, and its items that are new."""
        now = self._clock()
        try:
            fetched = await fetching.fetch(feed.url, state)
            items = await asyncio.to_thread(parse_feed, fetched) if fetched.body is not None else []
        except FeedFails as error:
            wait = min(EVERY * 2 ** min(state.failures, 10), _LONGEST)
            wait = max(wait, error.wait or EVERY)
            _log.warning("a feed could not be read", feed=feed.place, problem=str(error))
            update = {"failures": state.failures + 1, "problem": str(error)[:200]}
            return state.model_copy(update={**update, "next_at": _soon(now, wait)}), ()
        seen = frozenset(state.seen)
        known = tuple(item.id for item in items) if fetched.body is not None else state.seen
        after = state.model_copy(
            update={
                "address": fetched.moved or state.address,
                "etag": fetched.etag,
                "modified": fetched.modified,
                "seen": known,
                "read_at": now,
                "next_at": _soon(now, EVERY),
                "failures": 0,
                "problem": "",
            }
        )
        return after, [item for item in items if item.id not in seen]

    async def _keep(
        self, search: Search, feed: Feed, state: FeedState, items: Sequence[Item]
    ) -> None:
        """Keep what may matter, then that it was read: killed in between, it is read again."""
        now = self._clock()
        recent = [item for item in items if desk.is_recent(item, now)]
        found = await asyncio.to_thread(desk.suggested, search, feed, recent, now)
        kept = await self._store.suggestions()
        new = desk.grouped(found, kept)
        oldest = now - KEPT
        if new or any(item.found_at < oldest for item in kept):
            await self._store.suggest(new, oldest)
        if new:
            _log.info("news may be about provisions", feed=feed.place, suggestions=len(new))
        await self._store.remember(fact_of(feed.url), state.model_dump_json())
        if state.failures == _TOLD_AFTER and self._failing is not None:
            await self._failing(feed, state.problem)

    async def _search(self) -> Search:
        """The search, by meaning too where it is meant to have one: at the start that takes time.

        What is matched by words alone is not matched again.
        """
        for _ in range(round(self._patience / _MOMENT)):
            if self._state.search.meaning is not None:
                break
            await asyncio.sleep(_MOMENT)
        return self._state.search


def _soon(now: datetime, wait: timedelta) -> datetime:
    """After a wait, and a little more, so that not all ask at once."""
    return now + wait + _JITTER * random.random()  # noqa: S311 - no secret
