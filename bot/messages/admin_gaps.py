"""Questions that found no answer, for the people who write the content."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from bot.agreement.gaps import Gap
from bot.language.language import Language
from bot.messages.actions import ClearGaps, ShowGaps
from bot.messages.fitting import page_of
from bot.messages.model import Button, Message, Style
from bot.messages.reader import Reader
from bot.messages.tags import bold, code, italic, lines, paragraphs
from bot.messages.text import page_number

ON_A_PAGE = 15


def gaps_page(reader: Reader, gaps: Sequence[Gap], page: int, *, wanted: bool) -> Message:
    """The most asked first, with how often and when last. `wanted`: they are counted at all."""
    language = reader.language
    found = page_of(gaps, page, ON_A_PAGE)
    head = lines(
        bold(language.gettext("Questions without an answer")),
        page_number(language, found.number, found.count),
    )
    if not wanted:
        off = language.html("They are not counted: {setting}", setting=code("BRIEFING_GAPS=false"))
        return Message(paragraphs(head, off))
    html = paragraphs(
        head,
        lines(*(_line(language, one) for one in found.items)),
        None if gaps else language.gettext("None was asked more than once."),
        italic(
            language.gettext(
                "Words alone, once a question was asked twice; counts are erased after 90 days."
                " Nothing says who asked."
            )
        ),
    )
    turns = tuple(
        Button(label, ShowGaps(to))
        for label, to in (("‹", found.number - 1), ("›", found.number + 1))
        if 0 <= to < found.count
    )
    clear = (Button(language.gettext("Erase all counts"), ClearGaps()),) if gaps else ()
    return Message(html, tuple(row for row in (turns, clear) if row))


def clear_question(reader: Reader) -> Message:
    """Whether the counts are to be erased."""
    gettext = reader.language.gettext
    yes = Button(gettext("Erase all counts"), ClearGaps(sure=True), style=Style.DANGER)
    no = Button(gettext("‹ Back"), ShowGaps())
    return Message(
        lines(gettext("Erase all counts of questions without an answer?")), ((yes,), (no,))
    )


def _line(language: Language, one: Gap) -> Markup:
    times = language.ngettext("{n} time", "{n} times", one.count)
    last = language.short_date(one.last)
    return Markup("• {} · {} · {}").format(one.text, times, last)
