"""Telegram's HTML put together from parts (Bot API, HTML style). Parts are escaped."""

from __future__ import annotations

from markupsafe import Markup, escape


def bold(text: str) -> Markup:
    """Bold text."""
    return Markup(f"<b>{escape(text)}</b>")  # noqa: S704 - escaped


def italic(text: str) -> Markup:
    """Slanted text."""
    return Markup(f"<i>{escape(text)}</i>")  # noqa: S704 - escaped


def struck(text: str) -> Markup:
    """Text with a line through it."""
    return Markup(f"<s>{escape(text)}</s>")  # noqa: S704 - escaped


def code(text: str) -> Markup:
    """Text in one width; a tap copies it."""
    return Markup(f"<code>{escape(text)}</code>")  # noqa: S704 - escaped


def expandable(text: str) -> Markup:
    """A quote that shows three lines until it is tapped; a plain quote on older clients."""
    return Markup("<blockquote expandable>{}</blockquote>").format(text)


def lines(*parts: str | None) -> Markup:
    """Parts one under the other; those that are empty are left out."""
    return Markup("\n").join(escape(part) for part in parts if part)


def paragraphs(*parts: str | None) -> Markup:
    """Parts with an empty line between; those that are empty are left out."""
    return Markup("\n\n").join(escape(part) for part in parts if part)
