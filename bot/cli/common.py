"""What commands share: settings, and how they end."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NoReturn

import structlog
import typer

from bot.ops.logs import logs_are_json, set_up_logs
from bot.settings import Settings, SettingsWrong, misspelt_settings, read_settings

_log = structlog.get_logger(__name__)

FAILED, WRONGLY_SET_UP = 1, os.EX_CONFIG
"""Exit codes: a fault that may pass, and one that stays until somebody acts."""


def write_file(path: Path, text: str) -> None:
    """Write a whole file, or leave what was there: a crash leaves no half of it.

    Raises:
        OSError: it cannot be written.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def counted(count: int, name: str, several: str = "") -> str:
    """How many there are of something, in English."""
    return f"{count} {name if count == 1 else several or name + 's'}"


def end(message: str, code: int = FAILED) -> NoReturn:
    """End the program with a message for the operator, in the form of the logs."""
    if logs_are_json():
        _log.critical("ended", problem=message, exit_code=code)
    else:
        typer.echo(message, err=True)
    raise typer.Exit(code)


def settings_for_a_command() -> Settings:
    """The settings of this environment, for a command that somebody has typed.

    Raises:
        SettingsWrong: some are wrong; it names them all.
    """
    settings = read_settings()
    for warning in misspelt_settings():
        typer.echo(warning, err=True)
    return settings


def settings_for_a_service() -> Settings:
    """The same for what runs for long: from here on everything is logged.

    Raises:
        SettingsWrong: some are wrong; it names them all.
    """
    try:
        settings = read_settings()
    except SettingsWrong as error:
        if error.log_format == "json":
            set_up_logs("INFO", "json", token=None)
        raise
    token = settings.token.get_secret_value() if settings.token else None
    set_up_logs(settings.log_level, settings.log_format, token=token)
    for warning in misspelt_settings():
        _log.warning(warning)
    return settings
