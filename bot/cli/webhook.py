"""`briefing-bot webhook`: where Telegram delivers updates to."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC
from typing import Annotated, Any

import orjson
import telegram
import typer

from bot.cli.common import WRONGLY_SET_UP, end, settings_for_a_command
from bot.ops.http_server import hook_of
from bot.settings import Settings
from bot.telegram.transport import AiohttpRequest
from bot.telegram.updates import ALLOWED_UPDATES
from bot.telegram.webhook import set_hook

app = typer.Typer(
    rich_markup_mode=None,
    add_completion=False,
    help="Where Telegram delivers updates to. `run` sets it by itself.",
    no_args_is_help=True,
)


@app.command("set")
def set_() -> None:
    """Tell Telegram to deliver updates to BRIEFING_WEBHOOK_URL. What waits there is kept."""
    settings = settings_for_a_command()
    hook = hook_of(settings)
    if hook is None:
        end("Set BRIEFING_WEBHOOK_URL to the bot's public HTTPS address.", WRONGLY_SET_UP)
    asyncio.run(_with_bot(settings, lambda bot: set_hook(bot, hook, ALLOWED_UPDATES)))
    typer.echo(f"Telegram delivers updates to {hook.url}")


@app.command()
def remove(
    *,
    drop: Annotated[
        bool, typer.Option("--drop", help="Let Telegram forget what waits. It is lost.")
    ] = False,
) -> None:
    """Tell Telegram to deliver nothing any more. What waits is kept for long polling."""
    asyncio.run(
        _with_bot(
            settings_for_a_command(), lambda bot: bot.delete_webhook(drop_pending_updates=drop)
        )
    )
    typer.echo("Telegram delivers nothing any more.")


@app.command()
def show(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="JSON in place of lines.")] = False,
) -> None:
    """Show what Telegram knows of the webhook, and how its last deliveries went."""
    info = asyncio.run(_with_bot(settings_for_a_command(), lambda bot: bot.get_webhook_info()))
    document = _document(info)
    if as_json:
        typer.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode())
        return
    if not info.url:
        typer.echo("No webhook is set: the bot polls.")
    for name, value in document.items():
        if value not in {None, ""}:
            typer.echo(f"{name}: {value}")


def _document(info: telegram.WebhookInfo) -> dict[str, Any]:
    failed = info.last_error_date
    return {
        "url": info.url,
        "pending": info.pending_update_count,
        "connections": info.max_connections,
        "address": info.ip_address,
        "certificate": info.has_custom_certificate,
        "updates": ", ".join(info.allowed_updates),
        "last error": info.last_error_message,
        "last error at": failed.astimezone(UTC).isoformat() if failed else None,
    }


async def _with_bot(settings: Settings, act: Callable[[telegram.Bot], Awaitable[Any]]) -> Any:  # noqa: ANN401 - whatever it answers
    if settings.token is None:
        end("A bot needs a token: BRIEFING_TOKEN.", WRONGLY_SET_UP)
    base = f"{str(settings.api_url).rstrip('/')}/bot"
    request = AiohttpRequest(connections=2, proxy=settings.proxy)
    bot = telegram.Bot(settings.token.get_secret_value(), base_url=base, request=request)
    async with bot:
        return await act(bot)
