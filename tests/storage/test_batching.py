"""One call for many, and what each of them hears of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from bot.storage.batching import Batcher


class Slow:
    """A call that notes what was in it."""

    def __init__(self) -> None:
        self.calls: list[list[int]] = []
        self.go = asyncio.Event()

    async def __call__(self, items: Sequence[int]) -> list[int]:
        self.calls.append(list(items))
        await self.go.wait()
        if 13 in items:
            raise ValueError("13")
        return [item * 2 for item in items]


async def asked(together: Batcher[int, int], *items: int) -> list[asyncio.Task[int]]:
    tasks = [asyncio.create_task(together.ask(item)) for item in items]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return tasks


async def test_what_comes_during_a_call_shares_the_next():
    work = Slow()
    together = Batcher(work)
    first = await asked(together, 1)
    others = await asked(together, 2, 3, 2)
    work.go.set()
    assert await asyncio.gather(*first, *others) == [2, 4, 6, 4]
    assert work.calls == [[1], [2, 3, 2]]
    assert await together.ask(5) == 10


async def test_an_error_reaches_everyone_in_the_call_and_nobody_else():
    work = Slow()
    together = Batcher(work)
    tasks = [*await asked(together, 1), *await asked(together, 13, 3)]
    work.go.set()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    assert found[0] == 2
    assert [str(error) for error in found[1:]] == ["13", "13"]
    assert await together.ask(4) == 8


async def test_whoever_gives_up_holds_up_nobody():
    work = Slow()
    together = Batcher(work)
    gone, stays = await asked(together, 1, 2)
    gone.cancel()
    work.go.set()
    assert await stays == 4
    with pytest.raises(asyncio.CancelledError):
        await gone
    await together.close()


async def test_nobody_waits_for_what_was_broken_off():
    together = Batcher(Slow())
    tasks = [*await asked(together, 1), *await asked(together, 2)]
    await together.close()
    found = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 60)
    assert [type(error) for error in found] == [asyncio.CancelledError] * 2
