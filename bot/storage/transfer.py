"""Moves all rows from one store into an empty other one, and checks that they are there."""

from __future__ import annotations

from bot.storage.checksum import Checksum, checksum
from bot.storage.errors import StoreError
from bot.storage.protocol import Store


async def move(source: Store, target: Store) -> Checksum:
    """Copy everything into an empty store: all or nothing. The source stays as it is.

    Raises:
        StoreError: the source cannot be read, the target is not empty, either is in use, or what
            arrived differs from what was sent.
    """
    await source.hold_still()
    if (await source.inbox()).count:
        raise StoreError("updates wait to be handled: start the bot, and stop it in order")
    expected = await checksum(source.rows())
    await target.load(source.rows(), expected)
    return expected
