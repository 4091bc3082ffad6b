"""An admin's change of status, step by step, up to the question whether to send it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from markupsafe import Markup

from bot.agreement.changes import Board
from bot.agreement.draft import NOTE_LENGTH, DraftStep, StatusDraft, evidence_for
from bot.agreement.model import Agreement, Provision
from bot.agreement.status import Status, UnratedReason
from bot.language.language import Language
from bot.messages.actions import Edit
from bot.messages.buttons import rows_of
from bot.messages.fitting import clip, page_of
from bot.messages.model import Button, Message, Row, Style
from bot.messages.reader import Reader
from bot.messages.statuses import (
    reason_label,
    reason_meaning,
    status_label,
    status_line,
    status_meaning,
    symbol,
)
from bot.messages.tags import bold, code, lines, paragraphs
from bot.messages.text import name, pick, source_link, sources_line

_PAGE = 8
_LABEL = 44


def draft_page(
    reader: Reader,
    board: Board,
    draft: StatusDraft,
    languages: Sequence[Language],
    page: int = 0,
) -> Message:
    """The next question of a draft, below what is chosen already; that alone if all is."""
    provision = board.provision(draft.provision_id or "")
    steps = {
        DraftStep.PROVISION: lambda: _ask_provision(reader, board, draft, page),
        DraftStep.STATUS: lambda: _ask_status(reader, draft),
        DraftStep.REASON: lambda: _ask_reason(reader, draft),
        DraftStep.DATE: lambda: _ask_date(reader, draft, provision),
        DraftStep.SOURCE: lambda: _ask_source(reader, draft),
        DraftStep.NOTE: lambda: _ask_note(reader, board.agreement, draft, languages),
    }
    question = steps[draft.step]() if draft.step in steps else Message(Markup())
    return Message(
        paragraphs(_chosen(reader, board.agreement, draft, provision), question.html),
        (*question.rows, ways_out(reader, draft)),
    )


def _chosen(
    reader: Reader, agreement: Agreement, draft: StatusDraft, provision: Provision | None
) -> Markup:
    """What the draft holds so far."""
    language = reader.language
    if provision is None:
        return lines(bold(language.gettext("A change of status")))
    kept: list[str] = [name(reader, provision)]
    now = language.html("Now: {status}", status=status_line(reader, provision))
    kept.append(now)
    if draft.status is not None:
        status = status_label(language, draft.status)
        if draft.reason is not None:
            reason = reason_label(language, draft.reason)
            status = language.gettext("{status} ({reason})", status=status, reason=reason)
        marked = f"{draft.status.symbol} {status}"
        kept.append(language.html("New: {status}", status=bold(marked)))
    if draft.date is not None:
        kept.append(language.html("Date: {date}", date=language.date(draft.date)))
    if draft.source is not None:
        source = source_link(reader, evidence_for(draft.source, agreement))
        kept.append(sources_line(language, [source]) or source)
    kept += [
        Markup("{}: {}").format(language.capitalised(language.name_of(of)), text)
        for of, text in draft.notes.items()
    ]
    return lines(*kept)


def _ask_provision(reader: Reader, board: Board, draft: StatusDraft, number: int) -> Message:
    language = reader.language
    shown = page_of(board.provisions, number, _PAGE)
    rows: list[Row] = [
        (
            Button(
                clip(
                    f"{symbol(one.status)} {one.number}. {pick(one.title, language)}",
                    _LABEL,
                ),
                Edit(draft.token, "provision", one.id),
            ),
        )
        for one in shown.items
    ]
    turns = [
        Button(label, Edit(draft.token, "page", str(to)))
        for label, to in (("‹", shown.number - 1), ("›", shown.number + 1))
        if 0 <= to < shown.count
    ]
    return Message(
        lines(
            language.gettext("Which provision has moved?"),
            language.gettext("Choose one, or send its number or a word of its id."),
        ),
        (*rows, tuple(turns)) if turns else tuple(rows),
    )


def _ask_status(reader: Reader, draft: StatusDraft) -> Message:
    language = reader.language
    meanings = (
        lines(
            Markup("{} <b>{}</b>").format(one.symbol, status_label(language, one)),
            status_meaning(language, one),
        )
        for one in Status
    )
    buttons = [
        Button(
            f"{one.symbol} {status_label(language, one)}", Edit(draft.token, "status", one.value)
        )
        for one in Status
    ]
    question = language.gettext("Where does it stand now?")
    return Message(paragraphs(question, *meanings), rows_of(buttons, 2))


def _ask_reason(reader: Reader, draft: StatusDraft) -> Message:
    language = reader.language
    meanings = (f"• {reason_meaning(language, one)}" for one in UnratedReason)
    buttons = [
        Button(
            language.capitalised(reason_label(language, one)),
            Edit(draft.token, "reason", one.value),
        )
        for one in UnratedReason
    ]
    question = language.gettext("Why can it not be rated?")
    return Message(paragraphs(question, lines(*meanings)), rows_of(buttons, 1))


def _ask_date(reader: Reader, draft: StatusDraft, provision: Provision | None) -> Message:
    language, today = reader.language, reader.now.date()
    days = (today, today - timedelta(days=1))
    last = provision.last_event.date if provision else None
    buttons = [
        Button(
            f"{language.capitalised(language.ago(day, today))}, {language.short_date(day)}",
            Edit(draft.token, "date", day.isoformat()),
        )
        for day in days
        if last is None or last.first <= day
    ]
    text = lines(
        language.gettext("When did it happen?"),
        language.html(
            "Send a day, a month or a year: {examples}",
            examples=language.join_or_html(
                code(one) for one in ("2025-08-22", "22.08.2025", "2025-08", "2025")
            ),
        ),
        language.html("Its last entry: {date}. No earlier date is taken.", date=language.date(last))
        if last
        else None,
    )
    return Message(text, rows_of(buttons, 1))


def _ask_source(reader: Reader, draft: StatusDraft) -> Message:
    gettext = reader.language.gettext
    question = gettext("Which source shows it? Send the address of the page (https://…).")
    if draft.status is not None and draft.status.needs_evidence:
        return Message(lines(question, gettext("This status cannot be given without a source.")))
    skip = Button(gettext("Without a source"), Edit(draft.token, "source"))
    return Message(lines(question), ((skip,),))


def _ask_note(
    reader: Reader, agreement: Agreement, draft: StatusDraft, languages: Sequence[Language]
) -> Message:
    language = reader.language
    spoken = language.code if language.code in agreement.languages else agreement.languages[0]
    target = draft.note_language or spoken
    text = lines(
        language.gettext("What should readers know? One or two neutral sentences."),
        language.gettext("Language of the note: {language}", language=language.name_of(target)),
        language.ngettext("At most {n} character.", "At most {n} characters.", NOTE_LENGTH),
    )
    others = [
        Button(one.name, Edit(draft.token, "lang", one.code))
        for one in languages
        if one.code != target and one.code in agreement.languages
    ]
    skip = Button(
        language.gettext("No further note") if draft.notes else language.gettext("Without a note"),
        Edit(draft.token, "note"),
    )
    return Message(text, (*rows_of(others, 3), (skip,)))


def ways_out(reader: Reader, draft: StatusDraft) -> Row:
    """Buttons one step back and out of the draft."""
    gettext = reader.language.gettext
    discard = Button(gettext("Discard"), Edit(draft.token, "discard"), style=Style.DANGER)
    if draft.step is DraftStep.PROVISION:
        return (discard,)
    return (Button(gettext("‹ Back"), Edit(draft.token, "back")), discard)
