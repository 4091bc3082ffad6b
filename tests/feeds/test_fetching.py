"""Fetching from a real HTTP server on loopback."""

from __future__ import annotations

import asyncio
import gzip
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver

from bot.feeds import fetching
from bot.feeds.fetching import FeedFails, PublicResolver, fetcher, is_public, retry_after
from bot.feeds.model import FeedState

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
NEW = FeedState()


def clock():
    return NOW


async def fetch(url, state=NEW, *, private=True, seconds=5.0):
    async with fetcher(clock, private=private, seconds=seconds) as found:
        return await found.fetch(url, state)


async def test_a_feed_is_asked_for_with_what_was_told_the_last_time(server):
    url = server.publish("/feed", "<rss/>", ETag='"7"', **{"Last-Modified": "yesterday"})
    first = await fetch(url)
    assert (first.body, first.etag, first.modified) == (b"<rss/>", '"7"', "yesterday")
    again = await fetch(url, FeedState(etag=first.etag, modified=first.modified))
    assert (again.body, again.etag, again.modified) == (None, '"7"', "yesterday")
    assert server.asked[1].headers["If-Modified-Since"] == "yesterday"


async def test_last_modified_alone_is_enough(server):
    url = server.publish("/feed", "<rss/>", **{"Last-Modified": "yesterday"})
    assert (await fetch(url, FeedState(modified="yesterday"))).body is None


@pytest.mark.parametrize(
    ("statuses", "moved"),
    [([301], True), ([308, 301], True), ([302], False), ([307], False), ([301, 302], "first")],
)
async def test_a_feed_that_moves_is_followed(server, statuses, moved):
    for number, status in enumerate(statuses):
        server.answers[f"/{number}"] = lambda _, status=status, number=number: web.Response(
            status=status, headers={"Location": f"/{number + 1}"}
        )
    last = server.publish(f"/{len(statuses)}", "<rss/>")
    found = await fetch(server.url + "/0")
    assert (found.body, found.url) == (b"<rss/>", last)
    assert found.moved == {True: last, False: "", "first": server.url + "/1"}[moved]


async def test_a_new_address_is_asked_from_then_on(server):
    server.publish("/new", "<rss/>")
    await fetch(server.url + "/old", FeedState(address=server.url + "/new"))
    assert [request.path for request in server.asked] == ["/new"]


@pytest.mark.parametrize("target", ["/loop", "file:///etc/passwd", "ftp://x/y", ""])
async def test_redirects_are_bounded_and_stay_with_http(server, target):
    server.answers["/loop"] = lambda _: web.Response(status=302, headers={"Location": target})
    with pytest.raises(FeedFails, match=r"redirects|not an address"):
        await fetch(server.url + "/loop")
    assert len(server.asked) <= 6


@pytest.mark.parametrize("status", [403, 404, 410, 429, 500, 503])
async def test_a_refusal_says_how_long_to_wait(server, status):
    server.answers["/feed"] = lambda _: web.Response(status=status, headers={"Retry-After": "3600"})
    with pytest.raises(FeedFails, match=str(status)) as raised:
        await fetch(server.url + "/feed")
    assert raised.value.wait == timedelta(hours=1)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("7200", 2),
        ("Sun, 01 Mar 2026 15:00:00 GMT", 3),
        ("Sun, 01 Mar 2020 15:00:00 GMT", 0),
        ("999999999999", 24),
        ("soon", None),
        ("", None),
        ("-5", None),
    ],
)
def test_retry_after_is_read_in_both_forms(text, hours):
    assert retry_after(text, NOW) == (None if hours is None else timedelta(hours=hours))


async def test_a_huge_body_is_broken_off(server, monkeypatch):
    monkeypatch.setattr(fetching, "LARGEST", 1 << 20)
    server.publish("/feed", b"x" * (3 << 20))
    with pytest.raises(FeedFails, match="more than 1 MiB"):
        await fetch(server.url + "/feed")


async def test_a_small_body_that_unpacks_to_a_huge_one_is_broken_off(server):
    packed = gzip.compress(b"x" * (50 << 20))
    server.publish("/feed", packed, **{"Content-Encoding": "gzip"})
    with pytest.raises(FeedFails, match="more than 2 MiB"):
        await fetch(server.url + "/feed")


async def test_a_slow_body_is_broken_off(server):
    async def trickle(request):
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"<rss>")
            await asyncio.sleep(0.05)

    server.answers["/feed"] = trickle
    began = asyncio.get_running_loop().time()
    with pytest.raises(FeedFails, match=r"within 0\.5 seconds"):
        await fetch(server.url + "/feed", seconds=0.5)
    assert asyncio.get_running_loop().time() - began < 3


async def test_a_server_that_is_away_is_a_failure(unused_tcp_port):
    with pytest.raises(FeedFails):
        await fetch(f"http://127.0.0.1:{unused_tcp_port}/feed")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "0.0.0.0",
        "100.64.0.1", "224.0.0.1", "::1", "fe80::1%eth0", "fd00::1", "::ffff:127.0.0.1",
        "2002:7f00:1::", "64:ff9b::7f00:1", "text",
    ],
)  # fmt: skip
def test_private_addresses_are_told_from_public_ones(address):
    assert not is_public(address)
    assert is_public("93.184.216.34")
    assert is_public("2606:2800:220:1::1")


class Lying(AbstractResolver):
    """A name server that leads a public name into the private network."""

    async def resolve(self, host, port=0, _family=0):
        return [
            {
                "hostname": host,
                "host": "127.0.0.1",
                "port": port,
                "family": 2,
                "proto": 0,
                "flags": 0,
            }
        ]

    async def close(self):
        pass


async def test_no_private_address_is_asked_unless_allowed(server):
    url = server.publish("/feed", "<rss/>")
    for address in (url, url.replace("127.0.0.1", "localhost"), url.replace("127.0.0.1", "[::1]")):
        with pytest.raises(FeedFails, match=r"private address|no public address"):
            await fetch(address, private=False)
    assert not server.asked
    with pytest.raises(OSError, match="no public address"):
        await PublicResolver(Lying()).resolve("example.org", 80)


async def test_a_redirect_to_a_private_address_is_not_followed(server, monkeypatch):
    """The first address is taken for a public one; where it leads to is looked at all the same."""
    secret = server.publish("/secret", "<rss/>").replace("127.0.0.1", "localhost")
    server.answers["/feed"] = lambda _: web.Response(status=301, headers={"Location": secret})
    real = fetching.is_public
    monkeypatch.setattr(fetching, "is_public", lambda host: host == "127.0.0.1" or real(host))
    monkeypatch.setattr(fetching.aiohttp, "ThreadedResolver", Elsewhere)
    with pytest.raises(FeedFails, match="no public address"):
        await fetch(server.url + "/feed", private=False)
    assert [request.path for request in server.asked] == ["/feed"]


class Elsewhere(Lying):
    async def resolve(self, host, port=0, _family=0):
        return [dict((await super().resolve(host, port))[0], host="10.0.0.1")]


async def test_a_host_is_asked_one_thing_at_a_time(server):
    async def slow(request):
        await asyncio.sleep(0.05)
        return web.Response(text="<rss/>")

    server.answers |= {f"/{number}": slow for number in range(4)}
    async with fetcher(clock, private=True) as found:
        await asyncio.gather(*(found.fetch(f"{server.url}/{n}", NEW) for n in range(4)))
    assert (len(server.asked), server.most_at_once) == (4, 1)
