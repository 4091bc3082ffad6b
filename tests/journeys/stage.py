"""The whole bot at work against the loopback Bot API, and people who talk to it."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.app import RunningBot, running_bot
from bot.playground.clock import PlayClock
from bot.playground.server import Playground
from bot.settings import Settings, read_settings

TOKEN = "700000001:stage-token-that-opens-nothing-at-all"
ADMIN = 900
EMMA, LEYLA, DENIZ, ANNA = 101, 102, 103, 104
PEOPLE = {EMMA: "en", LEYLA: "az", DENIZ: "tr", ANNA: "ru"}
GROUP, FORUM, CHANNEL = -1001, -1002, -1003

Json = dict[str, Any]


class Stage:
    """A bot that can be stopped and started again on the same data."""

    def __init__(self, data: Path, **overrides: Any) -> None:
        self.clock = PlayClock()
        self.playground = Playground(TOKEN, self.clock)
        self.world = self.playground.world
        self.bot: RunningBot | None = None
        self._data = data
        self._overrides = overrides
        self._exits = AsyncExitStack()

    async def open(self) -> None:
        for user_id, language in {**PEOPLE, ADMIN: "en"}.items():
            self.world.person(user_id, f"Person {user_id}", language)
        everyone = [ADMIN, *PEOPLE]
        self.world.group(GROUP, "Newsroom", everyone, admins=[ADMIN], bot=None)
        self.world.group(FORUM, "Study circle", everyone, forum=True, admins=[ADMIN], bot=None)
        self.world.thread(FORUM, 7, "Energy")
        self.world.channel(CHANNEL, "Daily news", [ADMIN], bot=None)
        await self.playground.start()
        await self.start()

    async def close(self) -> None:
        await self.stop()
        await self.playground.stop()

    def settings(self) -> Settings:
        values: dict[str, Any] = {
            "token": TOKEN,
            "api_url": self.playground.url,
            "data": self._data,
            "admins": str(ADMIN),
            "rate": 1000,
            "paid_broadcast": True,
            "chat_seconds": 0,
            "window_seconds": 0,
            "pictures": False,  # as texts alone alerts are easier to tell apart
        }
        return read_settings(**{**values, **self._overrides})

    async def start(self) -> None:
        self.bot = await self._exits.enter_async_context(
            running_bot(self.settings(), self.clock.now)
        )

    async def stop(self) -> None:
        await self._exits.aclose()
        self._exits = AsyncExitStack()
        self.bot = None

    async def say(self, user_id: int, text: str, chat_id: int | None = None, **how: Any) -> Json:
        """Say something and wait for the bot's answer in that chat."""
        chat = chat_id or user_id
        before = len(self.world.answers(chat))
        await self.world.say(user_id, text, chat_id, **how)
        await self.world.wait_for(lambda: len(self.world.answers(chat)) > before or None, 60)
        await self.idle()
        return self.last(chat)

    async def press(self, user_id: int, message: Json, label: str) -> Json:
        """Press the button whose label holds these words, wait, and return the message as it is."""
        button = button_of(message, label)
        chat = message["chat"]["id"]
        query = await self.world.press(
            user_id, chat, message["message_id"], button["callback_data"]
        )
        await self.world.toast(query)
        await self.idle()
        return self.now(message)

    async def toast_after(self, user_id: int, message: Json, label: str) -> str:
        """Press a button; the notice that came up ("" for none)."""
        button = button_of(message, label)
        chat = message["chat"]["id"]
        query = await self.world.press(
            user_id, chat, message["message_id"], button["callback_data"]
        )
        toast = await self.world.toast(query)
        await self.idle()
        return toast.text or ""

    async def idle(self) -> None:
        """Wait until the bot has handled all that people did, and keeps none of it."""
        async with asyncio.timeout(60):
            while self.world.updates.pending or await self._has_updates():  # noqa: ASYNC110 - a real bot is waited for
                await asyncio.sleep(0.01)

    async def _has_updates(self) -> bool:
        return self.bot is not None and (await self.bot.context.store.inbox()).count > 0

    def last(self, chat_id: int) -> Json:
        return self.world.answers(chat_id)[-1]

    def now(self, message: Json) -> Json:
        """A message as it is now; the bot's last one where it is gone."""
        chat = message["chat"]["id"]
        found = [m for m in self.world.messages(chat) if m["message_id"] == message["message_id"]]
        return found[0] if found else self.last(chat)

    async def alerts(self, chat_id: int, count: int, timeout: float = 10) -> list[Json]:
        """Wait until a chat has got so many alerts."""
        await self.world.wait_for(lambda: len(self.alerts_of(chat_id)) >= count or None, timeout)
        return self.alerts_of(chat_id)

    def alerts_of(self, chat_id: int) -> list[Json]:
        """Alerts are the messages with a button that stops them, or the digest's."""
        return [m for m in self.world.answers(chat_id) if is_alert(m)]

    async def change(
        self, provision: str = "railway", status: str = "advanced", date: str = "2026-03-06"
    ) -> Json:
        """Change a status as the admin; returns the progress message."""
        asked = await self.say(
            ADMIN, f"/update {provision} {status} {date} https://example.org/{status} A note."
        )
        return await self.press(ADMIN, asked, "Send to" if has(asked, "Send to") else "Record it")

    def move_clock(self, **by: float) -> None:
        self.clock.advance(timedelta(**by))

    async def settle(self) -> None:
        """Wait until nothing is on its way."""
        assert self.bot is not None
        for _ in range(400):
            if not await self.bot.context.store.unfinished():
                return
            await asyncio.sleep(0.02)
        raise AssertionError("alerts are still on their way")


def buttons(message: Json) -> list[Json]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]


def has(message: Json, label: str) -> bool:
    return any(label in button["text"] for button in buttons(message))


def button_of(message: Json, label: str) -> Json:
    found = [button for button in buttons(message) if label in button["text"]]
    assert found, f"no button {label!r} in {[button['text'] for button in buttons(message)]}"
    return found[0]


def is_alert(message: Json) -> bool:
    """Alerts alone have a button that stops them, or after that leads back to following."""
    data = [button.get("callback_data", "") for button in buttons(message)]
    links = [button.get("url", "") for button in buttons(message)]
    if len(data) == 1 and "?start=provision_" in links[0]:  # in a channel
        return True
    return any(item.startswith("sa:") or (":a:" in item and item.startswith("f:")) for item in data)
