"""All that is kept, in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from bot.alerts.model import Alert
from bot.storage.protocol import AuditEntry
from bot.storage.tinydb.chats import Chats
from bot.storage.tinydb.handled import Handled
from bot.storage.tinydb.outbox import Outbox


@dataclass
class State:
    """What reads are answered from. Only records change it (`bot.storage.tinydb.records`)."""

    chats: Chats = field(default_factory=Chats)
    alerts: dict[int, Alert] = field(default_factory=dict)
    audit: dict[int, AuditEntry] = field(default_factory=dict)
    outbox: Outbox = field(default_factory=Outbox)
    facts: dict[str, str] = field(default_factory=dict)
    drafts: dict[int, bytes] = field(default_factory=dict)
    """As JSON: what was kept cannot be changed by whoever holds it."""
    handled: Handled = field(default_factory=Handled)
    gaps: dict[tuple[str, date], int] = field(default_factory=dict)
    """Unanswered questions by text and day."""
    contexts: dict[int, tuple[datetime, bytes]] = field(default_factory=dict)
    """What a chat is about and until when, as JSON. In memory alone."""
    change_id: int = 0
    """The last id given to a change."""
    alert_id: int = 0
    """The last id given to an alert."""

    def alert_of_change(self, change_id: int) -> Alert | None:
        """The alert that told a change."""
        alerts = reversed(self.alerts.values())
        return next((alert for alert in alerts if alert.change.id == change_id), None)
