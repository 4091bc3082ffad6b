"""The commands that an operator types, one file each. A file is imported when its command is."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup
from typing_extensions import override

from bot.paths import version

COMMANDS: Final = {
    "run": ("run:run", "Run the bot."),
    "demo": ("demo:demo", "Try the bot without a token."),
    "check": ("check:check", "Name every fault of a content file."),
    "new": ("new:new", "Make a small content file to start from."),
    "import": ("spreadsheets:import_content", "Make a content file of a spreadsheet."),
    "export": ("spreadsheets:export_content", "Write a content file as a spreadsheet."),
    "migrate-content": (
        "migrate_content:migrate_content",
        "Convert a content file of an earlier version.",
    ),
    "translate": ("translate:translate", "Make a catalog, or bring yours up to date."),
    "ask": ("ask:ask", "Answer a question as the bot would."),
    "feeds": ("feeds:app", "The feeds that the desk reads."),
    "doctor": ("doctor:doctor", "Look at everything that the bot stands on."),
    "outbox": ("outbox:app", "What is pending and what failed."),
    "backup": ("backup:backup", "Write everything that is kept into one file."),
    "restore": ("backup:restore", "Fill an empty data folder or database from such a file."),
    "migrate": ("migrate:migrate", "Move everything from one store into another."),
    "webhook": ("webhook:app", "Where Telegram delivers updates to."),
    "web": ("web:web", "Show the board on the web."),
    "export-site": ("web:export_files", "Write the whole board as files for any web host."),
}
"""Where each command is, and what the list of commands says of it."""


class Commands(TyperGroup):
    """Imports a command when it is asked for. A known error ends it with a sentence."""

    @override
    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        self.commands = dict.fromkeys(COMMANDS, self)  # only for the names that are suggested
        return super().resolve_command(ctx, args)

    @override
    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    @override
    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        found = getattr(import_module(f"{__name__}.{module}"), name)
        if not isinstance(found, typer.Typer):
            single = typer.Typer(rich_markup_mode=None, add_completion=False)
            single.command(cmd_name)(found)
            found = single
        command = typer.main.get_command(found)
        command.name = cmd_name
        return command

    @override
    def format_commands(self, ctx: Any, formatter: Any) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, about) for name, (_, about) in COMMANDS.items()])

    @override
    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as error:
            from bot.cli.errors import end_over  # noqa: PLC0415 - it knows every package's errors

            end_over(error)
            raise


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


def main() -> None:
    """Run a command."""
    app()
