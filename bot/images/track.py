"""A provision's history as a line from the signing to today, with what was due."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

from bot.agreement.dates import PartialDate
from bot.agreement.events import Event
from bot.agreement.model import Provision
from bot.agreement.status import Status
from bot.i18n.language import Language
from bot.images.canvas import SMALLEST, Canvas
from bot.images.canvas import number as n
from bot.images.palette import Palette
from bot.images.status_icons import status_icon
from bot.images.text_metrics import Weight, fitted, width

_AHEAD, _BEYOND = 0.25, 0.08
"""How much of the past's length the future takes: up to a deadline, or for one further off."""
_GAP = 7.0
_REACH = 8.0
"""How far beyond its spot a text may end or begin that is not centred."""
_ROWS = 2
"""Rows of dates below a line."""
_MET = frozenset({Status.DONE, Status.CONTINUING})


@dataclass(frozen=True, slots=True)
class Axis:
    """Where a day lies between two points."""

    left: float
    right: float
    first: date
    last: date

    def at(self, day: date) -> float:
        """The place of a day; one outside lies at the end that is nearer to it."""
        span = max(1, (self.last - self.first).days)
        share = (day - self.first).days / span
        return self.left + (self.right - self.left) * min(max(share, 0.0), 1.0)

    def holds(self, day: date) -> bool:
        """Whether a day lies between the ends."""
        return self.first <= day <= self.last


def axis_of(
    provisions: Iterable[Provision], signed: PartialDate, today: date, left: float, right: float
) -> Axis:
    """An axis from the signing to today, and on to what is due soon."""
    provisions = list(provisions)
    first = min(
        [
            signed.first,
            today - timedelta(days=1),
            *(event.date.first for provision in provisions for event in provision.events[:1]),
        ]
    )
    past = today - first
    due = [provision.deadline.last for provision in provisions if provision.deadline]
    soon = [day for day in due if day <= today + past * _AHEAD]
    later = [today + past * _BEYOND] if len(soon) < len(due) else []
    last = max([today, *soon, *later])
    return Axis(left, right, first, last)


def deadline_gone(provision: Provision, today: date) -> bool:
    """Whether what was due by a date was not seen done by then, and that date is over."""
    return (
        provision.deadline is not None
        and provision.deadline.last < today
        and provision.status not in _MET
    )


def deadline_words(language: Language, provision: Provision, today: date) -> str:
    """By when it is due, or that this is over; "" where nothing is said."""
    if provision.deadline is None:
        return ""
    when = language.short_date(provision.deadline)
    if deadline_gone(provision, today):
        return language.gettext("deadline passed: {date}", date=when)
    return language.gettext("deadline: {date}", date=when)


def track(
    canvas: Canvas,
    language: Language,
    look: Palette,
    axis: Axis,
    y: float,
    provision: Provision,
    today: date,
    *,
    radius: float = 6.5,
    size: float = SMALLEST,
) -> float:
    """Draw the line at a height; where the rows of dates below it end."""
    events = provision.events
    spots = _spots(axis, events, today)
    ends = [*spots[1:], axis.at(today)]
    status: Status | None = None
    for event, start, end in zip(events, spots, ends, strict=True):
        status = event.status or status
        dash = "2 5" if status in {Status.UNRATED, None} else ""
        if end > start:
            canvas.line(start, y, end, y, stroke=look.of(status), line=3.5, dash=dash)
    for entry, spot in zip(events, spots, strict=True):
        canvas.circle(spot, y, radius + 1.6, fill=look.ground)
        status_icon(canvas, spot, y, radius, entry.status, look)
    labels = [
        (spot, language.short_date(entry.date), look.muted, Weight.REGULAR)
        for entry, spot in list(zip(events, spots, strict=True))[:0:-1]
    ]
    if provision.deadline is not None:
        gone = deadline_gone(provision, today)
        colour = look.warning if gone else look.muted
        spot = axis.at(provision.deadline.last)
        if spot > ends[-1]:
            canvas.line(ends[-1], y, spot, y, stroke=look.line, line=1.5, dash="3 4")
        _flag(canvas, spot, y, colour, beyond=not axis.holds(provision.deadline.last))
        words = deadline_words(language, provision, today)
        labels.insert(0, (spot, words, colour, Weight.BOLD if gone else Weight.REGULAR))
    return _labels(canvas, look, axis, y + radius + size, labels, size)


def _spots(axis: Axis, events: Iterable[Event], today: date) -> list[float]:
    """Where each entry lies: a vague date in its middle, none before the entry before it."""
    spots: list[float] = []
    for entry in events:
        middle = entry.date.first + (entry.date.last - entry.date.first) / 2
        spot = axis.at(min(middle, today))
        spots.append(max([spot, *spots[-1:]]))
    return spots


def _flag(canvas: Canvas, x: float, y: float, colour: str, *, beyond: bool) -> None:
    """A stroke across the line at the day that something is due; an arrow where that is later."""
    if beyond:
        canvas.path(
            f"M{n(x - 5)} {n(y - 5)}L{n(x)} {n(y)}L{n(x - 5)} {n(y + 5)}", stroke=colour, line=2
        )
        return
    canvas.line(x, y - 10, x, y + 10, stroke=colour, line=2.2)
    canvas.path(f"M{n(x)} {n(y - 10)}L{n(x + 7)} {n(y - 7)}L{n(x)} {n(y - 4)}Z", fill=colour)


def _labels(
    canvas: Canvas,
    look: Palette,
    axis: Axis,
    y: float,
    labels: Sequence[tuple[float, str, str, Weight]],
    size: float,
) -> float:
    """Texts below their spots in as few rows as it takes; what finds no room is left out.

    The first of them have the first choice.
    """
    rows: list[list[tuple[float, float]]] = []
    for spot, text, colour, weight in labels:
        shown = fitted(text, axis.right - axis.left, size, weight)
        wide = width(shown, size, weight)
        places = (spot - wide / 2, spot + _REACH - wide, spot - _REACH)
        for number, place in product(range(_ROWS), places):
            left = min(max(place, axis.left), axis.right - wide)
            if number == len(rows):
                rows.append([])
            if all(left > end + _GAP or left + wide < start - _GAP for start, end in rows[number]):
                rows[number].append((left, left + wide))
                middle = y + number * (size + 4)
                canvas.rect(left - 3, middle - size / 2 - 1.5, wide + 6, size + 4, fill=look.ground)
                canvas.text(
                    left, middle + size * 0.36, shown, size=size, fill=colour, weight=weight
                )
                break
    return y + max(0, len([row for row in rows if row]) - 1) * (size + 4) + 8 if rows else y - 6
