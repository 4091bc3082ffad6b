"""What the page of the demo says around its phones: the bar at the top and "Try this"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.language.language import Language
from bot.language.marking import mark

TEXTS = (
    mark("{bot} · playground"),
    mark("Telegram played on this machine"),
    mark("Language of this page"),
    mark("People"),
    mark("New message for {name}"),
    mark("Connection lost. Trying again…"),
    mark("Clock of the playground"),
    mark("+1 h"),
    mark("One hour forward"),
    mark("+1 day"),
    mark("One day forward"),
    mark("Forward to the next 09:00"),
    mark("How far the clock was moved"),
    mark("{n} d"),
    mark("{n} h"),
    mark("{n} min"),
    mark("Try this"),
    mark("Follow as {names}"),
    mark("Press what each should hear about."),
    mark("Send {command}"),
    mark("Change a status as {name}"),
    mark("Choose, look at the preview, confirm."),
    mark("Watch the alert arrive"),
    mark("For everyone at once, each in their language."),
    mark("Put this away"),
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
