"""run: the bot itself."""

from __future__ import annotations

import asyncio
from typing import Annotated

import structlog
import typer

from bot.app import running_bot
from bot.cli.common import WRONGLY_SET_UP, end, settings_for_a_service
from bot.ops.signals import stop_on_signals, until_stopped
from bot.ops.watchdog import watchdog
from bot.paths import version
from bot.settings import Settings
from bot.storage.factory import kind_of

_log = structlog.get_logger(__name__)

_FIRST_STEPS = """\
No token yet. In Telegram, write /newbot to @BotFather, and it gives you one.
Put it in the environment or in a file named .env:  BRIEFING_TOKEN=123456:ABC…
To try the bot without a token:  make demo   (or: briefing-bot demo)"""


def run(
    *,
    webhook: Annotated[
        bool | None,
        typer.Option(
            "--webhook/--polling",
            help="Let Telegram deliver updates, or fetch them. Left out: as BRIEFING_WEBHOOK_URL"
            " is set or not.",
        ),
    ] = None,
) -> None:
    """Run the bot. Settings come from the environment or a file named .env."""
    settings = settings_for_a_service()
    if webhook and settings.webhook_url is None:
        end("Set BRIEFING_WEBHOOK_URL to the bot's public HTTPS address.", WRONGLY_SET_UP)
    if webhook is False:
        settings = settings.model_copy(update={"webhook_url": None})
    if settings.token is None:
        end(_FIRST_STEPS, WRONGLY_SET_UP)
    _log.info(
        "starting",
        version=version(),
        store=kind_of(settings.store.get_secret_value()),
        receiving="webhook" if settings.webhook_url else "polling",
    )
    asyncio.run(_run(settings))


async def _run(settings: Settings) -> None:
    async def work(stop: asyncio.Event, begun: asyncio.Event) -> None:
        async with watchdog(), running_bot(settings) as bot:
            begun.set()
            await bot.wait(stop)

    await until_stopped(work, stop_on_signals())
