"""run: the bot itself."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer
from telegram.error import InvalidToken, TelegramError

from bot.agreement.faults import ContentFaults
from bot.app import running_bot
from bot.cli.common import end, end_over_content, settings_or_end, with_advice
from bot.language.catalogs import CatalogMissing
from bot.logs import set_up_logs
from bot.resources import content_file
from bot.settings import Settings
from bot.signals import stop_on_signals, until_stopped
from bot.store.errors import StoreError
from bot.watchdog import watchdog

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
    settings = settings_or_end()
    if webhook and settings.webhook_url is None:
        end("Set BRIEFING_WEBHOOK_URL to the bot's public HTTPS address.")
    if webhook is False:
        settings = settings.model_copy(update={"webhook_url": None})
    if settings.token is None:
        end(_FIRST_STEPS)
    set_up_logs(settings.log_level, settings.log_format, token=settings.token.get_secret_value())
    try:
        asyncio.run(_run(settings))
    except ContentFaults as error:
        end_over_content(settings.content or content_file(), error)
    except CatalogMissing as error:
        end(str(error))
    except StoreError as error:
        end(with_advice(error))
    except InvalidToken:
        end("Telegram knows no bot with this token. @BotFather shows it with /token.")
    except TelegramError as error:
        end(f"Telegram: {error.message}")
    except OSError as error:
        end(f"{settings.listen or 'The web server'}: {error.strerror or error}")


async def _run(settings: Settings) -> None:
    async def work(stop: asyncio.Event, begun: asyncio.Event) -> None:
        async with watchdog(), running_bot(settings) as bot:
            begun.set()
            await bot.wait(stop)

    await until_stopped(work, stop_on_signals())
