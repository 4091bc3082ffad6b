"""The commands that an operator types."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from telegram.error import InvalidToken, TelegramError

from bot import cli_ask, cli_backup, cli_doctor, cli_migrate, cli_outbox, cli_web, cli_webhook
from bot.agreement.content import load_file
from bot.agreement.faults import ContentFaults
from bot.app import running_bot
from bot.demo import run_demo
from bot.language.catalogs import CatalogMissing, load_languages
from bot.logs import set_up_logs
from bot.messages.faults import fault_lines
from bot.messages.menus import RESERVED
from bot.resources import content_file, locales_folder
from bot.settings import Settings, SettingsWrong, read_settings
from bot.signals import stop_on_signals, until_stopped
from bot.store.errors import StoreDamaged, StoreError

app = typer.Typer(
    name="briefing-bot",
    help="A Telegram bot that briefs people on an international agreement.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(cli_outbox.app, name="outbox")
app.add_typer(cli_webhook.app, name="webhook")
app.command()(cli_ask.ask)
app.command()(cli_migrate.migrate)
app.command()(cli_backup.backup)
app.command()(cli_backup.restore)
app.command()(cli_doctor.doctor)
app.command("web")(cli_web.web)
app.command("export-site")(cli_web.export_files)

_FIRST_STEPS = """\
No token yet. In Telegram, write /newbot to @BotFather, and it gives you one.
Put it in the environment or in a file named .env:  BRIEFING_TOKEN=123456:ABC…
To try the bot without a token:  make demo   (or: briefing-bot demo)"""


def main() -> None:
    """Run a command."""
    app()


@app.command()
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
    settings = _settings()
    if webhook and settings.webhook_url is None:
        _fail("Set BRIEFING_WEBHOOK_URL to the bot's public HTTPS address.")
    if webhook is False:
        settings = settings.model_copy(update={"webhook_url": None})
    if settings.token is None:
        _fail(_FIRST_STEPS)
    set_up_logs(settings.log_level, settings.log_format, token=settings.token.get_secret_value())
    try:
        asyncio.run(_run(settings))
    except ContentFaults as error:
        _refuse(settings.content or content_file(), error)
    except CatalogMissing as error:
        _fail(str(error))
    except StoreError as error:
        _fail(_with_advice(error))
    except InvalidToken:
        _fail("Telegram knows no bot with this token. @BotFather shows it with /token.")
    except TelegramError as error:
        _fail(f"Telegram: {error.message}")
    except OSError as error:
        _fail(f"{settings.listen or 'The web server'}: {error.strerror or error}")


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="The page's port; 0 takes a free one.")] = 8080,
    data: Annotated[
        Path | None, typer.Option(help="Keep the data in this folder; else it is thrown away.")
    ] = None,
    content: Annotated[Path | None, typer.Option(help="Another agreement's content file.")] = None,
) -> None:
    """Try the bot without a token: the same program, and a page to chat with it."""
    settings = _settings()
    set_up_logs(settings.log_level, settings.log_format, token=None)
    chosen = content or settings.content
    try:
        asyncio.run(run_demo(port=port, data=data, content=chosen, announce=typer.echo))
    except ContentFaults as error:
        _refuse(chosen or content_file(), error)
    except CatalogMissing as error:
        _fail(str(error))
    except StoreError as error:
        _fail(_with_advice(error))
    except OSError as error:
        _fail(f"Port {port} cannot be used ({error.strerror}). Try another: --port 0")


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="The content file.")] = content_file(),  # noqa: B008 - a path, not a mutable
) -> None:
    """Name every fault of a content file, with its place and how to put it right."""
    try:
        agreement = load_file(file, reserved=RESERVED)
    except ContentFaults as error:
        _refuse(file, error)
    provisions, topics = len(agreement.provisions), len(agreement.topics)
    typer.echo(f"{file}: no faults; {provisions} provisions, {topics} topics.")


async def _run(settings: Settings) -> None:
    async def work(stop: asyncio.Event, begun: asyncio.Event) -> None:
        async with running_bot(settings) as bot:
            begun.set()
            await bot.wait(stop)

    await until_stopped(work, stop_on_signals())


def _settings() -> Settings:
    try:
        return read_settings()
    except SettingsWrong as error:
        _fail("Some settings are wrong:\n" + "\n".join(f"  {one}" for one in error.problems))


def _refuse(file: Path, error: ContentFaults) -> NoReturn:
    language = load_languages(locales_folder())["en"]
    for line in fault_lines(language, error.faults):
        typer.echo(f"{file}:{line}", err=True)
    raise typer.Exit(1)


def _with_advice(error: StoreError) -> str:
    if not isinstance(error, StoreDamaged):
        return str(error)
    again = "restore a backup:  briefing-bot restore FILE"
    if error.previous is not None:
        again = f"put the version before it, {error.previous}, in its place, or {again}"
    return f"{error}\nNothing was changed. Move the file aside and {again}"


def _fail(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(1)
