"""The status vocabulary: a ladder for what has an end, and four further values.

The ladder follows the Peace Accords Matrix's four-point scale. ``continuing`` is for duties
that never end, ``stalled`` for what a source shows to have halted, ``ended`` for a promise whose
object is gone or that was withdrawn or superseded, and ``unrated`` keeps "nothing found" apart
from "nothing happened".
"""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """Where a provision stands, in the order in which a board lists them.

    * announced: said or signed; no source shows that anything has begun.
    * started: a first formal act.
    * advanced: substantial progress, not finished.
    * done: the promised result has been reached.
    * continuing: a commitment without an end that was acted on.
    * stalled: a source shows a missed date or a halt.
    * ended: what it was about is gone, or the promise was withdrawn or superseded.
    * unrated: with a reason.
    """

    ANNOUNCED = "announced"
    STARTED = "started"
    ADVANCED = "advanced"
    DONE = "done"
    CONTINUING = "continuing"
    STALLED = "stalled"
    ENDED = "ended"
    UNRATED = "unrated"

    @property
    def order(self) -> int:
        """Its place in the vocabulary, from 0."""
        return list(Status).index(self)

    @property
    def symbol(self) -> str:
        """One mark for it, told apart by shape as well as by colour."""
        return _SYMBOLS[self]

    @property
    def needs_evidence(self) -> bool:
        """Whether it says more than "announced", which only a source can support."""
        return self not in {Status.ANNOUNCED, Status.UNRATED}


class UnratedReason(StrEnum):
    """Why a provision has no rating."""

    NO_SOURCE = "no_source"
    NOT_CHECKABLE = "not_checkable"
    SOURCES_CONFLICT = "sources_conflict"


_SYMBOLS = {
    Status.ANNOUNCED: "○",
    Status.STARTED: "◐",
    Status.ADVANCED: "◕",
    Status.DONE: "✅",
    Status.CONTINUING: "◆",
    Status.STALLED: "⏸",
    Status.ENDED: "⏹",
    Status.UNRATED: "□",
}
