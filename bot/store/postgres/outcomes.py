"""What outcomes come to, for deliveries as they stand. Pure: the statements are elsewhere."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from bot.alerts.model import Outcome, Result
from bot.alerts.outbox import Settled
from bot.store.postgres.deliveries import FAILED, LATER, NEW, Key

SENT, GIVEN_UP, CANCELLED = "s", "f", "c"
WAITING: Final = "w"
"""The state of what is still to be made; the others are those of `recipient`."""


@dataclass(slots=True)
class Standing:
    """Where a delivery stands, before and after."""

    state: str
    maybe: bool
    attempts: int = 0
    waits: str = NEW
    not_before: datetime | None = None
    detail: str = ""
    ended: bool = False
    """It was to be made, and is not any more."""
    touched: bool = False


@dataclass(slots=True)
class Tally:
    """What is added to an alert's numbers."""

    remaining: int = 0
    sent: int = 0
    failed: int = 0
    cancelled: int = 0
    later: int = 0
    repeated: int = 0


@dataclass(slots=True)
class Batch:
    """Deliveries as they stand, and what became of them."""

    standing: dict[Key, Standing]
    tallies: dict[int, Tally] = field(default_factory=lambda: defaultdict(Tally))

    def end(self, key: Key, state: str) -> None:
        """It was sent, failed or is given up. What was cancelled may turn out to be sent."""
        one = self.standing.get(key)
        if one is None:
            return
        tally = self.tallies[key.alert_id]
        if one.state == WAITING:
            one.ended = True
            tally.remaining -= 1
            tally.later -= one.waits == LATER
        elif one.state == CANCELLED and state == SENT:
            tally.cancelled -= 1
        else:
            return
        one.state, one.touched = state, True
        if state == SENT:
            tally.sent += 1
            tally.repeated += one.maybe
            one.maybe = False
        elif state == GIVEN_UP:
            tally.failed += 1
        else:
            tally.cancelled += 1

    def may_have_come(self, key: Key) -> None:
        """Nobody knows whether it arrived."""
        one = self.standing.get(key)
        if one is not None and one.state in {WAITING, CANCELLED}:
            self.tallies[key.alert_id].repeated += one.maybe
            one.maybe = one.touched = True

    def again(self, key: Key, waits: str, at: datetime | None, detail: str, counts: int) -> None:
        """It is still to be made: at a time, or at once with None."""
        one = self.standing.get(key)
        if one is not None and one.state == WAITING:
            self.tallies[key.alert_id].later += (waits == LATER) - (one.waits == LATER)
            one.attempts += counts
            one.waits, one.not_before, one.detail = waits, at, detail
            one.touched = True


def mark(batch: Batch, key: Key, settled: Settled, correction: int | None, *, stale: bool) -> None:
    """Note what came of an attempt.

    `correction` takes the alert back, if it is taken back; `stale`: the chat asked for another
    time since the delivery was claimed.
    """
    before = batch.standing.get(key)
    maybe = before is not None and before.maybe
    opened = _apply(batch, key, settled.outcome, stale=stale)
    result = settled.outcome.result
    if correction is None or result is Result.SENT:
        return
    # The alert was taken back while this was under way: it is not sent again, and who cannot
    # have got it needs no correction either.
    if opened:
        batch.end(key, CANCELLED)
    if result is not Result.AMBIGUOUS and not maybe:
        batch.end(key._replace(alert_id=correction), CANCELLED)


def _apply(batch: Batch, key: Key, outcome: Outcome, *, stale: bool) -> bool:
    """Note an outcome; say whether the delivery is to be made again."""
    match outcome.result:
        case Result.SENT:
            batch.end(key, SENT)
        case Result.GONE | Result.THREAD_GONE | Result.REFUSED:
            batch.end(key, GIVEN_UP)
        case Result.UNWANTED:
            batch.end(key, CANCELLED)
        case Result.MIGRATED:
            batch.again(key, NEW, None, outcome.detail, 0)
            return True
        case Result.LATER:
            waits, at = (NEW, None) if stale else (LATER, outcome.retry_at)
            batch.again(key, waits, at, outcome.detail, 0)
            return True
        case Result.RETRY | Result.AMBIGUOUS:
            if outcome.result is Result.AMBIGUOUS:
                batch.may_have_come(key)
            waits = NEW if outcome.retry_at is None else FAILED
            batch.again(key, waits, outcome.retry_at, outcome.detail, 1)
            return True
    return False
