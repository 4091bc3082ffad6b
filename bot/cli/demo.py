"""`briefing-bot demo`: the whole bot without a token, on a loopback Bot API with a chat page."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import signal
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Annotated

import typer

from bot.agreement.board import Board
from bot.agreement.content import load_file
from bot.agreement.status import Status
from bot.app import RunningBot, running_bot
from bot.cli.common import end, settings_for_a_command
from bot.i18n.catalogs import load_languages, offered
from bot.i18n.language import Language
from bot.i18n.negotiation import negotiate
from bot.ops.logs import set_up_logs
from bot.paths import content_file, locales_folder
from bot.playground.clock import PlayClock
from bot.playground.server import Playground
from bot.playground.world import World
from bot.settings import Settings, read_settings
from bot.views.commands import RESERVED
from bot.views.demo_page import page_texts
from bot.views.format import pick

_BOT_ID = 1000000001
ADMIN = 900

_PEOPLE = {"en": (101, "Emma"), "az": (102, "Leyla"), "tr": (103, "Deniz"), "ru": (104, "Anna")}
_FURTHER = 105
"""The id of the first person of another language, who is called as the language calls itself."""
_MADE_UP = "https://example.org/made-up"
_GROUP, _FORUM, _CHANNEL = -1001, -1002, -1003


@contextlib.asynccontextmanager
async def playing(
    *, port: int, data: Path, content: Path | None, token: str | None = None
) -> AsyncIterator[tuple[Playground, RunningBot]]:
    """A playground with people in it, and the bot at work there. It has a new token by default."""
    clock, token = PlayClock(), token or new_token()
    own = read_settings().locales
    catalogs = await asyncio.to_thread(load_languages, locales_folder(), own)
    agreement = await asyncio.to_thread(load_file, content or content_file(), RESERVED)
    languages = offered(catalogs, agreement.languages)
    playground = Playground(token, clock, texts=page_texts(languages))
    playground.world.webhooks = frozenset()  # the demo's bot polls
    people(playground, languages, pick(agreement.topics[0].title, admins(languages)).text)
    await playground.start(port)
    try:
        settings = demo_settings(playground.url, data, content, token)
        async with running_bot(settings, clock.now) as bot:
            invite(playground)
            await prepare(playground.world, bot.context.state.board)
            yield playground, bot
    finally:
        await playground.stop()


def new_token() -> str:
    """A token that nobody can guess: whoever knows it can speak as the demo's bot."""
    return f"{_BOT_ID}:{secrets.token_urlsafe(32)}"


def demo_settings(url: str, data: Path, content: Path | None, token: str) -> Settings:
    """The settings under which the demo's bot runs."""
    return read_settings(
        token=token,
        api_url=url,
        data=data,
        store="tinydb",
        content=content,
        admins=str(ADMIN),
        window_seconds=2,
        chat_seconds=0,  # nobody limits the loopback, and a page should feel quick
    )


def admins(languages: Mapping[str, Language]) -> Language:
    """The language of the admin."""
    return languages[negotiate([], languages)]


def people(playground: Playground, languages: Mapping[str, Language], thread: str) -> None:
    """One person per language, an admin, a group, a forum with one thread, and a channel."""
    world = playground.world
    everyone = [ADMIN]  # the first owns a group
    for number, (code, language) in enumerate(languages.items(), _FURTHER):
        user_id, name = _PEOPLE.get(code, (number, language.name))
        world.person(user_id, name, code)
        everyone.append(user_id)
    world.person(ADMIN, "Admin", admins(languages).code, admin=True)
    world.group(_GROUP, "Newsroom", everyone, bot=None)
    world.group(_FORUM, "Study circle", everyone, forum=True, bot=None)
    world.thread(_FORUM, 2, thread)
    world.channel(_CHANNEL, "Daily news", [ADMIN], bot=None)


def invite(playground: Playground) -> None:
    """The admin adds the bot to the groups and the channel, as it is at work now."""
    for chat_id, status in ((_GROUP, "member"), (_FORUM, "member"), (_CHANNEL, "administrator")):
        playground.world.add_bot(chat_id, ADMIN, status)


async def prepare(world: World, board: Board) -> None:
    """Everyone follows a topic; the admin has a change of it ready to be sent.

    The people write commands, as a newcomer would. The change is made up: its source is
    example.org.
    """
    provision = next(
        (item for item in board.counted if item.status is Status.ANNOUNCED), board.counted[0]
    )
    topic = board.agreement.topic(provision.topics[0])
    if topic is None:
        return
    for user in list(world.users.values()):
        if not user.admin:
            await _ask(world, user.id, f"/subscribe {topic.command}")
    status = Status.STARTED if provision.status is not Status.STARTED else Status.DONE
    day = world.clock.now().date().isoformat()
    await _ask(world, ADMIN, f"/update {provision.id} {status.value} {day} {_MADE_UP}")


async def _ask(world: World, user_id: int, text: str) -> None:
    """Write to the bot and wait for its answer."""
    answers = len(world.answers(user_id))
    await world.say(user_id, text)
    await world.wait_for(lambda: len(world.answers(user_id)) > answers, timeout=10)


async def run_demo(
    *,
    port: int,
    data: Path | None,
    content: Path | None,
    announce: Callable[[str], None],
    token: str,
) -> None:
    """Run until interrupted."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for item in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(item, stop.set)
    with contextlib.ExitStack() as stack:
        folder = data or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        async with playing(port=port, data=folder, content=content, token=token) as (
            playground,
            bot,
        ):
            announce(f"Open {playground.url} in a browser. Ctrl+C ends it.")
            await bot.wait(stop)


def demo(
    port: Annotated[int, typer.Option(help="The page's port; 0 takes a free one.")] = 8080,
    data: Annotated[
        Path | None, typer.Option(help="Keep the data in this folder; else it is thrown away.")
    ] = None,
    content: Annotated[Path | None, typer.Option(help="Another agreement's content file.")] = None,
) -> None:
    """Try the bot without a token: the same program, and a page to chat with it."""
    settings = settings_for_a_command()
    quiet = "WARNING" if "log_level" not in settings.model_fields_set else settings.log_level
    token = new_token()
    set_up_logs(quiet, settings.log_format, token=token)
    chosen = content or settings.content
    try:
        asyncio.run(
            run_demo(port=port, data=data, content=chosen, announce=typer.echo, token=token)
        )
    except OSError as error:
        end(f"Port {port} cannot be used ({error.strerror}). Try another: --port 0")
