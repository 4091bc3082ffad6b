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

from bot.agreement.content import load_file
from bot.agreement.model import Agreement
from bot.alerts.leadership import deliver, through_outages
from bot.alerts.log import AlertLog
from bot.alerts.outbox import DeliveryResult
from bot.alerts.publisher import Publisher
from bot.alerts.rate_leases import RateLeases
from bot.alerts.worker import DeliveryWorker
from bot.clock import Clock, system_clock
from bot.embedding import MeaningKeeper, embedder_of
from bot.feeds.reader import FeedReader
from bot.i18n.catalogs import load_languages, no_catalog, without_catalog
from bot.i18n.language import Language
from bot.images.palette import Theme
from bot.images.renderer import Renderer
from bot.images.text_metrics import use_font
from bot.ops.http_server import front_door, is_served
from bot.ops.metrics import Metrics
from bot.paths import content_file, locales_folder
from bot.search import Search
from bot.search.embedder import EmbedderFails
from bot.search.state import AgreementState
from bot.settings import NO_EMBEDDINGS, Settings
from bot.storage.errors import StoreError
from bot.storage.factory import kind_of, open_named
from bot.storage.protocol import Store
from bot.subscribers.retention import Retention
from bot.tasks import background
from bot.telegram.alert_sender import AlertSender
from bot.telegram.api import Api
from bot.telegram.application import Connection, Handlers, connect
from bot.telegram.commands import Menus
from bot.telegram.content_reload import ContentReload
from bot.telegram.context import BotContext
from bot.telegram.error_reports import ErrorReports
from bot.telegram.farewells import Farewells
from bot.telegram.handlers.admin_tools import AdminTools
from bot.telegram.handlers.feedback import Feedback
from bot.telegram.handlers.history import History
from bot.telegram.handlers.inbox import DeskDigest, Inbox
from bot.telegram.handlers.inline import Inline
from bot.telegram.handlers.membership import Membership
from bot.telegram.handlers.privacy import Privacy
from bot.telegram.handlers.progress import ProgressReporter
from bot.telegram.handlers.questions import Questions
from bot.telegram.handlers.settings import ChatSettings, ScheduleSettings
from bot.telegram.handlers.status_editor import StatusEditor
from bot.telegram.handlers.subscriptions import Subscriptions
from bot.telegram.handlers.topics import Topics
from bot.telegram.handlers.unanswered import UnansweredLog, UnansweredQuestions
from bot.telegram.permissions import Permissions
from bot.telegram.photos import PhotoUploads
from bot.telegram.presence import Presence
from bot.telegram.presses import Presses
from bot.telegram.receiving_watch import ReceivingWatch
from bot.telegram.router import Router
from bot.telegram.trials import Trials
from bot.views.commands import RESERVED

_log = structlog.get_logger(__name__)

_LONGEST_STOP = 8.0
"""Seconds for finishing what is under way; a container is killed after about ten."""


@dataclass(frozen=True, slots=True)
class RunningBot:
    """A bot at work."""

    context: BotContext
    worker: DeliveryWorker
    background: tuple[asyncio.Task[None], ...]
    url: str | None = None
    """Where its web server is reached on this machine, if it has one."""

    async def wait(self, stop: asyncio.Event) -> None:
        """Wait until told to stop, or until a part of the bot fails.

        Raises:
            Exception: whatever ended the part that failed.
        """
        async with background(stop=stop.wait()) as stopped:
            done, _ = await asyncio.wait(
                {*stopped, *self.background}, return_when=asyncio.FIRST_COMPLETED
            )
        for task in done.difference(stopped):
            task.result()


_PATIENCE = 60.0
"""Seconds for which feeds wait until the search knows the meaning of the content."""
_AFTERWARDS = 1
"""The group of handlers that have their turn after a conversation has answered."""
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
    catalogs = await asyncio.to_thread(_catalogs, settings, agreement)
    connection = _connection(settings)
    metrics = Metrics(clock, store=_store_kind(settings), receiving=_receiving(settings))
    store = await open_named(settings.store.get_secret_value(), settings.data, clock)
    if is_served(settings):
        store = metrics.timed(store)
    pictures = _pictures(settings, store)
    try:
        context = BotContext(
            state=AgreementState(search, await store.changes(), clock),
            store=store,
            catalogs=catalogs,
            api=Api(
                connection.bot,
                paid_broadcast=settings.paid_broadcast,
                pictures=pictures,
                rich=settings.rich,
            ),
            clock=clock,
            admins=frozenset(settings.admins),
            forget_months=settings.forget_months,
        )
        sharing = RateLeases(store, settings.rate, connection.rate_limiter.allow)
        reporter = ProgressReporter(context, sharing.for_alerts)
        log = AlertLog(store, clock)

        def settled(made: Sequence[DeliveryResult]) -> None:
            reporter.settled(made)
            log.settled(made)
            metrics.settled(made)

        worker = DeliveryWorker(
            store,
            AlertSender(context, store),
            clock,
            concurrency=settings.concurrency,
            settled=settled,
        )
        menus = Menus(context, str(settings.board_url) if settings.board_url else None)
        gaps = UnansweredLog(store, clock, wanted=settings.gaps)
        news = ContentReload(context, content, RESERVED)
        await news.begin()
        await sharing.look()
        watch = ReceivingWatch(context, connection.health, settings.webhook_url)
        parts = _Parts(
            *(connection, context, worker, reporter, log, menus, gaps, news, sharing),
            retention=Retention(store, clock, months=settings.forget_months),
            farewells=Farewells(context),
            watch=watch,
            meaning=_meaning(settings, context.state),
            feeds=_feeds(settings, context),
        )
        _add_handlers(parts, settings, content, metrics)
        _measure(metrics, parts, store)
        async with front_door(settings, context, connection, metrics) as door:
            await connection.open()
            try:
                async with _at_work(parts, by_webhook=settings.webhook_url is not None) as bot:
                    await door.begin(bot.background, parts.watch.check)
                    _log.info("the bot is at work", username=context.bot.username)
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


def _catalogs(settings: Settings, agreement: Agreement) -> dict[str, Language]:
    """Every language that the bot speaks."""
    catalogs = load_languages(locales_folder(), settings.locales)
    if settings.font is not None:
        use_font(settings.font)
    if unread := without_catalog(catalogs, agreement.languages):
        _log.warning(no_catalog(unread))
    return catalogs


@dataclass(frozen=True, slots=True)
class _Parts:
    """What works in the bot."""

    connection: Connection
    context: BotContext
    worker: DeliveryWorker
    reporter: ProgressReporter
    log: AlertLog
    menus: Menus
    gaps: UnansweredLog
    news: ContentReload
    sharing: RateLeases
    retention: Retention
    farewells: Farewells
    watch: ReceivingWatch
    meaning: MeaningKeeper
    feeds: FeedReader


@contextlib.asynccontextmanager
async def _at_work(parts: _Parts, *, by_webhook: bool) -> AsyncIterator[RunningBot]:
    connection, context, worker = parts.connection, parts.context, parts.worker
    async with (
        background(menus=parts.menus.refresh()),
        background(
            delivery=deliver(context.store, worker),
            news=_keep_up(context, worker, parts.news),
            progress=through_outages(parts.reporter.run),
            alert_log=through_outages(parts.log.run),
            gaps=through_outages(parts.gaps.run),
            retention=through_outages(parts.retention.run),
            farewells=through_outages(parts.farewells.run),
            rate=parts.sharing.run(),
            watch=parts.watch.run(),
            feeds=through_outages(parts.feeds.run),
            checked=through_outages(parts.feeds.keep_checked),
            meaning=parts.meaning.run(),
        ) as tasks,
    ):
        receiving = connection.start(context.store, by_webhook=by_webhook)
        try:
            yield RunningBot(context, worker, (*receiving, *tasks))
        finally:
            worker.stop()
            await connection.stop(receiving, context.store)
            delivering = tasks[0]
            await asyncio.wait({delivering}, timeout=_LONGEST_STOP)


def _feeds(settings: Settings, context: BotContext) -> FeedReader:
    digest = DeskDigest(context)
    return FeedReader(
        context.state,
        context.store,
        context.clock,
        feeds=settings.feeds,
        private=settings.feeds_private,
        patience=0 if settings.embeddings == NO_EMBEDDINGS else _PATIENCE,
        failing=digest.tell_failing,
        digest=digest.send_due,
    )


def _measure(metrics: Metrics, parts: _Parts, store: Store) -> None:
    connection = parts.connection
    metrics.watch_queues(store)
    metrics.watch_feeds(parts.feeds.report)
    metrics.watch_receiving(parts.watch.figures)
    connection.health.watched_by(lambda result: metrics.called("getUpdates", result))
    metrics.watch_rate(lambda: connection.rate_limiter.rate)
    connection.rate_limiter.watched_by(metrics.called)
    connection.dispatcher.watched_by(metrics.handled)
    connection.application.add_error_handler(metrics.failed)


async def _keep_up(context: BotContext, worker: DeliveryWorker, content: ContentReload) -> None:
    """Take in changes that other processes make, and look for what is due then."""
    news = asyncio.Event()
    context.store.on_news(news.set)
    while True:
        await news.wait()
        news.clear()
        worker.wake()
        try:
            context.state.catch_up(await context.store.changes())
            await content.hear()
        except StoreError as error:
            _log.warning("what others changed is not known", error=str(error))


def _store_kind(settings: Settings) -> str:
    return kind_of(settings.store.get_secret_value())


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


def _meaning(settings: Settings, state: AgreementState) -> MeaningKeeper:
    try:
        embedder = embedder_of(settings)
    except EmbedderFails as error:
        _log.warning("the search goes by words alone", error=str(error))
        embedder = None
    return MeaningKeeper(state, embedder, settings.data)


def _pictures(settings: Settings, store: Store) -> PhotoUploads | None:
    if not settings.pictures:
        return None
    return PhotoUploads(Renderer(), store, Theme(settings.picture_theme))


def _add_handlers(parts: _Parts, settings: Settings, content: Path, metrics: Metrics) -> None:
    async def reloaded() -> None:
        await parts.news.tell()
        parts.farewells.wake()
        await parts.menus.refresh()

    context = parts.context
    permissions = Permissions(context)
    ask = Questions(context, parts.gaps, metrics.searched)
    topics = Topics(context, ask, permissions)
    subscriptions = Subscriptions(context, topics, permissions)
    settings_of_chat = ChatSettings(context, topics, permissions)
    timings = ScheduleSettings(context, permissions)
    trials = Trials(context, permissions)
    membership = Membership(context, permissions, topics, timings, trials)
    presence = Presence(context, topics, permissions)
    publisher = Publisher(
        context.state,
        context.store,
        context.clock,
        undo_within=timedelta(minutes=settings.undo_minutes),
        window=timedelta(seconds=settings.window_seconds),
        announced=parts.worker.wake,
    )
    feedback = Feedback(context)
    update = StatusEditor(context, publisher, parts.reporter)
    router = Router(
        context,
        [
            topics.conversation(),
            ask.conversation(),
            subscriptions.conversation(),
            settings_of_chat.conversation(),
            timings.conversation(),
            Privacy(context, permissions, feedback).conversation(),
            feedback.conversation(),
            membership.conversation(),
            trials.conversation(),
            presence.conversation(),
            update.conversation(),
            History(context, publisher, update, parts.feeds.report).conversation(),
            UnansweredQuestions(context.store, parts.gaps).conversation(),
            Inbox(context, update).conversation(),
            AdminTools(context, content, reserved=RESERVED, reloaded=reloaded).conversation(),
        ],
        topic_command=topics.topic_command,
        located=timings.located,
        texts=[feedback, update, timings, subscriptions, settings_of_chat],
        question=ask,
    )
    application = parts.connection.application
    parts.connection.dispatcher.handled_by(Handlers(application, context))
    presses = Presses(context, permissions, router.press)
    application.add_handlers(
        [
            *membership.handlers(),
            *Inline(context).handlers(),
            *presses.handlers(),
            *router.handlers(),
        ]
    )
    application.add_handler(parts.menus.handler(), group=_AFTERWARDS)
    application.add_handlers(presence.handlers(), group=Presence.GROUP)
    application.add_error_handler(ErrorReports(context).handle)
