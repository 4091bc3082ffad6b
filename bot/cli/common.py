"""What several commands share: settings or a clear end, faults of the content, advice."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import typer

from bot.agreement.faults import ContentFaults
from bot.language.catalogs import load_languages
from bot.messages.faults import fault_lines
from bot.resources import locales_folder
from bot.settings import Settings, SettingsWrong, read_settings
from bot.store.errors import StoreDamaged, StoreError


def settings_or_end() -> Settings:
    """The settings of this environment; ends the program where some are wrong, naming them all."""
    try:
        return read_settings()
    except SettingsWrong as error:
        end("Some settings are wrong:\n" + "\n".join(f"  {one}" for one in error.problems))


def end(message: str) -> NoReturn:
    """End the program with a message for the operator."""
    typer.echo(message, err=True)
    raise typer.Exit(1)


def end_over_content(file: Path, error: ContentFaults) -> NoReturn:
    """End the program with every fault of a content file, each with its line and its place."""
    language = load_languages(locales_folder())["en"]
    end("\n".join(f"{file}:{line}" for line in fault_lines(language, error.faults)))


def with_advice(error: StoreError) -> str:
    """What is wrong with the store, and what to do about it."""
    if not isinstance(error, StoreDamaged):
        return str(error)
    ways = "Move the folder aside and restore a backup into a new one:  briefing-bot restore FILE"
    if error.previous is not None:
        ways = f"Copy the version before it, {error.previous}, into its place.\nOr: {ways}"
    return f"{error}\nNothing was changed. {ways}"
