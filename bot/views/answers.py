"""The answer to a question in a reader's own words."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from markupsafe import Markup

from bot.agreement.board import Board
from bot.agreement.filters import Filter
from bot.agreement.model import Provision
from bot.agreement.status import Status
from bot.search import Decision
from bot.search.answering import Answered
from bot.search.question_words import Aspect
from bot.search.questions import Query
from bot.subscribers.chat import Scope
from bot.views.agreement import agreement_fact
from bot.views.board import board_page, latest_page
from bot.views.callbacks import NOWHERE, Place, Show
from bot.views.explanation import WHY, why_button, why_page
from bot.views.filtering import removing, status_words, time_words
from bot.views.format import brief, page_number, pick, untranslated
from bot.views.html import italic, paragraphs
from bot.views.keyboards import numbers, rows_of, to_board, to_topics, topic_buttons
from bot.views.message import Button, Message, Reader, Row
from bot.views.pagination import Page, clip, page_of
from bot.views.provision import dates_section, sources_section, summary
from bot.views.statuses import unrated_line

ON_A_PAGE = 5
"""Provisions in one answer: more do not fit a phone's screen."""
UNFILTERED = "u"
"""The mark, in the id of an answer's place, of one without its filter."""
_MOST_TOPICS = 12
_QUESTION = 100


def answer(
    reader: Reader,
    board: Board,
    answered: Answered,
    question: str,
    follows: frozenset[Scope],
    here: Place,
) -> Message:
    """What was found: one provision in full, several in short, or that there is none.

    `here` is the place of this answer: its page, and the marks `WHY` and `UNFILTERED`.
    """
    query, findings = answered.query, answered.findings
    if answered.fact is not None:
        return agreement_fact(reader, board, answered.fact)
    if query.is_filtered and not query.text:
        return _of_board(reader, board, answered, here.page)
    found = [board.provision(match.provision_id) for match in findings.matches]
    provisions = [item for item in found if item is not None]
    if findings.decision is Decision.DECLINE or not provisions:
        return _nothing(reader, board, answered, question)
    page = page_of(provisions, here.page, ON_A_PAGE)
    here = replace(here, page=page.number)
    if WHY in here.id:
        return why_page(reader, answered, page.items, here)
    is_clear = findings.decision is Decision.ANSWER and len(provisions) == 1
    if is_clear and not (query.is_filtered or _is_follow_up(answered)):
        whole = summary(reader, provisions[0], NOWHERE, follows)
        return replace(whole, rows=(*whole.rows[:-1], (why_button(reader, here),), whole.rows[-1]))
    return _several(reader, board, answered, page, question, here)


def _of_board(reader: Reader, board: Board, answered: Answered, page: int) -> Message:
    """A question of status or time alone is answered by a part of the board."""
    query, gettext = answered.query, reader.language.gettext
    only = Filter(statuses=query.statuses, since=query.since, until=query.until)
    if query.statuses:
        found = board_page(reader, board, page, only)
        unrated = unrated_line(reader.language, board)
        if Status.UNRATED in query.statuses or not unrated:
            return found
        return replace(found, html=paragraphs(found.html, italic(unrated)))
    if not answered.relaxed or query.since is None or query.until is None:
        return latest_page(reader, board, page, only)
    span = time_words(reader.language, query.since, query.until)
    notice = gettext("Nothing has changed in this time: {time}. The latest changes:", time=span)
    return latest_page(reader, board, page, notice=notice)


def _several(
    reader: Reader,
    board: Board,
    answered: Answered,
    page: Page[Provision],
    question: str,
    here: Place,
) -> Message:
    language = reader.language
    texts = [pick(text, language) for item in page.items for text in (item.title, item.text)]
    html = paragraphs(
        _head(reader, answered, question),
        page_number(language, page.number, page.count),
        *(_in_short(reader, item, answered.query.aspect) for item in page.items),
        language.gettext("Tap a number for details."),
        untranslated(language, texts),
    )
    plain = replace(here, id=here.id.replace(WHY, ""))
    turns = tuple(
        Button(label, Show(replace(plain, page=to)))
        for label, to in (("‹", page.number - 1), ("›", page.number + 1))
        if 0 <= to < page.count
    )
    rows: tuple[Row, ...] = (
        *numbers(page.items, plain),
        turns,
        _unfiltered(reader, answered, plain),
        (why_button(reader, plain),),
        *_ways_on(reader, board, answered.findings.topics),
    )
    return Message(html, tuple(row for row in rows if row))


def _head(reader: Reader, answered: Answered, question: str) -> Markup:
    language, query = reader.language, answered.query
    asked = quoted(question)
    if _is_follow_up(answered):
        return paragraphs(language.gettext("About my last answer:"))
    if query.is_filtered and answered.relaxed:
        return language.html(
            "Nothing on “{question}” matches “{filter}”. This is what I have on it:",
            question=asked,
            filter=_filter_words(reader, query),
        )
    if query.is_filtered:
        return language.html(
            "What I have on “{question}” (only: {filter}):",
            question=asked,
            filter=_filter_words(reader, query),
        )
    if answered.findings.decision is Decision.ANSWER:
        return language.html("What I have on “{question}”:", question=asked)
    return language.html("I am not sure about “{question}”. Perhaps one of these:", question=asked)


def _filter_words(reader: Reader, query: Query) -> str:
    """The statuses and times that were asked for."""
    language, parts = reader.language, []
    if query.statuses:
        parts.append(status_words(language, query.statuses))
    if query.since is not None and query.until is not None:
        parts.append(time_words(language, query.since, query.until))
    if query.latest and not parts:
        parts.append(language.gettext("what has changed"))
    return " · ".join(parts)


def _unfiltered(reader: Reader, answered: Answered, here: Place) -> Row:
    if not answered.query.is_filtered or answered.relaxed:
        return ()
    words = _filter_words(reader, answered.query)
    return (Button(removing(words), Show(Place(here.view, here.id + UNFILTERED))),)


def _in_short(reader: Reader, provision: Provision, aspect: Aspect | None) -> Markup:
    match aspect:
        case Aspect.SOURCES:
            return sources_section(reader, provision)
        case Aspect.WHEN:
            return dates_section(reader, provision)
        case _:
            return brief(reader, provision)


def _is_follow_up(answered: Answered) -> bool:
    """Whether what the answer before showed is shown once more."""
    reasons = [reason for match in answered.findings.matches for reason in match.reasons]
    return bool(reasons) and all(reason.field == "context" for reason in reasons)


def _nothing(reader: Reader, board: Board, answered: Answered, question: str) -> Message:
    gettext = reader.language.gettext
    topics = answered.findings.topics or tuple(topic.id for topic in board.agreement.topics)
    if answered.query.aspect is not None and not answered.query.text:
        html = paragraphs(
            gettext("Which provision? Ask about one first, or name it in your question.")
        )
        return Message(html, _ways_on(reader, board, topics))
    html = paragraphs(
        gettext("I found nothing about “{question}”.", question=quoted(question)),
        gettext(
            "I only know this agreement: what was promised and what became of it."
            " Try other words, or choose a topic."
        ),
    )
    return Message(html, _ways_on(reader, board, topics))


def _ways_on(reader: Reader, board: Board, topics: tuple[str, ...]) -> tuple[Row, ...]:
    buttons = topic_buttons(reader, board.agreement, topics[:_MOST_TOPICS])
    return (*rows_of(buttons, 2), (to_topics(reader), to_board(reader)))


def quoted(question: str) -> str:
    """A question as it can be repeated: on one line, short, without what turns text around.

    Control and format characters (Unicode categories Cc and Cf) go, RTL overrides among them.
    """
    one_line = " ".join(question.split())
    clean = "".join(letter for letter in one_line if unicodedata.category(letter) not in _HIDDEN)
    return clip(clean, _QUESTION) or "…"


_HIDDEN = frozenset({"Cc", "Cf", "Cs"})
