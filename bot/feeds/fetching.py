"""Fetch feeds politely: conditional requests, one at a time for each host, with limits."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from typing_extensions import override

from bot.clock import Clock
from bot.feeds.model import FeedState

LARGEST = 2 << 20
"""Bytes of a feed that are read, after decompression."""
SECONDS = 20.0
"""For a whole fetch, redirects included."""
_REDIRECTS = 5
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_LONGEST_WAIT = timedelta(days=1)
_LONGEST_URL = 2000
_AGENT = "briefing-bot (feed reader; asks at most every 15 minutes)"
_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/json;q=0.9,"
    " application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1"
)


class FeedFails(Exception):
    """A feed could not be read. `wait` is how long its server asks to be left alone."""

    def __init__(self, problem: str, wait: timedelta | None = None) -> None:
        super().__init__(problem)
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a server answered. `body` is None where nothing has changed."""

    body: bytes | None
    url: str
    """Where it was found after all redirects."""
    content_type: str = ""
    etag: str = ""
    modified: str = ""
    moved: str = ""
    """Where the feed is from now on, if the server says so."""


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet."""
    try:
        found = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour
        if found in _NAT64:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None and not inner.is_global:
            return False
    return found.is_global and not found.is_multicast


class PublicResolver(AbstractResolver):
    """Resolves host names to public addresses only. The connection uses just what it returns."""

    def __init__(self, resolver: AbstractResolver | None = None) -> None:
        self._resolver = resolver or aiohttp.ThreadedResolver()

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        public = [each for each in found if is_public(each["host"])]
        if not public:
            raise OSError(None, f"{host} has no public address")
        return public

    @override
    async def close(self) -> None:
        await self._resolver.close()


class Fetcher:
    """Fetches feeds; open it with `fetcher`."""

    def __init__(
        self, session: aiohttp.ClientSession, clock: Clock, *, private: bool, seconds: float
    ) -> None:
        self._session, self._clock = session, clock
        self._private, self._seconds = private, seconds
        self._hosts: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def fetch(self, url: str, state: FeedState) -> Fetched:
        """Ask for a feed, if it has changed.

        Raises:
            FeedFails: it cannot be had now.
        """
        try:
            async with asyncio.timeout(self._seconds):
                return await self._follow(state.address or url, state)
        except TimeoutError as error:
            raise FeedFails(f"no whole answer within {self._seconds:g} seconds") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise FeedFails(str(error) or type(error).__name__) from error

    async def _follow(self, url: str, state: FeedState) -> Fetched:
        moved, for_good = "", True
        for _ in range(_REDIRECTS + 1):
            found = await self._ask(url, state)
            if isinstance(found, Fetched):
                return Fetched(
                    found.body, url, found.content_type, found.etag, found.modified, moved
                )
            status, target = found
            for_good = for_good and status in {301, 308}
            url = target
            moved = url if for_good else moved
        raise FeedFails(f"more than {_REDIRECTS} redirects")

    async def _ask(self, url: str, state: FeedState) -> Fetched | tuple[int, str]:
        """An answer, or the status and the address of a redirect."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.scheme not in {"http", "https"} or not host or len(url) > _LONGEST_URL:
            raise FeedFails(f"not an address of a feed: {url[:80]}")
        if not self._private and _is_ip(host) and not is_public(host):
            raise FeedFails(f"{host} is a private address")
        headers = {"User-Agent": _AGENT, "Accept": _ACCEPT}
        if state.etag:
            headers["If-None-Match"] = state.etag
        if state.modified:
            headers["If-Modified-Since"] = state.modified
        async with (
            self._hosts[host],
            self._session.get(url, headers=headers, allow_redirects=False) as response,
        ):
            if response.status in {301, 302, 303, 307, 308}:
                return response.status, urljoin(url, response.headers.get("Location", ""))
            if response.status == 304:  # noqa: PLR2004 - HTTP
                return Fetched(None, url, "", state.etag, state.modified)
            if response.status != 200:  # noqa: PLR2004 - HTTP
                wait = retry_after(response.headers.get("Retry-After", ""), self._clock())
                raise FeedFails(f"HTTP {response.status}", wait)
            return Fetched(
                await _body(response),
                url,
                response.headers.get("Content-Type", ""),
                response.headers.get("ETag", "")[:300],
                response.headers.get("Last-Modified", "")[:100],
            )


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host.split("%", maxsplit=1)[0])
    except ValueError:
        return False
    return True


async def _body(response: aiohttp.ClientResponse) -> bytes:
    found = bytearray()
    async for part in response.content.iter_chunked(1 << 16):
        found += part
        if len(found) > LARGEST:
            raise FeedFails(f"more than {LARGEST >> 20} MiB")
    return bytes(found)


def retry_after(text: str, now: datetime) -> timedelta | None:
    """How long to wait by a Retry-After header, in seconds or as a date; at most a day."""
    if text.strip().isdecimal():
        return min(timedelta(seconds=min(int(text), 10**6)), _LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(until - now, timedelta()), _LONGEST_WAIT)


@asynccontextmanager
async def fetcher(
    clock: Clock, *, private: bool = False, seconds: float = SECONDS
) -> AsyncIterator[Fetcher]:
    """A fetcher; with `private` it also asks servers in private networks."""
    connector = aiohttp.TCPConnector(
        resolver=None if private else PublicResolver(), limit=8, use_dns_cache=False
    )
    async with aiohttp.ClientSession(
        connector=connector, cookie_jar=aiohttp.DummyCookieJar()
    ) as session:
        yield Fetcher(session, clock, private=private, seconds=seconds)
