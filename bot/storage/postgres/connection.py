"""One connection to PostgreSQL: its address and its settings, and the errors that it raises."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.types.json import set_json_dumps, set_json_loads
from psycopg_pool import PoolTimeout

from bot.storage import database_url
from bot.storage.errors import StoreAway, StoreError, StoreFull, StoreUnusable

Row = tuple[Any, ...]
Connection = psycopg.AsyncConnection[Row]

_POOLER = (
    "the connection pooler in front of PostgreSQL gives connections away after each transaction"
    " (PgBouncer: pool_mode = transaction). The bot holds locks and hears news by connections of"
    " its own: let it connect to PostgreSQL itself, or set pool_mode = session"
)
_CONNECT = 10
"""Seconds that a connection may take."""
_ALIVE = {
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 12_000,
}
"""How soon a connection to a machine that is gone breaks (libpq's names; seconds, milliseconds)."""


def connection_info(url: str) -> str:
    """What the operator gave, and what the bot needs besides.

    Raises:
        StoreError: it cannot be read. The message does not repeat it: there may be a password.
    """
    if "://" in url and not database_url.is_right(url):
        raise StoreUnusable(database_url.IS_WRONG)
    try:
        given = conninfo_to_dict(url)
    except psycopg.Error:
        raise StoreUnusable("BRIEFING_STORE is not an address of a PostgreSQL database") from None
    ours: dict[str, Any] = {"application_name": "briefing-bot", "connect_timeout": _CONNECT}
    return make_conninfo(**{**ours, **_ALIVE, **given})


def store_error(error: Exception) -> StoreError:
    """The store's own error in place of the driver's."""
    if isinstance(error, errors.DiskFull):
        return StoreFull("the database has no room left")
    away = isinstance(error, psycopg.OperationalError | psycopg.InterfaceError | PoolTimeout)
    kind = StoreAway if away else StoreError
    # What the server says besides quotes the statement, and may quote what was to be written.
    said = error.diag.message_primary if isinstance(error, psycopg.Error) else None
    return kind(f"PostgreSQL: {said or str(error).strip() or type(error).__name__}")


@contextmanager
def store_errors() -> Iterator[None]:
    """Raise the store's own errors in place of the driver's."""
    try:
        yield
    except psycopg.Error as error:
        raise store_error(error) from error


async def check_own(first: Connection, second: Connection) -> None:
    """Refuse a pooler that gives a connection to somebody else after each transaction.

    PgBouncer says nothing about it. While the second connection is within a transaction, the
    first must still have the server process that it had before, and no other may have it.

    Raises:
        StoreUnusable: it does.
        StoreError: the database broke off.
    """
    try:
        mine = await _server_process(first)
        async with second.transaction():
            others = await _server_process(second)
            shared = others == mine or await _server_process(first) != mine
    except psycopg.Error as error:
        raise store_error(error) from error
    if shared:
        raise StoreUnusable(_POOLER)


async def _server_process(connection: Connection) -> int:
    cursor = await connection.execute("select pg_backend_pid()")
    row = await cursor.fetchone()
    return row[0] if row else 0


async def configure(connection: Connection) -> None:
    """Let a new connection read and write JSON and times as the bot does."""
    set_json_loads(orjson.loads, connection)
    set_json_dumps(orjson.dumps, connection)
    # Not in the options of the connection, which PgBouncer refuses.
    await connection.execute("set time zone 'UTC'")


async def noticed_when_gone(connection: Connection) -> None:
    """Let the server notice within seconds when this machine is gone without a word."""
    await connection.execute(
        "select set_config('tcp_keepalives_idle', '5', false),"
        " set_config('tcp_keepalives_interval', '2', false),"
        " set_config('tcp_keepalives_count', '3', false),"
        " set_config('tcp_user_timeout', '12000', false)"
    )
