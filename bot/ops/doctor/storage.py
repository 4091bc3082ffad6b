"""Whether what is kept can be read, and which groups and channels are in it."""

from __future__ import annotations

from pathlib import Path

from bot.clock import Clock
from bot.ops.doctor.result import CheckResult, fault, well
from bot.storage.errors import StoreError
from bot.storage.factory import is_there, open_beside, opened
from bot.subscribers.chat import Chat, ChatKind

_REACHABLE = (
    "Look after BRIEFING_STORE: the server, the name, the password, the driver, and whether that"
    " user may make tables there and write."
)


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
