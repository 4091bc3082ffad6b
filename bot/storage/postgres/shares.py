"""How much of the bot's rate each process may use: shares that run out by the server's clock."""

from __future__ import annotations

from bot.storage.postgres.database import Connection
from bot.storage.postgres.locks import Lock, alone

_REMEMBERED = 60
"""Seconds for which a process is remembered whose share ran out."""


async def count(connection: Connection, owner: int) -> tuple[int, int]:
    """How many other processes hold a share, and how many let theirs run out not long ago."""
    cursor = await connection.execute(
        "select count(*) filter (where until > clock_timestamp()),"
        " count(*) filter (where until <= clock_timestamp()"
        " and until > clock_timestamp() - make_interval(secs => %s))"
        " from share where owner <> %s",
        (_REMEMBERED, owner),
    )
    row = await cursor.fetchone()
    return (row[0], row[1]) if row else (0, 0)


async def hold(
    connection: Connection, owner: int, rate: float, whole: float, seconds: float
) -> float:
    """Hold up to `rate` of what the others leave of the whole; say how much that is."""
    await alone(connection, Lock.SHARES)
    await connection.execute(
        "delete from share where until < clock_timestamp() - make_interval(secs => %s)",
        (_REMEMBERED,),
    )
    cursor = await connection.execute(
        "insert into share (owner, rate, until)"
        " select %(owner)s, greatest(0, least(%(rate)s::float8, %(whole)s::float8"
        " - coalesce(sum(rate) filter (where until > clock_timestamp()), 0))),"
        " clock_timestamp() + make_interval(secs => %(seconds)s)"
        " from share where owner <> %(owner)s"
        " on conflict (owner) do update set rate = excluded.rate, until = excluded.until"
        " returning rate",
        {"owner": owner, "rate": rate, "whole": whole, "seconds": seconds},
    )
    row = await cursor.fetchone()
    return float(row[0]) if row else 0.0


async def let_go(connection: Connection, owner: int) -> None:
    """Leave a process's share to the others."""
    await connection.execute("delete from share where owner = %s", (owner,))
