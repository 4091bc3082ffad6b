"""The timeline: every provision's history as a line from the signing to today."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.agreement.board import Board
from bot.agreement.dates import PartialDate
from bot.agreement.model import Provision
from bot.agreement.status import Status
from bot.i18n.language import Language
from bot.images.canvas import HEADING_MARGIN, TALL, Anchor, Canvas, Drawing, heading
from bot.images.palette import Palette, Theme, palette
from bot.images.status_icons import status_icon
from bot.images.text_metrics import Weight, fitted, width, wrapped
from bot.images.track import Axis, axis_of, track
from bot.views.format import page_number, pick
from bot.views.statuses import status_label

ON_A_PICTURE = 12
"""Provisions on one picture: more would be too small on a phone."""
_NUMBER = 30.0
_YEARS = (1, 2, 5, 10, 20, 50, 100)


def timeline_pictures(
    language: Language,
    board: Board,
    theme: Theme,
    today: date,
    provisions: Sequence[Provision] | None = None,
    bot: str = "",
) -> tuple[Drawing, ...]:
    """The lines of these provisions (all, if left out), on as many pictures as it takes.

    All of them have the same axis.
    """
    chosen = list(board.provisions if provisions is None else provisions)
    right = TALL - HEADING_MARGIN - 6
    axis = axis_of(chosen, board.agreement.date, today, HEADING_MARGIN + 6, right)
    count = max(1, -(-len(chosen) // ON_A_PICTURE))
    size = -(-len(chosen) // count)
    parts = [chosen[at * size : (at + 1) * size] for at in range(count)]
    return tuple(
        _picture(
            language,
            board,
            palette(theme),
            axis,
            today,
            part,
            page_number(language, number, count),
            bot,
        )
        for number, part in enumerate(parts)
    )


def _picture(
    language: Language,
    board: Board,
    look: Palette,
    axis: Axis,
    today: date,
    provisions: Sequence[Provision],
    paging: str,
    bot: str,
) -> Drawing:
    canvas = Canvas(TALL, look.ground)
    short_title = pick(board.agreement.short_title, language).text
    title = language.gettext("Timeline")
    span = language.gettext(
        "From {start} to {end}",
        start=language.date(board.agreement.date),
        end=language.date(PartialDate.of(today)),
    )
    y = heading(canvas, look, short_title, title, f"{span} · {paging}" if paging else span, bot)
    y = _legend(canvas, language, look, y + 8, provisions)
    behind = len(canvas.parts)
    top = y + 6
    y = _years(canvas, language, look, axis, top, today)
    for provision in provisions:
        y = _row(canvas, language, look, axis, y, provision, today)
    grid = Canvas(TALL, look.ground)
    for day in [*_new_years(axis), today]:
        x = axis.at(day)
        dash = "1.500 3" if day == today else ""
        colour = look.muted if day == today else look.line
        grid.line(x, top + 20, x, y - 2, stroke=colour, line=1, dash=dash)
    canvas.parts[behind:behind] = grid.parts
    canvas.height = y + HEADING_MARGIN - 10
    return canvas.finish(f"{short_title}: {title}", language.code)


def _legend(
    canvas: Canvas, language: Language, look: Palette, y: float, provisions: Sequence[Provision]
) -> float:
    """The statuses that occur, with their marks."""
    seen = {entry.status for provision in provisions for entry in provision.events if entry.status}
    x, right = HEADING_MARGIN, canvas.width - HEADING_MARGIN
    for status in (each_status for each_status in Status if each_status in seen):
        label = fitted(status_label(language, status), right - HEADING_MARGIN - 20, 12)
        wide = 19 + width(label, 12) + 14
        if x > HEADING_MARGIN and x + wide - 14 > right:
            x, y = HEADING_MARGIN, y + 21
        status_icon(canvas, x + 6.5, y + 8, 6, status, look)
        canvas.text(x + 18, y + 12.5, label, size=12, fill=look.text)
        x += wide
    return y + 22


def _new_years(axis: Axis) -> list[date]:
    """First days of years, few enough for their labels."""
    first, last = axis.first.year + 1, axis.last.year
    step = next((year for year in _YEARS if (last - first + 1) / year <= 7), _YEARS[-1])  # noqa: PLR2004 - labels side by side
    return [date(year, 1, 1) for year in range(first, last + 1) if year % step == 0]


def _years(
    canvas: Canvas, language: Language, look: Palette, axis: Axis, y: float, today: date
) -> float:
    """The years along the top, and where today is."""
    label = language.gettext("today")
    wide = width(label, 11.5, Weight.BOLD)
    x = min(
        max(axis.at(today), HEADING_MARGIN + wide / 2), canvas.width - HEADING_MARGIN - wide / 2
    )
    canvas.text(
        x, y + 12, label, size=11.5, fill=look.text, weight=Weight.BOLD, anchor=Anchor.MIDDLE
    )
    for day in _new_years(axis):
        year = language.date(PartialDate(day.year)) if day.year > 0 else ""
        half = width(year, 11.5) / 2
        spot = axis.at(day)
        apart = abs(spot - x) > wide / 2 + half + 5
        inside = spot - half >= HEADING_MARGIN and spot + half <= canvas.width - HEADING_MARGIN
        if apart and inside:
            canvas.text(spot, y + 12, year, size=11.5, fill=look.muted, anchor=Anchor.MIDDLE)
    return y + 26


def _row(
    canvas: Canvas,
    language: Language,
    look: Palette,
    axis: Axis,
    y: float,
    provision: Provision,
    today: date,
) -> float:
    left = HEADING_MARGIN + _NUMBER
    number = language.number(provision.number)
    canvas.text(HEADING_MARGIN, y + 13, fitted(number, _NUMBER - 4, 12), size=12, fill=look.muted)
    title = pick(provision.title, language).text
    lines = wrapped(title, canvas.width - HEADING_MARGIN - left, 13, Weight.BOLD, most=2)
    behind = len(canvas.parts)
    last = canvas.lines(
        left, y + 13, lines, size=13, leading=17, fill=look.text, weight=Weight.BOLD
    )
    backs = Canvas(canvas.width, look.ground)  # the grid does not run through the words
    for at, line in enumerate(lines):
        wide = width(line, 13, Weight.BOLD) + 6
        backs.rect(left - 3, y + at * 17, wide, 17, fill=look.ground)
    canvas.parts[behind:behind] = backs.parts
    end = track(canvas, language, look, axis, last + 16, provision, today)
    return end + 11
