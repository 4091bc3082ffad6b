"""`briefing-bot web` and `briefing-bot export-site`: the board for browsers."""

from __future__ import annotations

import asyncio
import contextlib
import re
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from bot.agreement.board import Board
from bot.cli.common import settings_for_a_service
from bot.clock import system_clock
from bot.i18n.catalogs import load_languages
from bot.images.renderer import Renderer
from bot.images.text_metrics import use_font
from bot.paths import content_file, locales_folder
from bot.settings import Settings
from bot.storage.factory import open_for_pages
from bot.storage.protocol import Store
from bot.tasks import background
from bot.views.commands import RESERVED
from bot.web.app import create_site
from bot.web.app_endpoint import StoredFollows
from bot.web.board_watcher import BoardWatcher
from bot.web.export import export_site
from bot.web.images import SharePictures
from bot.web.page_context import SiteOptions
from bot.web.server import serving


def _address(given: str) -> str:
    """A public address without the slash at its end; it stands in front of every path."""
    try:
        parts = urlsplit(given)
        whole = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        whole = False
    if not whole or parts.query or parts.fragment:
        raise typer.BadParameter("it starts with https:// and a host name, and may have a path")
    return given.rstrip("/")


def _username(given: str) -> str:
    """A bot's username, also where it is given as people write it: @name."""
    name = given.removeprefix("@")
    if not _USERNAME.fullmatch(name):
        raise typer.BadParameter("a username has 5 to 32 letters, digits and underscores")
    return name


_USERNAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{4,31}")
_Bot = Annotated[
    str | None,
    typer.Option(
        parser=_username,
        metavar="NAME",
        help="The bot's username, so that pages lead to it in Telegram.",
    ),
]


def web(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port.")] = 8090,
    base_url: Annotated[
        str | None,
        typer.Option(
            parser=_address, metavar="URL", help="The public address: https://example.org/board"
        ),
    ] = None,
    bot: _Bot = None,
    proxy: Annotated[
        list[str] | None,
        typer.Option(help="A proxy whose X-Forwarded headers are believed. Can be repeated."),
    ] = None,
    per_minute: Annotated[
        int, typer.Option(min=0, help="Requests a minute from one address; 0 for no limit.")
    ] = 600,
) -> None:
    """Show the board on the web, alongside a running bot or alone.

    People who open it inside Telegram follow with one press where the store is a database;
    a data folder is the running bot's alone (see BRIEFING_WEB).
    """
    settings = settings_for_a_service()
    token = settings.token.get_secret_value() if settings.token else None
    options = SiteOptions(
        base_url=base_url or f"http://{host}:{port}",
        bot_username=bot,
        bot_token=token,
        requests_per_minute=per_minute,
    )
    asyncio.run(_serve(settings, options, host, port, proxy or []))


def export_files(
    folder: Annotated[Path, typer.Argument(help="Where the files go; made if it is not there.")],
    base_url: Annotated[
        str | None,
        typer.Option(
            parser=_address, metavar="URL", help="The public address, for feeds and share cards."
        ),
    ] = None,
    bot: _Bot = None,
    *,
    pictures: Annotated[bool, typer.Option(help="Draw share cards, which takes a while.")] = True,
) -> None:
    """Write the whole board as files for any web host."""
    settings = settings_for_a_service()
    count = asyncio.run(_export(settings, folder, base_url, bot, pictures=pictures))
    typer.echo(f"{folder}: {count} files")
    if base_url is None:
        typer.echo(
            "Without --base-url the pages know no public address. Share cards, citations, the"
            " sitemap and hreflang links are left out, ids in feeds name no host, and 404.html"
            " works only at the root of a host.",
            err=True,
        )


async def _serve(
    settings: Settings, options: SiteOptions, host: str, port: int, proxies: list[str]
) -> None:
    stop = asyncio.Event()
    for item in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(item, stop.set)
    languages = await asyncio.to_thread(load_languages, locales_folder(), settings.locales)
    if settings.font is not None:
        await asyncio.to_thread(use_font, settings.font)
    async with _watching(settings) as (watcher, store):

        def boards() -> Board:
            return watcher.board

        renderer = Renderer()
        site = create_site(
            boards,
            languages,
            options,
            follows=StoredFollows(store, system_clock) if store else None,
            pictures=SharePictures(renderer, boards, languages),
        )
        async with serving(site, host, port, trusted=proxies) as url:
            typer.echo(f"Open {url} in a browser. Ctrl+C ends it.")
            await stop.wait()
        await renderer.close()


async def _export(
    settings: Settings, folder: Path, base_url: str | None, bot: str | None, *, pictures: bool
) -> int:
    languages = await asyncio.to_thread(load_languages, locales_folder(), settings.locales)
    if settings.font is not None:
        await asyncio.to_thread(use_font, settings.font)
    async with _watching(settings) as (watcher, _):
        draw = SharePictures(Renderer(at_once=2), lambda: watcher.board, languages)
        return await export_site(
            folder,
            watcher.board,
            languages,
            today=system_clock().date(),
            base_url=base_url,
            bot_username=bot,
            pictures=draw if pictures else None,
        )


@contextlib.asynccontextmanager
async def _watching(settings: Settings) -> AsyncIterator[tuple[BoardWatcher, Store | None]]:
    """A board that is kept up to date; and the store, where several processes may write to it."""
    content, reserved = settings.content or content_file(), frozenset(RESERVED)
    name = settings.store.get_secret_value()
    changes, store = await open_for_pages(name, settings.data, system_clock)
    watcher = BoardWatcher(content, changes, reserved)
    try:
        await watcher.look()
        async with background(watcher=watcher.run()):
            yield watcher, store
    finally:
        if store is not None:
            await store.close()
