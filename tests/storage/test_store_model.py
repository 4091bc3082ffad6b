"""Any store, step by step beside a plain model in a few dictionaries."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from postgres_server import emptied
from store_samples import LATER, NOW, SCOPES, alert, chat, clock, kill, settled

from bot.alerts.model import Failure, Result
from bot.storage.postgres import open_postgres
from bot.storage.tinydb import open_store
from bot.subscribers.chat import EVERYTHING
from bot.subscribers.pauses import Obstacle, Pause

SOAK = int(os.environ.get("BRIEFING_SOAK", "1"))
"""So many times the usual: `make soak`."""
CHATS = st.integers(1, 3)
RESULTS = (
    Result.SENT,
    Result.SENT,
    Result.RETRY,
    Result.AMBIGUOUS,
    Result.LATER,
    Result.PAUSED,
    Result.GONE,
    Result.REFUSED,
    Result.UNWANTED,
)
PROVISIONS = ("bridge", "port")
OPEN = {"waits", "held", "later", "retry"}


class StoreMachine(RuleBasedStateMachine):
    """Chats follow, leave and return; alerts are made, sent, lost and taken back; kills."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory()
        self.store = None
        self.active: dict[int, bool] = {}
        self.follows: dict[int, bool] = {}
        self.alerts: dict[int, str] = {}
        self.withdrawn: dict[int, int] = {}
        self.state: dict[tuple[int, int], str] = {}
        """Of every delivery: waits, held, later, retry, sent, failed or cancelled."""
        self.maybe: set[tuple[int, int]] = set()
        self.paused: dict[int, bool] = {}
        self.reasons: Counter = Counter()
        """Of deliveries that failed, by alert and reason."""
        self.batches: list = []

    def run(self, awaitable):
        return self.loop.run_until_complete(awaitable)

    def opened(self):
        """The store under test: another one's machine overrides this."""
        return open_store(Path(self.folder.name), clock)

    @initialize()
    def open(self):
        self.store = self.run(self.opened())
        for chat_id in (1, 2, 3):
            self.follow(chat_id)
        self.announce("bridge")
        self.claim(3)

    def teardown(self):
        self.run(self.store.close())
        self.loop.close()
        self.folder.cleanup()

    # What people do

    @rule(chat_id=CHATS)
    def come(self, chat_id):
        self.follow(chat_id)

    def follow(self, chat_id):
        self.run(
            self.store.update_chat(
                chat_id,
                lambda old: (old or chat(chat_id)).following(None, EVERYTHING).reached(NOW),
            )
        )
        self.active[chat_id] = self.follows[chat_id] = True

    @rule(chat_id=CHATS, how=st.sampled_from(["unfollow", "block", "forget"]))
    def leave(self, chat_id, how):
        getattr(self, how)(chat_id)

    def unfollow(self, chat_id):
        if self.active.get(chat_id):
            self.run(self.store.update_chat(chat_id, lambda old: old.without(None)))
            if self.follows[chat_id]:  # a correction comes all the same
                self.cancel(chat_id, spared=self.withdrawn.values())
            self.follows[chat_id] = False

    def block(self, chat_id):
        if chat_id in self.active:
            self.run(self.store.update_chat(chat_id, lambda old: old.lost(NOW)))
            self.cancel(chat_id)
            self.active[chat_id] = False

    def forget(self, chat_id):
        self.run(self.store.forget_chat(chat_id))
        self.active.pop(chat_id, None)
        self.follows.pop(chat_id, None)
        self.paused.pop(chat_id, None)
        for key in self.state:
            if key[1] == chat_id:
                ended = self.state[key].startswith(("sent", "failed"))
                self.state[key] = f"{self.state[key].split()[0]} once" if ended else "forgotten"
        self.maybe = {key for key in self.maybe if key[1] != chat_id}
        self.batches = [batch for batch in self.batches if batch.address.chat_id != chat_id]

    def cancel(self, chat_id, spared=()):
        for key, state in self.state.items():
            if key[1] == chat_id and state in OPEN and key[0] not in spared:
                self.state[key] = "cancelled"

    @rule(chat_id=CHATS)
    def resume(self, chat_id):
        """A sign of life ends the pause: what waits for its end, or for a digest, is due."""
        if not self.paused.get(chat_id):
            return
        self.run(self.store.update_chat(chat_id, lambda old: old.resumed()))
        self.paused[chat_id] = False
        for key, state in self.state.items():
            if key[1] == chat_id and state == "later":
                self.state[key] = "waits"

    # What admins do

    @rule(provision=st.sampled_from(PROVISIONS))
    def change(self, provision):
        self.announce(provision)

    def announce(self, provision):
        change_id, number = self.run(self.store.next_ids())
        assert change_id == number
        due = self.run(self.store.record_alert(alert(number, provision=provision), SCOPES))
        reached = [item for item in self.active if self.active[item] and self.follows[item]]
        assert due == len(reached)
        self.alerts[number] = provision
        self.state |= {(number, item): "waits" for item in reached}

    @rule(data=st.data())
    def take_back(self, data):
        standing = [
            each_alert
            for each_alert in self.alerts
            if each_alert not in self.withdrawn.keys() | self.withdrawn.values()
        ]
        if not standing:
            return
        undone = data.draw(st.sampled_from(standing))
        _, number = self.run(self.store.next_ids())
        correction = alert(number, undoes=undone, provision=self.alerts[undone])
        due = self.run(self.store.record_alert(correction, SCOPES))
        held = {
            (delivery.alert_id, delivery.address.chat_id)
            for p in self.batches
            for delivery in p.deliveries
        }
        told = {
            key[1]
            for key, state in self.state.items()
            if key[0] == undone and (state == "sent" or key in self.maybe or key in held)
        }
        told = {item for item in told if self.active.get(item)}
        assert due == len(told)
        for key, state in self.state.items():
            if key[0] == undone and state in OPEN - {"held"}:
                self.state[key] = "cancelled for good"
        self.alerts[number] = self.alerts[undone]
        self.withdrawn[undone] = number
        self.state |= {(number, item): "waits" for item in told}

    # What the worker does

    @rule(limit=st.integers(1, 3))
    def take(self, limit):
        self.claim(limit)

    def claim(self, limit):
        busy = {batch.address.chat_id for batch in self.batches}
        due = {key for key, state in self.state.items() if state == "waits" and key[1] not in busy}
        batches = self.run(self.store.claim(limit, NOW))
        assert len(batches) == min(limit, len({key[1] for key in due}))
        for batch in batches:
            chat_id = batch.address.chat_id
            numbers = [delivery.alert_id for delivery in batch.deliveries]
            assert numbers == sorted(numbers)
            mine = {key[0] for key in due if key[1] == chat_id}
            # What failed before goes with the rest, so that a digest stays together.
            again = {key[0] for key, state in self.state.items() if state == "retry"}
            mine |= {item for item in again if self.state.get((item, chat_id)) == "retry"}
            assert mine <= set(numbers)
            for number in set(numbers) - mine:
                assert self.state[number, chat_id] == "later"
                assert any(
                    item > number and self.alerts[item] == self.alerts[number] for item in mine
                )
            for key, state in self.state.items():
                if key[1] == chat_id and state == "later" and key[0] not in numbers:
                    assert not any(
                        item > key[0] and self.alerts[item] == self.alerts[key[0]] for item in mine
                    )
            for number in numbers:
                self.state[number, chat_id] = "held"
        self.batches += batches

    @precondition(lambda self: self.batches)
    @rule(data=st.data(), result=st.sampled_from(RESULTS), at_once=st.booleans())
    def settle(self, data, result, at_once):
        batch = data.draw(st.sampled_from(self.batches))
        self.batches.remove(batch)
        for item in batch.deliveries:
            wanted = self.state[item.alert_id, item.address.chat_id] == "held"
            wanted = wanted and item.alert_id not in self.withdrawn
            assert self.run(self.store.still_wanted(item)) == wanted
        chat_id = batch.address.chat_id
        others = {"retry_at": None if at_once else LATER}
        if result is Result.PAUSED:
            at_once = False
            pause = Pause(Obstacle.NO_RIGHT, NOW, LATER)
            others = {"retry_at": LATER, "pause": pause, "obstacle": pause.obstacle}
            self.paused[chat_id] = chat_id in self.active
        self.run(
            self.store.settle(
                [settled(delivery, result, **others) for delivery in batch.deliveries]
            )
        )
        before = set(self.maybe)
        again = "retry" if result in {Result.RETRY, Result.AMBIGUOUS} else "later"
        for each_delivery in batch.deliveries:
            self.settle_one(
                (each_delivery.alert_id, chat_id), result, before, "waits" if at_once else again
            )
        if result is Result.GONE:
            self.active[chat_id] = False
            self.cancel(chat_id)

    def settle_one(self, key, result, before, again):
        number, chat_id = key
        if result is Result.SENT:
            if self.state[key] in {"held", "cancelled"}:
                self.state[key] = "sent"
                self.maybe.discard(key)
            return
        if result is Result.AMBIGUOUS and self.state[key] in {"held", "cancelled"}:
            self.maybe.add(key)
        if number in self.withdrawn:
            ends = {Result.REFUSED: "failed", Result.GONE: "failed"}
            if self.state[key] == "held":
                self.reasons[number, result] += result in ends
                self.state[key] = ends.get(result, "cancelled")
            correction = (self.withdrawn[number], chat_id)
            if (
                result is not Result.AMBIGUOUS
                and key not in before
                and self.state.get(correction) in OPEN
            ):
                self.state[correction] = "cancelled"
        elif self.state[key] == "held":
            self.reasons[number, result] += result in {Result.REFUSED, Result.GONE}
            self.state[key] = {
                Result.REFUSED: "failed",
                Result.GONE: "failed",
                Result.UNWANTED: "cancelled",
            }.get(result, again)

    # What goes wrong

    @rule(orderly=st.booleans())
    def restart(self, orderly):
        if orderly:
            self.run(self.store.close())
        else:
            self.run(kill(self.store))
        self.store = self.run(self.opened())
        for batch in self.batches:
            for delivery in batch.deliveries:
                key = (delivery.alert_id, delivery.address.chat_id)
                if self.state[key] in {"held", "cancelled"}:
                    self.maybe.add(key)  # nobody knows whether it arrived
                if self.state[key] == "held" and delivery.alert_id in self.withdrawn:
                    self.state[key] = "cancelled for good"
                elif self.state[key] == "held":
                    # What was pulled along before its time waits for that time again.
                    self.state[key] = self.waiting_again(key)
        self.batches = []

    def waiting_again(self, key):
        found = {
            (item.delivery.alert_id, item.delivery.address.chat_id): item
            for item in self.run(self.store.waiting(1000))
        }
        if found[key].due <= NOW:
            return "waits"
        return "later" if found[key].later else "retry"

    @invariant()
    def progress_agrees(self):
        if self.store is None:
            return
        for number in self.alerts:
            states = [state for key, state in self.state.items() if key[0] == number]
            progress = self.run(self.store.progress(number))
            assert progress.total == len(states)
            assert progress.sent == sum(state.startswith("sent") for state in states)
            assert progress.failed == sum(state.startswith("failed") for state in states)
            assert progress.failures.get(Failure("gone"), 0) == self.reasons[number, Result.GONE]
            refused = progress.failures.get(Failure("refused"), 0)
            assert refused == self.reasons[number, Result.REFUSED]
            assert progress.left == sum(state in OPEN for state in states)
        unfinished = [item.id for item in self.run(self.store.unfinished())]
        left = {key[0] for key, state in self.state.items() if state in OPEN}
        assert unfinished == sorted(left)
        known = {item.id: item for item in self.run(self.store.chats())}
        assert {item: known[item].active for item in known} == self.active
        paused = {item for item in known if known[item].pauses}
        assert paused == {item for item, is_paused in self.paused.items() if is_paused}


TestStoreMachine = StoreMachine.TestCase
TestStoreMachine.settings = settings(max_examples=20 * SOAK, stateful_step_count=25, deadline=None)


class PostgresMachine(StoreMachine):
    """The same beside PostgreSQL."""

    url = ""

    def opened(self):
        if self.store is None:
            emptied(self.url)
        return open_postgres(self.url, clock)


class TestPostgresMachine(PostgresMachine.TestCase):
    settings = settings(max_examples=8 * SOAK, stateful_step_count=25, deadline=None)

    @pytest.fixture(autouse=True)
    def _server(self, server):
        PostgresMachine.url = server
