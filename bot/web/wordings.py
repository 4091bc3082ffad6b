"""Wordings side by side, with the words marked in which they differ."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from markupsafe import Markup, escape

from bot.agreement.evidence import Wording
from bot.views.statuses import wording_label
from bot.web.components import publisher_name
from bot.web.page_context import PageContext

_ALIKE = 0.4
"""Texts that share less than this are not compared word by word: all of them would be marked."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """The words of one source."""

    label: str
    text: str
    marked: Markup
    """The text with the words marked that the other wording does not have."""
    exact: bool
    language: str
    remark: str
    href: str
    translation: Markup | None


def quoted_wordings(here: PageContext, wordings: Sequence[Wording]) -> list[Quoted]:
    """The wordings; where two can be compared, the words that differ are marked."""
    found = [_quoted(here, wording) for wording in wordings]
    compared = _compared(here, wordings)
    if compared is None:
        return found
    (first, other), is_translated = compared
    for at, (text, against) in enumerate([(first, other), (other, first)]):
        marked = _marked(text, against)
        if is_translated[at]:
            found[at] = replace(found[at], translation=marked)
        else:
            found[at] = replace(found[at], marked=marked)
    return found


def _compared(
    here: PageContext, wordings: Sequence[Wording]
) -> tuple[tuple[str, str], tuple[bool, bool]] | None:
    """The texts of the first two wordings in one language, and whether each is a translation."""
    if len(wordings) < 2:  # noqa: PLR2004 - two are compared
        return None
    pair = wordings[:2]
    languages = [wording.language.partition("-")[0] for wording in pair]
    if languages[0] == languages[1]:
        return (pair[0].text, pair[1].text), (False, False)
    own = here.language.locale.language
    texts = [
        wording.text if language == own else (wording.translation or {}).get(own)
        for wording, language in zip(pair, languages, strict=True)
    ]
    if texts[0] is None or texts[1] is None:
        return None
    return (texts[0], texts[1]), (languages[0] != own, languages[1] != own)


def _marked(text: str, against: str) -> Markup:
    """A text with the words marked that the other one does not have."""
    own, other = _words(text), _words(against)
    matcher = SequenceMatcher(
        None,
        [word.strip().casefold() for word in other],
        [word.strip().casefold() for word in own],
        autojunk=False,
    )
    if matcher.ratio() < _ALIKE:
        return escape(text)
    marked = Markup("")
    for kind, _, _, start, end in matcher.get_opcodes():
        part = "".join(own[start:end])
        if kind == "equal" or not part.strip():
            marked += part
            continue
        words = part.rstrip()
        marked += Markup("<mark>{}</mark>{}").format(words, part[len(words) :])
    return marked


def _words(text: str) -> list[str]:
    """Words and signs, each with the space behind it."""
    return re.findall(r"(?:\w+|[^\w\s])\s*", text)


def _quoted(here: PageContext, wording: Wording) -> Quoted:
    language = here.language
    translation = (wording.translation or {}).get(language.locale.language)
    remarks = []
    if not wording.exact:
        remarks.append(language.gettext("Paraphrased, not quoted."))
    if wording.language.partition("-")[0] != language.locale.language:
        name = language.name_of(wording.language)
        remarks.append(language.gettext("Language: {name}", name=name))
    return Quoted(
        wording_label(language, wording, publisher_name(here, wording)),
        wording.text,
        escape(wording.text),
        wording.exact,
        wording.language,
        " ".join(remarks),
        str(wording.url),
        escape(translation) if translation else None,
    )
