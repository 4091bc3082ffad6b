"""Where the files that come with the bot lie: content and catalogs."""

from __future__ import annotations

from pathlib import Path


def _root() -> Path:
    """The wheel carries its files inside the package; a checkout has them beside it."""
    package = Path(__file__).parent
    carried = package / "_data"
    return carried if carried.is_dir() else package.parent


def content_file() -> Path:
    """The built-in agreement."""
    return _root() / "content" / "provisions.json"


def locales_folder() -> Path:
    """The catalogs: ``<locale>/LC_MESSAGES/bot.mo``."""
    return _root() / "locales"
