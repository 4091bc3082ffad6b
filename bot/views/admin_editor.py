"""An admin's change of status, step by step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from babel.dates import format_timedelta
from markupsafe import Markup

from bot.agreement.board import Board
from bot.agreement.dates import PartialDate
from bot.agreement.draft import EVENT, NOTE_LENGTH, DraftStep, evidence_for
from bot.agreement.draft_state import StatusDraft
from bot.agreement.model import Agreement, Provision
from bot.agreement.status import Status, UnratedReason
from bot.i18n.language import Language
from bot.i18n.times import day_and_time
from bot.views.callbacks import Edit
from bot.views.format import name, pick, sources_line
from bot.views.html import bold, code, lines, paragraphs
from bot.views.keyboards import rows_of
from bot.views.message import Button, Message, Reader, Row, Style
from bot.views.pagination import clip, page_of
from bot.views.statuses import (
    NO_STATUS,
    reason_label,
    reason_meaning,
    status_label,
    status_line,
    status_meaning,
    symbol,
)


def duration(language: Language, seconds: float) -> str:
    """A span of time in its largest fitting unit: 5 seconds, 2 minutes."""
    span = timedelta(seconds=max(1, round(seconds)))
    return format_timedelta(span, granularity="second", threshold=1.5, locale=language.locale)


def languages_named(language: Language, counts: Mapping[str, int]) -> Iterator[str]:
    """A line for each language and how many addresses read it, the most first."""
    for locale, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        name = language.name_of(locale) if locale else language.gettext("no language chosen")
        yield f"• {language.capitalised(name)}: {language.number(count)}"


_HOLDS = (10, 60)
"""Minutes that an alert can be held."""
_MORNING = 9


def release_rows(reader: Reader, draft: StatusDraft) -> tuple[Row, ...]:
    """Buttons for when: now, in a while, next morning by the admin's clock."""
    language = reader.language
    held, at = draft.hold_minutes, draft.release_at
    choices = [_button(draft, language.gettext("Now"), "hold", "0", chosen=not held and not at)]
    for minutes in _HOLDS:
        label = language.gettext("In {time}", time=duration(language, minutes * 60))
        choices.append(_button(draft, label, "hold", str(minutes), chosen=held == minutes))
    morning = next_morning(reader.now)
    choices.append(
        _button(
            draft,
            day_and_time(language, morning),
            "at",
            morning.isoformat(timespec="minutes"),
            chosen=at == morning,
        )
    )
    return rows_of(choices, 2)


def date_examples(language: Language) -> tuple[str, ...]:
    """A day, a month and a year as people write them."""
    day, month = PartialDate(2025, 8, 22), PartialDate(2025, 8)
    return (language.date(day), "22.08.2025", language.date(month), "2025")


def time_has_passed(reader: Reader) -> str:
    """The time that was chosen lies in the past by now: nothing was sent yet."""
    return reader.language.gettext("The chosen time has passed. Please choose again.")


def next_morning(now: datetime) -> datetime:
    """The next nine o'clock, in the zone of `now`."""
    morning = now.replace(hour=_MORNING, minute=0, second=0, microsecond=0, fold=0)
    return morning if morning > now else morning + timedelta(days=1)


def _button(draft: StatusDraft, label: str, field: str, value: str, *, chosen: bool) -> Button:
    return Button(f"✓ {label}" if chosen else label, Edit(draft.token, field, value))


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
    if draft.without_status:
        kept.append(f"{NO_STATUS} " + language.gettext("An event without a change of status"))
    if draft.date is not None:
        kept.append(language.html("Date: {date}", date=language.date(draft.date)))
    if draft.source is not None:
        source = evidence_for(draft.source, agreement)
        kept.append(sources_line(reader, [source]) or Markup())
    kept += [
        Markup("{}: {}").format(language.capitalised(language.name_of(of)), text)
        for of, text in draft.notes.items()
    ]
    return lines(*kept)


def _ask_provision(reader: Reader, board: Board, draft: StatusDraft, number: int) -> Message:
    language = reader.language
    shown = page_of(board.counted, number, _PAGE)
    rows: list[Row] = [
        (
            Button(
                clip(
                    f"{symbol(item.status)} {item.number}. {pick(item.title, language)}",
                    _LABEL,
                ),
                Edit(draft.token, "provision", item.id),
            ),
        )
        for item in shown.items
    ]
    turns = [
        Button(label, Edit(draft.token, "page", str(to)))
        for label, to in (("‹", shown.number - 1), ("›", shown.number + 1))
        if 0 <= to < shown.count
    ]
    return Message(
        lines(
            language.gettext("Which provision’s status has changed?"),
            language.gettext("Choose one, or send its number or a word of its id."),
        ),
        (*rows, tuple(turns)) if turns else tuple(rows),
    )


def _ask_status(reader: Reader, draft: StatusDraft) -> Message:
    language = reader.language
    meanings = (
        lines(
            Markup("{} <b>{}</b>").format(status.symbol, status_label(language, status)),
            status_meaning(language, status),
        )
        for status in Status
    )
    buttons = [
        Button(
            f"{status.symbol} {status_label(language, status)}",
            Edit(draft.token, "status", status.value),
        )
        for status in Status
    ]
    label = language.gettext("An event without a change of status")
    event = Button(f"{NO_STATUS} {label}", Edit(draft.token, "status", EVENT))
    question = language.gettext("Where does it stand now?")
    return Message(paragraphs(question, *meanings), (*rows_of(buttons, 2), (event,)))


def _ask_reason(reader: Reader, draft: StatusDraft) -> Message:
    language = reader.language
    meanings = (f"• {reason_meaning(language, reason)}" for reason in UnratedReason)
    buttons = [
        Button(
            language.capitalised(reason_label(language, reason)),
            Edit(draft.token, "reason", reason.value),
        )
        for reason in UnratedReason
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
    ]
    text = lines(
        language.gettext("When did it happen?"),
        language.html(
            "Send a day, a month or a year: {examples}",
            examples=language.join_or_html(map(code, date_examples(language))),
        ),
        language.html(
            "Its last entry: {date}. An older event can be recorded too.", date=language.date(last)
        )
        if last
        else None,
    )
    return Message(text, rows_of(buttons, 1))


def _ask_source(reader: Reader, draft: StatusDraft) -> Message:
    gettext = reader.language.gettext
    question = gettext("Which source shows it? Send the address of the page.")
    if draft.needs_source:
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
        Button(each_language.name, Edit(draft.token, "lang", each_language.code))
        for each_language in languages
        if each_language.code != target
        and each_language.code in agreement.languages
        and not draft.filling
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
