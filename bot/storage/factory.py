"""Opens the store that the settings name."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.clock import Clock
from bot.storage.errors import StoreUnusable
from bot.storage.protocol import Store
from bot.storage.tinydb import open_store
from bot.storage.tinydb.ownership import check_owner

TINYDB = "tinydb"
"""What names the data folder, where anything else is a PostgreSQL database's address."""

_NO_DRIVER = (
    "PostgreSQL is asked for, and the driver for it is not installed."
    " Install it:  make postgres   (or with the requirements.txt that comes with the wheel:"
    " pip install --no-deps --require-hashes -r requirements.txt)"
)


async def open_named(name: str, folder: Path, clock: Clock) -> Store:
    """Open the data folder, or the PostgreSQL database of an address.

    Raises:
        StoreError: it is in use, damaged, too new, another user's or cannot be reached, or its
            driver is missing.
    """
    if name == TINYDB:
        await asyncio.to_thread(check_owner, folder)
        return await open_store(folder, clock)
    with needs_driver():
        from bot.storage.postgres import open_postgres  # noqa: PLC0415 - an extra
    return await open_postgres(name, clock)


def is_database(name: str) -> bool:
    """Whether a name is a PostgreSQL database's address."""
    return name.startswith(("postgresql://", "postgres://"))


@contextmanager
def needs_driver() -> Iterator[None]:
    """Say how to install PostgreSQL's driver where it is missing.

    Raises:
        StoreUnusable: it is.
    """
    try:
        yield
    except ImportError as error:
        raise StoreUnusable(_NO_DRIVER) from error
