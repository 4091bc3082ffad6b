"""Answers about the agreement itself, about statuses, and about the bot."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from markupsafe import Markup

from bot.agreement.board import Board
from bot.agreement.model import Source
from bot.agreement.sentences import opening
from bot.agreement.status import Status
from bot.search.intents import Intent
from bot.search.questions import Query
from bot.views.format import dash, pick, source_links, untranslated
from bot.views.html import bold, lines, paragraphs
from bot.views.message import Reader
from bot.views.pagination import clip
from bot.views.provision import event_text
from bot.views.statuses import counts_in_words, status_label, status_meaning

_ABOUT = 280
_MOST_SOURCES = 4


def fact(reader: Reader, board: Board, query: Query) -> Markup | None:
    """The answer to a question that no provision answers; None for any other."""
    page = _PAGES.get(query.intent) if query.intent is not None else None
    return page(reader, board, query) if page is not None else None


def method_lines(reader: Reader, board: Board) -> Iterator[str]:
    """How statuses come about, a sentence a line."""
    gettext = reader.language.gettext
    yield gettext("Every status except “announced” and “not rated” needs a source.")
    yield gettext("Each promise is one provision with a status of its own.")
    yield gettext(
        "Statements made in speeches are marked as such; they are not clauses of the agreement."
    )
    yield gettext(
        "Where sources disagree, all are shown and none is preferred, unless one is plainly"
        " mistaken; then that is said."
    )
    yield gettext(
        "The newest event on the board is of {date}; later ones may be missing.",
        date=reader.language.date(board.newest_event),
    )


def status_lines(reader: Reader, statuses: tuple[Status, ...] = tuple(Status)) -> list[Markup]:
    """What each status means, in a sentence."""
    language = reader.language
    return [
        lines(
            Markup("{} <b>{}</b>").format(status.symbol, status_label(language, status)),
            status_meaning(language, status),
        )
        for status in statuses
    ]


def source_line(reader: Reader, source: Source) -> Markup:
    """A source of the text as a link, with its publisher and language."""
    language = reader.language
    link = Markup('<a href="{}">{}</a>').format(source.url, clip(source.title, 120))
    publisher = Markup("{} ({})").format(
        clip(reader.publishers.name(source.publisher, language.code), 80),
        language.name_of(source.language),
    )
    line = Markup("• {}").format(dash(language, link, publisher))
    return lines(line, pick(source.note, language).text if source.note else None)


def _signed(reader: Reader, board: Board, _: Query) -> Markup:
    """When and where it was signed, and by whom."""
    language, signing = reader.language, board.agreement.signing
    date = language.html("Signed: {date}", date=language.date(board.agreement.date))
    if signing is None:
        return paragraphs(lines(date, _title(reader, board)))
    people = [board.agreement.person(person_id) for person_id in signing.signed_by]
    named = (
        Markup("• {}, {}").format(
            pick(person.name, language).text, pick(person.office, language).text
        )
        for person in people
        if person is not None
    )
    place = pick(signing.place, language).text
    links = source_links(reader, signing.evidence)
    first = Markup("{} · {} ({})").format(date, place, links) if links else date
    return lines(first, *named, _title(reader, board))


def _in_force(reader: Reader, board: Board, _: Query) -> Markup:
    """When it came into force; where that is disputed, the short answer and each account."""
    language, force = reader.language, board.agreement.entry_into_force
    if force is None:
        return language.html("No source says when it came into force.")
    date = (
        language.html("In force since: {date}", date=language.date(force.date))
        if force.date
        else ""
    )
    accounts = (
        Markup("• {} ({})").format(
            pick(account.text, language).text, source_links(reader, account.evidence)
        )
        for account in force.accounts
    )
    steps = (
        Markup("• {}: {}").format(language.short_date(step.date), pick(step.title, language).text)
        for step in board.agreement.steps
    )
    return paragraphs(
        lines(date, pick(force.text, language).text),
        lines(bold(language.gettext("What sources say")), *accounts) if force.accounts else None,
        lines(bold(language.gettext("Steps")), *steps) if board.agreement.steps else None,
    )


def _text(reader: Reader, board: Board, _: Query) -> Markup:
    listed = (source_line(reader, source) for source in board.agreement.sources[:_MOST_SOURCES])
    return lines(bold(reader.language.gettext("Sources of the text")), *listed)


def _summary(reader: Reader, board: Board, _: Query) -> Markup:
    """What it is about, how things stand, and what happened last."""
    language = reader.language
    newest = board.events()[0]
    about = opening(pick(board.agreement.about, language).text, 2, _ABOUT)
    count = len(board.counted)
    total = language.ngettext(
        "{n} provision, tracked one by one:", "{n} provisions, tracked one by one:", count
    )
    return paragraphs(
        lines(
            Markup("{} {}").format(total, counts_in_words(reader, board)),
            event_text(reader, newest.provision, newest.entry),
        ),
        lines(_title(reader, board), clip(about, _ABOUT)),
        untranslated(language, [pick(board.agreement.about, language)]),
    )


def _legend(reader: Reader, _: Board, query: Query) -> Markup:
    return paragraphs(*status_lines(reader, query.statuses or tuple(Status)))


def _method(reader: Reader, board: Board, _: Query) -> Markup:
    return lines(*(f"• {line}" for line in method_lines(reader, board)))


def _operator(reader: Reader, _board: Board, _: Query) -> Markup:
    gettext = reader.language.gettext
    return lines(
        gettext("This bot speaks for no party and for no government."),
        gettext(
            "What is sent with {command} is passed on to the people who run this bot,"
            " without a name.",
            command="/feedback",
        ),
    )


def _title(reader: Reader, board: Board) -> Markup:
    return bold(pick(board.agreement.title, reader.language).text)


def _thanks(reader: Reader, _board: Board, _: Query) -> Markup:
    return lines(reader.language.gettext("You are welcome."))


def _okay(reader: Reader, _board: Board, _: Query) -> Markup:
    return lines(reader.language.gettext("All right. Ask whenever you like."))


_PAGES: Mapping[Intent, Callable[[Reader, Board, Query], Markup]] = {
    Intent.OPERATOR: _operator,
    Intent.METHOD: _method,
    Intent.LEGEND: _legend,
    Intent.IN_FORCE: _in_force,
    Intent.SIGNED: _signed,
    Intent.TEXT: _text,
    Intent.SUMMARY: _summary,
    Intent.COUNT: _summary,
    Intent.STATUS: _summary,
    Intent.THANKS: _thanks,
    Intent.OKAY: _okay,
}
