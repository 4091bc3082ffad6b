"""A flood delays nobody else, is answered once, and ignored for a while."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from telegram import Bot, CallbackQuery, Chat, InlineQuery, Message, Update, User

from bot.app import RunningBot, running_bot
from bot.playground.clock import PlayClock
from bot.playground.server import Playground
from bot.settings import read_settings
from bot.telegram import throttling
from bot.telegram.throttling import Allowance, Throttle, Verdict

TOKEN = "700000001:flooded-token-that-opens-nothing"
GROUP = -100
NOW = datetime(2026, 7, 1, 9, tzinfo=UTC)
SLOW_DOWN = "One moment, please. That was a lot at once."


class NamedBot(Bot):
    """Knows its name without asking Telegram for it."""

    username = "briefing_bot"
    id = 700


def gate(**how) -> Throttle:
    return Throttle(NamedBot("700:x"), **how)


def message(person: int, chat: int | None = None, text: str = "/topics", **more) -> Update:
    kind = "private" if chat is None else "supergroup"
    user = User(person, "P", is_bot=False)
    return Update(
        1, message=Message(1, NOW, Chat(chat or person, kind), from_user=user, text=text, **more)
    )


def press(person: int, chat: int | None = None) -> Update:
    kind = "private" if chat is None else "supergroup"
    place = Message(1, NOW, Chat(chat or person, kind))
    return Update(
        1,
        callback_query=CallbackQuery("1", User(person, "P", is_bot=False), "c", message=place),
    )


def verdicts(throttle: Throttle, update: Update, count: int) -> list[Verdict]:
    return [throttle.judge(update) for _ in range(count)]


def test_one_too_many_is_told_once_and_the_rest_ignored():
    found = verdicts(gate(), message(1), 1000)
    assert found[:30] == [Verdict.HANDLE] * 30
    assert Verdict.HANDLE not in found[32:]
    assert found.count(Verdict.TELL) == 1


def test_others_keep_their_allowance():
    one = gate()
    verdicts(one, message(1), 100)
    assert one.judge(message(2)) is Verdict.HANDLE
    assert one.ignores(message(1))
    assert not one.ignores(message(2))


def test_a_member_s_flood_is_not_the_group_s():
    one = gate()
    verdicts(one, message(1, GROUP), 1000)
    assert one.judge(message(2, GROUP)) is Verdict.HANDLE
    assert one.judge(message(1)) is Verdict.IGNORE  # the same person in private


def test_a_group_s_flood_by_many_is_told_once():
    one = gate()
    found = [one.judge(message(person, GROUP)) for person in range(1, 200)]
    assert found.count(Verdict.TELL) == 1
    assert found.count(Verdict.HANDLE) < 70
    assert one.judge(message(1)) is Verdict.HANDLE  # its members are heard elsewhere


def test_who_is_quiet_for_a_while_is_heard_again():
    one = gate(person=Allowance(2, 1), muted=timedelta(seconds=1))
    assert verdicts(one, message(1), 5)[-1] is Verdict.IGNORE
    time.sleep(1.05)
    assert one.judge(message(1)) is Verdict.HANDLE


def test_quick_use_is_no_flood():
    one = gate()
    for _ in range(3):
        assert verdicts(one, press(1), 10) == [Verdict.HANDLE] * 10
    assert verdicts(gate(), press(1, GROUP), 10) == [Verdict.HANDLE] * 10


@pytest.mark.parametrize(
    "update",
    [
        message(1, GROUP, "just talking"),
        message(1, GROUP, "/start@another_bot"),
        message(1, GROUP, text="", migrate_to_chat_id=-200),
        Update(1),
    ],
)
def test_what_is_not_for_the_bot_counts_for_nothing(update: Update):
    one = gate()
    assert set(verdicts(one, update, 300)) <= {Verdict.QUIET, Verdict.ALWAYS}
    assert not one.ignores(update)


def test_news_of_the_chat_itself_always_passes():
    one = gate()
    verdicts(one, message(1, GROUP), 300)
    for field in ("migrate_to_chat_id", "migrate_from_chat_id"):
        assert one.judge(message(1, GROUP, text="", **{field: -200})) is Verdict.ALWAYS


def test_a_channel_s_posts_count_for_the_channel():
    channel = Chat(-500, "channel")
    post = Update(1, channel_post=Message(1, NOW, channel, sender_chat=channel, text="/topics"))
    found = verdicts(gate(), post, 200)
    assert found.count(Verdict.TELL) == 1
    assert found[-1] is Verdict.IGNORE


def test_inline_queries_count_for_their_person():
    query = InlineQuery("1", User(9, "P", is_bot=False), "q", "")
    assert verdicts(gate(), Update(1, inline_query=query), 200)[-1] is Verdict.IGNORE


def test_an_anonymous_admin_s_flood_is_the_group_s_alone():
    one = gate()
    group = Chat(GROUP, "supergroup")
    anonymous = Update(
        1,
        message=Message(
            1,
            NOW,
            group,
            from_user=User(1_087_968_824, "Group", is_bot=True),
            sender_chat=group,
            text="/topics",
        ),
    )
    verdicts(one, anonymous, 200)
    elsewhere = message(1_087_968_824, -300)
    assert one.judge(elsewhere) is Verdict.HANDLE


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(throttling, "_MOST_REMEMBERED", 50)
    one = gate(person=Allowance(1, 1))
    for person in range(1, 500):
        verdicts(one, message(person), 2)
    stores = (one._muted, one._person._store)
    assert [len(store._backend.get_client()) for store in stores] == [50, 50]


@pytest_asyncio.fixture
async def playground() -> AsyncIterator[Playground]:
    playground = Playground(TOKEN, PlayClock())
    for person in (1, 2):
        playground.world.person(person, f"P{person}", "en")
    await playground.start()
    yield playground
    await playground.stop()
    assert playground.violations == []


@pytest_asyncio.fixture
async def bot(playground: Playground, tmp_path: Path) -> AsyncIterator[RunningBot]:
    settings = read_settings(
        token=TOKEN, api_url=playground.url, data=tmp_path / "data", chat_seconds=1
    )
    async with running_bot(settings, playground.clock.now) as bot:
        yield bot


def answers(playground: Playground, chat: int) -> list[str]:
    return [answer.get("text", "") for answer in playground.world.answers(chat)]


async def until(condition: Callable[[], object], seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for is no event
            await asyncio.sleep(0.005)


async def test_a_thousand_messages_delay_nobody_else(playground: Playground, bot: RunningBot):
    for number in range(1000):
        await playground.world.say(1, f"/topics {number}")
    begun = time.monotonic()
    await playground.world.say(2, "/topics")
    await until(lambda: answers(playground, 2), 60)
    assert time.monotonic() - begun < 200  # a thousand answers would take as many seconds
    await playground.world.say(2, "/help")
    await until(lambda: len(answers(playground, 2)) == 2, 60)
    await until(lambda: SLOW_DOWN in answers(playground, 1), 60)
    await until(lambda: not playground.world.updates.pending, 60)
    said = answers(playground, 1)
    assert said.count(SLOW_DOWN) == 1
    assert len(said) <= 4  # all that had not been answered by then was let go


async def test_presses_are_told_by_a_notice(playground: Playground, bot: RunningBot):
    await playground.world.say(1, "/topics")
    await until(lambda: answers(playground, 1), 60)
    page = playground.world.answers(1)[-1]
    data = page["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    for _ in range(100):
        await playground.world.press(1, 1, page["message_id"], data, stale=True)
    told = lambda: [toast for toast in playground.world.toasts if toast.text == SLOW_DOWN]  # noqa: E731
    await until(told, 60)
    await until(lambda: not playground.world.updates.pending, 60)
    assert len(told()) == 1
