"""Reads a feed once into a data folder, and is killed at a step: FOLDER URL STEP."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from bot.agreement.content import load_file
from bot.agreement.evidence import Feed
from bot.feeds.fetching import fetcher
from bot.feeds.reader import FeedReader
from bot.paths import content_file
from bot.search import Search
from bot.search.state import AgreementState
from bot.storage.tinydb import open_store


def clock():
    return datetime(2026, 3, 2, 12, tzinfo=UTC)


class Killed:
    """A store that kills the process before or after a call of a name."""

    def __init__(self, store, step: str) -> None:
        self._store = store
        self._when, _, self._name = step.partition(" ")

    def __getattr__(self, name):
        found = getattr(self._store, name)
        if name != self._name:
            return found

        async def call(*arguments):
            if self._when == "after":
                await found(*arguments)
            os.kill(os.getpid(), signal.SIGKILL)

        return call


async def main(folder: str, url: str, step: str) -> None:
    store = await open_store(Path(folder), clock)
    state = AgreementState(Search(load_file(content_file())), (), clock)
    feed = Feed(url=url, publisher="agency")
    reader = FeedReader(state, Killed(store, step), clock, feeds=[feed], private=True)
    async with fetcher(clock, private=True) as fetching:
        await reader.read_due(fetching)
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
