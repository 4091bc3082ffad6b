"""`briefing-bot backup` and `briefing-bot restore`."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.backup import BackupDamaged, back_up
from bot.backup import restore as restore_from
from bot.cli.common import end, settings_or_end
from bot.clock import system_clock
from bot.store.digest import Digest
from bot.store.errors import StoreError

_File = Annotated[Path, typer.Argument(help="The file, e.g. briefing.backup.gz")]


def backup(file: _File) -> None:
    """Write everything that is kept into one file, also while the bot runs."""
    settings = settings_or_end()
    store = settings.store.get_secret_value()
    try:
        found = asyncio.run(back_up(store, settings.data, file, system_clock()))
    except StoreError as error:
        end(str(error))
    except OSError as error:
        end(f"{error.filename or file}: {error.strerror or error}")
    _tell(f"{file} holds:", found)


def restore(file: _File) -> None:
    """Fill an empty data folder or database from such a file. The bot must not be running."""
    settings = settings_or_end()
    try:
        found = asyncio.run(restore_from(file, settings.store.get_secret_value(), settings.data))
    except (StoreError, BackupDamaged) as error:
        end(str(error))
    except OSError as error:
        end(f"{error.filename or file}: {error.strerror or error}")
    _tell("Restored, and found the same there:", found)


def _tell(head: str, found: Digest) -> None:
    typer.echo(head)
    for kind, number in found.counts.items():
        typer.echo(f"  {kind:<11} {number:>9,}")
