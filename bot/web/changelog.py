"""The change log: every event and every correction, in the order in which they became known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time

from bot.agreement.board import Board, Latest, same_event
from bot.agreement.dates import PartialDate
from bot.agreement.events import Correction, Event
from bot.agreement.model import Provision


@dataclass(frozen=True, slots=True)
class LogEntry:
    """An event, or the correction of an event."""

    latest: Latest
    moment: datetime
    """When it became known: when it was recorded, else the first day that it speaks of."""
    is_recorded: bool
    """Whether it was recorded while the bot ran; the content file does not say when it was."""
    correction: Correction | None = None
    """Set where the entry tells of a correction."""

    @property
    def provision(self) -> Provision:
        """The provision that it belongs to."""
        return self.latest.provision

    @property
    def event(self) -> Event:
        """The event, as it stands in the history."""
        return self.latest.entry

    @property
    def is_opening(self) -> bool:
        """Whether it opens the history, and so is not news."""
        return self.correction is None and self.event is self.provision.history[0]

    @property
    def day(self) -> PartialDate:
        """The day of `moment`, no more exact than the event's date where it comes from there."""
        if self.is_recorded:
            return PartialDate.of(self.moment.date())
        return self.correction.on if self.correction else self.event.date


def change_log(board: Board) -> tuple[LogEntry, ...]:
    """Every entry of a board, the newest first."""
    recorded, undone = _recorded(board)
    found = [
        (entry, place)
        for provision in board.provisions
        for place, event in enumerate(provision.history)
        for entry in _entries(provision, event, recorded, undone)
    ]
    found.sort(
        key=lambda item: (
            item[0].moment,
            -item[0].provision.number,
            item[1],
            item[0].correction is not None,
        ),
        reverse=True,
    )
    return tuple(entry for entry, _ in found)


def event_anchor(provision: Provision, event: Event) -> str:
    """The id of an event on its provision's page: its date, its status, and a number if needed.

    It stays when sources or words are added.
    """
    name = f"{event.date}-{event.status or event.kind}"
    same = [
        known
        for known in provision.history
        if (known.date, known.status or known.kind) == (event.date, event.status or event.kind)
    ]
    again = next(at for at, known in enumerate(same) if known is event)
    return f"{name}-{again + 1}" if again else name


_Key = tuple[str, object, object, frozenset[str]]


def _key(provision_id: str, event: Event) -> _Key:
    """The same for events of which `same_event` says that they are the same."""
    urls = frozenset(str(source.url) for source in event.evidence)
    return provision_id, event.status, event.date, urls


def _recorded(board: Board) -> tuple[Mapping[_Key, datetime], Mapping[_Key, datetime]]:
    """When each event was recorded first, and when it was taken back last."""
    recorded: dict[_Key, datetime] = {}
    undone: dict[_Key, datetime] = {}
    keys: dict[int, _Key] = {}
    for change in board.changes:
        made_at = change.made_at.astimezone(UTC).replace(microsecond=0)
        if change.undoes is None:
            keys[change.id] = _key(change.provision_id, change.after)
            recorded.setdefault(keys[change.id], made_at)
        elif change.undoes in keys:
            undone[keys[change.undoes]] = made_at
    return recorded, undone


def _entries(
    provision: Provision,
    event: Event,
    recorded: Mapping[_Key, datetime],
    undone: Mapping[_Key, datetime],
) -> Iterator[LogEntry]:
    latest, key = Latest(provision, event), _key(provision.id, event)
    moment = recorded.get(key)
    yield LogEntry(latest, moment or _start(event.date), moment is not None)
    if event.correction is not None:
        moment = undone.get(key)
        start = moment or _start(event.correction.on)
        yield LogEntry(latest, start, moment is not None, event.correction)


def _start(date: PartialDate) -> datetime:
    return datetime.combine(date.first, time(), UTC)


def event_number(history: Iterable[Event], event: Event) -> int:
    """Which of the events that are the same it is, from 0."""
    same = [known for known in history if same_event(known, event)]
    return next(at for at, known in enumerate(same) if known is event)
