"""The statuses as drawings: one shape and one colour each, told apart without colour too.

The first four are a ladder, drawn as a circle that fills; the others stand beside it.
"""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from bot.agreement.status import Status

SHAPES: Mapping[Status, str] = {
    Status.ANNOUNCED: '<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" '
    'stroke-width="2"/>',
    Status.STARTED: '<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" '
    'stroke-width="2"/><path d="M8 8V3.4A4.6 4.6 0 0 1 12.6 8z" fill="currentColor"/>',
    Status.ADVANCED: '<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" '
    'stroke-width="2"/><path d="M8 8V3.4A4.6 4.6 0 1 1 3.4 8z" fill="currentColor"/>',
    Status.DONE: '<path fill="currentColor" fill-rule="evenodd" d="M8 1a7 7 0 1 1 0 14A7 7 0 0 1 '
    '8 1zM6.9 11.6l5-5.4-1.4-1.3-3.6 3.9-1.6-1.7-1.4 1.3z"/>',
    Status.CONTINUING: '<g fill="none" stroke="currentColor" stroke-width="2">'
    '<path d="M2.6 7.2A5.5 5.5 0 0 1 12 4.3M13.4 8.8A5.5 5.5 0 0 1 4 11.7"/></g>'
    '<path fill="currentColor" d="M13.6 1.6v4.6H9zM2.4 14.4V9.8H7z"/>',
    Status.STALLED: '<path fill="currentColor" fill-rule="evenodd" d="M5 1h6l4 4v6l-4 4H5l-4-4V5z'
    'M5.2 4.5v7h2v-7zM8.8 4.5v7h2v-7z"/>',
    Status.UNRATED: '<circle cx="8" cy="8" r="6.4" fill="none" stroke="currentColor" '
    'stroke-width="1.5" stroke-dasharray="2.6 1.42"/><path fill="none" stroke="currentColor" '
    'stroke-width="1.6" d="M6 6.6a2 2 0 1 1 2.9 1.8c-.6.3-.9.6-.9 1.2"/>'
    '<circle cx="8" cy="11.4" r="1" fill="currentColor"/>',
}
"""What is drawn in a square of 16 units, in the colour of the text."""

COLOURS: Mapping[Status, str] = {
    Status.ANNOUNCED: "#4b5b70",
    Status.STARTED: "#8a5300",
    Status.ADVANCED: "#0b5cad",
    Status.DONE: "#13693a",
    Status.CONTINUING: "#6d3fa0",
    Status.STALLED: "#b3261e",
    Status.UNRATED: "#5f6368",
}
"""On a light ground, each with a contrast of at least 4.5 to white (WCAG 2.2, 1.4.3)."""


def sprite() -> Markup:
    """Every shape as a symbol, to be put into a page once and then referred to."""
    symbols = "".join(
        f'<symbol id="s-{status}" viewBox="0 0 16 16">{shape}</symbol>'
        for status, shape in SHAPES.items()
    )
    return Markup('<svg class="sprite" width="0" height="0" aria-hidden="true">{}</svg>').format(
        Markup(symbols)  # noqa: S704 - our own drawings
    )
