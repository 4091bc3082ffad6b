"""From an admin's confirmation to an alert with its fixed audience, in one durable step."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.agreement.board import OF_CONTENT, StatusChange
from bot.agreement.draft import DraftProblem
from bot.agreement.events import Event
from bot.agreement.fields import Sentences
from bot.agreement.model import Provision
from bot.alerts.model import Alert, AlertKind
from bot.alerts.outbox import Outbox, Overtaken
from bot.clock import Clock
from bot.search.state import AgreementState
from bot.subscribers.audience import scopes_of
from bot.subscribers.chat import Scope

Report = tuple[int, int]
"""A chat and a message in it."""


class NotPublished(Exception):
    """The change was not made; `problem` says why."""

    def __init__(self, problem: DraftProblem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Published:
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
    alert: Alert | None = None


class Publisher:
    """Makes changes of status and takes them back, one at a time.

    Args:
        undo_within: For how long a change can be taken back once its alert goes out.
        window: Changes made within it reach a chat as one message; an alert waits so long.
        announced: Called when something new is due.
    """

    def __init__(
        self,
        state: AgreementState,
        outbox: Outbox,
        clock: Clock,
        *,
        undo_within: timedelta,
        window: timedelta,
        announced: Callable[[], None],
    ) -> None:
        self._state = state
        self._outbox = outbox
        self._clock = clock
        self._announced = announced
        self.window = window
        self._one_at_a_time = asyncio.Lock()
        self.undo_within = undo_within

    async def change(
        self,
        provision_id: str,
        entry: Event,
        *,
        seen: int,
        admin: int,
        release: Release = AT_ONCE,
        shown_in: Report | None = None,
    ) -> Published:
        """Record a provision's next status; its audience is durable when this returns.

        `seen` is how many events held when the admin chose what comes next. `shown_in` is the
        message that shows the alert's progress: it is kept in the same step.

        Raises:
            NotAnnounced: the provision is gone, or another change came first.
            StoreFull: the disk has no room; nothing was changed.
        """
        async with self._one_at_a_time:
            provision = self._state.whole.provision(provision_id)
            if provision is None:
                raise NotPublished(DraftProblem.UNKNOWN_PROVISION)
            if len(provision.events) != seen:
                raise NotPublished(DraftProblem.CHANGED_MEANWHILE)
            drafted = self._change(provision, entry, admin)
            ready_at = await self._ready_at(release)
            held = {"public_at": release.at if release.at == ready_at else None}
            change = drafted.change.model_copy(update=held)
            told = {"change": change, "ready_at": ready_at, "silent": release.silent}
            return await self._record(drafted.model_copy(update=told), shown_in)

    async def undo(
        self,
        change_id: int,
        *,
        admin: int,
        if_held: bool = False,
        shown_in: Report | None = None,
    ) -> Published:
        """Take back the last change; those who got its alert get a correction.

        That is possible too where the content file no longer has the provision: what its alert
        said is kept. With `if_held` only a change whose alert has not gone out yet: nobody gets
        anything.

        Raises:
            NotAnnounced: it is not the last change that stands, or its time is over; with
                `if_held`, its alert is out.
            StoreFull: the disk has no room; nothing was changed.
        """
        async with self._one_at_a_time:
            found = await self.undoable()
            if found is None or found.change.id != change_id:
                raise NotPublished(DraftProblem.TOO_LATE)
            if if_held and found.held_until <= self._clock():
                raise NotPublished(DraftProblem.TOO_LATE)
            return await self._record(self._correction(found, admin), shown_in)

    async def correct(self, change_id: int, reason: Sentences, *, admin: int) -> Published:
        """Take back a recorded change of any age, and say why.

        The entry stays in the history, marked as corrected. Those of whom it is still known that
        they got its alert get a correction.

        Raises:
            NotPublished: no such change stands.
            StoreFull: the disk has no room; nothing was changed.
        """
        async with self._one_at_a_time:
            change = self._state.whole.standing_change(change_id)
            if change is None:
                raise NotPublished(DraftProblem.TOO_LATE)
            now = self._clock()
            alert = await self._alert_of(change)
            drafted = self._correction(Undoable(change, now, now, alert), admin)
            corrected = drafted.change.model_copy(update={"reason": reason})
            return await self._record(drafted.model_copy(update={"change": corrected}))

    async def correct_content(
        self, provision_id: str, event: Event, reason: Sentences, *, admin: int
    ) -> Published:
        """Take back an entry of the content file, and say why. No alert told of it.

        Raises:
            NotPublished: the provision or the entry is gone, or nothing else says where the
                provision stands.
            StoreFull: the disk has no room; nothing was changed.
        """
        async with self._one_at_a_time:
            provision = self._state.whole.provision(provision_id)
            if provision is None or event not in provision.events:
                raise NotPublished(DraftProblem.CHANGED_MEANWHILE)
            rest = [kept for kept in provision.events if kept is not event]
            without = provision.model_copy(update={"history": tuple(rest)})
            if not rest or (provision.standing and without.standing is None):
                raise NotPublished(DraftProblem.ONLY_ENTRY)
            change = StatusChange(
                id=1,
                provision_id=provision_id,
                before=event,
                after=without.shown_by,
                made_by=admin,
                made_at=self._clock(),
                undoes=OF_CONTENT,
                reason=reason,
            )
            return await self._record(_alert(AlertKind.CHANGE, change, provision), scopes=())

    async def _alert_of(self, change: StatusChange) -> Alert | None:
        return await self._outbox.alert_of(change.id)

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

    def preview(self, provision_id: str, entry: Event, *, admin: int) -> Alert | None:
        """The alert that a change would send, not kept anywhere; None for no such provision."""
        provision = self._state.whole.provision(provision_id)
        if provision is None:
            return None
        return self._change(provision, entry, admin)

    async def undoable(self) -> Undoable | None:
        """The last change that stands, while it can still be taken back.

        Its time begins when its alert goes out: one that is held can be taken back until then,
        and for as long afterwards as any other.
        """
        change = self._state.whole.last_standing()
        if change is None:
            return None
        alert = await self._alert_of(change)
        ready = alert.ready_at if alert else change.made_at
        until = max(ready, change.made_at) + self.undo_within
        return Undoable(change, until, ready, alert) if self._clock() <= until else None

    async def _record(
        self,
        drafted: Alert,
        shown_in: Report | None = None,
        scopes: Iterable[Scope] | None = None,
    ) -> Published:
        """Number an alert and its change, and keep both. It goes to those who follow the scopes."""
        change_id, alert_id = await self._outbox.next_ids()
        change = drafted.change.model_copy(update={"id": change_id})
        chat_id, message_id = shown_in or (None, None)
        report = {"report_chat_id": chat_id, "report_message_id": message_id}
        alert = drafted.model_copy(update={"id": alert_id, "change": change, **report})
        followed = scopes_of(change.provision_id, alert.topics) if scopes is None else scopes
        changes = self._state.whole.changes
        known = sum(each_change.provision_id == change.provision_id for each_change in changes)
        try:
            due = await self._outbox.record_alert(alert, frozenset(followed), known=known)
        except Overtaken:  # an admin whose messages another process handles
            self._state.catch_up(await self._outbox.changes())
            raise NotPublished(DraftProblem.CHANGED_MEANWHILE) from None
        self._state.record(change)
        self._announced()
        return Published(alert, due)

    def _change(self, provision: Provision, entry: Event, admin: int) -> Alert:
        """The alert of a change, not numbered yet."""
        change = StatusChange(
            id=1,
            provision_id=provision.id,
            before=provision.shown_by,
            after=entry,
            made_by=admin,
            made_at=self._clock(),
        )
        return _alert(AlertKind.CHANGE, change, provision)

    def _correction(self, found: Undoable, admin: int) -> Alert:
        """The alert that takes a change back, not numbered yet.

        Raises:
            NotAnnounced: neither the provision nor the change's alert is there any more.
        """
        last = found.change
        told = self._state.whole.provision(last.provision_id) or found.alert
        if told is None:
            raise NotPublished(DraftProblem.UNKNOWN_PROVISION)
        provision = self._state.whole.provision(last.provision_id)
        after = provision.shown_by if provision else last.before
        if after == last.after:
            after = last.before
        change = StatusChange(
            id=1,
            provision_id=last.provision_id,
            before=last.after,
            after=after,
            made_by=admin,
            made_at=self._clock(),
            undoes=last.id,
        )
        return _alert(AlertKind.CORRECTION, change, told)


def _alert(kind: AlertKind, change: StatusChange, told: Provision | Alert) -> Alert:
    """An alert in the words of the provision, or of another alert."""
    return Alert(
        id=1,
        kind=kind,
        change=change,
        number=told.number,
        title=told.title,
        text=told.text,
        origin=told.origin,
        topics=told.topics,
        ready_at=change.made_at,
    )
