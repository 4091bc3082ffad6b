"""Opens the store that the settings name. Only this file knows which one stands behind a name."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from bot.clock import Clock
from bot.storage.errors import StoreUnusable
from bot.storage.protocol import Changes, Store
from bot.storage.tinydb import files, open_store
from bot.storage.tinydb.reader import watch_changes

TINYDB = "tinydb"
"""The name of the data folder. Any other name is the address of a PostgreSQL database."""

_NO_DRIVER = (
    "PostgreSQL is asked for, and the driver for it is not installed."
    " Install it:  make postgres   (or with the requirements.txt that comes with the wheel:"
    " pip install --no-deps --require-hashes -r requirements.txt)"
)


async def open_named(name: str, folder: Path, clock: Clock, *, is_new: bool = False) -> Store:
    """Open the data folder, or the PostgreSQL database of an address.

    With `is_new` it is about to be filled.

    Raises:
        StoreError: it is in use, damaged, too new, another user's or cannot be reached, or its
            driver is missing.
    """
    if name == TINYDB:
        await asyncio.to_thread(files.check_owner, folder, is_new=is_new)
        return await open_store(folder, clock)
    with _needs_driver():
        from bot.storage.postgres import open_postgres  # noqa: PLC0415 - an extra
    return await open_postgres(name, clock)


async def open_beside(name: str, folder: Path, clock: Clock) -> Store:
    """Open a store to read it as it is now, also while a bot works on it. Nothing is changed.

    Raises:
        StoreError: it cannot be read, or its driver is missing.
    """
    if name == TINYDB:
        return await open_store(folder, clock, beside=True)
    with _needs_driver():
        from bot.storage.postgres import open_postgres  # noqa: PLC0415 - an extra
    return await open_postgres(name, clock, beside=True)


async def open_for_pages(name: str, folder: Path, clock: Clock) -> tuple[Changes, Store | None]:
    """What follows the changes of status; and the store, where several processes can write to it.

    Raises:
        StoreError: it cannot be read, or its driver is missing.
    """
    if name == TINYDB:
        return watch_changes(folder), None
    store = await open_named(name, folder, clock)
    return store.watch_changes(), store


@asynccontextmanager
async def opened(opening: Awaitable[Store]) -> AsyncIterator[Store]:
    """Open a store, and close it at the end."""
    store = await opening
    try:
        yield store
    finally:
        await store.close()


async def is_there(name: str, folder: Path) -> bool:
    """Whether a store has been written to. Of a database it is also tried whether it can be.

    Raises:
        StoreError: it cannot be reached, lets nobody write, or its driver is missing.
    """
    if name == TINYDB:
        return await asyncio.to_thread(folder.is_dir)
    with _needs_driver():
        from bot.storage.postgres.schema import try_writing  # noqa: PLC0415 - an extra
    return await try_writing(name)


async def is_in_use(name: str, folder: Path) -> bool:
    """Whether a bot works on a store now.

    Raises:
        StoreError: it cannot be reached, or its driver is missing.
    """
    if name == TINYDB:
        return await asyncio.to_thread(files.is_in_use, folder)
    with _needs_driver():
        from bot.storage.postgres import schema  # noqa: PLC0415 - an extra
    return await schema.is_in_use(name)


def named(place: str) -> tuple[str, Path]:
    """The name and the folder of a store by its place: a folder's path or a database's address."""
    is_database = place.startswith(("postgresql://", "postgres://"))
    return (place, Path()) if is_database else (TINYDB, Path(place))


def folder_of(name: str, folder: Path) -> Path | None:
    """The folder that a store keeps its data in; None for a database."""
    return folder if name == TINYDB else None


def kind_of(name: str) -> str:
    """What sort of store it is, for the log."""
    return TINYDB if name == TINYDB else "postgresql"


@contextmanager
def _needs_driver() -> Iterator[None]:
    """Say how to install PostgreSQL's driver where it is missing.

    Raises:
        StoreUnusable: it is.
    """
    try:
        yield
    except ImportError as error:
        raise StoreUnusable(_NO_DRIVER) from error
