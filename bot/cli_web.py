"""`briefing-bot web` and `briefing-bot export-site`: the board for browsers."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bot.agreement.faults import ContentFaults
from bot.clock import system_clock
from bot.language.catalogs import CatalogMissing, load_languages
from bot.logs import set_up_logs
from bot.messages.faults import fault_lines
from bot.messages.menus import RESERVED
from bot.resources import content_file, locales_folder
from bot.settings import Settings, SettingsWrong, read_settings
from bot.store.errors import StoreError
from bot.store.tinydb.reading import ChangeReader
from bot.web.export import export_site
from bot.web.options import SiteOptions
from bot.web.running import serving
from bot.web.site import create_site
from bot.web.watching import Watcher

_Bot = Annotated[
    str | None, typer.Option(help="The bot's username, so that pages lead to it in Telegram.")
]


def web(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port.")] = 8090,
    base_url: Annotated[
        str | None, typer.Option(help="The public address: https://example.org/board")
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
    """Show the board on the web, beside a running bot or alone. Reads, never writes."""
    settings = _settings()
    set_up_logs(settings.log_level, settings.log_format, token=None)
    options = SiteOptions(
        base_url=(base_url or f"http://{host}:{port}").rstrip("/"),
        bot_username=bot,
        requests_per_minute=per_minute,
    )
    try:
        asyncio.run(_serve(settings, options, host, port, proxy or []))
    except ContentFaults as error:
        _refuse(settings, error)
    except (CatalogMissing, StoreError) as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"{host}:{port} cannot be used ({error.strerror or error}). Try another --port")


def export_files(
    folder: Annotated[Path, typer.Argument(help="Where the files go; made if it is not there.")],
    base_url: Annotated[
        str | None, typer.Option(help="The public address, for feeds and share cards.")
    ] = None,
    bot: _Bot = None,
) -> None:
    """Write the whole board as files for any web host."""
    settings = _settings()
    try:
        watcher = _watcher(settings)
        watcher.look()
        count = asyncio.run(
            export_site(
                folder,
                watcher.board,
                load_languages(locales_folder()),
                today=system_clock().date(),
                base_url=base_url,
                bot_username=bot,
            )
        )
    except ContentFaults as error:
        _refuse(settings, error)
    except (CatalogMissing, StoreError) as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"{folder} cannot be written: {error.strerror or error}")
    typer.echo(f"{folder}: {count} files")


async def _serve(
    settings: Settings, options: SiteOptions, host: str, port: int, proxies: list[str]
) -> None:
    watcher = _watcher(settings)
    await asyncio.to_thread(watcher.look)
    languages = await asyncio.to_thread(load_languages, locales_folder())
    stop = asyncio.Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(one, stop.set)
    site = create_site(lambda: watcher.board, languages, options)
    watching = asyncio.create_task(watcher.run(), name="watcher")
    try:
        async with serving(site, host, port, trusted=proxies) as url:
            typer.echo(f"Open {url} in a browser. Ctrl+C ends it.")
            await stop.wait()
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


def _watcher(settings: Settings) -> Watcher:
    reader = ChangeReader(settings.data)
    return Watcher(settings.content or content_file(), reader.read, frozenset(RESERVED))


def _settings() -> Settings:
    try:
        return read_settings()
    except SettingsWrong as error:
        _fail("Some settings are wrong:\n" + "\n".join(f"  {one}" for one in error.problems))


def _refuse(settings: Settings, error: ContentFaults) -> NoReturn:
    language = load_languages(locales_folder())["en"]
    file = settings.content or content_file()
    _fail("\n".join(f"{file}:{line}" for line in fault_lines(language, error.faults)))


def _fail(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(1)
