"""Words that several pages for admins share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from babel.dates import format_timedelta

from bot.language.language import Language


def duration(language: Language, seconds: float) -> str:
    """A span of time in its largest fitting unit: 5 seconds, 2 minutes."""
    span = timedelta(seconds=max(1, round(seconds)))
    return format_timedelta(span, granularity="second", threshold=1.5, locale=language.locale)


def languages_named(language: Language, counts: Mapping[str, int]) -> Iterator[str]:
    """A line for each language and how many addresses read it, the most first."""
    for code, count in sorted(counts.items(), key=lambda one: (-one[1], one[0])):
        name = language.name_of(code) if code else language.gettext("no language chosen")
        yield f"• {language.capitalised(name)}: {language.number(count)}"
