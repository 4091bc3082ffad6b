"""What a monitor wants to know, for Prometheus. Nothing in it says who wrote or got what.

Queues are counted where they are asked for, and at most every few seconds: in a database they are
the same for every process, so a dashboard takes their maximum and not their sum.
"""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, cast

import structlog
import telegram
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.gc_collector import GCCollector
from prometheus_client.process_collector import ProcessCollector
from telegram.ext import ContextTypes

from bot.alerts.outbox import DeliveryResult
from bot.clock import Clock
from bot.feeds.desk import FeedReport
from bot.paths import version
from bot.storage.errors import StoreError
from bot.storage.protocol import Store
from bot.telegram.receiving_watch import ReceivingFigures

_log = structlog.get_logger(__name__)

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_FRESH = 5.0
"""Seconds for which the figures of the queues are used again."""
_PATIENCE = 2.0
"""Seconds for counting the queues: a monitor waits ten for all figures, those of a store that is
away among them."""
_KINDS = (
    "callback_query",
    "inline_query",
    "my_chat_member",
    "channel_post",
    "edited_message",
    "message",
)


_QUEUES = (
    ("queue_deliveries", "Deliveries that wait, for their time or their turn."),
    ("queue_age_seconds", "How long the delivery waits that has been due longest."),
    ("inbox_updates", "Updates that a webhook brought and that are not handled yet."),
    ("inbox_age_seconds", "How long the update waits that was accepted first."),
)


_RECEIVING = (
    ("deaf", "Whether no updates arrive, as /readyz says."),
    ("polls", "Whether this process is the one that polls."),
    ("poll_age_seconds", "The age of the last successful getUpdates, where this process polls."),
    ("accepted_age_seconds", "The age of the last update that the webhook accepted here."),
    ("webhook_pending", "Updates that wait at Telegram for the webhook."),
    ("webhook_error_age_seconds", "The age of Telegram's last failure to deliver to the webhook."),
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure that is shown, as Prometheus names it."""

    name: str
    labels: tuple[str, ...]
    text: str


class Metrics:
    """Every figure, in a registry of its own."""

    def __init__(self, clock: Clock, *, store: str = "", receiving: str = "") -> None:
        self._clock = clock
        self._queues: Callable[[], Awaitable[Mapping[str, float]]] | None = None
        self._feeds: Callable[[], Awaitable[Sequence[FeedReport]]] | None = None
        self._rate: Callable[[], float] | None = None
        self._receiving: Callable[[], ReceivingFigures] | None = None
        self._counted_at = -_FRESH
        self._counting = asyncio.Lock()
        self._figures: list[Figure] = []
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        GCCollector(registry=self._registry)
        self._gauge(
            "briefing_build_info",
            "The version, the store (tinydb or postgresql), and the way of receiving (polling or"
            " webhook), as labels.",
            *("version", "store", "receiving"),
        ).labels(version(), store, receiving).set(1)
        self._updates = self._histogram(
            "briefing_update_seconds",
            "Updates that were handled, and the time from taking one in to its end.",
            "kind",
        )
        self._errors = self._counter(
            "briefing_update_errors", "Updates whose handling ended in an error.", "kind"
        )
        self._deliveries = self._counter(
            "briefing_deliveries",
            "Attempts to deliver an alert to a chat, by what came of them.",
            "result",
        )
        self._calls = self._counter(
            "briefing_telegram_calls",
            "Calls of the Bot API: ok, or the kind of error.",
            *("method", "result"),
        )
        self._floods = self._counter(
            "briefing_telegram_floods", "Calls that Telegram refused as too many (429)."
        )
        self._allowed = self._gauge(
            "briefing_telegram_rate",
            "Messages a second that are allowed just now; less after a flood wait.",
        )
        self._store = self._histogram("briefing_store_seconds", "Calls of the store.", "call")
        self._store_errors = self._counter(
            "briefing_store_errors", "Calls of the store that failed.", "call"
        )
        self._searches = self._counter(
            "briefing_searches", "Questions, by what they led to.", "decision"
        )
        self._gauges = {
            name: self._gauge(f"briefing_{name}", text) for name, text in (*_QUEUES, *_RECEIVING)
        }
        self._feed_failures = self._gauge(
            "briefing_feed_failures", "How often in a row a feed could not be read.", "feed"
        )
        self._feed_age = self._gauge(
            "briefing_feed_age_seconds", "Time since a feed was last read.", "feed"
        )
        self._suggestions = self._gauge(
            "briefing_suggestions",
            "Suggestions of the last 90 days, by what admins made of them.",
            *("feed", "verdict"),
        )
        self._leading = self._gauge(
            "briefing_leading", "Whether this process is the one that delivers."
        )

    def figures(self) -> tuple[Figure, ...]:
        """What there is, in the order of its making."""
        return tuple(self._figures)

    def watch_queues(self, store: Store) -> None:
        """Count what waits in a store."""

        async def count() -> Mapping[str, float]:
            now = self._clock()
            alerts = await store.unfinished()
            waiting = [(await store.progress(alert.id)).left for alert in alerts]
            inbox = await store.inbox()
            return {
                "queue_deliveries": sum(waiting),
                "queue_age_seconds": _age(await store.next_due() if alerts else None, now),
                "inbox_updates": inbox.count,
                "inbox_age_seconds": _age(inbox.oldest, now),
            }

        self._queues = count

    def watch_feeds(self, report: Callable[[], Awaitable[Sequence[FeedReport]]]) -> None:
        """Ask how the feeds do."""
        self._feeds = report

    def watch_rate(self, rate: Callable[[], float]) -> None:
        """Ask for the rate that is allowed."""
        self._rate = rate

    def watch_receiving(self, figures: Callable[[], ReceivingFigures]) -> None:
        """Ask how updates arrive."""
        self._receiving = figures

    def handled(self, update: object, seconds: float) -> None:
        """An update was handled."""
        self._updates.labels(kind_of(update)).observe(seconds)

    async def failed(self, update: object, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Handling an update ended in an error."""
        self._errors.labels(kind_of(update)).inc()

    def settled(self, made: Sequence[DeliveryResult]) -> None:
        """Attempts to deliver were made."""
        for item in made:
            self._deliveries.labels(item.outcome.result.value).inc()

    def called(self, method: str, result: str) -> None:
        """A call of the Bot API was made."""
        self._calls.labels(method, result).inc()
        if result == telegram.error.RetryAfter.__name__:
            self._floods.inc()

    def searched(self, decision: str) -> None:
        """A question was asked."""
        self._searches.labels(decision).inc()

    def leads(self, leading: bool) -> None:  # noqa: FBT001 - the one thing it is told
        """Whether this process delivers now."""
        self._leading.set(leading)

    def timed(self, store: Store) -> Store:
        """The store, each of whose calls is timed."""
        return cast("Store", _Timed(store, self._took, self.leads))

    async def page(self) -> bytes:
        """Everything, in the form that Prometheus reads."""
        await self._count()
        if self._rate is not None:
            self._allowed.set(self._rate())
        if self._receiving is not None:
            for name, value in asdict(self._receiving()).items():
                self._gauges[name].set(value)
        return generate_latest(self._registry)

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        self._figures.append(Figure(f"{name}_total", labels, text))
        return Counter(name, text, labels, registry=self._registry)

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        self._figures.append(Figure(name, labels, text))
        return Gauge(name, text, labels, registry=self._registry)

    def _histogram(self, name: str, text: str, *labels: str) -> Histogram:
        self._figures.append(Figure(name, labels, text))
        return Histogram(name, text, labels, buckets=_BUCKETS, registry=self._registry)

    def _took(self, call: str, seconds: float, failed: bool) -> None:  # noqa: FBT001 - as it ended
        self._store.labels(call).observe(seconds)
        if failed:
            self._store_errors.labels(call).inc()

    async def _count(self) -> None:
        async with self._counting:
            if self._queues is None or time.monotonic() - self._counted_at < _FRESH:
                return
            self._counted_at = time.monotonic()
            try:
                async with asyncio.timeout(_PATIENCE):
                    figures = await self._queues()
                    reports = await self._feeds() if self._feeds else ()
            except (StoreError, TimeoutError) as error:
                _log.warning("the queues cannot be counted", error=repr(error))
                return
            self._show_feeds(reports)
            for name, value in figures.items():
                self._gauges[name].set(value)

    def _show_feeds(self, reports: Sequence[FeedReport]) -> None:
        now = self._clock()
        for gauge in (self._feed_failures, self._feed_age, self._suggestions):
            gauge.clear()
        for report in reports:
            url, state = report.feed.place, report.state
            self._feed_failures.labels(url).set(state.failures)
            if state.read_at is not None:
                self._feed_age.labels(url).set(_age(state.read_at, now))
            for verdict, count in report.verdicts.items():
                self._suggestions.labels(url, verdict or "open").set(count)


class _Timed:
    """Stands before a store and times what is asked of it."""

    def __init__(
        self,
        store: Store,
        took: Callable[[str, float, bool], None],
        leads: Callable[[bool], None],
    ) -> None:
        self._timed_store = store
        self._took = took
        self._leads = leads

    @asynccontextmanager
    async def leading(self) -> AsyncIterator[asyncio.Event]:
        async with self._timed_store.leading() as lost:
            self._leads(True)  # noqa: FBT003 - as `Metrics.leads`
            try:
                yield lost
            finally:
                self._leads(False)  # noqa: FBT003 - as `Metrics.leads`

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the store has
        found = getattr(self._timed_store, name)
        if name.startswith("_") or not inspect.iscoroutinefunction(found):
            return found

        async def timed(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - as the store's
            began, failed = time.perf_counter(), True
            try:
                answer = await found(*arguments, **named)
                failed = False
            finally:
                self._took(name, time.perf_counter() - began, failed)
            return answer

        setattr(self, name, timed)
        return timed


def kind_of(update: object) -> str:
    """What an update is about, in the Bot API's word for it."""
    return next((kind for kind in _KINDS if getattr(update, kind, None) is not None), "other")


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())
