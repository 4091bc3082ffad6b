"""A mark for each status: told apart by its outline and filling, not by colour alone.

The ladder fills up as a circle does (empty, half, three quarters, full with a tick); what is
alongside the ladder has other outlines: a diamond for what goes on, a square with two bars for what
has halted, a square in a square for what has ended, an empty dashed square for what is not
rated. `Status.symbol` has the same marks as characters.
"""

from __future__ import annotations

from bot.agreement.status import Status
from bot.images.canvas import Canvas
from bot.images.canvas import number as n
from bot.images.palette import Palette


def status_icon(
    canvas: Canvas, x: float, y: float, radius: float, status: Status | None, look: Palette
) -> None:
    """Draw the mark of a status around a point; a small dot where there is none."""
    colour = look.of(status)
    line = max(1.4, radius * 0.2)
    if status is None:
        canvas.circle(x, y, radius * 0.45, fill=colour)
        return
    match status:
        case Status.ANNOUNCED:
            canvas.circle(x, y, radius - line / 2, fill=look.ground, stroke=colour, line=line)
        case Status.STARTED:
            _filling(canvas, x, y, radius, colour, look, quarters=2)
        case Status.ADVANCED:
            _filling(canvas, x, y, radius, colour, look, quarters=3)
        case Status.DONE:
            canvas.circle(x, y, radius, fill=colour)
            a, b = radius * 0.45, radius * 0.35
            tick = f"M{n(x - a)} {n(y)}L{n(x - a * 0.2)} {n(y + b)}L{n(x + a)} {n(y - b)}"
            canvas.path(tick, stroke=look.on_mark, line=max(1.5, radius * 0.24))
        case Status.CONTINUING:
            r = radius * 1.12
            diamond = f"M{n(x)} {n(y - r)}L{n(x + r)} {n(y)}L{n(x)} {n(y + r)}L{n(x - r)} {n(y)}Z"
            canvas.path(diamond, fill=colour, stroke=colour, line=radius * 0.12)
        case Status.STALLED | Status.ENDED:
            side = radius * 1.8
            canvas.rect(x - side / 2, y - side / 2, side, side, fill=colour, radius=radius * 0.3)
            sign = _bars if status is Status.STALLED else _square
            sign(canvas, x, y, radius, look.on_mark)
        case Status.UNRATED:
            side = radius * 1.8 - line
            canvas.rect(
                x - side / 2,
                y - side / 2,
                side,
                side,
                fill=look.ground,
                stroke=colour,
                line=line * 0.85,
                radius=radius * 0.3,
                dash=f"{n(side / 4)} {n(side / 5.5)}",
            )


def _bars(canvas: Canvas, x: float, y: float, radius: float, colour: str) -> None:
    for offset in (-0.32, 0.32):
        at = x + offset * radius
        canvas.line(at, y - radius * 0.45, at, y + radius * 0.45, stroke=colour, line=radius * 0.3)


def _square(canvas: Canvas, x: float, y: float, radius: float, colour: str) -> None:
    half = radius * 0.4
    canvas.rect(x - half, y - half, 2 * half, 2 * half, fill=colour)


def _filling(
    canvas: Canvas, x: float, y: float, radius: float, colour: str, look: Palette, *, quarters: int
) -> None:
    """A circle filled by so many quarters, from the top on as a clock's hand goes."""
    line = max(1.4, radius * 0.2)
    canvas.circle(x, y, radius - line / 2, fill=look.ground, stroke=colour, line=line)
    end = {2: (x, y + radius), 3: (x - radius, y)}[quarters]
    large = int(quarters > 2)  # noqa: PLR2004 - more than half a turn (SVG 1.1, 8.3.8)
    pie = (
        f"M{n(x)} {n(y)}L{n(x)} {n(y - radius)}"
        f"A{n(radius)} {n(radius)} 0 {large} 1 {n(end[0])} {n(end[1])}Z"
    )
    canvas.path(pie, fill=colour)
