"""The bot's front door: its web server, and Telegram told where it is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import structlog
import telegram
from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send
from telegram.error import BadRequest, NetworkError, RetryAfter

from bot.agreement.board import Board
from bot.images.renderer import Renderer
from bot.ops.metrics import Metrics
from bot.ops.routes import Check, Health, all_well, create_app
from bot.settings import Settings
from bot.telegram.application import Connection
from bot.telegram.context import BotContext
from bot.telegram.updates import ALLOWED_UPDATES
from bot.telegram.webhook import Acceptor, Endpoint, Hook, secret_of, set_hook
from bot.web.app import create_site
from bot.web.app_endpoint import StoredFollows
from bot.web.images import SharePictures
from bot.web.page_context import SiteOptions
from bot.web.server import place, serving

_log = structlog.get_logger(__name__)

DEFAULT_PLACE = "127.0.0.1:8080"
"""Where the bot serves if the settings do not say."""
_LONGEST_RETRY = 30.0
"""Seconds between two attempts to tell Telegram of the webhook, at most."""


def hook_of(settings: Settings) -> Hook | None:
    """The webhook that the settings ask for; None for long polling."""
    if settings.webhook_url is None or settings.token is None:
        return None
    secret = settings.webhook_secret
    token = settings.token.get_secret_value()
    return Hook(
        url=str(settings.webhook_url),
        secret=secret.get_secret_value() if secret else secret_of(token),
        connections=settings.webhook_connections,
        certificate=settings.webhook_certificate,
        path=settings.webhook_path,
    )


def is_served(settings: Settings) -> bool:
    """Whether the settings ask for a web server."""
    return settings.serves_public or settings.metrics_listen is not None


class FrontDoor:
    """The bot's web server: open before Telegram is reached, closed before the bot stops."""

    def __init__(
        self, settings: Settings, context: BotContext, connection: Connection, metrics: Metrics
    ) -> None:
        self._settings, self._context = settings, context
        self._connection, self._metrics = connection, metrics
        self._health = Health({"store": _store_answers(context)})
        self._hook = hook_of(settings)
        self._renderer = Renderer()
        self._app = _Replaceable(self._application(None))
        self._servers = AsyncExitStack()
        self.url: str | None = None
        """Where it is reached on this machine, if the settings ask for it."""

    async def open(self) -> None:
        """Listen. Until `begin`, /readyz says that the bot is starting.

        Raises:
            OSError: the port cannot be had, or the certificate cannot be read.
        """
        settings = self._settings
        if not is_served(settings):
            return
        certificate = None
        if settings.tls_certificate is not None and settings.tls_key is not None:
            certificate = settings.tls_certificate, settings.tls_key
        if settings.serves_public:
            host, port = place(settings.listen or DEFAULT_PLACE)
            server = serving(
                self._app, host, port, trusted=settings.trusted_proxies, certificate=certificate
            )
            self.url = await self._servers.enter_async_context(server)
        if settings.metrics_listen is not None:
            host, port = place(settings.metrics_listen)
            app = create_app(self._health, self._metrics)
            await self._servers.enter_async_context(serving(app, host, port))

    async def begin(self, parts: Sequence[asyncio.Task[None]], receiving: Check) -> None:
        """Telegram was reached and the bot works: tell Telegram of the webhook.

        Raises:
            TelegramError: Telegram does not take the webhook.
        """
        self._health.checks |= {"parts": all_well(parts), "updates": receiving}
        self._app.app = self._application(self._context.bot.username)
        if self._hook is not None:
            await _tell(self._connection.bot, self._hook)
            _log.info("Telegram delivers updates", to=self._hook.url)
        self._health.starting = False

    async def close(self) -> None:
        """Take nothing more in.

        The webhook stays set: Telegram keeps updates for the next process.
        """
        self._health.stopping = True
        await self._servers.aclose()
        await self._renderer.close()

    def _application(self, username: str | None) -> Starlette:
        endpoint = None
        if self._hook is not None:
            connection = self._connection
            acceptor = Acceptor(self._context.store, connection.dispatcher.wake, connection.health)
            endpoint = (self._hook.own_path, Endpoint(self._hook.secret, acceptor).answer)
        inside = self._settings.metrics_listen is None
        return create_app(
            self._health,
            self._metrics if inside else None,
            webhook=endpoint,
            board=self._board(username),
        )

    def _board(self, username: str | None) -> Starlette | None:
        settings, context = self._settings, self._context
        if settings.board_url is None or settings.token is None:
            return None
        options = SiteOptions(
            base_url=str(settings.board_url).rstrip("/"),
            bot_username=username,
            bot_token=settings.token.get_secret_value(),
        )

        def boards() -> Board:
            return context.state.board

        return create_site(
            boards,
            context.catalogs,
            options,
            follows=StoredFollows(context.store, context.clock),
            pictures=SharePictures(self._renderer, boards, context.catalogs, context.clock),
            searches=lambda: context.state.search,
            clock=context.clock,
        )


class _Replaceable:
    """An application that can be replaced while it is served."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


@asynccontextmanager
async def front_door(
    settings: Settings, context: BotContext, connection: Connection, metrics: Metrics
) -> AsyncIterator[FrontDoor]:
    """Serve what the settings ask for until the context ends, or the door is closed.

    Raises:
        OSError: the port cannot be had, or the certificate cannot be read.
    """
    door = FrontDoor(settings, context, connection, metrics)
    try:
        await door.open()
        yield door
    finally:
        await door.close()


async def _tell(bot: telegram.Bot, hook: Hook) -> None:
    """Tell Telegram of the webhook, for as long as it takes to reach it.

    Raises:
        TelegramError: Telegram does not take it.
    """
    wait = 1.0
    while True:
        try:
            await set_hook(bot, hook, ALLOWED_UPDATES)
        except BadRequest:
            raise
        except (NetworkError, RetryAfter) as error:
            _log.warning("Telegram was not told of the webhook", error=str(error), again_in=wait)
            await asyncio.sleep(wait)
            wait = min(wait * 2, _LONGEST_RETRY)
        else:
            return


def _store_answers(context: BotContext) -> Check:
    async def check() -> str:
        await context.store.check()
        return ""

    return check
