"""What happened to a provision, and where it stands since."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from bot.agreement.dates import PartialDate, PartialDateField
from bot.agreement.evidence import Evidence
from bot.agreement.fields import FrozenModel, Identifier, Sentences
from bot.agreement.status import Status, UnratedReason


class EventKind(StrEnum):
    """Whether something happened, or somebody said that it would."""

    OCCURRENCE = "occurrence"
    ANNOUNCEMENT = "announcement"


class Correction(FrozenModel):
    """Why an entry no longer holds. The entry stays in the history and counts for nothing."""

    on: PartialDateField = Field(description="When it was corrected.")
    reason: Sentences | None = Field(
        default=None, description="Left out where an admin gave none while the bot ran."
    )


class Event(FrozenModel):
    """A dated happening. With a `status` it says where the provision stands from then on."""

    date: PartialDateField = Field(description="When it happened: 2025-08-22, 2025-08 or 2025.")
    kind: EventKind = Field(
        default=EventKind.OCCURRENCE,
        description="An announcement is never an occurrence: it supports no status but announced.",
    )
    status: Status | None = Field(
        default=None, description="Left out where the event changes nothing."
    )
    reason: UnratedReason | None = None
    people: tuple[Identifier, ...] = Field(
        default=(), description="Ids of those who said or signed it."
    )
    note: Sentences | None = None
    evidence: tuple[Evidence, ...] = ()
    correction: Correction | None = Field(
        default=None, description="Set where the entry turned out to be wrong."
    )

    @model_validator(mode="after")
    def _supported(self) -> Self:
        claims = self.status is None or self.status.needs_evidence
        if claims and not self.evidence:
            raise PydanticCustomError(
                "evidence_missing",
                'the status "{status}" needs evidence',
                {"status": self.status.value if self.status else ""},
            )
        if (self.status is Status.UNRATED) != (self.reason is not None):
            raise PydanticCustomError(
                "reason_mismatch", "unrated needs a reason, and only unrated has one", {}
            )
        if self.kind is EventKind.ANNOUNCEMENT and self.status and self.status.needs_evidence:
            raise PydanticCustomError(
                "announcement_only",
                'an announcement does not support "{status}"',
                {"status": self.status.value},
            )
        return self


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a provision stands, since when, and the event that shows it."""

    status: Status
    reason: UnratedReason | None
    since: PartialDate
    shown_by: Event

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """What it rests on."""
        return self.shown_by.evidence
