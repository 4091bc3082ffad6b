"""What must not happen at the same time, as advisory locks.

They are kept apart by schema, so that two bots can share a database. A chat's own lock is its id.
"""

from __future__ import annotations

from enum import IntEnum

from bot.storage.postgres.database import Connection


class Lock(IntEnum):
    """The locks, in the order in which they are taken."""

    AUDIENCE = 1
    """Shared: an audience is being written. Whoever erases or moves a chat waits, so that no
    delivery of it is written meanwhile."""
    OUTBOX = 2
    """Shared: claims are taken or settled. A correction takes it alone: what is in flight stands
    still while it is written."""
    CLAIM = 3
    """One process claims at a time, so that an address has one batch under way at most."""
    LEADER = 4
    """Held by the process that delivers, as long as it is connected."""
    INBOX = 5
    """One process takes updates at a time, so that those of a chat are in one process's hands."""
    POLLER = 6
    """Held by the process that polls Telegram for updates, as long as it is connected."""
    SHARES = 7
    """One process takes its share of the rate at a time."""


PROCESSES = 1000
"""Added to a process's id: the lock that it holds as long as it is connected."""


async def alone(connection: Connection, lock: Lock) -> None:
    """Wait for everyone else, and hold the lock until the transaction ends."""
    await connection.execute(
        "select pg_advisory_xact_lock(hashtext(current_schema()), %s)", (int(lock),)
    )


async def shared(connection: Connection, lock: Lock) -> None:
    """Wait for whoever needs it alone, and hold the lock until the transaction ends."""
    await connection.execute(
        "select pg_advisory_xact_lock_shared(hashtext(current_schema()), %s)", (int(lock),)
    )


async def chats(connection: Connection, *chat_ids: int) -> None:
    """Hold chats, whether they are known or not, until the transaction ends."""
    await connection.execute(
        "select pg_advisory_xact_lock(id) from (select unnest(%s::bigint[]) as id order by 1) s",
        (sorted(set(chat_ids)),),
    )
