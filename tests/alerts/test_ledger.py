"""What results make of deliveries: every state with every result."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.alerts.ledger import Entry, Key, Ledger, State, Tally, WaitsFor
from bot.alerts.model import Failure, Outcome, Result
from bot.subscribers.pauses import Obstacle, Pause

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
KEY, CORRECTION = Key(7, 0, 1), Key(7, 0, 2)
ENTRIES = st.builds(
    Entry,
    state=st.sampled_from(State),
    maybe=st.booleans(),
    attempts=st.integers(0, 3),
    waits_for=st.sampled_from(WaitsFor),
)
RESULTS = st.sampled_from(Result)


def after(entry: Entry, result: Result, **others) -> Ledger:
    ledger = Ledger({KEY: entry, CORRECTION: Entry()})
    ledger.settle(KEY, Outcome(result, retry_at=AT), **others)
    return ledger


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (Result.SENT, Entry(State.SENT)),
        (Result.RETRY, Entry(attempts=1, waits_for=WaitsFor.RETRY, not_before=AT)),
        (Result.AMBIGUOUS, Entry(maybe=True, attempts=1, waits_for=WaitsFor.RETRY, not_before=AT)),
        (Result.LATER, Entry(waits_for=WaitsFor.LATER, not_before=AT)),
        (Result.PAUSED, Entry(waits_for=WaitsFor.PAUSE, not_before=AT)),
        (Result.MIGRATED, Entry()),
        (Result.REFUSED, Entry(State.FAILED)),
        (Result.UNWANTED, Entry(State.CANCELLED)),
    ],
)
def test_each_result_leads_to_its_state(result, expected):
    assert after(Entry(), result).entries[KEY] == expected


@given(ENTRIES, RESULTS)
def test_the_counts_are_those_of_the_entries(entry, result):
    ledger = after(entry, result, correction=2)
    found, expected = Tally(), Tally()
    for each_entry in ledger.entries.values():
        expected.count(each_entry, 1)
    found.count(entry, 1)
    found.count(Entry(), 1)
    for tally in ledger.tallies.values():
        for name in ("remaining", "sent", "failed", "cancelled", "later", "paused"):
            setattr(found, name, getattr(found, name) + getattr(tally, name))
    assert found == expected


@given(ENTRIES, RESULTS)
def test_what_was_sent_or_failed_stays_so(entry, result):
    if entry.state in {State.SENT, State.FAILED}:
        assert after(entry, result).entries[KEY] == entry


@given(ENTRIES, RESULTS)
def test_what_was_taken_back_is_not_sent_again(entry, result):
    assert after(entry, result, correction=2).entries[KEY].state is not State.PENDING


@given(ENTRIES, RESULTS)
def test_a_correction_goes_to_whoever_may_have_got_the_alert(entry, result):
    may_have_got = entry.maybe or result in {Result.SENT, Result.AMBIGUOUS}
    corrected = after(entry, result, correction=2).entries[CORRECTION].state is State.PENDING
    assert corrected == may_have_got


@pytest.mark.parametrize("result", [Result.LATER, Result.PAUSED])
def test_wishes_that_changed_meanwhile_make_it_due(result):
    assert after(Entry(), result, stale=True).entries[KEY] == Entry()


def test_a_new_pause_holds_whatever_changed_meanwhile():
    pause = Pause(Obstacle.NO_RIGHT, AT, AT)
    ledger = Ledger({KEY: Entry()})
    ledger.settle(KEY, Outcome(Result.PAUSED, retry_at=AT, pause=pause), stale=True)
    assert ledger.entries[KEY] == Entry(attempts=1, waits_for=WaitsFor.PAUSE, not_before=AT)


@pytest.mark.parametrize(
    ("outcome", "failure"),
    [
        (Outcome(Result.GONE, detail="x", obstacle=Obstacle.BLOCKED), Failure("blocked")),
        (Outcome(Result.GONE), Failure("gone")),
        (Outcome(Result.REFUSED, detail="BadRequest: no"), Failure("refused", "BadRequest: no")),
    ],
)
def test_a_failure_keeps_its_reason(outcome, failure):
    ledger = Ledger({KEY: Entry()})
    ledger.settle(KEY, outcome)
    ledger.settle(KEY, outcome)
    assert ledger.tallies[1].failures == {failure: 1}


def test_a_second_copy_is_counted():
    ledger = after(Entry(maybe=True), Result.SENT)
    assert ledger.tallies[1].repeated == 1


def test_a_delivery_that_is_not_known_is_left_alone():
    ledger = Ledger({})
    ledger.settle(KEY, Outcome(Result.SENT))
    assert not ledger.changed
