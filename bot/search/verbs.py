"""Words that have the form of a verb: they say less of a question's subject than nouns do."""

from __future__ import annotations

import re

from bot.search.languages import is_verb as is_turkic_verb

_ENGLISH = re.compile(r"[a-z]{3,}(?:ing|ed)")
_RUSSIAN = re.compile(
    r"[а-я]{2,}(?:(?:[ауяею]ют|[уеая]ет|[^аеиоуыэюя][яуи]т|[дмнйшзвр]ет|ешь|ете|ите|[иаяеоу]ть|[аяиео]ли|[аяие]л|[аяи]ла)(?:ся|сь)?"
    r"|[а-я]{2,}(?:ено|ены|ано|аны|ена)|[еи]тся|[уюая]тся|[иеа]ться)"
)


_SUBJECTS = re.compile(r"died|killed|wounded|olen|olenler|погиб\w*|убит\w*|умер\w*|ранен\w*")
"""Verbs that say what a question is about: who was killed is asked of a war, not of a treaty."""


def is_verb(folded: str) -> bool:
    """Whether a folded word ends as verbs do in English, Azerbaijani, Turkish or Russian."""
    if _SUBJECTS.fullmatch(folded):
        return False
    return any((_ENGLISH.fullmatch(folded), _RUSSIAN.fullmatch(folded), is_turkic_verb(folded)))
