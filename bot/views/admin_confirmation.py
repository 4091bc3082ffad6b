"""Problems of a draft, and the last question before it is published: the alert as it will be."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from bot.agreement.board import Board
from bot.agreement.dates import PartialDate
from bot.agreement.draft import EVENT, NOTE_LENGTH, DraftProblem, DraftStep, StatusDraft
from bot.agreement.model import Agreement
from bot.agreement.status import Status, UnratedReason
from bot.alerts.model import Alert
from bot.i18n.catalogs import gettext_noop
from bot.i18n.language import Language
from bot.i18n.times import day_and_time
from bot.views.admin_editor import (
    date_examples,
    duration,
    languages_named,
    release_rows,
    ways_out,
)
from bot.views.alerts import alert_message
from bot.views.callbacks import Edit
from bot.views.format import dash
from bot.views.html import bold, code, lines, paragraphs
from bot.views.keyboards import rows_of
from bot.views.message import Button, Message, Reader, Style
from bot.views.pagination import clip, fits
from bot.views.statuses import NO_STATUS, status_label

_GIVEN = 100
_OF_DATES = {DraftProblem.FUTURE_DATE, DraftProblem.DATE_BEFORE_SIGNING}

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
        gettext_noop("Copy it from the browser’s address bar: example.org/page."),
    ),
    DraftProblem.EVIDENCE_MISSING: (
        gettext_noop("This status cannot be given without a source."),
        gettext_noop("Add the address of the page that shows it (https://…)."),
    ),
    DraftProblem.TEXT_TOO_LONG: (
        gettext_noop("The note is too long: {given}, and the limit is {limit}."),
        gettext_noop("Please send a shorter one."),
    ),
    DraftProblem.LIST_ONLY: (
        gettext_noop("Provision {given} is known only from a list of what was announced."),
        gettext_noop(
            "It can be “Announced” or “Not rated”. For more, its clause or a statement has to be"
            " in the content file first."
        ),
    ),
    DraftProblem.ONLY_ENTRY: (
        gettext_noop("Nothing else says where this provision stands."),
        gettext_noop("Record what is right first ({command}), then correct this entry."),
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
        "given": bold(_as_date(language, detail))
        if problem in _OF_DATES
        else code(clip(detail, _GIVEN)),
        "candidates": language.join_or_html(code(part) for part in detail.split()[:20]),
        "statuses": language.join_or_html(
            bold(status_label(language, status)) for status in Status
        ),
        "dates": language.join_or_html(map(code, date_examples(language))),
        "limit": language.number(NOTE_LENGTH),
        "command": "/update",
    }
    return lines(language.html(sentence, **values), language.html(hint, **values))


def _as_date(language: Language, detail: str) -> str:
    """A date that a problem is about, as people of the language write it."""
    try:
        return language.date(PartialDate.parse(detail))
    except ValueError:
        return clip(detail, _GIVEN)


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
                dash(
                    language,
                    Markup("{} {}").format(NO_STATUS, code(EVENT)),
                    language.gettext("An event without a change of status"),
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
    reader: Reader, board: Board, draft: StatusDraft, alert: Alert, total: int, window: float = 0
) -> Message:
    """The alert as its readers will see it, and the buttons that send it.

    `total` is how many addresses get it; `window` is how many seconds an alert waits for others
    that belong to it.
    """
    gettext = reader.language.gettext
    text = paragraphs(
        alert_message(reader, alert).html,
        lines(
            "———",
            None
            if total
            else gettext("Nobody follows this: it will be recorded, but no message will be sent."),
            gettext("It arrives without a sound.") if draft.silent and total else None,
            gettext("Until it is sent, nobody sees the change, and it can be cancelled.")
            if draft.hold_minutes or draft.release_at
            else None,
            missing_notes(reader, board.agreement, draft),
        ),
    )
    later = Button(gettext("Later"), Edit(draft.token, "view", "later"))
    return Message(
        text,
        (
            (
                Button(
                    _send_label(reader, draft, total, window),
                    Edit(draft.token, "confirm"),
                    style=Style.SUCCESS,
                ),
            ),
            (
                *((later,) if total else ()),
                Button(gettext("Options"), Edit(draft.token, "view", "options")),
                Button(gettext("Discard"), Edit(draft.token, "discard"), style=Style.DANGER),
            ),
        ),
    )


def _send_label(reader: Reader, draft: StatusDraft, total: int, window: float) -> str:
    """To how many it goes, and when."""
    language = reader.language
    if not total:
        return language.gettext("Record it")
    if draft.release_at is not None:
        moment = day_and_time(language, draft.release_at.astimezone(reader.now.tzinfo))
        return language.ngettext(
            "Send to {n} chat: {moment}", "Send to {n} chats: {moment}", total, moment=moment
        )
    if wait := draft.hold_minutes * 60 or window:
        time = duration(language, wait)
        return language.ngettext(
            "Send to {n} chat (in {time})", "Send to {n} chats (in {time})", total, time=time
        )
    return language.ngettext("Send to {n} chat now", "Send to {n} chats now", total)


def later_page(reader: Reader, draft: StatusDraft) -> Message:
    """When the alert shall go out."""
    gettext = reader.language.gettext
    return Message(
        lines(
            bold(gettext("When shall it go out?")),
            gettext("Until it is sent, nobody sees the change, and it can be cancelled."),
        ),
        (*release_rows(reader, draft), (_to_alert(reader, draft),)),
    )


def options_page(
    reader: Reader, agreement: Agreement, draft: StatusDraft, counts: Mapping[str, int]
) -> Message:
    """What else can be chosen or changed before the alert goes out, and who gets it."""
    language = reader.language

    def button(label: str, field: str, value: str = "") -> Button:
        return Button(label, Edit(draft.token, field, value))

    notes = [
        button(
            ("✓ " if code_ in draft.notes else "+ ")
            + language.capitalised(language.name_of(code_)),
            "lang",
            code_,
        )
        for code_ in agreement.languages
    ]
    missing = missing_notes(reader, agreement, draft)
    fill = button(language.gettext("Write the missing notes"), "fill")
    sound = language.gettext("Without a sound")
    silent = (
        button("✓ " + sound, "silent", "off") if draft.silent else button(sound, "silent", "on")
    )
    return Message(
        paragraphs(
            bold(language.gettext("Options")),
            lines(*languages_named(language, counts)),
            missing,
        ),
        (
            *rows_of(notes, 2),
            *(((fill,),) if missing and draft.notes else ()),
            (
                button(language.gettext("Change the status"), "redo", "status"),
                button(language.gettext("Change the date"), "redo", "date"),
            ),
            (button(language.gettext("Change the source"), "redo", "source"), silent),
            (button(language.gettext("Show it in every language"), "view", "languages"),),
            (_to_alert(reader, draft),),
        ),
    )


def _to_alert(reader: Reader, draft: StatusDraft) -> Button:
    return Button(reader.language.gettext("‹ Back"), Edit(draft.token, "view", "alert"))


def missing_notes(reader: Reader, agreement: Agreement, draft: StatusDraft) -> str:
    """In which languages there is no note; "" where there is one in each, or none at all."""
    language = reader.language
    missing = [
        language.name_of(each_language)
        for each_language in agreement.languages
        if each_language not in draft.notes
    ]
    if not missing or not draft.notes:
        return ""
    return language.gettext(
        "The note is missing in: {languages}. Readers there see it in another language.",
        languages=language.join(missing),
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
