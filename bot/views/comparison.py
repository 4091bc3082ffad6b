"""What another content file changes, in words."""

from __future__ import annotations

from collections.abc import Mapping

from bot.agreement.comparison import Comparison
from bot.agreement.status import Status
from bot.i18n.language import Language
from bot.views.format import pick
from bot.views.statuses import status_label


def comparison_lines(
    language: Language, found: Comparison, followers: Mapping[str, int] | None = None
) -> list[str]:
    """A line for each sort of difference. `followers` says how many follow what is gone."""
    gettext, told = language.gettext, []
    if found.is_another:
        told.append(gettext("This is another agreement."))
    if found.statuses:
        moved = [
            f"{pick(provision.title, language).text} ({_label(language, old)} → "
            f"{_label(language, new)})"
            for provision, old, new in found.statuses
        ]
        told.append(
            gettext("Other statuses, which alert nobody: {names}.", names=language.join(moved))
        )
    if gone := (*found.gone_provisions, *found.gone_topics):
        names = [_followed(language, name, (followers or {}).get(name, 0)) for name in gone]
        told.append(
            gettext(
                "No longer in the file: {names}. Their followers are told. Changes recorded for"
                " these ids are hidden until the ids are back.",
                names=language.join(names),
            )
        )
    if found.renamed:
        names = [f"{old} → {new}" for old, new in found.renamed.items()]
        told.append(gettext("Renamed, with their followers: {names}.", names=language.join(names)))
    if found.numbers:
        names = [f"{name} ({old} → {new})" for name, old, new in found.numbers]
        told.append(gettext("Other numbers: {names}.", names=language.join(names)))
    if found.languages:
        names = [language.name_of(code) for code in found.languages]
        told.append(gettext("Languages that are gone: {names}.", names=language.join(names)))
    if found.new:
        told.append(gettext("New: {names}.", names=language.join(sorted(found.new))))
    return told


def _label(language: Language, status: Status | None) -> str:
    return status_label(language, status) if status else "–"


def _followed(language: Language, name: str, followers: int) -> str:
    if not followers:
        return name
    count = language.ngettext("{n} follower", "{n} followers", followers)
    return f"{name} ({count})"
