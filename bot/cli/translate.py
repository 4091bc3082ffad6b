"""translate: a catalog for a language that the bot does not speak, or the progress of one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from babel import Locale, UnknownLocaleError

from bot.cli.common import end, settings_for_a_command
from bot.paths import locales_folder


def translate(
    code: Annotated[str, typer.Argument(help="The language: fr, pt-BR.")],
    folder: Annotated[
        Path | None,
        typer.Option("--to", help="The folder of your catalogs. Default: BRIEFING_LOCALES."),
    ] = None,
) -> None:
    """Make a catalog, or bring yours up to date, and say how far it is.

    It can be used as soon as the part of the readers is translated; the rest is English until then.
    """
    from bot.i18n import translation  # noqa: PLC0415 - one command needs it

    target = folder or settings_for_a_command().locales
    if target is None:
        end("Name the folder of your catalogs:  --to FOLDER, or BRIEFING_LOCALES")
    try:
        Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        end(f"{code}: CLDR knows no such language. Write a code such as fr or pt-BR.")
    template = translation.read(locales_folder() / "en" / "LC_MESSAGES" / "bot.po")
    path = target / code.replace("-", "_") / "LC_MESSAGES" / "bot.po"
    old = translation.read(path) if path.exists() else None
    catalog = translation.new_catalog(template, path.parts[-3], old)
    translation.write(catalog, path)
    typer.echo(f"{path}:")
    for part in translation.progress(template, catalog):
        typer.echo(f"  {part.part}: {part.done} of {part.total} translated")
