"""Updates from a real store's inbox: in order, not too many of a chat, none lost, none deadly."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import orjson
import pytest
import pytest_asyncio
import structlog
from structlog.testing import capture_logs
from telegram import Bot, Update

from bot.clock import system_clock
from bot.storage.errors import StoreAway, StoreError
from bot.storage.tinydb import TinyStore, open_store
from bot.telegram import dispatcher
from bot.telegram.dispatcher import Dispatcher
from bot.telegram.throttling import Allowance, Throttle
from bot.telegram.updates import accepted_form

GENEROUS = Allowance(1000, 1)


class NamedBot(Bot):
    """Knows its name without asking Telegram for it."""

    username = "briefing_bot"
    id = 700


def message(number: int, chat: int = 1, text: str = "/topics", **more) -> bytes:
    kind = "private" if chat > 0 else "supergroup"
    person = {"id": abs(chat), "is_bot": False, "first_name": "P"}
    fields = {
        "message_id": number, "date": 1, "chat": {"id": chat, "type": kind}, "from": person,
        "text": text, **more,
    }  # fmt: skip
    return orjson.dumps({"update_id": number, "message": fields})


class Work:
    """A dispatcher at work, and what it hands over."""

    def __init__(self, data: Path, *, grace: float = 5.0) -> None:
        self.data, self.grace = data, grace
        self.handled: list[int] = []
        self.begun: list[int] = []
        self.told: list[int] = []
        self.aside: list[tuple[int, str]] = []
        self.failures: list[Exception] = []
        self.act: Callable[[Update], object] | None = None
        self.watched: list[int] = []

    async def start(self) -> None:
        self.store: TinyStore = await open_store(self.data, system_clock)
        bot = NamedBot("700:x")
        throttle = Throttle(bot, person=GENEROUS, group=GENEROUS)
        self.dispatcher = Dispatcher(bot, throttle, grace=self.grace)
        self.dispatcher.handled_by(self)
        self.dispatcher.watched_by(lambda update, _: self.watched.append(update.update_id))
        self.running = asyncio.create_task(self.dispatcher.run(self.store, look_every=3600))

    async def handle(self, update: Update) -> None:
        self.begun.append(update.update_id)
        if self.act is not None:
            await self.act(update)
        self.handled.append(update.update_id)

    async def failed(self, _: Update, error: Exception) -> None:
        self.failures.append(error)

    async def too_many(self, update: Update) -> None:
        self.told.append(update.update_id)

    async def set_aside(self, update_id: int, kind: str) -> None:
        self.aside.append((update_id, kind))

    async def accept(self, *bodies: bytes) -> None:
        await self.store.accept_updates([accepted_form(orjson.loads(body)) for body in bodies])
        self.dispatcher.wake()

    async def empty(self) -> None:
        async with asyncio.timeout(60):
            while (await self.store.inbox()).count:  # noqa: ASYNC110 - nothing tells
                await asyncio.sleep(0.005)

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(60):
            while not condition():  # noqa: ASYNC110 - nothing tells
                await asyncio.sleep(0.005)

    async def stop(self) -> None:
        self.running.cancel()
        await asyncio.gather(self.running, return_exceptions=True)
        await self.dispatcher.finish(self.store)
        await self.store.close()

    async def kill(self) -> None:
        """End as a kill would: nothing is erased or given back."""
        tasks = [self.running, *self.dispatcher._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.store.close()


@pytest_asyncio.fixture
async def work(tmp_path: Path) -> AsyncIterator[Work]:
    work = Work(tmp_path / "data")
    await work.start()
    yield work
    await work.stop()


async def test_a_chat_in_order_several_at_once(work: Work):
    running, most = 0, 0

    async def act(update: Update) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.002 * (6 - update.update_id // 10))  # the later, the quicker
        running -= 1

    work.act = act
    await work.accept(*(message(10 * turn + chat, chat) for turn in range(1, 6) for chat in (1, 2)))
    await work.empty()
    for chat in (1, 2):
        assert [item for item in work.handled if item % 10 == chat] == [
            10 * turn + chat for turn in range(1, 6)
        ]
    assert most == 2
    assert sorted(work.watched) == sorted(work.handled)


async def test_a_slow_chat_holds_up_nobody_else(work: Work):
    gate = asyncio.Event()

    async def act(update: Update) -> None:
        if update.effective_chat.id < 1000:
            await gate.wait()

    work.act = act
    await work.accept(*(message(number, number) for number in range(1, 500)))
    await work.accept(message(1000, 1000))
    await work.until(lambda: work.handled == [1000])
    gate.set()
    await work.empty()
    assert len(work.handled) == 500


async def test_ten_updates_of_a_chat_wait_and_the_chat_is_told_once(work: Work):
    gate = asyncio.Event()

    async def act(update: Update) -> None:
        if update.effective_chat.id == 1:
            await gate.wait()

    work.act = act
    await work.accept(message(1))
    await work.until(lambda: work.begun == [1])
    for number in range(2, 100):
        await work.accept(message(number))
    await work.accept(message(100, 2))
    await work.until(lambda: work.handled == [100])
    async with asyncio.timeout(60):
        while (await work.store.inbox()).count > 11:  # noqa: ASYNC110 - what was dropped is erased
            await asyncio.sleep(0.005)
    gate.set()
    await work.empty()
    assert work.handled == [100, *range(1, 12)]
    assert work.told == [12]
    await work.accept(message(101))
    await work.empty()
    assert work.handled[-1] == 101


async def test_talk_that_is_not_for_the_bot_is_dropped_without_a_word(work: Work):
    gate = asyncio.Event()
    work.act = lambda _: gate.wait()
    await work.accept(message(1, -5))
    await work.until(lambda: work.begun == [1])
    await work.accept(*(message(number, -5, "just talking") for number in range(2, 50)))
    await work.until(lambda: len(work.dispatcher) == 11)
    gate.set()
    await work.empty()
    assert len(work.handled) == 11
    assert not work.told


async def test_news_of_the_chat_itself_is_never_dropped(work: Work):
    gate = asyncio.Event()
    work.act = lambda _: gate.wait()
    await work.accept(*(message(number, -5) for number in range(1, 30)))
    await work.accept(message(50, -5, text="", migrate_to_chat_id=-100))
    await work.until(lambda: 29 in work.told or work.told)
    gate.set()
    await work.empty()
    assert work.handled[-1] == 50


async def test_a_failure_stops_neither_the_chat_nor_the_loop(work: Work):
    async def act(update: Update) -> None:
        if update.update_id == 1:
            raise ValueError("handler")

    work.act = act
    await work.accept(message(1), message(2))
    await work.empty()
    assert work.handled == [2]
    assert [str(error) for error in work.failures] == ["handler"]


async def test_an_error_that_cannot_be_reported_stops_nothing(work: Work):
    async def act(update: Update) -> None:
        if update.update_id == 1:
            raise ValueError("handler")

    async def failed(*_: object) -> None:
        raise RuntimeError("report")

    work.act, work.failed = act, failed
    with capture_logs() as lines:
        await work.accept(message(1), message(2))
        await work.empty()
    assert work.handled == [2]
    assert "an error could not be reported" in [line["event"] for line in lines]


async def test_an_update_whose_transaction_broke_is_handled_again(work: Work):
    broken = 0

    async def act(update: Update) -> None:
        nonlocal broken
        if update.update_id == 1 and broken < 2:
            broken += 1
            raise StoreAway("it broke off")

    work.act = act
    await work.accept(message(1), message(2))
    await work.empty()
    assert work.begun == [1, 1, 1, 2]  # in order: the second waits
    assert work.handled == [1, 2]
    assert not work.failures


async def test_an_update_that_always_breaks_its_transaction_is_reported(work: Work):
    async def act(update: Update) -> None:
        if update.update_id == 1:
            raise StoreAway("it broke off")

    work.act = act
    await work.accept(message(1), message(2))
    await work.empty()
    assert work.begun == [1, 1, 1, 2]
    assert [type(error) for error in work.failures] == [StoreAway]


async def test_what_was_under_way_at_a_kill_is_handled_after_it(work: Work):
    gate = asyncio.Event()
    work.act = lambda _: gate.wait()
    await work.accept(message(1), message(2), message(3, 3))
    await work.until(lambda: len(work.begun) == 2)
    await work.kill()
    gate.set()
    await work.start()
    await work.empty()
    assert [number for number in work.handled if number != 3] == [1, 2]
    assert 3 in work.handled


async def test_an_update_that_ends_the_process_twice_is_set_aside(work: Work):
    """The innocent ones around it are handled, the later ones of its chat too."""

    async def act(update: Update) -> None:
        if update.update_id == 2:
            await asyncio.sleep(3600)  # here the process dies

    work.act = act
    await work.accept(message(1, 7), message(2, 7), message(3, 7), message(4, 8))
    for count in (1, 2):
        await work.until(lambda: work.begun.count(2) == count)  # noqa: B023 - awaited here
        await work.until(lambda: not work.dispatcher._done)
        await work.kill()
        with capture_logs() as lines:
            await work.start()
            await work.until(lambda: work.begun.count(2) > count or work.aside)  # noqa: B023
    await work.empty()
    assert sorted(work.handled) == [1, 3, 4]
    assert work.begun.count(2) == 2
    assert work.aside == [(2, "message")]
    assert [line["update"] for line in lines if line["log_level"] == "error"] == [2]
    await work.stop()
    await work.start()
    await asyncio.sleep(0.05)
    assert work.aside == [(2, "message")]


async def test_updates_with_deaths_are_handled_one_at_a_time(work: Work):
    gate, running = asyncio.Event(), set()

    async def act(update: Update) -> None:
        running.add(update.update_id)
        await gate.wait()

    work.act = act
    await work.accept(*(message(number, number) for number in range(1, 4)))
    await work.until(lambda: len(work.begun) == 3)
    await work.kill()
    running.clear()
    await work.start()
    await work.accept(message(9, 9))
    await work.until(lambda: running == {1, 9})
    await asyncio.sleep(0.1)
    assert running == {1, 9}
    gate.set()
    await work.empty()
    assert sorted(work.handled) == [1, 2, 3, 9]


async def test_a_slow_update_with_a_death_does_not_keep_the_others(
    work: Work, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(dispatcher, "_ALONE", 0.05)
    gate = asyncio.Event()

    async def act(update: Update) -> None:
        if update.update_id == 1:
            await gate.wait()

    work.act = lambda _: gate.wait()
    await work.accept(message(1), message(2, 2))
    await work.until(lambda: len(work.begun) == 2)
    await work.kill()
    work.act = act
    await work.start()
    await work.until(lambda: work.handled == [2])
    gate.set()
    await work.empty()


async def test_what_is_cut_off_at_the_stop_is_given_back_without_a_death(tmp_path: Path):
    work = Work(tmp_path, grace=0.05)
    await work.start()
    work.act = lambda _: asyncio.sleep(3600)
    await work.accept(message(1), message(2), message(3, 3))
    for _ in range(4):
        await work.until(lambda: {1, 3} <= set(work.begun))
        work.begun.clear()
        await work.stop()
        await work.start()
    work.act = None
    await work.stop()
    await work.start()
    await work.empty()
    assert not work.aside
    assert sorted(work.handled) == [1, 2, 3]
    await work.stop()


async def test_the_stop_waits_a_little_for_what_is_under_way(work: Work):
    async def act(update: Update) -> None:
        await asyncio.sleep(0.05)

    work.act = act
    await work.accept(message(1))
    await work.until(lambda: work.begun)
    await work.stop()
    assert work.handled == [1]
    await work.start()
    assert (await work.store.inbox()).count == 0


async def test_lines_about_an_update_carry_its_number(work: Work):
    seen = {}

    async def act(_: Update) -> None:
        seen.update(structlog.contextvars.get_contextvars())

    work.act = act
    await work.accept(message(41))
    await work.empty()
    assert seen == {"update": 41}


async def test_an_inline_query_waits_for_its_person_s_others(work: Work):
    person = {"id": 9, "is_bot": False, "first_name": "P"}
    query = {"id": "1", "from": person, "query": "q", "offset": ""}
    gate = asyncio.Event()
    work.act = lambda _: gate.wait()
    await work.accept(message(1, 9), orjson.dumps({"update_id": 2, "inline_query": query}))
    await work.until(lambda: work.begun)
    await asyncio.sleep(0.05)
    assert work.begun == [1]
    gate.set()
    await work.empty()


def test_the_limits_are_those_that_the_documentation_names():
    text = " ".join((dispatcher.__doc__ or "").split())
    assert re.search(r"Up to (ten) updates", text)
    assert dispatcher._MOST_WAITING == 10


async def test_what_was_handled_and_comes_again_before_it_is_erased_is_not_handled_again(
    work: Work, monkeypatch: pytest.MonkeyPatch
):
    """The store took the process for dead while it could not be reached."""
    with monkeypatch.context() as away:

        async def refuse(_: object) -> bool:
            raise StoreError("away")

        away.setattr(work.store, "updates_handled", refuse)
        await work.accept(message(1))
        await work.until(lambda: work.handled)
        work.store._in_hand.clear()
        work.dispatcher.wake()
        await asyncio.sleep(0.05)
    await work.empty()
    assert work.handled == [1]
