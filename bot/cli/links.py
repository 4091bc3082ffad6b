"""check --links: open every address of a content file, a few at once and one at a time per host."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp

from bot.agreement.checks import Node
from bot.agreement.content import Content
from bot.paths import version

_AT_ONCE = 8
_SECONDS = 20.0
PAUSE = 1.0
"""Seconds between two requests to a host."""
_FAILS, _MOVED = 400, frozenset({301, 308})
_FIELDS = frozenset({"url", "archived"})


@dataclass(frozen=True, slots=True)
class Link:
    """What became of an address; `problem` is None where it is as it should be."""

    place: str
    url: str
    problem: str | None
    is_reached: bool
    """A server answered."""


async def look_at(content: Content, pause: float = PAUSE) -> list[Link]:
    """Open every address once, in the order of the file."""
    places: dict[str, str] = {}
    for node in _addresses(Node(content.document)):
        places.setdefault(node.text, node.pointer)
    hosts: defaultdict[str, list[str]] = defaultdict(list)
    for url in places:
        hosts[urlsplit(url).netloc].append(url)
    turns = asyncio.Semaphore(_AT_ONCE)
    headers = {"User-Agent": f"briefing-bot/{version()} (link check)"}
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    found: dict[str, Link] = {}
    async with aiohttp.ClientSession(headers=headers, timeout=timeout, trust_env=True) as session:

        async def host(urls: list[str]) -> None:
            for number, url in enumerate(urls):
                await asyncio.sleep(pause if number else 0)
                async with turns:
                    found[url] = await _open(session, url, places)

        await asyncio.gather(*(host(urls) for urls in hosts.values()))
    return [found[url] for url in places]


async def _open(session: aiohttp.ClientSession, url: str, places: Mapping[str, str]) -> Link:
    try:
        async with session.get(url, max_redirects=5) as answer:  # the body is not read
            problem = None
            if answer.status >= _FAILS:
                problem = f"it answers {answer.status}"
            elif any(step.status in _MOVED for step in answer.history):
                problem = f"it moved to {answer.url}"
            return Link(places[url], url, problem, is_reached=True)
    except aiohttp.TooManyRedirects:
        return Link(places[url], url, "it redirects again and again", is_reached=True)
    except TimeoutError:
        return Link(places[url], url, f"no answer in {_SECONDS:.0f} seconds", is_reached=False)
    except (aiohttp.ClientError, OSError, ValueError) as error:
        said = str(error) or type(error).__name__
        return Link(places[url], url, f"it cannot be reached ({said})", is_reached=False)


def _addresses(node: Node) -> Iterator[Node]:
    for name, member in node.members:
        if name in _FIELDS and member.text:
            yield member
        else:
            yield from _addresses(member)
    for item in node.items:
        yield from _addresses(item)
