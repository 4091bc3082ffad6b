"""`briefing-bot feeds check`: try every feed, and print what it would suggest."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import typer

from bot.agreement.content import load_file
from bot.agreement.evidence import Feed
from bot.cli.common import FAILED, counted, settings_for_a_command
from bot.clock import system_clock
from bot.embedding import embedder_of, understand
from bot.feeds import desk
from bot.feeds.fetching import FeedFails, Fetcher, fetcher
from bot.feeds.model import FeedState, Item
from bot.feeds.parsing import parse_feed
from bot.paths import content_file
from bot.search import Search
from bot.search.embedder import EmbedderFails
from bot.settings import Settings

app = typer.Typer(
    rich_markup_mode=None,
    add_completion=False,
    help="The feeds that the desk reads.",
    no_args_is_help=True,
)
_DAYS = 30


@app.callback()
def _feeds() -> None:
    """The feeds that the desk reads."""


@app.command()
def check() -> None:
    """Try every feed, and print what it would suggest of the last 30 days. Nothing is kept."""
    settings = settings_for_a_command()
    search = Search(load_file(settings.content or content_file()))
    every = {feed.url: feed for feed in (*settings.feeds, *search.agreement.feeds)}
    if not every:
        typer.echo("There are no feeds: write some into the content file or BRIEFING_FEEDS.")
        return
    if not asyncio.run(_check(settings, search, tuple(every.values()))):
        raise typer.Exit(FAILED)


async def _check(settings: Settings, search: Search, feeds: Sequence[Feed]) -> bool:
    """Whether all feeds could be read."""
    try:
        if (embedder := embedder_of(settings)) is not None:
            await understand(search, embedder, settings.data)
    except EmbedderFails as error:
        typer.echo(f"By words alone: {error}", err=True)
    async with fetcher(system_clock, private=settings.feeds_private) as fetching:
        fine = [await _try(fetching, search, feed) for feed in feeds]
    return all(fine)


async def _try(fetching: Fetcher, search: Search, feed: Feed) -> bool:
    try:
        fetched = await fetching.fetch(feed.url, FeedState())
        items = await asyncio.to_thread(parse_feed, fetched)
    except FeedFails as error:
        typer.echo(f"fault  {feed.place}: {error}")
        return False
    moved = f"; it moved to {fetched.moved}" if fetched.moved else ""
    typer.echo(f"ok     {feed.place}: {counted(len(items), 'item')}{moved}")
    await asyncio.to_thread(_print, search, feed, items)
    return True


def _print(search: Search, feed: Feed, items: Sequence[Item]) -> None:
    now = system_clock()
    since = (now - timedelta(days=_DAYS)).date()
    for found in desk.suggested(search, feed, items, now):
        provision = search.agreement.provision(found.provision_id)
        if found.day >= since and provision is not None:
            typer.echo(f"       {found.day} {found.score:.2f} #{provision.number} {found.headline}")
