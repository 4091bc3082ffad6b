"""The agreement itself: who signed it, when and where, and when it came into force."""

from __future__ import annotations

from markupsafe import Markup

from bot.agreement.board import Board
from bot.search.agreement_facts import Fact
from bot.views.format import pick, source_links, untranslated
from bot.views.html import bold, lines, paragraphs
from bot.views.keyboards import to_board
from bot.views.message import Message, Reader


def agreement_fact(reader: Reader, board: Board, fact: Fact) -> Message:
    """The answer to a question about the agreement itself."""
    agreement, language = board.agreement, reader.language
    title = pick(agreement.title, language)
    body = _signed(reader, board) if fact is Fact.SIGNED else _in_force(reader, board)
    html = paragraphs(bold(title.text), body, untranslated(language, [title]))
    return Message(html, ((to_board(reader),),))


def _signed(reader: Reader, board: Board) -> Markup:
    """When and where it was signed, and by whom."""
    language, signing = reader.language, board.agreement.signing
    date = language.html("Signed: {date}", date=language.date(board.agreement.date))
    if signing is None:
        return date
    people = [board.agreement.person(person_id) for person_id in signing.signed_by]
    named = (
        Markup("• {}, {}").format(
            pick(person.name, language).text, pick(person.office, language).text
        )
        for person in people
        if person is not None
    )
    place = language.html("Place: {place}", place=pick(signing.place, language).text)
    return lines(date, place, *named, source_links(reader, signing.evidence))


def _in_force(reader: Reader, board: Board) -> Markup:
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
