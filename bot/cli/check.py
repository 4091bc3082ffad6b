"""check: every fault of a content file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.agreement.content import load_file
from bot.paths import content_file
from bot.views.commands import RESERVED


def check(
    file: Annotated[Path, typer.Argument(help="The content file.")] = content_file(),  # noqa: B008 - a path, not a mutable
) -> None:
    """Name every fault of a content file, with its place and how to put it right."""
    agreement = load_file(file, reserved=RESERVED)
    provisions, topics = len(agreement.provisions), len(agreement.topics)
    typer.echo(f"{file}: no faults; {provisions} provisions, {topics} topics.")
