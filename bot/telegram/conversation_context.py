"""What a private chat was about a moment ago, so that "sources?" and "when?" have a meaning.

No word of a question is kept: provisions, statuses and days, for ten minutes.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from bot.agreement.model import Agreement
from bot.agreement.status import Status
from bot.search.answering import Answered
from bot.search.normalization import fold, words
from bot.search.question_words import Aspect
from bot.search.questions import Context, Query
from bot.telegram.context import BotContext
from bot.telegram.request import Request

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
        "latest": query.latest,
        "aspect": query.aspect and query.aspect.value,
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
    """What the chat was about; with `asked_by` the last answer, if that message asked for it."""
    kept = request.context if request.in_private else None
    if kept is not None and asked_by is not None:
        kept = kept.get("answer", kept)
        kept = kept if kept.get("asked_by") == asked_by else None
    return None if kept is None else _context(context.state.agreement, kept)


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
    aspect = kept.get("aspect")
    query = Query(
        subject,
        tuple(Status(item) for item in kept.get("statuses", ())),
        since,
        until,
        latest=kept.get("latest", False),
        aspect=Aspect(aspect) if aspect else None,
    )
    return Context(query, tuple(kept["provisions"]))
