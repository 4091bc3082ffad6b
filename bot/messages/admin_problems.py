"""Why an admin's choice was not taken, in words, and how to put it right."""

from __future__ import annotations

from markupsafe import Markup

from bot.agreement.draft import NOTE_LENGTH, DraftProblem
from bot.agreement.status import Status
from bot.language.language import Language
from bot.language.marking import mark
from bot.messages.fitting import clip
from bot.messages.tags import code, lines

_GIVEN = 100
_DATES = ("2025-08-22", "22.08.2025", "2025-08", "2025")

_TEXTS = {
    DraftProblem.UNKNOWN_PROVISION: (
        mark("There is no provision {given}."),
        mark("Send its number, its id or a word of its id."),
    ),
    DraftProblem.UNKNOWN_STATUS: (
        mark("There is no status {given}."),
        mark("Statuses: {statuses}"),
    ),
    DraftProblem.BAD_DATE: (
        mark("{given} is no date."),
        mark("Send a day, a month or a year: {dates}"),
    ),
    DraftProblem.FUTURE_DATE: (
        mark("{given} lies ahead."),
        mark("Only what has happened already can be recorded."),
    ),
    DraftProblem.DATE_BEFORE_LAST: (
        mark("The last entry of its history is newer: {given}."),
        mark("Histories are never changed backwards; send that date or a later one."),
    ),
    DraftProblem.BAD_URL: (
        mark("{given} is no address of a page."),
        mark("Send it as a browser shows it, beginning with https://."),
    ),
    DraftProblem.EVIDENCE_MISSING: (
        mark("This status cannot be given without a source."),
        mark("Add the address of the page that shows it (https://…)."),
    ),
    DraftProblem.TEXT_TOO_LONG: (
        mark("The note is too long: {given}, and the limit is {limit}."),
        mark("Please send a shorter one."),
    ),
    DraftProblem.SAME_STATUS: (
        mark("Its history has this already: same status, date and source."),
        mark("A further event needs its own date or source."),
    ),
    DraftProblem.CHANGED_MEANWHILE: (
        mark("This provision has moved while you were choosing; nothing was sent."),
        mark("Look at it again and begin anew: {command}"),
    ),
    DraftProblem.TOO_LATE: (
        mark("It is too late to take this back."),
        mark("A further change is recorded with {command}."),
    ),
    DraftProblem.USAGE: (
        mark("This was not understood."),
        mark("Begin anew: {command}"),
    ),
}
_SEVERAL = mark("Several provisions fit. Is it {candidates}?")
_VANISHED = mark("This provision is no longer in the briefing.")


def problem_text(language: Language, problem: DraftProblem, detail: str) -> Markup:
    """What is wrong and what would be right. `detail` is that of `DraftError`."""
    sentence, hint = _TEXTS[problem]
    if problem is DraftProblem.UNKNOWN_PROVISION and " " in detail:
        sentence = _SEVERAL
    elif problem is DraftProblem.UNKNOWN_PROVISION and not detail:
        sentence = _VANISHED
    values = {
        "given": code(clip(detail, _GIVEN)),
        "candidates": language.join_or_html(code(one) for one in detail.split()[:20]),
        "statuses": language.join_or_html(code(one.value) for one in Status),
        "dates": language.join_or_html(code(one) for one in _DATES),
        "limit": language.number(NOTE_LENGTH),
        "command": "/update",
    }
    return lines(language.html(sentence, **values), language.html(hint, **values))
