"""The answer to a question in a reader's own words: the answer first, in a line."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from markupsafe import Markup

from bot.agreement.board import Board, Latest
from bot.agreement.events import Event
from bot.agreement.model import Provision
from bot.agreement.status import Status
from bot.i18n.language import Language
from bot.search import Decision
from bot.search.answering import Answered
from bot.search.intents import Intent
from bot.search.named import SIDE, SOURCE
from bot.search.questions import Query
from bot.subscribers.chat import Scope
from bot.views.agreement import fact
from bot.views.board import news
from bot.views.callbacks import NOWHERE, Place, Show, ShowProvision
from bot.views.filtering import status_words, time_words
from bot.views.format import page_number, pick, row, untranslated
from bot.views.home import help_page, welcome
from bot.views.html import bold, italic, lines, paragraphs
from bot.views.keyboards import rows_of, to_board, to_latest, to_topics
from bot.views.message import Button, Message, Reader, Row
from bot.views.pagination import clip, page_of
from bot.views.provision import card, dates_of
from bot.views.statuses import counts_in_words, reason_label, unrated_line
from bot.views.topics import topic_page

_LINES, _EVENTS = 10, 5
"""Provisions on a page, a line each; and events, a few lines each."""
_RELATED = 2
_QUESTION = 100
_DATED = frozenset({Intent.WHEN, Intent.DEADLINES, Intent.OVERDUE})


def answer(
    reader: Reader,
    board: Board,
    answered: Answered,
    question: str,
    follows: frozenset[Scope],
    here: Place,
) -> Message:
    """What was found, or in a sentence that there is nothing.

    `here` is the place of this answer, with its page.
    """
    query, findings = answered.query, answered.findings
    if (page := _plain(reader, board, query, follows)) is not None:
        return page
    topic = board.agreement.topic(answered.topic)
    if topic is not None and not query.is_filtered:
        return topic_page(reader, board, topic, 0, follows)
    found = [board.provision(match.provision_id) for match in findings.matches]
    provisions = [item for item in found if item is not None]
    if (not query.text or topic or query.who) and _is_list(answered):
        if query.latest or query.who:
            return _events(reader, board, answered, here)
        return _listing(reader, board, answered, provisions, here)
    if findings.decision is Decision.DECLINE or not provisions:
        return _nothing(reader, query, question)
    return _one(reader, answered, provisions, follows)


def _plain(reader: Reader, board: Board, query: Query, follows: frozenset[Scope]) -> Message | None:
    """The answer to what no provision is asked for: a fact, a greeting; None for the rest."""
    if query.text or query.who or (query.is_filtered and query.intent is not Intent.LEGEND):
        return None
    match query.intent:
        case Intent.HELLO:
            return welcome(reader, board, follows)
        case Intent.HELP:
            return help_page(reader, board.agreement)
    told = fact(reader, board, query)
    return Message(told, ((to_topics(reader), to_latest(reader)),)) if told else None


def _is_list(answered: Answered) -> bool:
    query = answered.query
    is_of_all = query.is_filtered or query.who or query.intent in {Intent.DEADLINES, Intent.OVERDUE}
    return bool(is_of_all) and answered.findings.decision is not Decision.DECLINE


def _one(
    reader: Reader,
    answered: Answered,
    provisions: Sequence[Provision],
    follows: frozenset[Scope],
) -> Message:
    """The nearest provision as a card, and two more by name."""
    language, query, best = reader.language, answered.query, provisions[0]
    lead = remark = None
    if query.intent in _DATED:
        lead = dates_of(reader, best) or lines(language.gettext("No source names a date for it."))
    if answered.relaxed and query.is_dated:
        span = time_words(language, query.since, query.until)
        remark = language.gettext("Nothing is recorded of it for this time: {time}.", time=span)
    if answered.findings.decision is Decision.OFFER:
        unsure = lines(language.gettext("I am not sure that you mean this."))
        lead = lines(unsure, lead) if lead else unsure
    return card(
        reader,
        best,
        NOWHERE,
        follows,
        event=_event(answered, best),
        lead=lead,
        remark=remark,
        related=provisions[1 : 1 + _RELATED],
        cited=query.headline,
    )


def _event(answered: Answered, provision: Provision) -> Event | None:
    """The event that is asked for: of a time, or the one that gave a status."""
    query = answered.query
    if query.is_dated:
        return next((item.entry for item in answered.events), None)
    if query.statuses and query.intent is Intent.WHEN:
        entries = [event for event in provision.events if event.status in query.statuses]
        return entries[0] if entries else None
    return None


def _listing(
    reader: Reader,
    board: Board,
    answered: Answered,
    provisions: Sequence[Provision],
    here: Place,
) -> Message:
    """How many provisions fit, out of how many, and each in a line."""
    language, query = reader.language, answered.query
    total = board.of_topic(answered.topic) if answered.topic else board.counted
    page = page_of(provisions, here.page, _LINES)
    head = language.gettext(
        "{filter}: {n} of {total}",
        filter=_filter_words(reader, query),
        n=language.number(len(provisions)),
        total=language.number(len(total)),
    )
    unrated = unrated_line(language, board) if Status.UNRATED not in query.statuses else ""
    html = paragraphs(
        lines(bold(head), *(_line(reader, query, item) for item in page.items)),
        page_number(language, page.number, page.count),
        None if provisions else counts_in_words(reader, board),
        italic(unrated) if unrated and query.statuses else None,
        untranslated(language, [pick(item.title, language) for item in page.items]),
    )
    rows = (
        *_numbers(page.items, replace(here, page=page.number)),
        _turning(here, page.number, page.count),
        (to_topics(reader), to_board(reader)),
    )
    return Message(html, tuple(row for row in rows if row))


def _line(reader: Reader, query: Query, provision: Provision) -> Markup:
    line = row(reader, provision)
    if query.intent not in _DATED:
        return line
    return Markup("{} · {}").format(line, dates_of(reader, provision).replace("\n", " · "))


def _events(reader: Reader, board: Board, answered: Answered, here: Place) -> Message:
    """What happened in a time, or what somebody said: newest first."""
    language, query = reader.language, answered.query
    page = page_of(answered.events, here.page, _EVENTS)
    words = _filter_words(reader, query, board)
    head = language.ngettext(
        "{filter}: {n} event", "{filter}: {n} events", len(answered.events), filter=words
    )
    newest = None
    if not (answered.events or query.who):
        newest = lines(language.gettext("The latest changes:"))
        page = page_of(board.latest(_RELATED), 0, _EVENTS)
    shown: list[Latest] = list(page.items)
    html = paragraphs(
        bold(head),
        newest,
        *(news(reader, item) for item in shown),
        page_number(language, page.number, page.count),
        untranslated(language, [pick(item.provision.title, language) for item in shown]),
    )
    unique = list({item.provision.id: item.provision for item in shown}.values())
    rows = (
        *_numbers(unique, replace(here, page=page.number)),
        _turning(here, page.number, page.count),
        (to_topics(reader), to_latest(reader)),
    )
    return Message(html, tuple(row for row in rows if row))


def _filter_words(reader: Reader, query: Query, board: Board | None = None) -> str:
    """The statuses, times and people that were asked for."""
    language, parts = reader.language, []
    if query.intent is Intent.DEADLINES and not query.statuses:
        parts.append(language.gettext("With a date"))
    if query.intent is Intent.OVERDUE:
        parts.append(language.gettext("Overdue"))
    if query.statuses:
        named = status_words(language, query.statuses)
        reason = reason_label(language, query.reason) if query.reason else ""
        parts.append(f"{named} ({reason})" if reason else named)
    if query.who and board is not None:
        names = (_name_of(language, board, who) for who in query.who)
        parts.append(language.join(name for name in names if name))
    if query.is_dated:
        parts.append(time_words(language, query.since, query.until))
    return " · ".join(parts) or language.gettext("Latest changes")


def _name_of(language: Language, board: Board, who: str) -> str:
    agreement = board.agreement
    if who.startswith(SOURCE):
        return board.publishers.name(who[1:], language.code)
    if who.startswith(SIDE):
        side = agreement.side(who[1:])
        return pick(side.title, language).text if side else ""
    person = agreement.person(who)
    return pick(person.name, language).text if person else ""


def _numbers(provisions: Sequence[Provision], here: Place) -> tuple[Row, ...]:
    buttons = [Button(str(item.number), ShowProvision(item.id, here)) for item in provisions]
    return rows_of(buttons, 8)


def _turning(here: Place, number: int, count: int) -> Row:
    return tuple(
        Button(label, Show(replace(here, page=to)))
        for label, to in (("‹", number - 1), ("›", number + 1))
        if 0 <= to < count
    )


def _nothing(reader: Reader, query: Query, question: str) -> Message:
    """There is nothing on it, in a sentence, and two ways on."""
    gettext = reader.language.gettext
    if query.intent is not None and not query.text:
        text = gettext("Which provision? Ask about one first, or name it in your question.")
    else:
        text = gettext(
            "I found nothing about “{question}” in this agreement.", question=quoted(question)
        )
    return Message(lines(text), ((to_topics(reader), to_latest(reader)),))


def quoted(question: str) -> str:
    """A question as it can be repeated: on one line, short, without what turns text around.

    Control and format characters (Unicode categories Cc and Cf) go, RTL overrides among them.
    """
    one_line = " ".join(question.split())
    clean = "".join(letter for letter in one_line if unicodedata.category(letter) not in _HIDDEN)
    return clip(clean, _QUESTION) or "…"


_HIDDEN = frozenset({"Cc", "Cf", "Cs"})
