"""Filling an admin's draft of a change: choice by choice, or from one line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, TypeVar

from bot.agreement.board import Board, same_event
from bot.agreement.draft_state import (
    DraftError,
    DraftProblem,
    DraftStep,
    StatusDraft,
    draft_like,
    evidence_for,
)
from bot.agreement.evidence import Origin
from bot.agreement.model import Agreement
from bot.agreement.status import Status, UnratedReason
from bot.agreement.user_input import (
    NotOneProvision,
    find_provision,
    fold,
    looks_like_url,
    read_date,
    read_url,
)

__all__ = [
    "NOTE_LENGTH",
    "DraftError",
    "DraftProblem",
    "DraftStep",
    "StatusDraft",
    "checked",
    "draft_like",
    "evidence_for",
    "parse_update",
    "with_choice",
]

NOTE_LENGTH = 300
"""The most characters of a note; a `Sentence` holds no more."""

EVENT = "event"
"""What stands for a status where an event changes none."""
_LONGEST_DATE = 4
"""Words of a date: "22 августа 2025 года"."""

_T = TypeVar("_T")


def with_choice(
    draft: StatusDraft,
    field: str,
    value: str,
    board: Board,
    today: date,
    *,
    language: str | None = None,
    days: Mapping[str, date] | None = None,
    months: Mapping[str, int] | None = None,
) -> StatusDraft:
    """The draft with one more thing chosen, or taken back.

    Fields and their values:
        * ``provision``: an id, a number, or a word that only one of them has.
        * ``status``: a value of `Status`, or ``event`` for none. ``reason``: a value of
          `UnratedReason`.
        * ``date``: ``today``, ``yesterday``, a key of `days`, or a date as `read_date` reads it
          with the names of `months`.
        * ``source``: an address; "" skips it where the status needs none.
        * ``note``: a text in the language chosen last, else in `language`, else in the
          agreement's first; "" goes on without (a further) one.
        * ``lang``: the language of the next note. ``fill``: each language without a note is next.
        * ``redo``: ``status``, ``date`` or ``source`` is asked again.
        * ``hold``: for how many minutes the alert is held. ``at``: when it goes out instead, as
          an ISO date and time with its offset. ``silent``: ``on`` or ``off``.
        * ``back``: takes back the last thing chosen.

    Raises:
        DraftError: the value does not fit; ``usage`` for any other field.
    """
    problem, choose = _CHOICES.get(field, (DraftProblem.USAGE, None))
    if choose is None:
        raise DraftError(DraftProblem.USAGE, field)
    words = {"today": today, "yesterday": today - timedelta(days=1), **(days or {})}
    spoken = language or board.agreement.languages[0]
    chosen = _Choice(draft, value, board, today, spoken, words, months or {})
    try:
        drafted = choose(chosen)
    except ValueError as error:
        raise DraftError(problem, value) from error
    return drafted if field == "back" else checked(drafted, board, today)


def checked(draft: StatusDraft, board: Board, today: date) -> StatusDraft:
    """The same draft, if what it holds still fits the board.

    Raises:
        DraftError: the provision is gone or has no status, or is known only from a list and would
            be more than announced; the date is in the future or before the signing, or the history
            has this event already.
    """
    if draft.provision_id is None:
        return draft
    provision = board.provision(draft.provision_id)
    if provision is None or provision.origin is Origin.RELATED:  # a related event has no status
        raise DraftError(DraftProblem.UNKNOWN_PROVISION, draft.provision_id)
    if provision.origin is Origin.LISTED and draft.status and draft.status.needs_evidence:
        raise DraftError(DraftProblem.LIST_ONLY, str(provision.number))
    if draft.date is not None:
        if draft.date.first > today:
            raise DraftError(DraftProblem.FUTURE_DATE, str(draft.date))
        signed = board.agreement.date
        if draft.date.last < signed.first:
            raise DraftError(DraftProblem.DATE_BEFORE_SIGNING, str(signed))
    if draft.step in {DraftStep.NOTE, DraftStep.PREVIEW}:
        bare = draft.model_copy(update={"note_language": None, "note_skipped": True})
        entry = bare.entry(board.agreement)
        if any(same_event(entry, known) for known in provision.events):
            raise DraftError(DraftProblem.SAME_STATUS, draft.status or "")
    return draft


class _Choice(NamedTuple):
    """What `with_choice` was asked for."""

    draft: StatusDraft
    value: str
    board: Board
    today: date
    language: str
    days: Mapping[str, date]
    months: Mapping[str, int]

    def updated(self, **fields: object) -> StatusDraft:
        """The draft with other fields, validated."""
        return StatusDraft.model_validate({**dict(self.draft), **fields})

    def next_note(self) -> StatusDraft:
        """The draft that asks for the note in the first language that has none."""
        languages = self.board.agreement.languages
        missing = [code for code in languages if code not in self.draft.notes]
        return self.updated(note_language=missing[0] if missing else None, filling=bool(missing))


def _provision(choice: _Choice) -> StatusDraft:
    try:
        found = find_provision(choice.value, choice.board)
    except NotOneProvision as error:
        detail = " ".join(error.candidates) or "\N{NO-BREAK SPACE}".join(error.given.split())
        raise DraftError(DraftProblem.UNKNOWN_PROVISION, detail) from error
    return choice.updated(provision_id=found.id, date=None)


def _status(choice: _Choice) -> StatusDraft:
    if fold(choice.value) == EVENT:
        return choice.updated(status=None, without_status=True, reason=None)
    return choice.updated(status=Status(fold(choice.value)), without_status=False, reason=None)


def _reason(choice: _Choice) -> StatusDraft:
    if choice.draft.status is not Status.UNRATED:
        raise DraftError(DraftProblem.UNKNOWN_STATUS, choice.value)
    return choice.updated(reason=UnratedReason(fold(choice.value)))


def _date(choice: _Choice) -> StatusDraft:
    return choice.updated(date=read_date(choice.value, choice.days, choice.months))


def _source(choice: _Choice) -> StatusDraft:
    if not choice.value.strip():
        if choice.draft.needs_source:
            raise DraftError(DraftProblem.EVIDENCE_MISSING, choice.draft.status or "")
        return choice.updated(source=None, source_skipped=True)
    return choice.updated(source=read_url(choice.value), source_skipped=False)


def _note(choice: _Choice) -> StatusDraft:
    text = " ".join(choice.value.split())
    if len(text) > NOTE_LENGTH:
        raise DraftError(DraftProblem.TEXT_TOO_LONG, str(len(text)))
    notes = dict(choice.draft.notes)
    if text:
        notes[choice.draft.note_language or choice.language] = text
    written = choice.updated(notes=notes, note_skipped=not notes, note_language=None)
    go_on = choice.draft.filling and bool(text)
    return choice._replace(draft=written).next_note() if go_on else _stopped(written)


def _stopped(draft: StatusDraft) -> StatusDraft:
    return draft.model_copy(update={"filling": False})


def _fill(choice: _Choice) -> StatusDraft:
    return choice.next_note()


def _redo(choice: _Choice) -> StatusDraft:
    fields: dict[str, dict[str, Any]] = {
        "status": {"status": None, "without_status": False, "reason": None},
        "date": {"date": None},
        "source": {"source": None, "source_skipped": False},
    }
    if choice.value not in fields:
        raise DraftError(DraftProblem.USAGE, choice.value)
    return choice.updated(**fields[choice.value])


def _language(choice: _Choice) -> StatusDraft:
    if choice.value not in choice.board.agreement.languages:
        raise DraftError(DraftProblem.USAGE, choice.value)
    return choice.updated(note_language=choice.value)


def _hold(choice: _Choice) -> StatusDraft:
    return choice.updated(hold_minutes=choice.value, release_at=None)


def _at(choice: _Choice) -> StatusDraft:
    return choice.updated(release_at=datetime.fromisoformat(choice.value), hold_minutes=0)


def _silent(choice: _Choice) -> StatusDraft:
    return choice.updated(silent=choice.value)


def _back(choice: _Choice) -> StatusDraft:
    draft = choice.draft
    if draft.note_language is not None and (draft.notes or draft.note_skipped):
        return choice.updated(note_language=None, filling=False)
    taken: dict[DraftStep, dict[str, Any]] = {
        DraftStep.STATUS: {"provision_id": None},
        DraftStep.REASON: {"status": None},
        DraftStep.DATE: {
            "reason": None,
            "status": None if draft.reason is None else draft.status,
            "without_status": False,
        },
        DraftStep.SOURCE: {"date": None},
        DraftStep.NOTE: {"source": None, "source_skipped": False, "note_language": None},
        DraftStep.PREVIEW: {"notes": {}, "note_skipped": False},
    }
    return choice.updated(**taken.get(draft.step, {}))


_CHOICES: Mapping[str, tuple[DraftProblem, Callable[[_Choice], StatusDraft]]] = {
    "provision": (DraftProblem.UNKNOWN_PROVISION, _provision),
    "status": (DraftProblem.UNKNOWN_STATUS, _status),
    "reason": (DraftProblem.UNKNOWN_STATUS, _reason),
    "date": (DraftProblem.BAD_DATE, _date),
    "source": (DraftProblem.BAD_URL, _source),
    "note": (DraftProblem.USAGE, _note),
    "lang": (DraftProblem.USAGE, _language),
    "fill": (DraftProblem.USAGE, _fill),
    "redo": (DraftProblem.USAGE, _redo),
    "hold": (DraftProblem.USAGE, _hold),
    "at": (DraftProblem.USAGE, _at),
    "silent": (DraftProblem.USAGE, _silent),
    "back": (DraftProblem.USAGE, _back),
}


def parse_update(
    text: str,
    agreement: Agreement,
    board: Board,
    today: date,
    *,
    token: int = 0,
    language: str | None = None,
    statuses: Mapping[str, Status] | None = None,
    days: Mapping[str, date] | None = None,
    months: Mapping[str, int] | None = None,
) -> StatusDraft:
    """A draft from one line: ``railway started 2025-08-22 https://… note``.

    The line may stop after the provision or the status: the rest is then still to be asked.
    `statuses`, `days` and `months` hold further names, in the languages of the bot; a reason
    follows its status as in ``unrated:no_source``; ``event`` stands for no status. The
    note is in `language`, or the agreement's first.

    Raises:
        DraftError: a part does not fit, or a status that needs a source comes without one.
    """
    words = text.split()
    if not words:
        raise DraftError(DraftProblem.USAGE)
    language = language or agreement.languages[0]

    def chosen(draft: StatusDraft, field: str, value: str) -> StatusDraft:
        return with_choice(
            draft, field, value, board, today, language=language, days=days, months=months
        )

    draft = chosen(StatusDraft(token=token), "provision", words.pop(0))
    if not words:
        return draft
    status, words = _leading(
        words, {**{each_status.value: each_status for each_status in Status}, **(statuses or {})}
    )
    name, _, reason = words.pop(0).partition(":") if status is None else (status, "", "")
    draft = chosen(draft, "status", name)
    draft = chosen(draft, "reason", reason) if reason else draft
    if not words:
        return draft
    named = {"today": today, "yesterday": today - timedelta(days=1), **(days or {})}
    given, words = _leading_date(words, named, months or {})
    draft = chosen(draft, "date", given)
    source = next((word for word in words if "://" in word), "")
    if not source and words and looks_like_url(words[0]):
        source = words[0]
    draft = chosen(draft, "source", source)
    if source:
        words.remove(source)
    return chosen(draft, "note", " ".join(words))


def _leading_date(
    words: list[str], days: Mapping[str, date], months: Mapping[str, int]
) -> tuple[str, list[str]]:
    """The longest beginning that is a date, else the first word; and the words after it."""
    for length in range(_LONGEST_DATE, 1, -1):
        text = " ".join(words[:length])
        try:
            return str(read_date(text, days, months)), words[length:]
        except ValueError:
            continue
    return words[0], words[1:]


def _leading(words: list[str], known: Mapping[str, _T]) -> tuple[_T | None, list[str]]:
    """What the first words name, longest name first, and the words after it."""
    folded = {tuple(fold(name).split()): meant for name, meant in known.items()}
    for length in range(max(map(len, folded)), 0, -1):
        name = tuple(fold(word) for word in words[:length])
        if name in folded:
            return folded[name], words[length:]
    return None, words
