"""The command that moves everything from one store into another."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from bot.clock import system_clock
from bot.storage.errors import StoreError
from bot.storage.factory import folder_of, is_there, named, open_named, opened
from bot.storage.transfer import Checksum, move


def migrate(
    source: Annotated[
        str, typer.Option("--from", help="A data folder, or a database: postgresql://…")
    ],
    target: Annotated[
        str, typer.Option("--to", help="An empty one of the other sort, made if it is a folder.")
    ],
) -> None:
    """Move everything from one store into another, and check that it arrived.

    Stop the bot first. The source stays as it is. Run it again if it was broken off.
    """
    found = asyncio.run(_migrate(source, target))
    typer.echo("Moved, and found the same there:")
    for kind, number in found.counts.items():
        typer.echo(f"  {kind:<11} {number:>9,}  {found.sums[kind]:064x}"[:45])


async def _migrate(source: str, target: str) -> Checksum:
    if not await is_there(*named(source)):
        folder = folder_of(*named(source))
        raise StoreError(f"there is no data folder {folder}" if folder else "it holds nothing")
    async with (
        opened(open_named(*named(source), system_clock)) as full,
        opened(open_named(*named(target), system_clock, is_new=True)) as empty,
    ):
        return await move(full, empty)
