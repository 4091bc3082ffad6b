"""What else is kept, and all that is kept about one chat, as transactions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import orjson
from tinydb import where
from typing_extensions import override

from bot.feeds.model import Suggestion
from bot.search.unanswered import GapCount
from bot.storage.protocol import (
    AuditEntry,
    Known,
    Notes,
)
from bot.storage.tinydb import chats
from bot.storage.tinydb.database import Database
from bot.storage.tinydb.outbox import TinyOutbox


def count_gaps(db: Database, counts: Mapping[str, int], day: date, oldest: date) -> None:
    """Add to a day's counts of unanswered questions, and erase those of days before `oldest`."""
    gaps = db["gaps"]
    if gaps.remove(where("day") < oldest.isoformat()):
        db.erase()
    for text, count in counts.items():
        key = f"{day} {text}"
        before = gaps.row(key) or {"count": 0}
        gaps.put(key, {"text": text, "day": day, "count": before["count"] + count})


def clear_gaps(db: Database) -> None:
    """Erase all counts of unanswered questions."""
    db["gaps"].truncate()
    db.erase()


def suggestions(db: Database) -> list[Suggestion]:
    """Every suggestion that is kept."""
    return [Suggestion.model_validate_json(row) for row in db["suggestions"].raw.values()]


def suggest(db: Database, found: Sequence[Suggestion], oldest: datetime) -> None:
    """Keep suggestions that are not kept, and erase those found before `oldest`."""
    kept = {each.id for each in suggestions(db) if each.found_at >= oldest}
    table = db["suggestions"]
    if old := table.raw.keys() - kept:
        table.write(dict.fromkeys(old))
        db.erase()
    for each in found:
        if each.id not in kept:
            table.put(each.id, each.model_dump(mode="json"))


def decide(db: Database, changed: Sequence[Suggestion]) -> None:
    """Put suggestions in the place of those with the same ids that are still kept."""
    table = db["suggestions"]
    for each in changed:
        if each.id in table.raw:
            table.put(each.id, each.model_dump(mode="json"))


def audit(db: Database) -> list[AuditEntry]:
    """Every recorded act of an admin, oldest first."""
    return [AuditEntry.model_validate_json(orjson.dumps(row)) for row in db["audit"]]


def about(db: Database, chat_id: int) -> dict[str, Any]:
    """All that is kept about a chat, and about the person whose private chat it is."""
    return {
        "chat": db["chats"].row(chat_id),
        "alerts": chats.kept_deliveries(db, chat_id),
        "draft": db["drafts"].row(chat_id),
        "acts": [entry.model_dump(mode="json") for entry in audit(db) if entry.made_by == chat_id],
        "updates": [
            orjson.loads(update["document"])
            for update in db["inbox"].search(where("lane") == chat_id)
        ],
    }


class TinyNotes(TinyOutbox, Notes):
    """The little else that is kept."""

    @override
    async def kept_about(self, chat_id: int) -> Mapping[str, Any]:
        known = await self.known(chat_id)
        changes = [change.id for change in await self.changes() if change.made_by == chat_id]
        found = await self._writer.commit(lambda db: about(db, chat_id))
        found |= {"context": known.context, "changes": changes}
        return {name: what for name, what in found.items() if what}

    @override
    async def draft(self, user_id: int) -> Mapping[str, Any] | None:
        return self._db["drafts"].row(user_id)

    @override
    async def keep_draft(self, user_id: int, draft: Mapping[str, Any] | None) -> None:
        if draft is None:
            await self._writer.commit(lambda db: db["drafts"].drop(user_id))
        else:
            await self._writer.commit(lambda db: db["drafts"].put(user_id, draft))

    @override
    async def append_audit(self, entry: AuditEntry) -> None:
        row = entry.model_dump(mode="json")
        await self._writer.commit(lambda db: db["audit"].insert(row))

    @override
    async def audit(self) -> Sequence[AuditEntry]:
        return audit(self._db)

    @override
    async def remembered(self, key: str) -> str | None:
        row = self._db["facts"].row(key)
        return None if row is None else row["value"]

    @override
    async def remember(self, key: str, value: str) -> None:
        await self._writer.commit(lambda db: db["facts"].put(key, {"value": value}))

    @override
    async def known(self, chat_id: int) -> Known:
        until, kept = self._contexts.get(chat_id, (None, b""))
        over = until is None or until <= self._clock()
        return Known(chats.get(self._db, chat_id), None if over else orjson.loads(kept))

    @override
    async def keep_context(self, chat_id: int, context: Mapping[str, Any], until: datetime) -> None:
        contexts, now = self._contexts, self._clock()
        contexts.pop(chat_id, None)
        contexts[chat_id] = until, orjson.dumps(context)
        while (oldest := next(iter(contexts))) != chat_id and contexts[oldest][0] <= now:
            del contexts[oldest]

    @override
    async def gaps(self) -> Sequence[GapCount]:
        return [
            GapCount(row["text"], date.fromisoformat(row["day"]), row["count"])
            for row in self._db["gaps"]
        ]

    @override
    async def count_gaps(self, counts: Mapping[str, int], day: date, oldest: date) -> None:
        if counts or self._db["gaps"].contains(where("day") < oldest.isoformat()):
            await self._writer.commit(lambda db: count_gaps(db, counts, day, oldest))

    @override
    async def clear_gaps(self) -> None:
        if self._db["gaps"].raw:
            await self._writer.commit(clear_gaps)

    @override
    async def suggestions(self) -> Sequence[Suggestion]:
        return await self._writer.commit(suggestions)

    @override
    async def suggest(self, found: Sequence[Suggestion], oldest: datetime) -> None:
        await self._writer.commit(lambda db: suggest(db, found, oldest))

    @override
    async def decide(self, changed: Sequence[Suggestion]) -> None:
        await self._writer.commit(lambda db: decide(db, changed))
