"""`briefing-bot backup` and `briefing-bot restore`."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bot.backup import BackupDamaged, back_up
from bot.backup import restore as restore_from
from bot.clock import system_clock
from bot.settings import Settings, SettingsWrong, read_settings
from bot.store.digest import Digest
from bot.store.errors import StoreError

_File = Annotated[Path, typer.Argument(help="The file, e.g. briefing.backup.gz")]


def backup(file: _File) -> None:
    """Write everything that is kept into one file, also while the bot runs."""
    settings = _settings()
    store = settings.store.get_secret_value()
    try:
        found = asyncio.run(back_up(store, settings.data, file, system_clock()))
    except StoreError as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"{error.filename or file}: {error.strerror or error}")
    _tell(f"{file} holds:", found)


def restore(file: _File) -> None:
    """Fill an empty data folder or database from such a file. The bot must not be running."""
    settings = _settings()
    try:
        found = asyncio.run(restore_from(file, settings.store.get_secret_value(), settings.data))
    except (StoreError, BackupDamaged) as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"{error.filename or file}: {error.strerror or error}")
    _tell("Restored, and found the same there:", found)


def _tell(head: str, found: Digest) -> None:
    typer.echo(head)
    for kind, number in found.counts.items():
        typer.echo(f"  {kind:<11} {number:>9,}")


def _settings() -> Settings:
    try:
        return read_settings()
    except SettingsWrong as error:
        _fail("Some settings are wrong:\n" + "\n".join(f"  {one}" for one in error.problems))


def _fail(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(1)
