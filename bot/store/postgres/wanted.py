"""Whether deliveries are still wanted, asked for many at once.

Every message asks just before it goes out. Questions that come while one is being answered are
put together, so that a busy process asks a few hundred times a second, not some thousand times.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from bot.store.postgres.database import Connection, Database
from bot.store.postgres.deliveries import KEYS, Key, columns

_WANTED: Final = f"""
select k.chat_id, k.thread, k.alert_id from {KEYS} as k(chat_id, thread, alert_id)
left join moved m on m.old_id = k.chat_id
join chat c on c.id = coalesce(m.new_id, k.chat_id) and c.active
join delivery d on d.chat_id = c.id and d.thread = k.thread and d.alert_id = k.alert_id
join alert a on a.id = k.alert_id and a.withdrawn_by is null
"""


class Wanted:
    """Asks the database, one question at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._questions: list[tuple[Key, asyncio.Future[bool]]] = []
        self._task: asyncio.Task[None] | None = None

    async def ask(self, key: Key) -> bool:
        """Whether the chat is still there and the delivery still to be made.

        Raises:
            StoreError: the database stayed away.
        """
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._questions.append((key, answer))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work())
        return await answer

    async def close(self) -> None:
        """Ask no more."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _work(self) -> None:
        while self._questions:
            questions, self._questions = self._questions, []
            try:
                wanted = await self._ask([key for key, _ in questions])
            except Exception as error:  # noqa: BLE001 - it is raised to every asker
                for _, answer in questions:
                    if not answer.done():
                        answer.set_exception(error)
            else:
                for key, answer in questions:
                    if not answer.done():  # else its asker was cancelled
                        answer.set_result(key in wanted)

    async def _ask(self, keys: Sequence[Key]) -> set[Key]:
        async def ask(connection: Connection) -> set[Key]:
            cursor = await connection.execute(_WANTED, columns(keys))
            return {Key(*row) for row in await cursor.fetchall()}

        return await self._database.read(ask)
