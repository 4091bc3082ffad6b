"""From an admin's confirmation to an alert with its fixed audience, in one durable step."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.agreement.briefing import Briefing
from bot.agreement.changes import StatusChange
from bot.agreement.draft import DraftProblem
from bot.agreement.model import Provision, StatusEntry
from bot.alerts.model import Alert, AlertKind
from bot.alerts.outbox import Outbox, Overtaken
from bot.clock import Clock
from bot.subscribers.matching import scopes_of

_RECENT = 50
"""How many alerts are looked through for that of the last change."""


class NotAnnounced(Exception):
    """The change was not made; `problem` says why."""

    def __init__(self, problem: DraftProblem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Announced:
    """An alert that is kept, and how many deliveries it is due."""

    alert: Alert
    due: int


@dataclass(frozen=True, slots=True)
class Release:
    """How an alert goes out: when, at the earliest, and whether with a sound."""

    at: datetime | None = None
    """None: when the window for changes that belong together closes."""
    silent: bool = False


AT_ONCE = Release()


@dataclass(frozen=True, slots=True)
class Undoable:
    """A change that can be taken back, and until when."""

    change: StatusChange
    until: datetime
    held_until: datetime
    """When its alert goes out, or went; before that nobody has got it."""


class Announcer:
    """Makes changes of status and takes them back, one at a time.

    Args:
        undo_within: For how long a change can be taken back once its alert goes out.
        window: Changes made within it reach a chat as one message; an alert waits so long.
        announced: Called when something new is due.
    """

    def __init__(
        self,
        briefing: Briefing,
        outbox: Outbox,
        clock: Clock,
        *,
        undo_within: timedelta,
        window: timedelta,
        announced: Callable[[], None],
    ) -> None:
        self._briefing = briefing
        self._outbox = outbox
        self._clock = clock
        self._announced = announced
        self.window = window
        self._one_at_a_time = asyncio.Lock()
        self.undo_within = undo_within

    async def change(
        self,
        provision_id: str,
        entry: StatusEntry,
        *,
        seen: int,
        admin: int,
        release: Release = AT_ONCE,
    ) -> Announced:
        """Record a provision's next status; its audience is durable when this returns.

        `seen` is how long the history was when the admin chose what comes next.

        Raises:
            NotAnnounced: the provision is gone, or another change came first.
            StoreFull: the disk has no room; nothing was changed.
        """
        async with self._one_at_a_time:
            provision = self._briefing.board.provision(provision_id)
            if provision is None:
                raise NotAnnounced(DraftProblem.UNKNOWN_PROVISION)
            if len(provision.history) != seen:
                raise NotAnnounced(DraftProblem.CHANGED_MEANWHILE)
            ready_at = await self._ready_at(release)
            return await self._record(
                AlertKind.CHANGE, provision, entry, admin, ready_at, silent=release.silent
            )

    async def undo(self, change_id: int, *, admin: int, if_held: bool = False) -> Announced:
        """Take back the last change; those who got its alert get a correction.

        With `if_held` only a change whose alert has not gone out yet: nobody gets anything.

        Raises:
            NotAnnounced: it is not the last change that stands, or its time is over; with
                `if_held`, its alert is out.
            StoreFull: the disk has no room; nothing was changed.
        """
        async with self._one_at_a_time:
            found = await self.undoable()
            if found is None or found.change.id != change_id:
                raise NotAnnounced(DraftProblem.TOO_LATE)
            if if_held and found.held_until <= self._clock():
                raise NotAnnounced(DraftProblem.TOO_LATE)
            last = found.change
            provision = self._briefing.board.provision(last.provision_id)
            if provision is None:
                raise NotAnnounced(DraftProblem.UNKNOWN_PROVISION)
            return await self._record(
                AlertKind.CORRECTION, provision, last.before, admin, self._clock(), undoes=last
            )

    async def _ready_at(self, release: Release) -> datetime:
        """When an alert goes out; a time that has passed by now is as good as none."""
        if release.at is not None and release.at > self._clock():
            return release.at
        return await self._window_closes()

    async def _window_closes(self) -> datetime:
        """When a change made now goes out: with those before it whose window is still open."""
        now = self._clock()
        for alert in await self._outbox.recent_alerts(10):
            opened = alert.ready_at - self.window
            if alert.kind is AlertKind.CHANGE and opened <= now < alert.ready_at:
                return alert.ready_at
        return now + self.window

    def preview(self, provision_id: str, entry: StatusEntry, *, admin: int) -> Alert | None:
        """The alert that a change would send, not kept anywhere; None for no such provision."""
        provision = self._briefing.board.provision(provision_id)
        if provision is None:
            return None
        return self._alert(1, 1, AlertKind.CHANGE, provision, entry, admin)

    async def undoable(self) -> Undoable | None:
        """The last change that stands, while it can still be taken back.

        Its time begins when its alert goes out: one that is held can be taken back until then,
        and for as long afterwards as any other.
        """
        change = self._briefing.board.last_standing()
        if change is None:
            return None
        alerts = await self._outbox.recent_alerts(_RECENT)
        ready = next((one.ready_at for one in alerts if one.change.id == change.id), change.made_at)
        until = max(ready, change.made_at) + self.undo_within
        return Undoable(change, until, ready) if self._clock() <= until else None

    async def _record(
        self,
        kind: AlertKind,
        provision: Provision,
        after: StatusEntry,
        admin: int,
        ready_at: datetime,
        *,
        silent: bool = False,
        undoes: StatusChange | None = None,
    ) -> Announced:
        change_id, alert_id = await self._outbox.next_ids()
        alert = self._alert(change_id, alert_id, kind, provision, after, admin, undoes)
        alert = alert.model_copy(update={"ready_at": ready_at, "silent": silent})
        known = sum(one.provision_id == provision.id for one in self._briefing.board.changes)
        scopes = scopes_of(provision.id, provision.topics)
        try:
            due = await self._outbox.record_alert(alert, scopes, known=known)
        except Overtaken:  # an admin whose messages another process handles
            self._briefing.catch_up(await self._outbox.changes())
            raise NotAnnounced(DraftProblem.CHANGED_MEANWHILE) from None
        self._briefing.record(alert.change)
        self._announced()
        return Announced(alert, due)

    def _alert(
        self,
        change_id: int,
        alert_id: int,
        kind: AlertKind,
        provision: Provision,
        after: StatusEntry,
        admin: int,
        undoes: StatusChange | None = None,
    ) -> Alert:
        change = StatusChange(
            id=change_id,
            provision_id=provision.id,
            before=undoes.after if undoes else provision.current,
            after=after,
            made_by=admin,
            made_at=self._clock(),
            undoes=undoes.id if undoes else None,
        )
        return Alert(
            id=alert_id,
            kind=kind,
            change=change,
            number=provision.number,
            title=provision.title,
            text=provision.text,
            origin=provision.origin,
            topics=provision.topics,
            ready_at=change.made_at,
        )
