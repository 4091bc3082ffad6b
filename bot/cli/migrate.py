"""The command that moves everything from one store into another."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from bot.storage.transfer import move


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
    found = asyncio.run(move(source, target))
    typer.echo("Moved, and found the same there:")
    for kind, number in found.counts.items():
        typer.echo(f"  {kind:<11} {number:>9,}  {found.sums[kind]:064x}"[:45])
