"""`briefing-bot backup` and `briefing-bot restore`."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.common import settings_for_a_command
from bot.clock import system_clock
from bot.settings import Settings
from bot.storage.factory import open_beside, open_named, opened
from bot.storage.transfer import Checksum, back_up, check
from bot.storage.transfer import restore as restore_from

_STANDARD = "-"
_File = Annotated[
    Path, typer.Argument(help="The file, e.g. briefing.backup.gz; - for the standard input.")
]
_Target = Annotated[
    Path, typer.Argument(help="The file, e.g. briefing.backup.gz; - for the standard output.")
]


def backup(file: _Target) -> None:
    """Write everything that is kept into one file, also while the bot runs."""
    settings = settings_for_a_command()
    if str(file) == _STANDARD:
        with tempfile.TemporaryDirectory(prefix="backup") as folder:
            whole = Path(folder) / "backup.gz"
            found = asyncio.run(_back_up(settings, whole))
            with whole.open("rb") as source:
                shutil.copyfileobj(source, sys.stdout.buffer)
    else:
        found = asyncio.run(_back_up(settings, file))
    _tell(f"{file} holds:", found, err=str(file) == _STANDARD)


def restore(file: _File) -> None:
    """Fill an empty data folder or database from such a file. The bot must not be running."""
    settings = settings_for_a_command()
    if str(file) == _STANDARD:
        with tempfile.TemporaryDirectory(prefix="restore") as folder:
            whole = Path(folder) / "backup.gz"
            with whole.open("wb") as target:
                shutil.copyfileobj(sys.stdin.buffer, target)
            found = asyncio.run(_restore(settings, whole))
    else:
        found = asyncio.run(_restore(settings, file))
    _tell("Restored, and found the same there:", found)


async def _back_up(settings: Settings, file: Path) -> Checksum:
    name = settings.store.get_secret_value()
    async with opened(open_beside(name, settings.data, system_clock)) as store:
        return await back_up(store, file, system_clock())


async def _restore(settings: Settings, file: Path) -> Checksum:
    name = settings.store.get_secret_value()
    expected = await asyncio.to_thread(check, file)
    async with opened(open_named(name, settings.data, system_clock, is_new=True)) as store:
        await restore_from(file, expected, store)
    return expected


def _tell(head: str, found: Checksum, *, err: bool = False) -> None:
    typer.echo(head, err=err)
    for kind, number in found.counts.items():
        typer.echo(f"  {kind:<11} {number:>9,}", err=err)
