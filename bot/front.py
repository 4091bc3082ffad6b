"""The bot's front door: its web server, and Telegram told where it is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import structlog
import telegram
from starlette.applications import Starlette
from telegram.error import BadRequest, NetworkError, RetryAfter

from bot.agreement.changes import Board
from bot.http import Check, Health, all_well, create_app
from bot.metrics import Metrics
from bot.pictures.studio import Studio
from bot.settings import Settings
from bot.telegram.application import ALLOWED_UPDATES, Connection
from bot.telegram.desk import Desk
from bot.telegram.webhook import Acceptor, Endpoint, Hook, secret_of, set_hook
from bot.web.follows import StoredFollows
from bot.web.options import SiteOptions
from bot.web.pictures import SharePictures
from bot.web.running import serving
from bot.web.site import create_site

_log = structlog.get_logger(__name__)

_LISTEN = "127.0.0.1:8080"
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
    wanted = (settings.listen, settings.webhook_url, settings.board_url)
    return any(one is not None for one in wanted)


@asynccontextmanager
async def front_door(
    settings: Settings,
    desk: Desk,
    connection: Connection,
    metrics: Metrics,
    parts: Sequence[asyncio.Task[None]],
) -> AsyncIterator[str | None]:
    """Serve what the settings ask for as long as the context lasts; gives the address, if any.

    The webhook stays set when the context ends: Telegram keeps updates for the next process.

    Raises:
        OSError: the port cannot be had, or the certificate cannot be read.
        TelegramError: Telegram does not take the webhook.
    """
    if not is_served(settings):
        yield None
        return
    health = Health({"parts": all_well(parts), "store": _store_answers(desk)})
    hook = hook_of(settings)
    endpoint = None
    if hook is not None:
        acceptor = Acceptor(desk.store, connection.intake.receiver.wake, connection.health)
        endpoint = (hook.own_path, Endpoint(hook.secret, acceptor).answer)
    app = create_app(health, metrics, webhook=endpoint, board=_board(settings, desk))
    host, _, port = (settings.listen or _LISTEN).rpartition(":")
    certificate = None
    if settings.tls_certificate is not None and settings.tls_key is not None:
        certificate = settings.tls_certificate, settings.tls_key
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(
            serving(
                app,
                host.strip("[]"),
                int(port),
                trusted=settings.trusted_proxies,
                certificate=certificate,
            )
        )
        if hook is not None:
            await _tell(connection.bot, hook)
            _log.info("Telegram delivers updates", to=hook.url)
        try:
            yield url
        finally:
            health.stopping = True


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


def _board(settings: Settings, desk: Desk) -> Starlette | None:
    if settings.board_url is None or settings.token is None:
        return None
    options = SiteOptions(
        base_url=str(settings.board_url).rstrip("/"),
        bot_username=desk.bot.username,
        bot_token=settings.token.get_secret_value(),
    )

    def boards() -> Board:
        return desk.briefing.board

    return create_site(
        boards,
        desk.languages,
        options,
        follows=StoredFollows(desk.store, desk.clock),
        pictures=SharePictures(Studio(), boards, desk.languages, desk.clock),
        clock=desk.clock,
    )


def _store_answers(desk: Desk) -> Check:
    async def check() -> str:
        await desk.store.remembered("readiness")
        return ""

    return check
