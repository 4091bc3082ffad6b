"""Which updates were handled, as ranges: their numbers follow each other (Bot API, Update)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

_REDELIVERED = timedelta(days=2)
"""Telegram keeps an update for 24 hours (Bot API, "Getting updates"). Nothing may be remembered
for a week: after so long without updates their numbers begin anew anywhere."""


class Range(NamedTuple):
    """Numbers from `first` to `last`, the newest of them handled at `at`."""

    first: int
    last: int
    at: datetime


class Handled:
    """Numbers of handled updates. Takes room for the gaps between them only."""

    def __init__(self) -> None:
        self.ranges: list[Range] = []
        """In order, with gaps between them."""

    def __contains__(self, number: int) -> bool:
        place = bisect_right(self.ranges, number, key=lambda each_range: each_range.first)
        return place > 0 and number <= self.ranges[place - 1].last

    def unknown(self, numbers: Iterable[int], now: datetime) -> frozenset[int]:
        """Those that were not handled in the time in which they may come again."""
        self.forget(now)
        return frozenset(number for number in numbers if number not in self)

    def add(self, first: int, last: int, at: datetime) -> None:
        """Remember a range."""
        place = bisect_right(self.ranges, first, key=lambda each_range: each_range.first)
        if place and self.ranges[place - 1].last >= first - 1:
            place -= 1
        end = place
        while end < len(self.ranges) and self.ranges[end].first <= last + 1:
            first, last = min(first, self.ranges[end].first), max(last, self.ranges[end].last)
            at = max(at, self.ranges[end].at)
            end += 1
        self.ranges[place:end] = [Range(first, last, at)]

    def forget(self, now: datetime) -> None:
        """Drop what cannot come again."""
        if any(each_range.at < now - _REDELIVERED for each_range in self.ranges):
            self.ranges = [
                each_range for each_range in self.ranges if each_range.at >= now - _REDELIVERED
            ]
