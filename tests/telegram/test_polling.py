"""Updates over the playground's Bot API and a real store: none is confirmed too early."""

from __future__ import annotations

import asyncio
import json
import math
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from loopback_api import ME, LoopbackApi, ok
from structlog.testing import capture_logs
from telegram import Update
from telegram.error import InvalidToken

from bot.playground.clock import PlayClock
from bot.playground.faults import Fault, flood
from bot.playground.server import Playground
from bot.storage.errors import StoreFull
from bot.storage.tinydb import TinyStore, open_store
from bot.storage.tinydb.storage import JournalStorage
from bot.telegram import dispatcher, polling
from bot.telegram.application import Connection, connect
from bot.telegram.updates import ReceivingError

TOKEN = "700000001:polling-token-that-opens-nothing"


class Bot:
    """A bot that notes the texts it gets, and waits at those that begin with "wait"."""

    def __init__(self, playground: Playground, data: Path) -> None:
        self.playground, self.data = playground, data
        self.handled: list[str] = []
        self.failures: list[Exception] = []
        self.gate = asyncio.Event()
        self.store: TinyStore
        self.connection: Connection
        self.receiving: tuple[asyncio.Task[None], ...] = ()

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
        self.connection.dispatcher.handled_by(self)
        await self.connection.open()
        self.receiving = self.connection.start(self.store)

    async def handle(self, update: Update) -> None:
        message = update.effective_message
        if message is None and update.callback_query is None:
            return
        text = (message.text if message else None) or update.callback_query.data
        if text.startswith("wait"):
            await self.gate.wait()
        self.handled.append(text)
        if text == "fail":
            raise ValueError("a handler failed")

    async def failed(self, _: Update, error: Exception) -> None:
        self.failures.append(error)

    async def stop(self) -> None:
        await self.connection.stop(self.receiving, self.store)
        await self.connection.close()
        await self.store.close()

    async def kill(self) -> None:
        """End as a kill would: nothing more is handled, noted or confirmed."""
        dispatcher = self.connection.dispatcher
        self.connection.poller._offset = None  # so that nothing is confirmed
        tasks = [*self.receiving, *dispatcher._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.connection.close()
        await self.store.close()

    async def until(self, condition: Callable[[], object], seconds: float = 60) -> None:
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


async def test_what_is_being_handled_comes_again_after_a_kill(bot: Bot):
    await say(bot, 1, "wait")
    await say(bot, 2, "quick")
    await bot.until(lambda: bot.handled == ["quick"])
    await bot.until(lambda: not bot.pending)  # Telegram has forgotten both
    await bot.until(lambda: not bot.connection.dispatcher._done)
    await bot.kill()
    bot.handled.clear()
    bot.gate.set()
    await bot.start()
    await bot.until(lambda: bot.handled)
    await say(bot, 2, "next")
    await bot.until(lambda: len(bot.handled) == 2)
    assert bot.handled == ["wait", "next"]


async def test_what_telegram_did_not_forget_before_a_kill_is_handled_once(
    bot: Bot, playground: Playground
):
    update = await say(bot, 1, "once")
    await bot.until(lambda: bot.handled == ["once"])
    await bot.until(lambda: not bot.connection.dispatcher._done)
    await bot.kill()
    playground.world.updates.again({"update_id": 100_001, "message": update})
    await bot.start()
    await bot.until(lambda: not bot.pending)
    await say(bot, 1, "next")
    await bot.until(lambda: len(bot.handled) == 2)
    assert bot.handled == ["once", "next"]


async def test_nobody_waits_behind_a_slow_update(bot: Bot):
    await say(bot, 1, "wait")
    for number in range(20):
        await say(bot, 2, f"{number}")
        await bot.until(lambda: str(number) in bot.handled)  # noqa: B023 - awaited here
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


async def test_with_as_many_in_hand_as_there_may_be_telegram_keeps_the_rest(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(dispatcher, "_MOST_IN_HAND", 100)
    for number in range(1, 301):
        await say(bot, number, "wait")
    await bot.until(lambda: len(bot.connection.dispatcher) == 100)
    await asyncio.sleep(0.3)
    assert len(bot.connection.dispatcher) == 100
    assert len(bot.pending) >= 100
    bot.gate.set()
    await bot.until(lambda: len(bot.handled) == 300)
    await bot.until(lambda: not bot.pending)


async def test_an_error_in_a_handler_does_not_bring_its_update_back(bot: Bot):
    await say(bot, 1, "fail")
    await bot.until(lambda: not bot.pending)
    await say(bot, 1, "next")
    await bot.until(lambda: len(bot.handled) == 2)
    assert bot.handled == ["fail", "next"]
    assert [str(error) for error in bot.failures] == ["a handler failed"]


async def test_stopping_does_not_wait_for_the_long_poll_and_confirms_what_was_handled(bot: Bot):
    await say(bot, 1, "one")
    await bot.until(lambda: bot.handled)
    async with asyncio.timeout(15):
        await bot.stop()
    assert bot.pending == []
    await say(bot, 1, "two")
    await bot.start()
    await bot.until(lambda: not bot.pending)
    assert bot.handled == ["one", "two"]


async def test_what_is_cut_off_at_the_stop_comes_again(bot: Bot):
    bot.connection.dispatcher._grace = 0.05
    await say(bot, 1, "wait")
    await say(bot, 2, "two")
    await bot.until(lambda: bot.handled)
    await bot.stop()
    bot.gate.set()
    await bot.start()
    await bot.until(lambda: len(bot.handled) == 2)
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
    await bot.until(lambda: bot.handled == ["hello"], 60)
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
        await asyncio.wait_for(asyncio.gather(*bot.receiving), 60)
    playground.token = TOKEN


async def test_a_full_disk_loses_no_update(bot: Bot, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object) -> None:
        raise StoreFull("no room")

    with monkeypatch.context() as patch:
        patch.setattr(JournalStorage, "append", full)
        await say(bot, 1, "kept")
        await bot.until(lambda: bot.connection.health.error is ReceivingError.STORE)
        assert bot.pending
    await bot.until(lambda: bot.handled == ["kept"])
    await bot.until(lambda: not bot.pending)


async def test_an_update_that_comes_twice_is_handled_once(bot: Bot, playground: Playground):
    await say(bot, 1, "once")
    update = playground.world.updates.pending[0]
    await bot.until(lambda: bot.handled)
    await say(bot, 1, "wait")
    playground.world.updates.again(update)
    await say(bot, 2, "end")
    await bot.until(lambda: "end" in bot.handled)
    assert bot.handled == ["once", "end"]


PERSON = {"id": 1, "is_bot": False, "first_name": "P"}
CHAT = {"id": 1, "type": "private"}
MESSAGE = {"message_id": 1, "date": 1, "chat": CHAT, "from": PERSON, "text": "my words"}


def nested(depth: int) -> bytes:
    """A message that replies to a message that replies to a message, and so on."""
    text = b'{"message_id":1,"date":1,"chat":{"id":1,"type":"private"},"text":"my words"'
    return text + (b',"reply_to_message":' + text) * depth + b"}" * (depth + 1)


ODD = {
    "no message": {"message": "my words"},
    "a list for a chat": {"message": {**MESSAGE, "chat": ["my words"]}},
    "a list for a text": {"message": {**MESSAGE, "text": ["my words"]}},
    "a number for a text": {"message": {**MESSAGE, "text": 7}},
    "a time beyond all calendars": {"message": {**MESSAGE, "date": 10**18}},
    "an unknown kind of chat": {"message": {**MESSAGE, "chat": {"id": 1, "type": "moon"}}},
    "half a surrogate pair": {"message": {**MESSAGE, "text": "my words \ud83d"}},
    "a chat beyond 64 bits": {"message": {**MESSAGE, "chat": {**CHAT, "id": 2**63}}},
    "a chat far beyond 64 bits": {"message": {**MESSAGE, "chat": {**CHAT, "id": 10**30}}},
    "a number beyond 64 bits in what nobody reads": {"message": {**MESSAGE, "dice": 10**30}},
    "an empty member": {"my_chat_member": {}},
    "what the library cannot read": {"message": {**MESSAGE, "location": {}}},
    "a text for a number": {"update_id": "7", "message": MESSAGE},
    "a number below 0": {"update_id": -7, "message": MESSAGE},
    "a number beyond 64 bits": {"update_id": 10**30, "message": MESSAGE},
    "no number": {"update_id": None, "message": MESSAGE},
    "deep nesting": nested(300),
    "nesting beyond what a parser follows": nested(3000),
}


class OddApi(LoopbackApi):
    """Answers getUpdates with updates as they are given, byte for byte."""

    def __init__(self, updates: list[bytes]) -> None:
        super().__init__(self._respond)
        self.updates = updates

    async def _respond(self, method: str, params: dict[str, Any]) -> web.StreamResponse:
        if method != "getUpdates":
            return ok(ME if method == "getMe" else True)
        numbers = map(_number, self.updates)
        below = [place for place, number in enumerate(numbers) if number < params.get("offset", 0)]
        del self.updates[: max(below, default=-1) + 1]
        if not self.updates:
            await asyncio.sleep(0.05)
        body = b",".join(self.updates[: params["limit"]])
        return web.Response(
            body=b'{"ok":true,"result":[' + body + b"]}", content_type="application/json"
        )


def _number(body: bytes) -> float:
    """The number of an update; one that has none is forgotten with those after it."""
    found = re.search(rb'"update_id":(\d{1,18})\b', body)
    return int(found[1]) if found else math.inf


def _body(number: int, odd: dict[str, Any] | bytes) -> bytes:
    if isinstance(odd, bytes):
        return b'{"update_id":%d,"message":%b}' % (number, odd)
    return json.dumps({"update_id": number, **odd}, separators=(",", ":")).encode()


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
async def test_an_odd_update_is_set_aside_and_stops_no_other(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, odd: dict[str, Any] | bytes
):
    before, after = ({"message": {**MESSAGE, "text": text}} for text in ("before", "after"))
    api = OddApi([_body(10, before), _body(11, odd), _body(12, after)])
    await api.start()
    bot = Bot(SimpleNamespace(url=api.url, clock=PlayClock()), tmp_path / "data")
    with capture_logs() as lines:
        await bot.start()
        await bot.until(lambda: len(bot.handled) == 2)
        await bot.stop()
        await bot.start()  # nothing that prevents a start was written
        await asyncio.sleep(0.1)
        assert not any(task.done() for task in bot.receiving)
        await bot.stop()
    await api.stop()
    assert bot.handled == ["before", "after"]
    errors = [line["event"] for line in lines if line["log_level"] == "error"]
    assert len(errors) == 1
    assert "my words" not in caplog.text + repr(lines)
    assert not bot.failures


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
    await bot.until(lambda: health.failing_for > 0.5)
    assert health.poll_age > 0.5
    playground.faults.clear()
    await bot.until(lambda: health.error is None, 60)
    assert health.failing_for == 0
    assert health.poll_age < 0.5
    await bot.stop()
    assert not health.polls
    assert health.poll_age is None


async def test_updates_without_numbers_are_asked_for_again(tmp_path: Path):
    """A proxy that answers with nonsense, at one time, makes nobody deaf."""
    answers: list[Any] = [[{}], [{"update_id": 9, "message": MESSAGE}]]

    async def answer(method: str, _: dict[str, Any]) -> web.StreamResponse:
        if method != "getUpdates":
            return ok(ME if method == "getMe" else True)
        if not answers:
            await asyncio.sleep(0.05)
        return ok(answers.pop(0) if answers else [])

    api = LoopbackApi(answer)
    await api.start()
    bot = Bot(SimpleNamespace(url=api.url, clock=PlayClock(datetime.now(UTC))), tmp_path)  # type: ignore[arg-type]
    try:
        await bot.start()
        await bot.until(lambda: bot.handled == [MESSAGE["text"]])
        await bot.stop()
    finally:
        await api.stop()
