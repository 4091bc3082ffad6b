"""What stands at the top of a picture: which agreement, what is shown, and a line about it."""

from __future__ import annotations

from bot.messages.pictures.canvas import Canvas
from bot.messages.pictures.measuring import Weight, wrapped
from bot.messages.pictures.palette import Palette

MARGIN = 24.0
_SMALL, _LARGE = 13.0, 25.0


def heading(canvas: Canvas, look: Palette, above: str, title: str, below: str) -> float:
    """Draw it; the height that it took."""
    room = canvas.width - 2 * MARGIN
    y = MARGIN + 12
    small = wrapped(above, room, _SMALL, Weight.BOLD, most=2)
    y = canvas.lines(MARGIN, y, small, size=_SMALL, leading=18, fill=look.muted, weight=Weight.BOLD)
    y += 32
    large = wrapped(title, room, _LARGE, Weight.BOLD, most=3)
    y = canvas.lines(MARGIN, y, large, size=_LARGE, leading=32, fill=look.text, weight=Weight.BOLD)
    y += 23
    lines = wrapped(below, room, _SMALL, most=3)
    y = canvas.lines(MARGIN, y, lines, size=_SMALL, leading=18, fill=look.muted)
    return y + 8
