"""Whether what is kept can be read, and which groups and channels are in it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from bot.agreement.content import load_file
from bot.agreement.evidence import Feed
from bot.agreement.faults import ContentFaults
from bot.clock import Clock
from bot.feeds.reader import state_of
from bot.ops.doctor.result import CheckResult, fault, note, well
from bot.storage.errors import StoreError
from bot.storage.factory import is_there, open_beside, opened
from bot.subscribers.chat import Chat, ChatKind

_REACHABLE = (
    "Look after BRIEFING_STORE: the server, the name, the password, the driver, and whether that"
    " user may make tables there and write."
)


_UNREAD = "Open the address in a browser. Correct it, or remove it from the feeds."


async def feeds(
    store: str, folder: Path, clock: Clock, content: Path, more: Iterable[Feed]
) -> list[CheckResult]:
    """The feeds that could not be read the last time. Nothing where the store cannot be."""
    with suppress(ContentFaults, StoreError, OSError):  # which is said of them already
        agreement = await asyncio.to_thread(load_file, content)
        every = {feed.url: feed for feed in (*more, *agreement.feeds)}
        if not every or not await is_there(store, folder):
            return []
        async with opened(open_beside(store, folder, clock)) as found:
            states = [(feed, await state_of(found, feed)) for feed in every.values()]
        failing = [
            note("feeds", f"{feed.place}: {state.problem}", _UNREAD)
            for feed, state in states
            if state.failures
        ]
        return failing or [well("feeds", f"{len(states)} can be read")]
    return []


async def stored(store: str, folder: Path, clock: Clock) -> tuple[CheckResult, list[Chat]]:
    """What the store holds, and the groups and channels among it that the bot writes to."""
    try:
        if not await is_there(store, folder):
            return well("store", "nothing there yet; it is made at the first start"), []
        async with opened(open_beside(store, folder, clock)) as found:
            chats, changes = await found.chats(), await found.changes()
    except StoreError as error:
        return fault("store", str(error), error.advice or _REACHABLE), []
    except OSError as error:
        return fault(
            "store", f"{folder} cannot be read: {error}", "Let the bot's user read it."
        ), []
    places = [chat for chat in chats if chat.active and chat.kind is not ChatKind.PRIVATE]
    return well("store", f"{len(chats):,} chats, {len(changes):,} changes"), places
