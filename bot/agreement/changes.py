"""Changes of status made while the bot runs, and the board that they add up to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import Field

from bot.agreement.model import Agreement, Identifier, Provision, Record, StatusEntry
from bot.agreement.status import Status


class StatusChange(Record):
    """A status entry recorded by an admin. Append-only: an undo is a further change."""

    id: int = Field(ge=1)
    provision_id: Identifier
    before: StatusEntry
    after: StatusEntry
    made_by: int = Field(description="The admin's numeric user id.")
    made_at: datetime
    undoes: int | None = Field(default=None, description="The change that this one takes back.")


@dataclass(frozen=True, slots=True)
class Latest:
    """An entry of a history, with the provision that it belongs to."""

    provision: Provision
    entry: StatusEntry


@dataclass(frozen=True)
class Board:
    """Where every provision stands: the content's histories and the changes made since.

    A change that the content file has taken in (same status, date and sources) counts once,
    so an editor may copy recorded changes into the file.
    """

    agreement: Agreement
    changes: tuple[StatusChange, ...] = ()
    _provisions: Mapping[str, Provision] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        undone = {change.undoes for change in self.changes}
        standing = {one.id: one for one in self.agreement.provisions}
        for change in self.changes:
            provision = standing.get(change.provision_id)
            if provision is None or change.undoes is not None or change.id in undone:
                continue
            if not any(same_event(change.after, entry) for entry in provision.history):
                history = (*provision.history, change.after)
                standing[provision.id] = provision.model_copy(update={"history": history})
        object.__setattr__(self, "_provisions", standing)

    @property
    def provisions(self) -> tuple[Provision, ...]:
        """Every provision with its whole history, by number."""
        return tuple(sorted(self._provisions.values(), key=lambda one: one.number))

    def provision(self, provision_id: str) -> Provision | None:
        """A provision with its whole history, or None."""
        return self._provisions.get(provision_id)

    def of_topic(self, topic_id: str) -> tuple[Provision, ...]:
        """A topic's provisions, by number."""
        return tuple(one for one in self.provisions if topic_id in one.topics)

    def counts(self) -> dict[Status, int]:
        """How many provisions stand at each status; those at which none stands are left out."""
        found = [one.current.status for one in self.provisions]
        return {status: found.count(status) for status in Status if status in found}

    def latest(self, limit: int) -> list[Latest]:
        """The newest entries of all histories, newest first; the opening entries are no news."""
        entries = (
            Latest(provision, entry)
            for provision in self.provisions
            for entry in reversed(provision.history[1:])
        )
        return sorted(entries, key=_newest)[:limit]  # a stable order: the last of a day first

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
        return Board(self.agreement, (*self.changes, *changes))


def _newest(one: Latest) -> tuple[int, int]:
    return -one.entry.date.last.toordinal(), one.provision.number


def same_event(one: StatusEntry, other: StatusEntry) -> bool:
    """Whether two entries tell of the same: status, date and sources agree."""
    sources = [{evidence.url for evidence in entry.evidence} for entry in (one, other)]
    return (one.status, one.date) == (other.status, other.date) and sources[0] == sources[1]
