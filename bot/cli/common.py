"""What commands share: settings, and one way from an error to a sentence and an exit code."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any, NoReturn

import structlog
import typer
from telegram.error import InvalidToken, TelegramError
from typer.core import TyperGroup
from typing_extensions import override

from bot.agreement.faults import ContentFaults
from bot.i18n.catalogs import CatalogDamaged, CatalogMissing, load_languages
from bot.ops.logs import logs_are_json, set_up_logs
from bot.paths import locales_folder
from bot.settings import Settings, SettingsWrong, misspelt_settings, read_settings
from bot.storage.backup import BackupDamaged
from bot.storage.errors import StoreError
from bot.telegram.proxies import ProxyUnknown
from bot.views.content_errors import fault_lines

_log = structlog.get_logger(__name__)

FAILED, WRONGLY_SET_UP = 1, os.EX_CONFIG
"""Exit codes: a fault that may pass, and one that stays until somebody acts."""

_PERMANENT = (
    *(SettingsWrong, ContentFaults, CatalogMissing, CatalogDamaged),
    *(ProxyUnknown, InvalidToken),
)
KNOWN = (*_PERMANENT, StoreError, BackupDamaged, TelegramError, OSError)
"""Errors of which an operator is told in a sentence, without a traceback."""


_NO_SUCH_BOT = "Telegram knows no bot with this token. @BotFather shows it with /token."


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a command ends."""

    message: str
    code: int = FAILED


class Commands(TyperGroup):
    """Ends a command over a known error with its sentence and its exit code."""

    @override
    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KNOWN as error:
            failure = explain(error)
            end(failure.message, failure.code)


def explain(error: Exception) -> Failure:
    """A known error as an operator needs it."""
    return Failure(_message(error), WRONGLY_SET_UP if _is_permanent(error) else FAILED)


def _message(error: Exception) -> str:
    match error:
        case SettingsWrong():
            return "\n  ".join(["Some settings are wrong:", *error.problems])
        case ContentFaults():
            language = load_languages(locales_folder())["en"]
            file = error.file or "content"
            lines = [f"{file}:{line}" for line in fault_lines(language, error.faults)]
            return "\n".join([*lines, f"{file}: {counted(len(lines), 'fault')}"])
        case StoreError():
            return "\n".join(filter(None, (str(error), error.advice)))
        case TelegramError():
            known = not isinstance(error, InvalidToken)
            return f"Telegram: {error.message}" if known else _NO_SUCH_BOT
        case OSError():
            place = f"{error.filename}: " if error.filename else ""
            return f"{place}{error.strerror or error}"
    return str(error)


def counted(count: int, name: str) -> str:
    """How many there are of something, in English."""
    return f"{count} {name}" if count == 1 else f"{count} {name}s"


def _is_permanent(error: Exception) -> bool:
    return error.permanent if isinstance(error, StoreError) else isinstance(error, _PERMANENT)


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
