"""A part of the board: one topic, some statuses, a stretch of time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.agreement.board import Board, Latest
from bot.agreement.events import EventKind
from bot.agreement.model import Provision
from bot.agreement.status import Status

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_BITS = (
    Status.ANNOUNCED,
    Status.STARTED,
    Status.ADVANCED,
    Status.DONE,
    Status.CONTINUING,
    Status.STALLED,
    Status.UNRATED,
    Status.ENDED,
)
"""Which bit of a mask stands for a status. Buttons of sent messages hold masks: only append."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What of the board is shown; everything if nothing is set."""

    topic: str = ""
    """A topic's id."""
    statuses: tuple[Status, ...] = ()
    """In the order of the vocabulary."""
    since: date | None = None
    """With `until`: only what changed from this day to that, both included."""
    until: date | None = None

    def __bool__(self) -> bool:
        return self != NO_FILTER

    def __str__(self) -> str:
        """A short text form for a button: ``energy.k.fx2a-fx34``; "" without a filter."""
        mask = sum(1 << _BITS.index(status) for status in self.statuses)
        days = [_in_36(day.toordinal()) if day else "" for day in (self.since, self.until)]
        parts = [self.topic, _in_36(mask) if mask else "", "-".join(days).strip("-")]
        return ".".join(parts).rstrip(".")

    @classmethod
    def parse(cls, text: str) -> Filter:
        """The filter of a text form.

        Raises:
            ValueError: it is none.
        """
        topic, mask, days, *_ = [*text.split("."), "", ""]
        numbers = [int(part, 36) for part in days.split("-")] if days else []
        known = int(mask or "0", 36)
        statuses = tuple(status for status in Status if known >> _BITS.index(status) & 1)
        try:
            found = cls(topic, statuses, *(date.fromordinal(number) for number in numbers[:2]))
        except OverflowError as error:
            raise ValueError("no such day") from error
        if str(found) != text:
            raise ValueError("no filter")
        return found

    def provisions(self, board: Board) -> tuple[Provision, ...]:
        """The provisions that fit, by number: those with news in the time, if there is one."""
        is_dated = self.since is not None or self.until is not None
        with_news = {piece.provision.id for piece in self.news(board)} if is_dated else set()
        return tuple(
            provision
            for provision in board.provisions
            if self._fits(provision) and (not is_dated or provision.id in with_news)
        )

    def news(self, board: Board) -> list[Latest]:
        """The entries of the histories that fit, newest first.

        The announcement that opens a history does not count as news. Another beginning belongs to
        its time.
        """
        is_dated = self.since is not None or self.until is not None
        opening = {id(provision.history[0]) for provision in board.provisions}
        return [
            item
            for item in board.events()
            if self._fits(item.provision)
            and self._is_within(item)
            and (
                id(item.entry) not in opening
                or (is_dated and item.entry.kind is EventKind.OCCURRENCE)
            )
        ]

    def _fits(self, provision: Provision) -> bool:
        if self.topic and self.topic not in provision.topics:
            return False
        return not self.statuses or provision.status in self.statuses

    def _is_within(self, latest: Latest) -> bool:
        if self.since is not None and latest.entry.date.last < self.since:
            return False
        return self.until is None or latest.entry.date.first <= self.until


NO_FILTER = Filter()


def _in_36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits
