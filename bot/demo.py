"""The whole bot without a token: a loopback Bot API, a few people, and a page to chat on."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import tempfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from bot.app import RunningBot, running_bot
from bot.language.catalogs import load_languages
from bot.messages.play_page import page_texts
from bot.playground.clock import PlayClock
from bot.playground.server import Playground
from bot.resources import locales_folder
from bot.settings import Settings, read_settings

TOKEN = "1000000001:PLAYGROUND-TOKEN-OF-NO-WORTH-AT-ALL"  # noqa: S105 - known by everyone
ADMIN = 900

_PEOPLE = (
    (101, "Emma", "en"),
    (102, "Leyla", "az"),
    (103, "Deniz", "tr"),
    (104, "Anna", "ru"),
    (ADMIN, "Admin", "en"),
)
_GROUP, _FORUM, _CHANNEL = -1001, -1002, -1003


@contextlib.asynccontextmanager
async def playing(
    *, port: int, data: Path, content: Path | None
) -> AsyncIterator[tuple[Playground, RunningBot]]:
    """A playground with people in it, and the bot at work there."""
    clock = PlayClock()
    languages = await asyncio.to_thread(load_languages, locales_folder())
    playground = Playground(TOKEN, clock, texts=page_texts(languages))
    people(playground)
    await playground.start(port)
    try:
        settings = demo_settings(playground.url, data, content)
        async with running_bot(settings, clock.now) as bot:
            invite(playground)
            yield playground, bot
    finally:
        await playground.stop()


def demo_settings(url: str, data: Path, content: Path | None) -> Settings:
    """The settings under which the demo's bot runs."""
    return read_settings(
        token=TOKEN,
        api_url=url,
        data=data,
        store="tinydb",
        content=content,
        admins=str(ADMIN),
        window_seconds=2,
        chat_seconds=0,  # nobody limits the loopback, and a page should feel quick
    )


def people(playground: Playground) -> None:
    """One person per language, an admin, a group, a forum and a channel."""
    world = playground.world
    for user_id, name, language in _PEOPLE:
        world.person(user_id, name, language, admin=user_id == ADMIN)
    everyone = [ADMIN, *(user_id for user_id, _, _ in _PEOPLE)]  # the first owns a group
    world.group(_GROUP, "Newsroom", everyone, bot=None)
    world.group(_FORUM, "Study circle", everyone, forum=True, bot=None)
    world.thread(_FORUM, 2, "Energy")
    world.channel(_CHANNEL, "Daily news", [ADMIN], bot=None)


def invite(playground: Playground) -> None:
    """The admin adds the bot to the groups and the channel, as it is at work now."""
    for chat_id, status in ((_GROUP, "member"), (_FORUM, "member"), (_CHANNEL, "administrator")):
        playground.world.add_bot(chat_id, ADMIN, status)


async def run_demo(
    *, port: int, data: Path | None, content: Path | None, announce: Callable[[str], None]
) -> None:
    """Run until interrupted."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(one, stop.set)
    with contextlib.ExitStack() as stack:
        folder = data or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        async with playing(port=port, data=folder, content=content) as (playground, bot):
            announce(f"Open {playground.url} in a browser. Ctrl+C ends it.")
            await bot.wait(stop)
