"""An admin's half-made change of status: what is chosen, what is still to be asked."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from urllib.parse import urlsplit

from pydantic import AwareDatetime, ConfigDict, Field

from bot.agreement.dates import PartialDateField
from bot.agreement.events import Event, EventKind
from bot.agreement.evidence import Evidence
from bot.agreement.fields import FrozenModel, Identifier, LanguageCode, Sentence, Url
from bot.agreement.model import Agreement
from bot.agreement.status import Status, UnratedReason


class DraftStep(StrEnum):
    """What a draft asks next, in the order of asking."""

    PROVISION = "provision"
    STATUS = "status"
    REASON = "reason"
    DATE = "date"
    SOURCE = "source"
    NOTE = "note"
    PREVIEW = "preview"


class DraftProblem(StrEnum):
    """Why a choice was not taken into a draft, or a draft not carried out."""

    USAGE = "usage"
    UNKNOWN_PROVISION = "unknown_provision"
    UNKNOWN_STATUS = "unknown_status"
    BAD_DATE = "bad_date"
    FUTURE_DATE = "future_date"
    DATE_BEFORE_SIGNING = "date_before_signing"
    BAD_URL = "bad_url"
    EVIDENCE_MISSING = "evidence_missing"
    TEXT_TOO_LONG = "text_too_long"
    SAME_STATUS = "same_status"
    LIST_ONLY = "list_only"
    ONLY_ENTRY = "only_entry"
    CHANGED_MEANWHILE = "changed_meanwhile"
    TOO_LATE = "too_late"


class DraftError(Exception):
    """A choice that a draft does not take.

    `detail` says what was given; of an unclear provision it holds the ids that fit, separated
    by spaces (words that name none are held together by no-break spaces).
    """

    def __init__(self, problem: DraftProblem, detail: str = "") -> None:
        super().__init__(problem, detail)
        self.problem, self.detail = problem, detail


class StatusDraft(FrozenModel):
    """What an admin has chosen so far. `token` tells its buttons from those of an older draft."""

    model_config = ConfigDict(strict=False)  # it is kept as JSON data, where an enum is its value

    token: int
    provision_id: Identifier | None = None
    status: Status | None = None
    without_status: bool = Field(default=False, description="The event changes no status.")
    reason: UnratedReason | None = None
    date: PartialDateField | None = None
    source: Url | None = None
    found: Evidence | None = Field(
        default=None, description="What the desk found at the source, of which it knows more."
    )
    source_skipped: bool = False
    notes: Mapping[LanguageCode, Sentence] = Field(default_factory=dict)
    note_skipped: bool = False
    note_language: LanguageCode | None = Field(
        default=None, description="The language that the next note is written in."
    )
    filling: bool = Field(
        default=False, description="After this note, that of the next language without one."
    )
    hold_minutes: int = Field(
        default=0, ge=0, le=1440, description="How long the alert is held after its confirmation."
    )
    release_at: AwareDatetime | None = Field(
        default=None, description="When the alert goes out, in place of a span."
    )
    silent: bool = Field(default=False, description="The alert arrives without a sound.")

    @property
    def step(self) -> DraftStep:  # noqa: PLR0911 - one line a step
        """What is to be asked next."""
        if self.provision_id is None:
            return DraftStep.PROVISION
        if self.status is None and not self.without_status:
            return DraftStep.STATUS
        if self.status is Status.UNRATED and self.reason is None:
            return DraftStep.REASON
        if self.date is None:
            return DraftStep.DATE
        if self.source is None and (self.needs_source or not self.source_skipped):
            return DraftStep.SOURCE
        if self.note_language is not None or not (self.notes or self.note_skipped):
            return DraftStep.NOTE
        return DraftStep.PREVIEW

    @property
    def needs_source(self) -> bool:
        """Whether it cannot be recorded without a source."""
        return self.status is None or self.status.needs_evidence

    def entry(self, agreement: Agreement) -> Event:
        """The history entry that it stands for.

        Raises:
            ValueError: something is still to be chosen, or the status lacks its evidence.
        """
        if self.step is not DraftStep.PREVIEW or self.date is None:
            raise ValueError(f"still to be chosen: {self.step}")
        evidence = (self._evidence(agreement),) if self.source else ()
        return Event(
            kind=EventKind.OCCURRENCE if self.needs_source else EventKind.ANNOUNCEMENT,
            status=self.status,
            reason=self.reason,
            date=self.date,
            note=self.notes or None,
            evidence=evidence,
        )

    def _evidence(self, agreement: Agreement) -> Evidence:
        if self.found is not None and self.found.url == self.source:
            return self.found
        return evidence_for(self.source or "", agreement)


def draft_like(token: int, provision_id: str, event: Event) -> StatusDraft:
    """A draft with all that an event has, to be changed where that is wrong."""
    return StatusDraft(
        token=token,
        provision_id=provision_id,
        status=event.status,
        without_status=event.status is None,
        reason=event.reason,
        date=event.date,
        source=event.evidence[0].url if event.evidence else None,
        found=event.evidence[0] if event.evidence else None,
        source_skipped=not event.evidence,
        notes=event.note or {},
        note_skipped=not event.note,
    )


def evidence_for(url: str, agreement: Agreement) -> Evidence:
    """Evidence for a bare address: its publisher is that of known sources there."""
    host = _host(url)
    for provision in agreement.provisions:
        for entry in provision.history:
            for known in entry.evidence:
                if _host(known.url) == host:
                    return Evidence(url=url, publisher=known.publisher)
    return Evidence(url=url, publisher=host)


def _host(url: str) -> str:
    host = urlsplit(url).hostname or url
    return host.removeprefix("www.")
