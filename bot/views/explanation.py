"""Why an answer was given: which words of the question met which words of the content."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from markupsafe import Markup

from bot.agreement.model import Provision
from bot.i18n.language import Language
from bot.search import Match, Reason
from bot.search.answering import Answered
from bot.search.normalization import fold, words
from bot.views.callbacks import Place, Show
from bot.views.format import name
from bot.views.html import bold, italic, lines, paragraphs
from bot.views.keyboards import back_button
from bot.views.message import Button, Message, Reader
from bot.views.pagination import clip
from bot.views.statuses import status_name

WHY = "w"
"""The mark of this page in the id of its place (`bot.views.callbacks.View.ANSWER`)."""
_MOST_REASONS = 6
_WORD = 40


def why_button(reader: Reader, here: Place) -> Button:
    """Leads from an answer to why it was given."""
    return Button(reader.language.gettext("Why?"), Show(replace(here, id=here.id + WHY)))


def why_page(
    reader: Reader, answered: Answered, shown: Iterable[Provision], here: Place
) -> Message:
    """Of each provision that was shown, by which words it was found, and where these stand."""
    language = reader.language
    by_id = {match.provision_id: match for match in answered.findings.matches}
    html = paragraphs(
        bold(language.gettext("Why these were found")),
        *(lines(name(reader, item), *_reasons(reader, item, by_id[item.id])) for item in shown),
        italic(
            language.gettext(
                "On the left is a word of your question, on the right the word that it matched"
                " and where that stands. Endings, accents and typing slips do not matter."
            )
        ),
    )
    back = Show(replace(here, id=here.id.replace(WHY, "")))
    return Message(html, ((back_button(reader, back),),))


def _reasons(reader: Reader, provision: Provision, match: Match) -> Iterator[Markup]:
    language = reader.language
    found = list(dict.fromkeys(_reason(language, provision, reason) for reason in match.reasons))
    yield from found[:_MOST_REASONS]


def _reason(language: Language, provision: Provision, reason: Reason) -> Markup:
    if reason.field == "status":
        status = status_name(language, provision.standing)
        return Markup("• {}").format(language.gettext("Its status: {status}", status=status))
    if reason.field == "context":
        return Markup("• {}").format(language.gettext("My last answer was about it"))
    written = _written(language, provision, reason.found)
    word, found = clip(reason.word, _WORD), clip(written or reason.word, _WORD)
    where = _where(language, reason.field)
    if fold(word) == fold(found):
        return Markup("• {} · {}").format(bold(word), where)
    return Markup("• {} → {} · {}").format(bold(word), found, where)


def _written(language: Language, provision: Provision, found: str) -> str | None:
    """A word of the index as the content writes it: the index has it without diacritics."""
    texts = (provision.title, provision.text, provision.difference or {})
    order = (language.code, *provision.title)
    for code in order:
        written = [*provision.keywords.get(code, ())]
        written += [word for text in texts for word in words(text.get(code, ""))]
        for term in written:
            if fold(term) == fold(found):
                return term
    return None


def _where(language: Language, field: str) -> str:
    """Where a word stands, in a word or two."""
    places = {
        "number": language.pgettext("where", "number"),
        "title": language.pgettext("where", "title"),
        "keyword": language.pgettext("where", "keyword"),
        "phrase": language.pgettext("where", "part of a keyword"),
        "related": language.pgettext("where", "related word"),
        "synonym": language.pgettext("where", "another word for it"),
        "topic": language.pgettext("where", "topic"),
        "text": language.pgettext("where", "text"),
        "wording": language.pgettext("where", "words of a source"),
        "note": language.pgettext("where", "note"),
    }
    return places.get(field, field)
