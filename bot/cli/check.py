"""check: every fault of a content file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.agreement.content import load_file
from bot.cli.common import settings_for_a_command
from bot.i18n.catalogs import load_languages, no_catalog, without_catalog
from bot.paths import content_file, locales_folder
from bot.views.commands import RESERVED


def check(
    file: Annotated[Path, typer.Argument(help="The content file.")] = content_file(),  # noqa: B008 - a path, not a mutable
) -> None:
    """Name every fault of a content file, with its place and how to put it right."""
    agreement = load_file(file, reserved=RESERVED)
    catalogs = load_languages(locales_folder(), settings_for_a_command().locales)
    if unread := without_catalog(catalogs, agreement.languages):
        typer.echo(f"{file}: warning: {no_catalog(unread)}")
    provisions, topics = len(agreement.provisions), len(agreement.topics)
    typer.echo(f"{file}: no faults; {provisions} provisions, {topics} topics.")
