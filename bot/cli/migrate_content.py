"""migrate-content: a content file of an earlier version in the present form."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from bot.agreement.upgrade import is_old_content, upgraded_content
from bot.cli.common import end, write_file


def migrate_content(
    file: Annotated[Path, typer.Argument(help="A content file of an earlier version.")],
    target: Annotated[
        Path | None, typer.Option("--to", help="Where to write it. Default: over the file.")
    ] = None,
) -> None:
    """Convert a content file of an earlier version; then check it with `check`.

    What the earlier form did not hold is left out: translations, kinds of publishers, people.
    """
    try:
        document = json.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        end(f"{file}: {error}")
    if not is_old_content(document):
        end(f"{file}: this is not a content file of an earlier version.")
    try:
        converted = upgraded_content(document)
    except (KeyError, IndexError, TypeError, ValueError) as error:
        end(f"{file}: it has a fault that its own version would have refused ({error!r}).")
    written = json.dumps(converted, ensure_ascii=False, indent=2) + "\n"
    write_file(target or file, written)
    typer.echo(f"{target or file}: converted. Now run: briefing-bot check {target or file}")
