from __future__ import annotations

import asyncio
import gc

import pytest
import structlog
from telegram import Chat, Message, Update, User

from bot.telegram.processor import ChatProcessor, key_of


def update_in(chat_id: int, number: int = 1) -> Update:
    chat = Chat(chat_id, "private")
    return Update(number, message=Message(number, None, chat))


async def test_one_chat_in_order_several_at_once():
    processor, seen = ChatProcessor(), []
    running, most = [0], [0]

    async def handle(chat, number):
        running[0] += 1
        most[0] = max(most[0], running[0])
        await asyncio.sleep(0.002 * (5 - number))  # the later, the quicker
        seen.append((chat, number))
        running[0] -= 1

    async with processor:
        await asyncio.gather(
            *(
                processor.process_update(update_in(chat), handle(chat, number))
                for number in range(5)
                for chat in (1, 2, 3)
            )
        )
    for chat in (1, 2, 3):
        assert [number for item, number in seen if item == chat] == list(range(5))
    assert most[0] == 3
    assert len(processor) == 0


async def test_a_flood_in_one_chat_holds_up_nobody_else():
    processor = ChatProcessor(chats=2)
    gate = asyncio.Event()

    async def slow():
        await gate.wait()

    async def quick():
        return None

    flood = [
        asyncio.create_task(processor.process_update(update_in(1), slow())) for _ in range(1000)
    ]
    await asyncio.sleep(0.01)
    async with asyncio.timeout(0.5):
        await processor.process_update(update_in(2), quick())
    assert len(processor) == 1
    gate.set()
    await asyncio.gather(*flood)
    assert len(processor) == 0


async def test_no_more_chats_at_once_than_allowed():
    processor = ChatProcessor(chats=2)
    running, most = [0], [0]

    async def handle():
        running[0] += 1
        most[0] = max(most[0], running[0])
        await asyncio.sleep(0.001)
        running[0] -= 1

    await asyncio.gather(
        *(processor.process_update(update_in(chat), handle()) for chat in range(1, 20))
    )
    assert most[0] == 2


async def test_a_failure_does_not_stop_the_chat_s_next_update():
    processor = ChatProcessor()

    async def fail():
        await asyncio.sleep(0)
        raise ValueError("handler")

    async def work():
        return None

    results = await asyncio.gather(
        processor.process_update(update_in(1), fail()),
        processor.process_update(update_in(1), work()),
        return_exceptions=True,
    )
    assert [type(result) for result in results] == [ValueError, type(None)]


async def test_who_is_cut_off_while_waiting_is_passed_over():
    processor, gate, seen = ChatProcessor(), asyncio.Event(), []

    async def handle(number):
        seen.append(number)
        await gate.wait()

    tasks = [
        asyncio.create_task(processor.process_update(update_in(1), handle(number)))
        for number in range(4)
    ]
    await asyncio.sleep(0)
    tasks[1].cancel()
    gate.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(results[1], asyncio.CancelledError)
    assert seen == [0, 2, 3]
    assert len(processor) == 0
    gc.collect()  # a coroutine that was never awaited would warn now


async def test_a_turn_that_comes_as_its_owner_is_cut_off_goes_to_the_next():
    processor, gate, seen = ChatProcessor(), asyncio.Event(), []

    async def handle(number):
        seen.append(number)
        await gate.wait()

    first, second, third = (
        asyncio.create_task(processor.process_update(update_in(1), handle(number)))
        for number in range(3)
    )
    await asyncio.sleep(0.001)
    gate.set()
    await first
    second.cancel()
    await asyncio.gather(second, third, return_exceptions=True)
    assert 2 in seen
    assert len(processor) == 0


async def test_shutdown_waits_a_little_and_then_no_longer():
    processor = ChatProcessor(grace=0.1)
    finished = []

    async def short():
        await asyncio.sleep(0.02)
        finished.append("short")

    async def endless():
        await asyncio.sleep(100)

    tasks = [
        asyncio.create_task(processor.process_update(update_in(1), short())),
        asyncio.create_task(processor.process_update(update_in(2), endless())),
        asyncio.create_task(processor.process_update(update_in(2), short())),
    ]
    await asyncio.sleep(0)
    async with asyncio.timeout(1):
        await processor.shutdown()
    assert finished == ["short"]
    assert [task.cancelled() for task in tasks] == [False, True, True]
    await processor.shutdown()


async def test_lines_about_an_update_carry_its_number():
    seen = {}

    async def handle():
        seen.update(structlog.contextvars.get_contextvars())

    await ChatProcessor().process_update(update_in(1, number=41), handle())
    assert seen == {"update": 41}


@pytest.mark.parametrize(
    ("update", "key"),
    [
        (update_in(7), 7),
        ("no update", None),
        (Update(1), None),
    ],
)
def test_whose_updates_keep_their_order(update, key):
    assert key_of(update) == key


def test_an_inline_query_belongs_to_its_person():
    from telegram import InlineQuery

    query = InlineQuery("1", User(9, "P", is_bot=False), "q", "")
    assert key_of(Update(1, inline_query=query)) == 9


async def test_what_was_handled_is_told_and_what_was_cut_off_is_not():
    told: list[int] = []
    processor = ChatProcessor(grace=0.01)
    processor.tells(told.append)

    async def work():
        return None

    async def fail():
        raise ValueError("handler")

    async def endless():
        await asyncio.sleep(100)

    done = [
        asyncio.create_task(processor.process_update(update_in(1, number), act()))
        for number, act in ((1, work), (2, fail))
    ]
    await asyncio.gather(*done, return_exceptions=True)
    cut_off = asyncio.create_task(processor.process_update(update_in(1, 3), endless()))
    never = asyncio.create_task(processor.process_update(update_in(1, 4), work()))
    await asyncio.sleep(0)
    await processor.finish()
    await asyncio.gather(cut_off, never, return_exceptions=True)
    assert told == [1, 2]


class FirstOnly:
    """Admits two; lets go of whatever still waits once it is closed."""

    def __init__(self) -> None:
        self.left, self.closed = 2, False

    async def admits(self, _: object) -> bool:
        self.left -= 1
        return self.left >= 0

    def still_admits(self, _: object) -> bool:
        return not self.closed


async def test_a_guard_is_asked_before_the_line_and_at_its_end():
    told: list[int] = []
    processor, guard, gate, seen = (
        ChatProcessor(),
        FirstOnly(),
        asyncio.Event(),
        [],
    )
    processor.tells(told.append)
    processor.guarded_by(guard)

    async def handle(number):
        seen.append(number)
        await gate.wait()

    tasks = [
        asyncio.create_task(processor.process_update(update_in(1, number), handle(number)))
        for number in range(1, 5)
    ]
    await asyncio.sleep(0.01)
    assert sorted(told) == [3, 4]  # refused at once, though the first is at work still
    guard.closed = True
    gate.set()
    await asyncio.gather(*tasks)
    assert (seen, sorted(told)) == ([1], [1, 2, 3, 4])
