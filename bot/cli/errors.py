"""From a known error to a sentence for the operator and an exit code."""

from __future__ import annotations

from telegram.error import InvalidToken, TelegramError

from bot.agreement.faults import ContentFaults
from bot.cli.common import FAILED, WRONGLY_SET_UP, counted, end
from bot.i18n.catalogs import CatalogDamaged, CatalogMissing, load_languages
from bot.paths import locales_folder
from bot.settings import SettingsWrong
from bot.storage.errors import StoreError
from bot.storage.transfer import BackupDamaged
from bot.telegram.proxies import ProxyUnknown
from bot.views.content_errors import fault_lines

_PERMANENT = (
    *(SettingsWrong, ContentFaults, CatalogMissing, CatalogDamaged),
    *(ProxyUnknown, InvalidToken),
)
_KNOWN = (*_PERMANENT, StoreError, BackupDamaged, TelegramError, OSError)
"""Errors of which an operator is told in a sentence, without a traceback."""


_NO_SUCH_BOT = "Telegram knows no bot with this token. @BotFather shows it with /token."


def end_over(error: Exception) -> None:
    """End the program over a known error, with a sentence and an exit code."""
    if isinstance(error, _KNOWN):
        end(_message(error), WRONGLY_SET_UP if _is_permanent(error) else FAILED)


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


def _is_permanent(error: Exception) -> bool:
    return error.permanent if isinstance(error, StoreError) else isinstance(error, _PERMANENT)
