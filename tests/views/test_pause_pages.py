"""What a chat reads of pauses, of what was missed, and in a test alert."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sample import GREEK, button, check, check_translated, reader

from bot.alerts.model import Outcome, Result
from bot.subscribers.chat import EVERYTHING, Chat, ChatKind
from bot.subscribers.pauses import Obstacle
from bot.subscribers.schedule import QuietHours, Timing
from bot.views.callbacks import Bring, Missed
from bot.views.message import Message, Reader
from bot.views.pagination import shown
from bot.views.pauses import (
    brought,
    may_not_post,
    nothing_missed,
    obstacle_sentence,
    pause_note,
    returned,
    topic_waits,
)
from bot.views.schedule import when_page
from bot.views.trial import trial_alert, trial_failed, trial_sent

NOW = reader().now
GROUP = Chat(-100123, ChatKind.SUPERGROUP, subscriptions=frozenset({(7, EVERYTHING)}))
QUIET = Timing(quiet=QuietHours(0, 23))
MESSAGES: dict[str, Callable[[Reader], Message]] = {
    "closed": lambda who: topic_waits(who, -100123, 7, Obstacle.TOPIC_CLOSED),
    "gone": lambda who: topic_waits(who, -100123, 7, Obstacle.TOPIC_GONE),
    "taken": lambda who: may_not_post(who, "λ", taken=True),
    "never had": lambda who: may_not_post(who, "λ", taken=False),
    "back": lambda who: returned(who, 3, 2, NOW),
    "back, nothing new": lambda who: returned(who, 1, 0, NOW),
    "back, nothing": lambda who: returned(who, 0, 0, NOW),
}
TOASTS: list[Callable[[Reader], str]] = [brought, nothing_missed, trial_sent]


def paused(thread_id: int | None, obstacle: Obstacle = Obstacle.TOPIC_CLOSED) -> Chat:
    return GROUP.paused(thread_id, GROUP.refused(thread_id, obstacle, NOW))


@pytest.mark.parametrize("name", MESSAGES)
@pytest.mark.parametrize("kind", [ChatKind.PRIVATE, ChatKind.SUPERGROUP])
def test_a_message_can_be_sent_and_is_translated(name: str, kind: ChatKind) -> None:
    check(MESSAGES[name](reader(kind=kind)))
    check_translated(MESSAGES[name](reader(GREEK, kind)))


@pytest.mark.parametrize("toast", TOASTS)
def test_what_flies_over_the_chat_is_short(toast: Callable[[Reader], str]) -> None:
    assert 0 < len(toast(reader())) <= 200
    assert "⟦" in toast(reader(GREEK))


@pytest.mark.parametrize("obstacle", Obstacle)
def test_a_pause_tells_its_reason_and_its_next_attempt(obstacle: Obstacle) -> None:
    note = pause_note(reader(), paused(7, obstacle), 7)
    assert note is not None
    text = shown(note)
    assert obstacle_sentence(reader().language, obstacle) in text
    assert "Next attempt:" in text
    check_translated(Message(pause_note(reader(GREEK), paused(7, obstacle), 7)))


def test_a_chat_reads_of_pauses_in_its_other_topics() -> None:
    note = pause_note(reader(), paused(7), None)
    assert note is not None
    assert shown(note) == "⏸ Alerts are paused in 1 other topic of this chat."
    check_translated(Message(pause_note(reader(GREEK), paused(7), None)))


def test_nothing_is_said_where_nothing_is_paused_or_the_pause_is_over() -> None:
    assert pause_note(reader(), GROUP, 7) is None
    late = replace(reader(), now=NOW + timedelta(minutes=5))
    assert pause_note(late, paused(7), 7) is None


def test_the_buttons_lead_on() -> None:
    waits = topic_waits(reader(), -100123, 7, Obstacle.TOPIC_GONE)
    assert button(waits, "Send them here").action == Bring(7)
    assert "https://t.me/c/123/7" in topic_waits(reader(), -100123, 7, Obstacle.TOPIC_CLOSED).html
    missed = button(returned(reader(), 3, 2, NOW), "What has changed")
    assert missed.action == Missed(int(NOW.timestamp()))


def test_a_test_alert_tells_when_news_would_come() -> None:
    page = trial_alert(reader(), GROUP.timed(QUIET), 7)
    check(page)
    text = shown(page.html)
    assert "Following 1 thing." in text
    assert "Quiet from" in text
    assert "An alert from this moment would arrive at:" in text
    assert "would arrive" not in shown(trial_alert(reader(), GROUP, 7).html)
    check_translated(trial_alert(reader(GREEK), GROUP.timed(QUIET), 7))


def test_a_test_alert_that_failed_says_why() -> None:
    paused = Outcome(Result.PAUSED, obstacle=Obstacle.TOPIC_CLOSED)
    assert trial_failed(reader(), paused).endswith("The topic is closed.")
    refused = Outcome(Result.REFUSED, detail="BadRequest: λ" * 99)
    assert "BadRequest: λ" in trial_failed(reader(), refused)
    assert len(trial_failed(reader(), refused)) <= 200


def test_every_page_of_delivery_times_shows_the_pause() -> None:
    chat = paused(None, Obstacle.NO_RIGHT)
    pages = [
        when_page(reader(), chat),
    ]
    assert all("Alerts are paused here" in shown(page.html) for page in pages)
    assert "paused" not in shown(when_page(reader(), GROUP).html)
