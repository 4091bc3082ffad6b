"""The composition root: settings in, a running bot out. The only file that knows every room."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import structlog

from bot.agreement.briefing import Briefing
from bot.agreement.content import load_file
from bot.agreement.search import Search
from bot.alerts.announcing import Announcer
from bot.alerts.delivery import Courier
from bot.alerts.log import AlertLog
from bot.alerts.outbox import Settled
from bot.alerts.sharing import Sharing
from bot.alerts.taking_turns import deliver, through_outages
from bot.clock import Clock, system_clock
from bot.front import front_door, is_served
from bot.language.catalogs import load_languages
from bot.messages.menus import RESERVED
from bot.messages.pictures.palette import Theme
from bot.metrics import Metrics
from bot.pictures.studio import Studio
from bot.resources import content_file, locales_folder
from bot.settings import Settings
from bot.store.errors import StoreError
from bot.store.opening import TINYDB, open_named
from bot.store.protocol import Store
from bot.telegram.admin.content_news import ContentNews
from bot.telegram.admin.data import Data
from bot.telegram.admin.progress import ProgressReporter
from bot.telegram.admin.record import Record
from bot.telegram.admin.update import Update
from bot.telegram.alert_sender import AlertSender
from bot.telegram.application import Connection, connect
from bot.telegram.ask import Ask
from bot.telegram.desk import Desk
from bot.telegram.errors import Errors
from bot.telegram.flood import flood_guard
from bot.telegram.gaps import GapLog, Gaps
from bot.telegram.inline import Inline
from bot.telegram.membership import Membership
from bot.telegram.menus import Menus
from bot.telegram.outgoing import Outgoing
from bot.telegram.pictures import Pictures
from bot.telegram.presses import Presses
from bot.telegram.privacy import Privacy
from bot.telegram.receiving_watch import ReceivingWatch
from bot.telegram.rights import Rights
from bot.telegram.router import Router
from bot.telegram.settings import ChatSettings
from bot.telegram.subscriptions import Subscriptions
from bot.telegram.timing import Timings
from bot.telegram.topics import Topics

_log = structlog.get_logger(__name__)

_LONGEST_STOP = 8.0
"""Seconds for finishing what is under way; a container is killed after about ten."""


@dataclass(frozen=True, slots=True)
class RunningBot:
    """A bot at work."""

    desk: Desk
    courier: Courier
    background: tuple[asyncio.Task[None], ...]
    url: str | None = None
    """Where its web server is reached on this machine, if it has one."""

    async def wait(self, stop: asyncio.Event) -> None:
        """Wait until told to stop, or until a part of the bot fails.

        Raises:
            Exception: whatever ended the part that failed.
        """
        stopped = asyncio.create_task(stop.wait())
        done, _ = await asyncio.wait(
            {stopped, *self.background}, return_when=asyncio.FIRST_COMPLETED
        )
        stopped.cancel()
        for task in done - {stopped}:
            task.result()


_SWITCH = 0.001
"""Seconds for which a thread may keep the interpreter while the event loop waits for it.

Python's default is five times as long; a search in a thread slowed every other chat down.
"""


@contextlib.asynccontextmanager
async def running_bot(settings: Settings, clock: Clock = system_clock) -> AsyncIterator[RunningBot]:
    """The bot, receiving updates as the settings say, for as long as the context lasts.

    Raises:
        ContentFaults: the content file is faulty.
        CatalogMissing: a catalog was not compiled.
        StoreError: the data folder is in use, damaged or written by a newer version; the database
            cannot be reached, or its driver is missing.
        InvalidToken: Telegram knows no such bot.
        OSError: its web server cannot have the port.
        TelegramError: Telegram does not take the webhook.
    """
    sys.setswitchinterval(_SWITCH)
    content = settings.content or content_file()
    agreement = await asyncio.to_thread(load_file, content, reserved=RESERVED)
    search = await asyncio.to_thread(Search, agreement)
    languages = await asyncio.to_thread(load_languages, locales_folder())
    connection = _connection(settings)
    metrics = Metrics(clock, store=_kind_of(settings), receiving=_receiving(settings))
    store = await open_named(settings.store.get_secret_value(), settings.data, clock)
    if is_served(settings):
        store = metrics.timed(store)
    pictures = _pictures(settings, store)
    try:
        desk = Desk(
            briefing=Briefing(search, await store.changes()),
            store=store,
            languages=languages,
            outgoing=Outgoing(
                connection.bot,
                paid_broadcast=settings.paid_broadcast,
                pictures=pictures,
                rich=settings.rich,
            ),
            clock=clock,
            admins=frozenset(settings.admins),
            by_webhook=settings.webhook_url is not None,
        )
        sharing = Sharing(store, settings.rate, connection.rate_limiter.allow)
        reporter = ProgressReporter(desk, sharing.for_alerts)
        log = AlertLog(store, clock)

        def settled(made: Sequence[Settled]) -> None:
            reporter.settled(made)
            log.settled(made)
            metrics.settled(made)

        courier = Courier(
            store,
            AlertSender(desk, store),
            clock,
            concurrency=settings.concurrency,
            settled=settled,
        )
        menus = Menus(desk, str(settings.board_url) if settings.board_url else None)
        gaps = GapLog(store, clock, wanted=settings.gaps)
        news = ContentNews(desk, content, RESERVED)
        await news.begin()
        await sharing.look()
        watch = ReceivingWatch(desk, connection.health, settings.webhook_url)
        parts = _Parts(connection, desk, courier, reporter, log, menus, gaps, news, sharing, watch)
        _add_handlers(parts, settings, content, metrics)
        _measure(metrics, parts, store)
        async with front_door(settings, desk, connection, metrics) as door:
            await connection.open()
            try:
                async with _at_work(parts, by_webhook=settings.webhook_url is not None) as bot:
                    await door.begin(bot.background, parts.watch.check)
                    _log.info("the bot is at work", username=desk.bot.username)
                    try:
                        yield replace(bot, url=door.url)
                    finally:
                        await door.close()
            finally:
                await connection.close()
    finally:
        if pictures is not None:
            await pictures.close()
        await store.close()


@dataclass(frozen=True, slots=True)
class _Parts:
    """What works in the bot."""

    connection: Connection
    desk: Desk
    courier: Courier
    reporter: ProgressReporter
    log: AlertLog
    menus: Menus
    gaps: GapLog
    news: ContentNews
    sharing: Sharing
    watch: ReceivingWatch


@contextlib.asynccontextmanager
async def _at_work(parts: _Parts, *, by_webhook: bool) -> AsyncIterator[RunningBot]:
    connection, desk, courier = parts.connection, parts.desk, parts.courier
    intake = await connection.start(desk.store, by_webhook=by_webhook)
    delivering = asyncio.create_task(deliver(desk.store, courier), name="courier")
    hearing = asyncio.create_task(_keep_up(desk, courier, parts.news), name="news")
    reporting = asyncio.create_task(through_outages(parts.reporter.run), name="progress")
    logging = asyncio.create_task(through_outages(parts.log.run), name="alert log")
    counting = asyncio.create_task(through_outages(parts.gaps.run), name="gaps")
    sharing = asyncio.create_task(parts.sharing.run(), name="share of the rate")
    greeting = asyncio.create_task(parts.menus.refresh(), name="menus")
    watching = asyncio.create_task(parts.watch.run(), name="watch of updates")
    try:
        background = (intake, delivering, hearing, reporting, logging, counting, sharing, watching)
        yield RunningBot(desk, courier, background)
    finally:
        courier.stop()
        await connection.stop(intake, desk.store)
        await asyncio.wait({delivering}, timeout=_LONGEST_STOP)
        ending = (delivering, hearing, reporting, logging, counting, sharing, greeting, watching)
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)


def _measure(metrics: Metrics, parts: _Parts, store: Store) -> None:
    connection = parts.connection
    metrics.watch_queues(store)
    metrics.watch_receiving(parts.watch.figures)
    connection.health.watched_by(lambda result: metrics.called("getUpdates", result))
    metrics.watch_rate(lambda: connection.rate_limiter.rate)
    connection.rate_limiter.watched_by(metrics.called)
    connection.processor.watched_by(metrics.handled)
    connection.application.add_error_handler(metrics.failed)


async def _keep_up(desk: Desk, courier: Courier, content: ContentNews) -> None:
    """Take in changes that other processes make, and look for what is due then."""
    news = asyncio.Event()
    desk.store.on_news(news.set)
    while True:
        await news.wait()
        news.clear()
        courier.wake()
        try:
            desk.briefing.catch_up(await desk.store.changes())
            await content.hear()
        except StoreError as error:
            _log.warning("what others changed is not known", error=str(error))


def _kind_of(settings: Settings) -> str:
    return "tinydb" if settings.store.get_secret_value() == TINYDB else "postgresql"


def _receiving(settings: Settings) -> str:
    return "polling" if settings.webhook_url is None else "webhook"


def _connection(settings: Settings) -> Connection:
    if settings.token is None:
        raise ValueError("a bot needs a token")
    return connect(
        settings.token.get_secret_value(),
        api_url=str(settings.api_url),
        proxy=settings.proxy,
        rate=settings.rate,
        chat_seconds=settings.chat_seconds,
        connections=settings.concurrency + 64,
    )


def _pictures(settings: Settings, store: Store) -> Pictures | None:
    if not settings.pictures:
        return None
    return Pictures(Studio(), store, Theme(settings.picture_theme))


def _add_handlers(parts: _Parts, settings: Settings, content: Path, metrics: Metrics) -> None:
    async def reloaded() -> None:
        await parts.news.tell()
        await parts.menus.refresh()

    desk = parts.desk
    rights = Rights(desk)
    ask = Ask(desk, parts.gaps, metrics.searched)
    topics = Topics(desk, ask)
    subscriptions = Subscriptions(desk, topics, rights)
    timings = Timings(desk, rights)
    membership = Membership(desk, rights, subscriptions, timings)
    announcer = Announcer(
        desk.briefing,
        desk.store,
        desk.clock,
        undo_within=timedelta(minutes=settings.undo_minutes),
        window=timedelta(seconds=settings.window_seconds),
        announced=parts.courier.wake,
    )
    update = Update(desk, announcer, parts.reporter, parts.sharing.for_alerts)
    router = Router(
        desk,
        [
            topics.conversation(),
            ask.conversation(),
            subscriptions.conversation(),
            ChatSettings(desk, topics, rights).conversation(),
            timings.conversation(),
            Privacy(desk, rights).conversation(),
            membership.conversation(),
            update.conversation(),
            Record(desk, announcer, update).conversation(),
            Gaps(desk.store, parts.gaps).conversation(),
            Data(desk, content, reserved=RESERVED, reloaded=reloaded).conversation(),
        ],
        topic_command=topics.topic_command,
        draft_text=update,
        question=ask,
    )
    parts.connection.processor.guarded_by(flood_guard(desk))
    application = parts.connection.application
    presses = Presses(desk, rights, router.press)
    application.add_handlers(
        [
            *membership.handlers(),
            *Inline(desk).handlers(),
            *presses.handlers(),
            *router.handlers(),
        ]
    )
    application.add_error_handler(Errors(desk).handle)
