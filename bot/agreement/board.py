"""Changes of status made while the bot runs, and the board that they add up to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from pydantic import Field

from bot.agreement.dates import PartialDate
from bot.agreement.events import Correction, Event
from bot.agreement.evidence import Publishers
from bot.agreement.fields import FrozenModel, Identifier, Sentences
from bot.agreement.model import Agreement, Provision
from bot.agreement.status import Status
from bot.agreement.upgrade import upgraded_change

OF_CONTENT = 0
"""What a change takes back that corrects an entry of the content file."""


class StatusChange(FrozenModel):
    """A status entry recorded by an admin. Append-only: an undo is a further change."""

    id: int = Field(ge=1)
    provision_id: Identifier
    before: Event
    after: Event
    made_by: int = Field(description="The admin's numeric user id.")
    made_at: datetime
    undoes: int | None = Field(
        default=None,
        description="The change that this one takes back; 0: the content file's entry `before`.",
    )
    reason: Sentences | None = Field(default=None, description="Why it is taken back.")
    public_at: datetime | None = Field(
        default=None, description="When a held change may be seen; None: at once."
    )

    def is_public(self, now: datetime) -> bool:
        """Whether it may be seen by now."""
        return self.public_at is None or self.public_at <= now

    @classmethod
    def stored(cls, document: dict[str, Any]) -> StatusChange:
        """Read a change that a store kept, also one of an earlier version."""
        return cls.model_validate_json(json.dumps(upgraded_change(document)))


@dataclass(frozen=True, slots=True)
class Latest:
    """An entry of a history, with the provision that it belongs to."""

    provision: Provision
    entry: Event

    @property
    def before(self) -> Event | None:
        """The event that had last given the provision its status, or None."""
        history = self.provision.history
        place = next(at for at, event in enumerate(history) if event is self.entry)
        earlier = reversed(history[:place])
        return next((event for event in earlier if event.status and not event.correction), None)


@dataclass(frozen=True)
class Board:
    """Where every provision stands: the content's histories and the changes made since.

    A change that the content file has taken in (same status, date and sources) counts once,
    so an editor may copy recorded changes into the file.
    """

    agreement: Agreement
    changes: tuple[StatusChange, ...] = ()
    checked: Mapping[str, PartialDate] = field(default_factory=dict)
    """Up to which day the desk looked at the sources of provisions, by their ids."""
    publishers: Publishers = field(init=False, repr=False, compare=False)
    _provisions: Mapping[str, Provision] = field(init=False, repr=False, compare=False)
    _former: Mapping[str, Provision] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        undone = {change.undoes: change for change in self.changes if change.undoes is not None}
        standing = {provision.id: provision for provision in self.agreement.provisions}
        present = {
            former: provision.id
            for provision in self.agreement.provisions
            for former in provision.former_ids
        }
        for change in self.changes:
            provision = standing.get(present.get(change.provision_id, change.provision_id))
            if provision is not None and change.undoes == OF_CONTENT:
                standing[provision.id] = _corrected(provision, change)
            if provision is None or change.undoes is not None:
                continue
            event = _as_it_stands(change, undone.get(change.id))
            if event is None or any(
                same_event(event, known) and known.correction == event.correction
                for known in provision.history
            ):
                continue
            standing[provision.id] = _with_event(provision, event)
        for provision_id, day in self.checked.items():
            known = standing.get(provision_id)
            if known is not None and day > known.checked_on:
                standing[provision_id] = known.model_copy(update={"checked_on": day})
        former = {old: standing[new] for old, new in present.items() if old not in standing}
        object.__setattr__(self, "_provisions", standing)
        object.__setattr__(self, "_former", former)
        object.__setattr__(self, "publishers", Publishers(self.agreement.publishers))

    @property
    def provisions(self) -> tuple[Provision, ...]:
        """Every provision with its whole history, by number."""
        return tuple(sorted(self._provisions.values(), key=lambda provision: provision.number))

    def provision(self, provision_id: str) -> Provision | None:
        """The provision that has that id or had it, with its whole history, or None."""
        return self._provisions.get(provision_id) or self._former.get(provision_id)

    def of_topic(self, topic_id: str) -> tuple[Provision, ...]:
        """A topic's provisions, by number."""
        return tuple(provision for provision in self.provisions if topic_id in provision.topics)

    def counts(self) -> dict[Status, int]:
        """How many provisions stand at each status; those at which none stands are left out.

        A related event stands at none.
        """
        found = [provision.status for provision in self.provisions]
        return {status: found.count(status) for status in Status if status in found}

    @property
    def counted(self) -> tuple[Provision, ...]:
        """The provisions that have a status, by number: all but the related events."""
        return tuple(provision for provision in self.provisions if provision.status is not None)

    @property
    def newest_event(self) -> PartialDate:
        """The date of the newest event of any provision."""
        return max(provision.last_event.date for provision in self.provisions)

    @property
    def checked_on(self) -> PartialDate:
        """Up to which day the sources of every provision were looked at, at least."""
        return min(provision.checked_on for provision in self.provisions)

    @property
    def last_recorded(self) -> datetime | None:
        """When the last change was recorded, or None where the content file has all."""
        return max((change.made_at for change in self.changes), default=None)

    def latest(self, limit: int) -> list[Latest]:
        """The newest entries of all histories, newest first; the opening entries are not news."""
        entries = (
            Latest(provision, entry)
            for provision in self.provisions
            for entry in reversed(provision.history[1:])
        )
        return sorted(entries, key=_newest)[:limit]  # a stable order: the last of a day first

    def events(self) -> list[Latest]:
        """Every entry of every history, newest first, the opening ones too."""
        entries = (
            Latest(provision, entry)
            for provision in self.provisions
            for entry in reversed(provision.history)
        )
        return sorted(entries, key=_newest)

    def standing_change(self, change_id: int) -> StatusChange | None:
        """The recorded change of that id, if it was not taken back."""
        undone = {change.undoes for change in self.changes}
        return next(
            (
                change
                for change in self.changes
                if change.id == change_id and change.undoes is None and change.id not in undone
            ),
            None,
        )

    def recorded(self, provision_id: str, event: Event) -> StatusChange | None:
        """The change that recorded an event and stands; None for one of the content file."""
        changes = (change for change in self.changes if change.provision_id == provision_id)
        found = (change for change in changes if same_event(change.after, event))
        return next((change for change in found if self.standing_change(change.id)), None)

    def correction_of(self, change_id: int) -> StatusChange | None:
        """The change that took that one back, or None."""
        return next((change for change in self.changes if change.undoes == change_id), None)

    def last_standing(self) -> StatusChange | None:
        """The last change that was not taken back, or None."""
        undone = {change.undoes for change in self.changes}
        return next(
            (
                change
                for change in reversed(self.changes)
                if change.undoes is None and change.id not in undone
            ),
            None,
        )

    def following(self, changes: Iterable[StatusChange]) -> Board:
        """The board after further changes."""
        return replace(self, changes=(*self.changes, *changes))


def _newest(latest: Latest) -> tuple[int, int]:
    return -latest.entry.date.first.toordinal(), latest.provision.number


def _as_it_stands(change: StatusChange, undo: StatusChange | None) -> Event | None:
    """The event of a change; marked as corrected where it was taken back.

    None where it was taken back before anybody could see it.
    """
    if undo is None:
        return change.after
    if not change.is_public(undo.made_at):
        return None
    correction = Correction(on=PartialDate.of(undo.made_at.date()), reason=undo.reason)
    return change.after.model_copy(update={"correction": correction})


def _corrected(provision: Provision, change: StatusChange) -> Provision:
    """The provision with an entry of the content file marked as corrected."""
    mark = Correction(on=PartialDate.of(change.made_at.date()), reason=change.reason)
    history = (
        event.model_copy(update={"correction": mark})
        if event.correction is None and same_event(event, change.before)
        else event
        for event in provision.history
    )
    return provision.model_copy(update={"history": tuple(history)})


def _with_event(provision: Provision, event: Event) -> Provision:
    """The provision with one more event, in its place by date; what was checked only grows."""
    history = sorted((*provision.history, event), key=lambda known: known.date)
    if event.correction is not None:  # what was wrong says nothing of how far anybody looked
        return provision.model_copy(update={"history": tuple(history)})
    seen = [event.date, *(evidence.date for evidence in event.evidence if evidence.date)]
    checked_on = max([provision.checked_on, *seen])
    return provision.model_copy(update={"history": tuple(history), "checked_on": checked_on})


def same_event(each_event: Event, other: Event) -> bool:
    """Whether two entries tell of the same: status, date and sources agree."""
    sources = [{evidence.url for evidence in event.evidence} for event in (each_event, other)]
    return (each_event.status, each_event.date) == (other.status, other.date) and sources[
        0
    ] == sources[1]


class PublicBoard:
    """The part of a board that may be seen by now: without the changes that are still held."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._whole: Board | None = None
        self._public: Board | None = None
        self._until: datetime | None = None

    def of(self, whole: Board) -> Board:
        """The public part; the same object while nothing has changed."""
        now = self._clock()
        is_over = self._until is not None and now >= self._until
        if self._public is None or whole is not self._whole or is_over:
            held = [change for change in whole.changes if not change.is_public(now)]
            public = tuple(change for change in whole.changes if change.is_public(now))
            self._whole = whole
            self._public = replace(whole, changes=public) if held else whole
            self._until = min(
                (change.public_at for change in held if change.public_at), default=None
            )
        return self._public
