"""What the page of the demo says around its phones: the bar at the top and "Try this"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.i18n.catalogs import gettext_noop
from bot.i18n.language import Language

TEXTS = (
    gettext_noop("{bot} · playground"),
    gettext_noop("A Telegram simulator on this computer"),
    gettext_noop("Language of this page"),
    gettext_noop("People"),
    gettext_noop("New message for {name}"),
    gettext_noop("Connection lost. Trying again…"),
    gettext_noop("Clock of the playground"),
    gettext_noop("+1 h"),
    gettext_noop("One hour forward"),
    gettext_noop("+1 day"),
    gettext_noop("One day forward"),
    gettext_noop("Forward to the next 09:00"),
    gettext_noop("How far the clock was moved"),
    gettext_noop("{n} d"),
    gettext_noop("{n} h"),
    gettext_noop("{n} min"),
    gettext_noop("Try this"),
    gettext_noop("Everyone follows a topic"),
    gettext_noop("Send the alert as {name}"),
    gettext_noop("The change is made up for this demo."),
    gettext_noop("Send"),
    gettext_noop("Read the alert in each language"),
    gettext_noop("Choose a person at the top, or swipe."),
    gettext_noop("Hide this"),
)
"""Every text that `bot/playground/page` says by itself; the page fills the placeholders."""

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def page_texts(languages: Mapping[str, Language]) -> dict[str, dict[str, Any]]:
    """The texts in every language, by their English wording, with what each calls itself."""
    return {
        code: {"name": language.name, "texts": {text: _open(language, text) for text in TEXTS}}
        for code, language in languages.items()
    }


def _open(language: Language, text: str) -> str:
    """The translation with its placeholders left open."""
    return language.gettext(text, **{name: f"{{{name}}}" for name in _PLACEHOLDER.findall(text)})
