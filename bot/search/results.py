"""What a search leads to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class Decision(StrEnum):
    """What to do with a question."""

    ANSWER = "answer"
    OFFER = "offer"
    DECLINE = "decline"


@dataclass(frozen=True, slots=True)
class Reason:
    """A word of the question, as typed, and the word that it met in the content."""

    word: str
    found: str
    """The word of the content, folded."""
    field: str
    """A field of the index in small letters; or number, status, context."""


@dataclass(frozen=True, slots=True)
class Match:
    """A provision that was found. `score` is how sure that is, 0 to 1."""

    provision_id: str
    score: float
    words: tuple[str, ...] = ()
    """The words of the question that found it, as they were typed."""
    reasons: tuple[Reason, ...] = ()

    def why(self) -> tuple[str, ...]:
        """Why it was found, a line a word: "pipline → pipeline (title)"."""
        return tuple(f"{reason.word} → {reason.found} ({reason.field})" for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class SearchResults:
    """What a question leads to: matches, best first, and the nearest topics' ids."""

    decision: Decision
    matches: tuple[Match, ...] = ()
    topics: tuple[str, ...] = ()

    def as_offer(self) -> SearchResults:
        """The same, but not sure enough to be an answer."""
        return replace(self, decision=Decision.OFFER)
