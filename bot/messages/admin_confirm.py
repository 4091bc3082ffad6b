"""The last word on an admin's change of status: whether to send it, and why not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from markupsafe import Markup

from bot.agreement.changes import Board
from bot.agreement.draft import DraftProblem, DraftStep, StatusDraft
from bot.agreement.model import Agreement
from bot.agreement.status import Status, UnratedReason
from bot.messages.actions import Edit
from bot.messages.admin_problems import problem_text
from bot.messages.admin_release import release_lines, release_rows
from bot.messages.admin_update import ways_out
from bot.messages.admin_words import duration, languages_named
from bot.messages.buttons import rows_of
from bot.messages.model import Button, Message, Style
from bot.messages.reader import Reader
from bot.messages.statuses import status_label, what_changed
from bot.messages.tags import bold, code, lines, paragraphs
from bot.messages.text import dash, name


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
                        Markup("{} {}").format(one.symbol, code(one.value)),
                        status_label(language, one),
                    )
                    for one in Status
                ),
            ),
            language.html(
                "A status that is not rated names its reason: {examples}",
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
            bold(language.gettext("Shall this go out?")),
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
        yield language.gettext("Nobody follows this: it will be recorded, and no message sent.")
        return
    yield language.ngettext("It reaches {n} chat.", "It reaches {n} chats.", total)
    yield from languages_named(language, counts)
    yield language.gettext("Time needed: {time}", time=duration(language, seconds))


def _notes(reader: Reader, agreement: Agreement, draft: StatusDraft) -> Markup:
    language = reader.language
    if not draft.notes:
        return lines(language.gettext("There is no note. One can be added in each language below."))
    missing = [language.name_of(one) for one in agreement.languages if one not in draft.notes]
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
