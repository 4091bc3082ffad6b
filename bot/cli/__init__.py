"""The commands that an operator types, one file each."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli import (
    ask,
    backup,
    check,
    demo,
    doctor,
    migrate,
    migrate_content,
    outbox,
    run,
    translate,
    web,
    webhook,
)
from bot.cli.common import Commands
from bot.paths import version

app = typer.Typer(
    name="briefing-bot",
    cls=Commands,
    rich_markup_mode=None,  # boxes name the type of each flag
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


def _show_version(wanted: bool) -> None:  # noqa: FBT001 - Typer's own way
    if wanted:
        typer.echo(f"briefing-bot {version()}")
        raise typer.Exit


@app.callback()
def options(
    *,
    _: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """A Telegram bot that briefs people on an international agreement."""


app.command()(run.run)
app.command()(demo.demo)
app.command()(check.check)
app.command("migrate-content")(migrate_content.migrate_content)
app.command()(translate.translate)
app.command()(ask.ask)
app.command()(doctor.doctor)
app.add_typer(outbox.app, name="outbox")
app.command()(backup.backup)
app.command()(backup.restore)
app.command()(migrate.migrate)
app.add_typer(webhook.app, name="webhook")
app.command("web")(web.web)
app.command("export-site")(web.export_files)


def main() -> None:
    """Run a command."""
    app()
