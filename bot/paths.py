"""What comes with the bot: its content and catalogs, and its version."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path


def _root() -> Path:
    """The wheel carries its files inside the package; a checkout has them alongside it."""
    package = Path(__file__).parent
    carried = package / "_data"
    return carried if carried.is_dir() else package.parent


def content_file() -> Path:
    """The built-in agreement."""
    return _root() / "content" / "provisions.json"


def locales_folder() -> Path:
    """The catalogs: ``<locale>/LC_MESSAGES/bot.mo``."""
    return _root() / "locales"


def version() -> str:
    """The bot's version; "unknown" where it was not installed."""
    try:
        return metadata.version("briefing-bot")
    except metadata.PackageNotFoundError:
        return "unknown"
