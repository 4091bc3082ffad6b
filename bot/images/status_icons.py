"""A mark for each status, for pictures, badges and the web.

Marks are told apart by their outline and filling, not by colour alone. The ladder fills up as a
circle does (empty, half, three quarters, full with a tick). What is alongside the ladder has other
outlines: a diamond for what goes on, a square with two bars for what has halted, a square in a
square for what has ended, an empty dashed square for what is not rated. `Status.symbol` has the
same marks as characters.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.agreement.status import Status
from bot.images.canvas import Canvas
from bot.images.canvas import number as n
from bot.images.palette import Palette

_RING = '<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="2"/>'
SHAPES: Mapping[Status, str] = {
    Status.ANNOUNCED: _RING,
    Status.STARTED: _RING + '<path fill="currentColor" d="M8 2a6 6 0 0 1 0 12z"/>',
    Status.ADVANCED: _RING + '<path fill="currentColor" d="M8 8V2A6 6 0 1 1 2 8z"/>',
    Status.DONE: '<path fill="currentColor" fill-rule="evenodd" d="M8 1a7 7 0 1 1 0 14A7 7 0 0 1 '
    '8 1zM6.9 11.7l5.1-5.5-1.4-1.3-3.7 4-1.6-1.7L3.9 8.5z"/>',
    Status.CONTINUING: '<path fill="currentColor" d="M8 .3 15.7 8 8 15.7.3 8z"/>',
    Status.STALLED: '<path fill="currentColor" fill-rule="evenodd" d="M3.6 1.4h8.8a2.2 2.2 0 0 1 '
    "2.2 2.2v8.8a2.2 2.2 0 0 1-2.2 2.2H3.6a2.2 2.2 0 0 1-2.2-2.2V3.6a2.2 2.2 0 0 1 2.2-2.2z"
    'M4.7 4.5v7h2v-7zM9.3 4.5v7h2v-7z"/>',
    Status.ENDED: '<path fill="currentColor" fill-rule="evenodd" d="M3.6 1.4h8.8a2.2 2.2 0 0 1 2.2 '
    "2.2v8.8a2.2 2.2 0 0 1-2.2 2.2H3.6a2.2 2.2 0 0 1-2.2-2.2V3.6a2.2 2.2 0 0 1 2.2-2.2z"
    'M5 5v6h6V5z"/>',
    Status.UNRATED: '<rect x="2.1" y="2.1" width="11.8" height="11.8" rx="2" fill="none" '
    'stroke="currentColor" stroke-width="1.6" stroke-dasharray="2.9 2.2"/>',
}
"""What is drawn in a square of 16 units, in the colour of the text."""

DOT = '<circle cx="8" cy="8" r="3" fill="currentColor"/>'
"""The same for what has no status."""

_HALF, _EDGE = 8.0, 7.0
"""Half of the square, and how far a mark reaches in it."""


def status_icon(
    canvas: Canvas, x: float, y: float, radius: float, status: Status | None, look: Palette
) -> None:
    """Draw the mark of a status around a point; a small dot where there is none."""
    scale = radius / _EDGE
    place = f"translate({n(x - _HALF * scale)} {n(y - _HALF * scale)}) scale({scale:.4f})"
    shape = DOT if status is None else SHAPES[status]
    canvas.parts.append(f'<g transform="{place}" color="{look.of(status)}">{shape}</g>')
