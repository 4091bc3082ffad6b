"""What a private chat was about a moment ago, so that "sources?" and "when?" have a meaning.

No word of a question is kept: provisions, statuses and days, for ten minutes.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import telegram

from bot.agreement.model import Agreement
from bot.agreement.status import Status
from bot.search.answering import Answered
from bot.search.intents import Intent
from bot.search.normalization import fold, words
from bot.search.questions import Context, Query
from bot.subscribers.chat import ScopeKind
from bot.telegram.context import BotContext, buttons_of
from bot.telegram.request import Request
from bot.views.callbacks import Follow, ShowPart, ShowProvision, Unfollow, decode

LASTS = timedelta(minutes=10)
_MOST = 10
"""Provisions of an answer that are kept."""


async def keep(context: BotContext, request: Request, answered: Answered) -> None:
    """Keep what an answer was about. Not in a group: there others speak in between."""
    if not request.in_private:
        return
    query, found = answered.query, answered.findings.matches
    days = [day and day.isoformat() for day in (query.since, query.until)]
    kept_context = {
        "asked_by": request.message_id,
        "subject": _subject(context.state.agreement, answered),
        "provisions": [item.provision_id for item in found[:_MOST]],
        "statuses": [status.value for status in query.statuses],
        "days": days,
        "intent": query.intent and query.intent.value,
        "who": list(query.who),
    }
    await context.store.keep_context(request.chat.id, kept_context, context.clock() + LASTS)


async def keep_shown(context: BotContext, request: Request, provision_id: str) -> None:
    """Keep that a provision's page is what the chat is about."""
    if not request.in_private:
        return
    before = request.context or {}
    kept_context = {
        "subject": provision_id,
        "provisions": [provision_id],
        "answer": before.get("answer", before),
    }
    await context.store.keep_context(request.chat.id, kept_context, context.clock() + LASTS)


def recall(context: BotContext, request: Request, asked_by: int | None = None) -> Context | None:
    """What the message that is replied to is about, else what the chat was about.

    With `asked_by` it is the last answer, if that message asked for it.
    """
    shown = _shown_in(request.replied) if request.replied and asked_by is None else ()
    if shown:
        return Context(Query(shown[0]), shown[:_MOST], is_reply=True)
    kept = request.context if request.in_private else None
    if kept is not None and asked_by is not None:
        kept = kept.get("answer", kept)
        kept = kept if kept.get("asked_by") == asked_by else None
    return None if kept is None else _context(context.state.agreement, kept)


def _shown_in(message: telegram.Message) -> tuple[str, ...]:
    """The provision that a card or an alert is about, or those that a list leads to."""
    cards, listed = [], []
    for action in map(decode, buttons_of(message)):
        match action:
            case ShowPart(provision_id):
                cards.append(provision_id)
            case Follow(scope) | Unfollow(scope) if scope.kind is ScopeKind.PROVISION:
                cards.append(scope.id)
            case ShowProvision(provision_id):
                listed.append(provision_id)
    return tuple(dict.fromkeys(cards or listed))


def _subject(agreement: Agreement, answered: Answered) -> str:
    """The id of the topic that was named, else that of the best provision; "" for all."""
    text = answered.query.text
    if not text:
        return ""
    said = {fold(word) for word in words(text)}
    for topic in agreement.topics:
        if said & {topic.id, *topic.names, *(fold(item) for item in topic.title.values())}:
            return topic.id
    return next((match.provision_id for match in answered.findings.matches), "")


def _context(agreement: Agreement, kept: Any) -> Context:  # noqa: ANN401 - as JSON has it
    topic = agreement.topic(kept["subject"])
    subject = next(iter(topic.title.values())) if topic else kept["subject"]
    since, until = (date.fromisoformat(day) if day else None for day in kept.get("days", (0, 0)))
    intent = kept.get("intent")
    query = Query(
        subject,
        tuple(Status(item) for item in kept.get("statuses", ())),
        since,
        until,
        Intent(intent) if intent else None,
        tuple(kept.get("who", ())),
    )
    return Context(query, tuple(kept["provisions"]))
