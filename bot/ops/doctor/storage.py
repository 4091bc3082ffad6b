"""Whether what is kept can be read, and which groups and channels are in it."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from bot.ops.doctor.result import CheckResult, fault, well
from bot.storage.backup import documents_in
from bot.storage.errors import StoreError
from bot.storage.factory import TINYDB, needs_driver
from bot.subscribers.chat import Chat, ChatKind

_REACHABLE = (
    "Look after BRIEFING_STORE: the server, the name, the password, the driver, and whether that"
    " user may make tables there and write."
)


async def stored(store: str, folder: Path) -> tuple[CheckResult, list[Chat]]:
    """What the store holds, and the groups and channels among it that the bot writes to."""
    if store == TINYDB and not await asyncio.to_thread(folder.is_dir):
        return well("store", f"nothing in {folder} yet"), []
    counts: dict[str, int] = {}
    places: list[Chat] = []
    try:
        if store != TINYDB and not await _has_tables(store):
            return well("store", "nothing there yet; tables are made at the first start"), []
        async with documents_in(store, folder) as documents:
            async for kind, document in documents:
                counts[kind] = counts.get(kind, 0) + 1
                if kind == "chat" and document.get("active", True):
                    chat = Chat(
                        document["id"], ChatKind(document["kind"]), title=document.get("title", "")
                    )
                    if chat.kind is not ChatKind.PRIVATE:
                        places.append(chat)
    except StoreError as error:
        return fault("store", str(error), error.advice or _REACHABLE), []
    except (shutil.Error, OSError) as error:
        return fault(
            "store", f"{folder} cannot be read: {error}", "Let the bot's user read it."
        ), []
    found = f"{counts.get('chat', 0):,} chats, {counts.get('alert', 0):,} changes"
    return well("store", found), places


async def _has_tables(store: str) -> bool:
    with needs_driver():
        from bot.storage.postgres.access import try_writing  # noqa: PLC0415 - an extra
    return await try_writing(store)
