"""Updates that wait to be handled, and the numbers of those that were, as transactions."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import NamedTuple

from typing_extensions import override

from bot.clock import Clock
from bot.storage.protocol import Accepted, Inbox, InboxState
from bot.storage.tinydb.database import Database, Part
from bot.storage.tinydb.storage import MemoryStorage

_REDELIVERED = timedelta(days=2)
"""Telegram keeps an update for 24 hours (Bot API, "Getting updates"). Nothing may be remembered
for a week: after so long without updates their numbers begin at random."""


def accept(db: Database, updates: Sequence[Accepted], now: datetime) -> None:
    """Keep updates that are not known yet."""
    inbox, handled = db["inbox"], Handled.of(db, now)
    for update in updates:
        if update.update_id not in handled and inbox.row(update.update_id) is None:
            document = update.document.decode()  # text: what Telegram wrote comes back as it was
            inbox.put(update.update_id, {"lane": update.lane, "at": now, "document": document})


def read(db: Database, update_id: int, deaths: int) -> Accepted:
    """An update that waits."""
    row = db["inbox"].row(update_id) or {}
    return Accepted(update_id, row["lane"], row["document"].encode(), deaths)


def handled(db: Database, update_ids: Iterable[int], now: datetime) -> None:
    """Erase updates, and remember that they were handled."""
    known, chosen = Handled.of(db, now), sorted(set(update_ids))
    for update_id in chosen:
        db["inbox"].drop(update_id)
        db["deaths"].drop(update_id)
        known.add(Range(update_id, update_id, now))
    known.write(db)


def note_deaths(db: Database, deaths: dict[int, int]) -> None:
    """Keep how many deaths updates have if the process dies now. Without a note it is one."""
    for update_id, count in deaths.items():
        if db["inbox"].row(update_id) is not None:
            db["deaths"].put(update_id, {"count": count})


def deaths_at_start(db: Database) -> dict[int, int]:
    """How many deaths each waiting update has; notes that the next start needs are kept."""
    found = {
        int(update_id): (db["deaths"].row(update_id) or {"count": 1})["count"]
        for update_id in db["inbox"].raw
    }
    for note in db["deaths"].all():
        if found.get(int(note.doc_id), 0) <= 1:
            db["deaths"].drop(note.doc_id)
    return found


def state(db: Database) -> InboxState:
    """How much waits."""
    times = [datetime.fromisoformat(row["at"]) for row in db["inbox"]]
    return InboxState(len(times), min(times, default=None))


class Range(NamedTuple):
    """Numbers from `first` to `last`, the newest of them handled at `at`."""

    first: int
    last: int
    at: datetime


class Handled:
    """Numbers of handled updates. They follow each other (Bot API, Update): ranges are enough."""

    def __init__(self, ranges: Iterable[Range] = ()) -> None:
        self.ranges = sorted(ranges)
        """With gaps between them."""

    @classmethod
    def of(cls, db: Database, now: datetime | None = None) -> Handled:
        """Those that are kept, or those that may be delivered again now."""
        rows = (
            Range(int(row.doc_id), row["last"], datetime.fromisoformat(row["at"]))
            for row in db["handled"]
        )
        return cls(found for found in rows if now is None or found.at >= now - _REDELIVERED)

    def write(self, db: Database) -> None:
        """Keep these and no others."""
        rows = {str(found.first): {"last": found.last, "at": found.at} for found in self.ranges}
        db["handled"].replace(rows)

    def __contains__(self, number: int) -> bool:
        place = bisect_right(self.ranges, number, key=lambda found: found.first)
        return place > 0 and number <= self.ranges[place - 1].last

    def add(self, new: Range) -> None:
        """Remember a range."""
        first, last, at = new
        place = bisect_right(self.ranges, first, key=lambda found: found.first)
        if place and self.ranges[place - 1].last >= first - 1:
            place -= 1
        end = place
        while end < len(self.ranges) and self.ranges[end].first <= last + 1:
            first, last = min(first, self.ranges[end].first), max(last, self.ranges[end].last)
            at = max(at, self.ranges[end].at)
            end += 1
        self.ranges[place:end] = [Range(first, last, at)]


class TinyInbox(Part, Inbox):
    """Updates that wait to be handled, and the numbers of those that were."""

    def __init__(self, storage: MemoryStorage, thread: ThreadPoolExecutor, clock: Clock) -> None:
        super().__init__(storage, thread, clock)
        self._in_hand: set[int] = set()
        """Updates that were taken and neither handled nor given back."""
        self._deaths: dict[int, int] = {}
        """Of updates that were there at the start."""
        self._waiting: list[int] = []
        """A heap of those that nobody has in hand. It may name some that are handled."""

    @override
    async def accept_updates(self, updates: Sequence[Accepted]) -> None:
        now = self._clock()
        await self._writer.commit(lambda db: accept(db, updates, now))

    @override
    async def take_updates(self, limit: int) -> Sequence[Accepted]:
        taken: list[Accepted] = []
        rows = self._db["inbox"].raw
        while self._waiting and len(taken) < limit:
            number = heappop(self._waiting)
            if str(number) in rows and number not in self._in_hand:
                self._in_hand.add(number)
                taken.append(read(self._db, number, self._deaths.get(number, 0)))
        return taken

    @override
    async def begin_again(self, update_id: int) -> None:
        deaths = {update_id: self._deaths.get(update_id, 0) + 1}
        await self._writer.commit(lambda db: note_deaths(db, deaths))

    @override
    async def updates_handled(self, update_ids: Sequence[int]) -> bool:
        now = self._clock()
        await self._writer.commit(lambda db: handled(db, update_ids, now))
        self._in_hand.difference_update(update_ids)
        return False  # another process never has a lane

    @override
    async def give_back_updates(self, update_ids: Sequence[int]) -> None:
        deaths = {number: self._deaths.get(number, 0) for number in update_ids}
        await self._writer.commit(lambda db: note_deaths(db, deaths))
        self._in_hand.difference_update(update_ids)
        self._wait(update_ids)

    @override
    async def inbox(self) -> InboxState:
        return state(self._db)

    def _wait(self, update_ids: Iterable[int]) -> None:
        """Let updates be taken."""
        for number in update_ids:
            heappush(self._waiting, number)
