"""Previews, problems and the last question before a change of status is published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from markupsafe import Markup

from bot.agreement.board import Board
from bot.agreement.draft import NOTE_LENGTH, DraftProblem, DraftStep, StatusDraft
from bot.agreement.model import Agreement
from bot.agreement.status import Status, UnratedReason
from bot.i18n.catalogs import gettext_noop
from bot.i18n.language import Language
from bot.views.admin_editor import duration, languages_named, release_lines, release_rows, ways_out
from bot.views.callbacks import Edit
from bot.views.format import dash, name
from bot.views.html import bold, code, lines, paragraphs
from bot.views.keyboards import rows_of
from bot.views.message import Button, Message, Reader, Style
from bot.views.pagination import clip, fits
from bot.views.statuses import status_label, what_changed

_GIVEN = 100
_DATES = ("2025-08-22", "22.08.2025", "2025-08", "2025")

_TEXTS = {
    DraftProblem.UNKNOWN_PROVISION: (
        gettext_noop("There is no provision {given}."),
        gettext_noop("Send its number, its id or a word of its id."),
    ),
    DraftProblem.UNKNOWN_STATUS: (
        gettext_noop("There is no status {given}."),
        gettext_noop("Statuses: {statuses}"),
    ),
    DraftProblem.BAD_DATE: (
        gettext_noop("{given} is not a date."),
        gettext_noop("Send a day, a month or a year: {dates}"),
    ),
    DraftProblem.FUTURE_DATE: (
        gettext_noop("{given} is in the future."),
        gettext_noop("Only what has happened already can be recorded."),
    ),
    DraftProblem.DATE_BEFORE_SIGNING: (
        gettext_noop("The agreement was signed on {given}."),
        gettext_noop("What happened before it is not progress; send a later date."),
    ),
    DraftProblem.BAD_URL: (
        gettext_noop("{given} is not a web address."),
        gettext_noop("Copy it from the browser’s address bar; it begins with https://."),
    ),
    DraftProblem.EVIDENCE_MISSING: (
        gettext_noop("This status cannot be given without a source."),
        gettext_noop("Add the address of the page that shows it (https://…)."),
    ),
    DraftProblem.TEXT_TOO_LONG: (
        gettext_noop("The note is too long: {given}, and the limit is {limit}."),
        gettext_noop("Please send a shorter one."),
    ),
    DraftProblem.SAME_STATUS: (
        gettext_noop("Its history has this already: same status, date and source."),
        gettext_noop("A further event needs its own date or source."),
    ),
    DraftProblem.CHANGED_MEANWHILE: (
        gettext_noop("This provision’s status changed while you were choosing; nothing was sent."),
        gettext_noop("Check it and start again: {command}"),
    ),
    DraftProblem.TOO_LATE: (
        gettext_noop("It is too late to undo this."),
        gettext_noop("To record another change, send {command}."),
    ),
    DraftProblem.USAGE: (
        gettext_noop("I could not read that."),
        gettext_noop("Start again: {command}"),
    ),
}
_SEVERAL = gettext_noop("Several provisions fit. Is it {candidates}?")
_VANISHED = gettext_noop("This provision is no longer in the briefing.")


def problem_text(language: Language, problem: DraftProblem, detail: str) -> Markup:
    """What is wrong and what would be right. `detail` is that of `DraftError`."""
    sentence, hint = _TEXTS[problem]
    if problem is DraftProblem.UNKNOWN_PROVISION and " " in detail:
        sentence = _SEVERAL
    elif problem is DraftProblem.UNKNOWN_PROVISION and not detail:
        sentence = _VANISHED
    values = {
        "given": code(clip(detail, _GIVEN)),
        "candidates": language.join_or_html(code(part) for part in detail.split()[:20]),
        "statuses": language.join_or_html(code(status.value) for status in Status),
        "dates": language.join_or_html(code(date) for date in _DATES),
        "limit": language.number(NOTE_LENGTH),
        "command": "/update",
    }
    return lines(language.html(sentence, **values), language.html(hint, **values))


def preview_pages(renderings: Mapping[Language, Message]) -> list[Message]:
    """The alert in every language, each under the language's name, in as few messages as fit.

    The buttons are left out: they would act on an alert that does not exist yet.
    """
    pages: list[Message] = []
    for language, message in renderings.items():
        text = paragraphs(bold(f"— {language.name} —"), message.html)
        joined = paragraphs(pages[-1].html, text) if pages else text
        if pages and fits(joined):
            pages[-1] = Message(joined, silent=True)
        else:
            pages.append(Message(text, silent=True))
    return pages


def update_usage(reader: Reader, agreement: Agreement) -> Message:
    """How a change is written in one line."""
    language = reader.language
    example = f"/update {agreement.provisions[0].id} started 2025-08-22 https://… …"
    return Message(
        paragraphs(
            language.html("Step by step: {command}", command="/update"),
            lines(
                language.gettext("In one line: provision, status, date, source, note."),
                code(example),
            ),
            lines(
                language.gettext("Statuses:"),
                *(
                    dash(
                        language,
                        Markup("{} {}").format(status.symbol, code(status.value)),
                        status_label(language, status),
                    )
                    for status in Status
                ),
            ),
            language.html(
                "“Not rated” needs a reason: {examples}",
                examples=language.join_or_html(
                    code(f"{Status.UNRATED}:{reason}") for reason in UnratedReason
                ),
            ),
        )
    )


def confirmation(
    reader: Reader,
    board: Board,
    draft: StatusDraft,
    counts: Mapping[str, int],
    seconds: float,
    window: float = 0,
) -> Message:
    """What will be sent to how many, when, and how long it takes, with the buttons that decide.

    `counts` holds the addresses by language code; `seconds` is the estimate for all of them,
    and `window` is how many seconds an alert waits for others that belong to it.

    Raises:
        ValueError: the draft is not complete, or its provision is gone.
    """
    language, provision = reader.language, board.provision(draft.provision_id or "")
    if provision is None:
        raise ValueError("the draft's provision is not in the agreement")
    entry, total = draft.entry(board.agreement), sum(counts.values())
    text = paragraphs(
        lines(
            bold(language.gettext("Send this update?")),
            name(reader, provision),
            what_changed(language, provision.standing, entry),
        ),
        lines(*_reach(reader, counts, seconds)),
        lines(*release_lines(reader, draft, window)) if total else None,
        _notes(reader, board.agreement, draft),
    )
    notes = [
        Button(
            ("✓ " if code_ in draft.notes else "＋ ")
            + language.capitalised(language.name_of(code_)),
            Edit(draft.token, "lang", code_),
        )
        for code_ in board.agreement.languages
    ]
    send = (
        language.ngettext("Send to {n} chat", "Send to {n} chats", total)
        if total
        else language.gettext("Record it")
    )
    return Message(
        text,
        (
            (Button(send, Edit(draft.token, "confirm"), style=Style.SUCCESS),),
            *(release_rows(reader, draft) if total else ()),
            *rows_of(notes, 3),
            ways_out(reader, draft),
        ),
    )


def _reach(reader: Reader, counts: Mapping[str, int], seconds: float) -> Iterable[str]:
    language, total = reader.language, sum(counts.values())
    if not total:
        yield language.gettext(
            "Nobody follows this: it will be recorded, but no message will be sent."
        )
        return
    yield language.ngettext("It reaches {n} chat.", "It reaches {n} chats.", total)
    yield from languages_named(language, counts)
    yield language.gettext("Time needed: {time}", time=duration(language, seconds))


def _notes(reader: Reader, agreement: Agreement, draft: StatusDraft) -> Markup:
    language = reader.language
    if not draft.notes:
        return lines(language.gettext("There is no note. One can be added in each language below."))
    missing = [
        language.name_of(each_language)
        for each_language in agreement.languages
        if each_language not in draft.notes
    ]
    if not missing:
        return lines(language.gettext("The note is there in every language."))
    return lines(
        language.gettext(
            "The note is missing in: {languages}. Readers there see it in another language.",
            languages=language.join(missing),
        )
    )


def discarded(reader: Reader) -> Message:
    """The draft is gone; nothing was changed."""
    return Message(lines(reader.language.gettext("Discarded. Nothing was changed or sent.")))


def draft_problem(
    reader: Reader, problem: DraftProblem, detail: str = "", draft: StatusDraft | None = None
) -> Message:
    """Why a choice was not taken, and how to put it right; buttons lead on where a draft is open.

    `detail` is that of `DraftError`.
    """
    text = problem_text(reader.language, problem, detail)
    if draft is None:
        return Message(text)
    out = ways_out(reader, draft)
    if draft.step is DraftStep.PREVIEW:
        return Message(text, (out,))
    again = Button(reader.language.gettext("Back to the question"), Edit(draft.token, "page", "0"))
    return Message(text, ((again,), out))
