"""Updates over the playground's Bot API and a real store: none is confirmed too early."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from structlog.testing import capture_logs
from telegram import Update
from telegram.error import InvalidToken
from telegram.ext import TypeHandler

from bot.playground.clock import PlayClock
from bot.playground.faults import Fault, flood
from bot.playground.server import Playground
from bot.storage.errors import StoreFull
from bot.storage.tinydb import TinyStore, open_store
from bot.telegram import polling
from bot.telegram.application import Connection, connect
from bot.telegram.updates import ReceivingError

TOKEN = "700000001:polling-token-that-opens-nothing"


class Bot:
    """A bot that notes the texts it gets, and waits at those that begin with "wait"."""

    def __init__(self, playground: Playground, data: Path) -> None:
        self.playground, self.data = playground, data
        self.handled: list[str] = []
        self.gate = asyncio.Event()
        self.store: TinyStore
        self.connection: Connection
        self.polling: asyncio.Task[None]

    async def start(self, token: str = TOKEN) -> None:
        self.store = await open_store(self.data, self.playground.clock.now)
        self.connection = connect(
            token,
            api_url=self.playground.url,
            proxy=None,
            rate=1000,
            chat_seconds=0,
            connections=16,
        )
        self.connection.application.add_handler(TypeHandler(Update, self._handle))
        await self.connection.open()
        self.polling = await self.connection.start(self.store)

    async def _handle(self, update: Update, _: object) -> None:
        message = update.effective_message
        if message is None and update.callback_query is None:
            return
        text = (message.text if message else None) or update.callback_query.data
        if text.startswith(("wait", "/wait", "/ask")):
            await self.gate.wait()
        self.handled.append(text)
        if text == "fail":
            raise ValueError("a handler failed")

    async def stop(self) -> None:
        await self.connection.stop(self.polling, self.store)
        await self.connection.close()
        await self.store.close()

    async def kill(self) -> None:
        """End as a kill would: nothing more is handled, noted or confirmed."""
        self.polling.cancel()
        for task in list(self.connection.processor._tasks):
            task.cancel()
        await asyncio.gather(self.polling, return_exceptions=True)
        await self.connection.application.stop()
        await self.connection.close()
        await self.store.close()

    async def until(self, condition: Callable[[], object], seconds: float = 5) -> None:
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110 - what is waited for is no event
                await asyncio.sleep(0.005)

    @property
    def pending(self) -> list[int]:
        return [update["update_id"] for update in self.playground.world.updates.pending]


@pytest_asyncio.fixture
async def playground() -> AsyncIterator[Playground]:
    playground = Playground(TOKEN, PlayClock(datetime(2026, 7, 1, 9, tzinfo=UTC)))
    for person in range(1, 301):
        playground.world.person(person, f"P{person}", "en")
    await playground.start()
    yield playground
    await playground.stop()
    assert playground.violations == []


@pytest_asyncio.fixture
async def bot(playground: Playground, tmp_path: Path) -> AsyncIterator[Bot]:
    bot = Bot(playground, tmp_path / "data")
    await bot.start()
    yield bot
    bot.gate.set()
    await bot.stop()


def say(bot: Bot, person: int, text: str) -> Awaitable[dict[str, Any]]:
    return bot.playground.world.say(person, text)


async def test_what_is_being_handled_is_not_confirmed_and_comes_again_after_a_kill(
    bot: Bot, playground: Playground
):
    await say(bot, 1, "wait")
    await say(bot, 2, "quick")
    await bot.until(lambda: bot.handled == ["quick"])
    assert len(bot.pending) == 2  # the second cannot be confirmed before the first
    await bot.until(lambda: not bot.connection.poller._hand.unmarked)
    await bot.kill()
    bot.handled.clear()
    bot.gate.set()
    await bot.start()
    await bot.until(lambda: not bot.pending)
    assert bot.handled == ["wait"]  # and "quick" was known


async def test_nobody_waits_behind_a_slow_update(bot: Bot):
    await say(bot, 1, "wait")
    for number in range(20):
        await say(bot, 2, f"{number}")
        before = asyncio.get_running_loop().time()
        await bot.until(lambda: str(number) in bot.handled)  # noqa: B023 - awaited here
        assert asyncio.get_running_loop().time() - before < 4
    assert bot.handled == [str(number) for number in range(20)]


async def test_hundreds_pass_one_that_is_stuck(bot: Bot):
    await say(bot, 1, "wait")
    for number in range(2, 301):
        await say(bot, number, "x")
    await bot.until(lambda: len(bot.handled) == 299)
    bot.gate.set()
    await bot.until(lambda: len(bot.handled) == 300)
    await bot.until(lambda: not bot.pending)
    assert sorted(set(bot.handled)) == ["wait", "x"]


async def test_a_request_while_something_is_slow_is_made_now_and_then_only(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
):
    asked = []
    ask = bot.connection.poller._request

    async def counted(**how):
        asked.append(how)
        return await ask(**how)

    monkeypatch.setattr(bot.connection.poller, "_request", counted)
    await say(bot, 1, "wait")
    await asyncio.sleep(1.5)
    assert len(asked) < 15
    bot.gate.set()
    await bot.until(lambda: not bot.pending)
    asked.clear()
    await asyncio.sleep(0.4)
    assert len(asked) <= 1


async def test_who_is_overtaken_by_hundreds_still_comes_again_after_a_kill(
    bot: Bot, playground: Playground
):
    await say(bot, 1, "/wait for me")
    await say(bot, 2, "/ask what I would never write down")
    for number in range(3, 201):
        await say(bot, number, "x")
    await bot.until(lambda: len(bot.handled) == 198)
    await bot.until(lambda: not bot.pending)  # Telegram has forgotten all of them
    await bot.kill()
    left = b"".join(path.read_bytes() for path in bot.data.iterdir())
    assert b"/wait for me" in left
    assert b"never write down" not in left
    bot.handled.clear()
    bot.gate.set()
    await bot.start()
    await bot.until(lambda: bot.handled)
    await bot.until(lambda: bot.store._state.facts[polling._KEPT] == "[]")
    assert bot.handled == ["/wait for me"]


async def test_with_as_many_in_hand_as_there_may_be_the_loop_turns(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(polling, "_MOST_IN_HAND", 100)
    for number in range(1, 61):
        await say(bot, number, "/wait")
    await asyncio.sleep(0.3)  # the offset stands still
    for number in range(61, 201):
        await say(bot, number, "/wait")
    await bot.until(lambda: len(bot.connection.poller._hand) >= 100)
    await asyncio.sleep(1)
    bot.gate.set()
    await bot.until(lambda: len(bot.handled) == 200)


async def test_an_error_in_a_handler_does_not_bring_its_update_back(bot: Bot):
    await say(bot, 1, "fail")
    await bot.until(lambda: not bot.pending)
    await say(bot, 1, "next")
    await bot.until(lambda: len(bot.handled) == 2)
    assert bot.handled == ["fail", "next"]


async def test_stopping_does_not_wait_for_the_long_poll_and_confirms_what_was_handled(bot: Bot):
    await say(bot, 1, "one")
    await bot.until(lambda: bot.handled)
    async with asyncio.timeout(1):
        await bot.stop()
    assert bot.pending == []
    await say(bot, 1, "two")
    await bot.start()
    await bot.until(lambda: not bot.pending)
    assert bot.handled == ["one", "two"]


async def test_what_is_cut_off_at_the_stop_comes_again(bot: Bot):
    bot.connection.processor._grace = 0.05
    await say(bot, 1, "wait")
    await say(bot, 2, "two")
    await bot.until(lambda: bot.handled)
    await bot.stop()
    bot.gate.set()
    await bot.start()
    await bot.until(lambda: not bot.pending)
    assert bot.handled == ["two", "wait"]


@pytest.mark.parametrize(
    "fault",
    [
        Fault("error", method="getUpdates", code=502, description="Bad Gateway", times=2),
        Fault("reset_before", method="getUpdates", times=2),
        Fault("error", method="deleteWebhook", code=500, description="Oh", times=1),
        flood(0, method="getUpdates", times=1),
    ],
)
async def test_polling_goes_on_after_a_failure(
    playground: Playground, tmp_path: Path, fault: Fault
):
    playground.faults.add(fault)
    bot = Bot(playground, tmp_path / "data")
    await bot.start()
    await say(bot, 1, "hello")
    await bot.until(lambda: bot.handled == ["hello"], 8)
    assert fault.hits == fault.times
    await bot.stop()


async def test_a_webhook_that_was_set_before_is_taken_away(playground: Playground, tmp_path: Path):
    playground.perform("setWebhook", {"url": "http://127.0.0.1:9/hook"}, {})
    bot = Bot(playground, tmp_path / "data")
    await bot.start()
    await say(bot, 1, "hello")
    await bot.until(lambda: bot.handled)
    await bot.stop()


async def test_another_poller_is_named_in_the_log_and_outlived(
    playground: Playground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(polling, "_CONFLICT", 0.05)
    bot = Bot(playground, tmp_path / "data")
    with capture_logs() as lines:
        await bot.start()
        await say(bot, 1, "one")
        await bot.until(lambda: bot.handled and not bot.pending)
        await bot.until(lambda: playground.world.updates._poller is not None)
        assert await playground.world.updates.poll({"timeout": 0}, asyncio.Event()) == []
        await bot.until(lambda: any("another program polls" in line["event"] for line in lines))
        await say(bot, 1, "two")
        await bot.until(lambda: len(bot.handled) == 2)
        await bot.stop()


async def test_a_token_that_is_taken_back_ends_the_bot(bot: Bot, playground: Playground):
    playground.token = "700000001:a-new-token-from-the-father"
    await say(bot, 1, "hello")
    with pytest.raises(InvalidToken):
        await asyncio.wait_for(bot.polling, 5)
    playground.token = TOKEN


async def test_a_full_disk_stops_no_update(bot: Bot, monkeypatch: pytest.MonkeyPatch):
    async def full(*_: object) -> None:
        raise StoreFull("no room")

    monkeypatch.setattr(bot.store, "mark_handled", full)
    with capture_logs() as lines:
        await say(bot, 1, "wait")
        await say(bot, 2, "quick")
        await bot.until(lambda: any("could not be noted" in line["event"] for line in lines))
        await say(bot, 3, "more")
        await bot.until(lambda: len(bot.handled) == 2)
    monkeypatch.undo()
    assert bot.handled == ["quick", "more"]


async def test_an_update_that_comes_twice_is_handled_once(bot: Bot, playground: Playground):
    await say(bot, 1, "once")
    update = playground.world.updates.pending[0]
    await bot.until(lambda: bot.handled)
    await say(bot, 1, "wait")
    playground.world.updates.again(update)
    await say(bot, 2, "end")
    await bot.until(lambda: "end" in bot.handled)
    assert bot.handled == ["once", "end"]


@pytest.mark.parametrize(
    "odd",
    [
        {"message": {"location": {}, "text": "my words"}},
        {"message": {"text": "my words", "message_id": 1, "date": 10**18, "chat": {"id": 1}}},
        {"message": {"text": "my words", "message_id": 1, "date": 1, "chat": []}},
        {"message": "my words"},
    ],
)
async def test_an_update_of_an_unknown_form_stops_no_other(
    bot: Bot, playground: Playground, caplog: pytest.LogCaptureFixture, odd: dict[str, Any]
):
    with capture_logs() as lines:
        playground.world.updates._queue({"update_id": 100_000, **odd})
        await say(bot, 1, "hello")
        await bot.until(lambda: bot.handled == ["hello"] and not bot.pending)
    assert [line["event"] for line in lines if line["log_level"] == "error"] == [
        "an update cannot be read"
    ]
    assert "my words" not in caplog.text + repr(lines)
    assert not bot.polling.done()


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (
            Fault(
                "error",
                method="getUpdates",
                code=409,
                description="Conflict: terminated",
                times=1000,
            ),
            ReceivingError.CONFLICT,
        ),
        (Fault("reset_before", method="getUpdates", times=1000), ReceivingError.UNREACHABLE),
        (flood(1, method="getUpdates", times=1000), ReceivingError.THROTTLED),
    ],
)
async def test_health_tells_why_no_update_comes_and_when_they_come_again(
    playground: Playground,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    fault: Fault,
    error: ReceivingError,
):
    monkeypatch.setattr(polling, "_CONFLICT", 0.05)
    bot = Bot(playground, tmp_path / "data")
    await bot.start()
    health = bot.connection.health
    await say(bot, 1, "one")
    await bot.until(lambda: bot.handled == ["one"])
    assert (health.polls, health.error, health.failing_for) == (True, None, 0)
    playground.faults.add(fault)
    await say(bot, 1, "two")
    await bot.until(lambda: health.error is error)
    await bot.until(lambda: health.failing_for > 0.2)
    assert health.poll_age > 0.2
    playground.faults.clear()
    await bot.until(lambda: health.error is None, 8)
    assert health.failing_for == 0
    assert health.poll_age < 0.2
    await bot.stop()
    assert not health.polls
    assert health.poll_age is None
