"""What else is kept, and all that is kept about one chat, as transactions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import orjson
from tinydb import where

from bot.feeds.model import Suggestion
from bot.storage.protocol import AuditEntry
from bot.storage.tinydb import chats
from bot.storage.tinydb.database import Database


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
        "alerts": chats.deliveries(db, chat_id),
        "draft": db["drafts"].row(chat_id),
        "acts": [entry.model_dump(mode="json") for entry in audit(db) if entry.made_by == chat_id],
        "updates": [
            orjson.loads(update["document"])
            for update in db["inbox"].search(where("lane") == chat_id)
        ],
    }
