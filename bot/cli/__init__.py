"""The commands that an operator types, one file each."""

from __future__ import annotations

import typer

from bot.cli import ask, backup, check, demo, doctor, migrate, outbox, run, web, webhook

app = typer.Typer(
    name="briefing-bot",
    help="A Telegram bot that briefs people on an international agreement.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(run.run)
app.command()(demo.demo)
app.command()(check.check)
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
