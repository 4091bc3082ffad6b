from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.subscribers.chat import Chat, ChatKind, Scope, ScopeKind
from bot.subscribers.preferences import adjusted
from bot.subscribers.schedule import NO_WISHES, QuietHours, Rhythm, Schedule, Timing

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
LIGHT = Scope(ScopeKind.TOPIC, "light")
CHAT = Chat(-5, ChatKind.SUPERGROUP).following(None, LIGHT).following(3, LIGHT)


def timing(*wishes: tuple[str, str]) -> Timing:
    chat: Chat | None = CHAT
    for what, value in wishes:
        assert chat is not None
        chat = adjusted(chat, what, value, NOW)
    assert chat is not None
    return chat.timing


def test_each_wish_changes_one_thing() -> None:
    assert timing(("rhythm", "daily")).schedule == Schedule(Rhythm.DAILY)
    assert timing(("hour", "0")).schedule.hour == 0
    assert timing(("day", "6")).schedule.weekday == 6
    assert timing(("quiet", "22-7")).quiet == QuietHours(22, 7)
    assert timing(("zone", "Asia/Baku")).zone == "Asia/Baku"
    assert timing(("mute", "day")).muted_until == NOW + timedelta(days=1)
    assert timing(("mute", "week")).muted_until == NOW + timedelta(weeks=1)


def test_wishes_add_up_and_can_be_taken_back() -> None:
    both = timing(("rhythm", "weekly"), ("day", "4"), ("hour", "18"))
    assert both.schedule == Schedule(Rhythm.WEEKLY, 18, 4)
    assert timing(("quiet", "22-7"), ("quiet", "off"), ("mute", "day"), ("mute", "off")) == (
        NO_WISHES
    )


@pytest.mark.parametrize(
    ("what", "value"),
    [
        ("rhythm", "hourly"),
        ("hour", "24"),
        ("hour", "-1"),
        ("hour", ""),
        ("hour", "٣"),
        ("day", "7"),
        ("quiet", "22"),
        ("quiet", "8-8"),
        ("quiet", "22-25"),
        ("zone", "Mars/Olympus"),
        ("zone", "../../etc/passwd"),
        ("mute", "year"),
        ("colour", "red"),
        ("", ""),
    ],
)
def test_what_nobody_can_wish_is_refused(what: str, value: str) -> None:
    assert adjusted(CHAT, what, value, NOW) is None
