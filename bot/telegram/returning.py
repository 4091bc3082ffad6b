"""A person who comes back is told what they missed."""

from __future__ import annotations

from datetime import datetime

from bot.alerts.model import Alert
from bot.subscribers.audience import scopes_of
from bot.subscribers.chat import Chat
from bot.telegram.context import BotContext
from bot.telegram.request import Request
from bot.views.digests import news_count
from bot.views.pauses import returned

_MOST_ALERTS = 500
"""How many alerts are looked through for what a person missed."""


async def greet(context: BotContext, request: Request) -> None:
    """Tell a person who came back what they missed, once."""
    since = request.chat.lost_at
    if since is None or not request.in_private:
        return
    count = news_count(await missed(context, request.chat, since))
    page = returned(request.reader, len(request.chat.follows(None)), count, since)
    await context.api.send(request.address, page)
    await context.store.update_chat(request.chat.id, lambda kept: kept and kept.told())


async def missed(context: BotContext, chat: Chat, since: datetime) -> list[Alert]:
    """The alerts about what a chat follows that went out since a moment, oldest first."""
    now = context.clock()
    found = [
        alert
        for alert in await context.store.recent_alerts(_MOST_ALERTS)
        if since <= alert.ready_at <= now and _wants(chat, alert)
    ]
    return found[::-1]


def _wants(chat: Chat, alert: Alert) -> bool:
    """Whether the chat, or a thread of it, wants news of what an alert is about."""
    scopes = scopes_of(alert.change.provision_id, alert.topics)
    threads = {thread for thread, _ in chat.subscriptions}
    return any(chat.hears(thread, scopes) for thread in threads)
