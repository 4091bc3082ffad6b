"""Delivery of updates to a webhook: in order within a chat, again until it is accepted."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import aiohttp
import orjson

from bot.playground.errors import ApiError
from bot.playground.model import Json

if TYPE_CHECKING:
    from bot.playground.server import Playground

_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 (the header's name)
_ANSWER_SECONDS = 60.0


class WebhookDelivery:
    """Posts each pending update to the webhook until it answers 2xx."""

    def __init__(self, playground: Playground) -> None:
        self._playground = playground
        self._task: asyncio.Task[None] | None = None
        self._busy: dict[object, asyncio.Task[None]] = {}

    def start(self) -> None:
        """Begin to look for updates."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End; what was not accepted stays pending."""
        tasks = [task for task in (self._task, *self._busy.values()) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self) -> None:
        updates = self._playground.world.updates
        async with aiohttp.ClientSession() as session:
            while True:
                await updates.due.wait()
                updates.due.clear()
                self._hand_out(session)

    def _hand_out(self, session: aiohttp.ClientSession) -> None:
        updates = self._playground.world.updates
        hook = updates.webhook
        if hook is None:
            return
        for update in list(updates.pending):
            lane = _lane(update)
            if lane not in self._busy and len(self._busy) < hook["max_connections"]:
                self._busy[lane] = asyncio.create_task(self._deliver(session, lane, update))

    async def _deliver(self, session: aiohttp.ClientSession, lane: object, update: Json) -> None:
        updates = self._playground.world.updates
        pause = self._playground.retry_seconds
        try:
            while (hook := updates.webhook) is not None and update in updates.pending:
                problem = await self._post(session, hook, update)
                if problem is None:
                    updates.pending.remove(update)
                    return
                hook["last_error_date"] = self._playground.clock.unix()
                hook["last_error_message"] = problem
                self._playground.world.changed()
                await asyncio.sleep(pause)
                pause = min(pause * 2, _ANSWER_SECONDS)
        finally:
            del self._busy[lane]
            updates.due.set()
            self._playground.world.changed()

    async def _post(self, session: aiohttp.ClientSession, hook: Json, update: Json) -> str | None:
        """None when it was accepted, else what went wrong, in Telegram's words."""
        headers = {"Content-Type": "application/json"}
        if hook["secret_token"]:
            headers[_SECRET_HEADER] = hook["secret_token"]
        try:
            async with session.post(
                hook["url"],
                data=_body(update),
                headers=headers,
                allow_redirects=False,  # a redirect would lead away from loopback
                timeout=aiohttp.ClientTimeout(total=_ANSWER_SECONDS),
            ) as response:
                body = await response.read()
                if not response.ok:
                    return f"Wrong response from the webhook: {response.status} {response.reason}"
        except (aiohttp.ClientError, TimeoutError) as error:
            return f"Connection failed: {type(error).__name__}"
        self._perform(body)
        return None

    def _perform(self, body: bytes) -> None:
        """A call in the webhook's answer (Bot API, "Making requests when getting updates")."""
        if not body.startswith(b"{"):
            return
        call = orjson.loads(body)
        method = call.pop("method", None)
        if isinstance(method, str):
            try:
                self._playground.perform(method, call, {})
            except ApiError:
                return  # Telegram does not tell the bot either; a violation is on record


def _body(update: Json) -> bytes:
    """An update as Telegram writes it: with a line break after its number (telegram-bot-api)."""
    rest = orjson.dumps({key: value for key, value in update.items() if key != "update_id"})
    return b'{"update_id":%d,\n%b' % (update["update_id"], rest[1:])


def _lane(update: Json) -> object:
    """Updates of one chat are delivered one after another."""
    content = next(value for key, value in update.items() if key != "update_id")
    chat = content.get("chat") or content.get("message", {}).get("chat") or content.get("from")
    return chat["id"] if chat else update["update_id"]
