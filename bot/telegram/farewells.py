"""Followers are told once when what they follow leaves the content; a new id they follow on."""

from __future__ import annotations

import asyncio

import structlog

from bot.alerts.rate_scheduler import Priority
from bot.subscribers.chat import Address, Chat, Scope, ScopeKind
from bot.telegram.context import BotContext
from bot.views.subscriptions import exists, left_briefing

_log = structlog.get_logger(__name__)

_LOOK = 600.0
"""Seconds between two looks, alongside those after a reload."""
_STEP = 20
"""After so many messages it is written down how far it is: as many may come twice after a kill."""
_DONE = "done"


class Farewells:
    """Looks for what is followed and is not in the content, in the process that delivers."""

    def __init__(self, context: BotContext) -> None:
        self._context = context
        self._news = asyncio.Event()

    def wake(self) -> None:
        """Look at once: the content was read again."""
        self._news.set()

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            self._news.clear()
            if (await self._context.store.peers()).leading:
                await self.look()
            try:
                await asyncio.wait_for(self._news.wait(), _LOOK)
            except TimeoutError:
                continue

    async def look(self) -> None:
        """Tell the followers of everything that has left; take note of what has come back."""
        store = self._context.store
        if any(self._present(scope) != scope for scope in await store.followed()):
            await self._rename()
        for scope in await store.followed():
            if scope.excludes:
                continue
            told = await store.remembered(_key(scope)) or ""
            if exists(self._context.state.agreement, scope):
                if told:
                    await store.remember(_key(scope), "")
            elif told != _DONE:
                await self._tell(scope, told)

    def _present(self, scope: Scope) -> Scope:
        """A scope under the present id of what it names."""
        agreement = self._context.state.agreement
        named = scope.opposite if scope.excludes else scope
        find = agreement.topic if named.kind is ScopeKind.TOPIC else agreement.provision
        found = find(scope.id)
        return scope if found is None else Scope(scope.kind, found.id)

    async def _rename(self) -> None:
        """Let everybody follow under present ids what they followed under former ones."""
        store = self._context.store
        for chat in await store.chats():
            if any(self._present(scope) != scope for _, scope in chat.subscriptions):
                await store.update_chat(chat.id, lambda kept: kept and kept.renamed(self._present))

    async def _tell(self, scope: Scope, told: str) -> None:
        """Tell all followers, after those who were told before the process ended."""
        store = self._context.store
        last = tuple(map(int, told.split("/"))) if told else None
        sent = 0
        for address in await store.followers(scope):
            if last is not None and _place(address) <= last:
                continue
            chat = await store.chat(address.chat_id)
            if chat is not None:
                await self._send(chat, address, scope)
            sent += 1
            if sent % _STEP == 0:
                await store.remember(_key(scope), f"{address.chat_id}/{address.thread_id or 0}")
        await store.remember(_key(scope), _DONE)
        _log.info("followers were told that something left the content", messages=sent)

    async def _send(self, chat: Chat, address: Address, scope: Scope) -> None:
        reader = self._context.reader(chat)
        page = left_briefing(reader, scope)
        await self._context.api.try_send(address, page, priority=Priority.ALERT)


def _key(scope: Scope) -> str:
    return f"left:{scope}"


def _place(address: Address) -> tuple[int, int]:
    return address.chat_id, address.thread_id or 0
