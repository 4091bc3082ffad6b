"""The reader with a real server and a real store: politeness, failures, kills."""

from __future__ import annotations

import asyncio
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from feed_server import rss, rss_item

from bot.agreement.content import load_file
from bot.agreement.evidence import Feed
from bot.feeds.fetching import fetcher
from bot.feeds.reader import FeedReader, state_of
from bot.paths import content_file
from bot.search import Search
from bot.search.state import AgreementState
from bot.storage.tinydb import open_store

RAILWAY = "Ground broken for the railway from Kars to Nakhchivan"
CONSULATE = "Türkiye to open consulate general in Shusha this autumn"
WEATHER = "Storm leaves thousands without light in northern Scotland"


class Moving:
    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 12, tzinfo=UTC)

    def __call__(self):
        return self.now


@pytest.fixture(scope="module")
def search():
    return Search(load_file(content_file()))


@pytest.fixture
async def reading(tmp_path, server, search):
    """A reader of ``/feed`` whose clock is moved."""
    clock = Moving()
    store = await open_store(tmp_path / "data", clock)
    failed = []

    async def failing(feed, problem):
        failed.append(problem)

    feed = Feed(url=server.url + "/feed", publisher="agency")
    reader = FeedReader(
        AgreementState(search, (), clock), store, clock, feeds=[feed], private=True, failing=failing
    )
    async with fetcher(clock, private=True) as fetching:

        class Reading:
            async def read(self, minutes=0):
                clock.now += timedelta(minutes=minutes)
                await reader.read_due(fetching)
                return sorted(item.headline for item in await store.suggestions())

            async def state(self):
                return await state_of(store, feed)

        found = Reading()
        found.clock, found.failed, found.store, found.reader = clock, failed, store, reader
        yield found
    await store.close()


def item(headline, **fields):
    link = f"https://example.org/{abs(hash(headline))}"
    return rss_item(headline, **{"link": link, "guid": headline} | fields)


async def test_what_matters_is_suggested_once(server, reading):
    server.publish("/feed", rss(item(RAILWAY), item(WEATHER)))
    assert await reading.read() == [RAILWAY]
    server.publish("/feed", rss(item(CONSULATE), item(RAILWAY), item(RAILWAY), item(WEATHER)))
    assert await reading.read(20) == [RAILWAY, CONSULATE]
    assert await reading.read(20) == [RAILWAY, CONSULATE]


async def test_an_item_that_stays_longer_than_its_suggestion_does_not_come_again(server, reading):
    server.publish("/feed", rss(item(RAILWAY)))
    assert await reading.read() == [RAILWAY]
    reading.clock.now += timedelta(days=91)
    server.publish("/feed", rss(item(RAILWAY), item(CONSULATE)))
    assert await reading.read() == [CONSULATE]


async def test_old_news_is_none(server, reading):
    server.publish("/feed", rss(item(RAILWAY, date="Mon, 03 Feb 2025 10:00:00 GMT")))
    assert await reading.read() == []


async def test_a_feed_is_asked_at_most_every_quarter_of_an_hour(server, reading):
    server.publish("/feed", rss(item(RAILWAY)), ETag='"1"')
    for _ in range(10):
        await reading.read(14 / 10)
    assert len(server.asked) == 1
    await reading.read(10)
    assert len(server.asked) == 2
    assert server.asked[1].headers["If-None-Match"] == '"1"'
    server.publish("/feed", rss(item(RAILWAY), item(CONSULATE)), ETag='"2"')
    assert await reading.read(20) == [RAILWAY, CONSULATE]


async def test_a_feed_that_moved_is_asked_there(server, reading):
    server.answers["/feed"] = lambda _: web.Response(status=301, headers={"Location": "/new"})
    server.publish("/new", rss(item(RAILWAY)))
    assert await reading.read() == [RAILWAY]
    server.asked.clear()
    await reading.read(20)
    assert [request.path for request in server.asked] == ["/new"]


async def test_a_failing_feed_is_asked_less_often_and_told_of_once(server, reading):
    server.publish("/feed", "nonsense")
    waits = []
    for _ in range(7):
        await reading.read()
        waits.append((await reading.state()).next_at - reading.clock.now)
        reading.clock.now += waits[-1]
    assert timedelta(minutes=15) <= waits[0] <= timedelta(minutes=18)
    assert waits == sorted(waits)
    assert waits[-1] > timedelta(hours=15)
    assert len(reading.failed) == 1
    server.publish("/feed", rss(item(RAILWAY)))
    assert await reading.read() == [RAILWAY]
    assert (await reading.state()).failures == 0


async def test_retry_after_is_kept(server, reading):
    server.answers["/feed"] = lambda _: web.Response(status=429, headers={"Retry-After": "7200"})
    await reading.read()
    await reading.read(119)
    assert len(server.asked) == 1
    await reading.read(10)
    assert len(server.asked) == 2


async def test_a_provision_is_checked_once_the_feed_was_read_and_nothing_waits(server, reading):
    server.publish("/feed", rss(item(WEATHER)))
    state = reading.reader._state
    await reading.read()
    await reading.reader.look_at_checked()
    assert str(state.board.provision("consulate_shusha").checked_on) == "2026-03-11"
    reading.clock.now = datetime(2026, 6, 1, 12, tzinfo=UTC)
    server.publish("/feed", rss(item(CONSULATE, date="Mon, 01 Jun 2026 10:00:00 GMT")))
    await reading.read()
    await reading.reader.look_at_checked()
    assert str(state.board.provision("consulate_shusha").checked_on) == "2026-05-31"
    assert str(state.board.provision("electricity").checked_on) == "2026-06-01"


STEPS = ["before suggest", "after suggest", "before remember", "after remember"]


@pytest.mark.parametrize("step", STEPS)
async def test_a_kill_loses_no_item_and_doubles_none(tmp_path, server, step):
    server.publish("/feed", rss(item(RAILWAY), item(CONSULATE), item(WEATHER)))
    script = Path(__file__).with_name("killed_reader.py")
    for at, code in ((step, -signal.SIGKILL), ("never", 0)):
        process = await asyncio.create_subprocess_exec(
            sys.executable, script, tmp_path / "data", server.url + "/feed", at
        )
        assert await process.wait() == code
        if at == "never" and step == "after remember":
            assert len(server.asked) == 1  # it was read already
    store = await open_store(tmp_path / "data", Moving())
    assert sorted(item.headline for item in await store.suggestions()) == [RAILWAY, CONSULATE]
    await store.close()
