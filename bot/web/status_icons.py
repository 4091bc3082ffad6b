"""The statuses as drawings, the same as in pictures (`bot.images.status_icons`).

The first four are a ladder, drawn as a circle that fills; the others have other outlines.
"""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from bot.agreement.status import Status
from bot.images.palette import Theme, palette

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
    "2.2v8.8a2.2 2.2 0 0 1-2.2 2.2H3.6a2.2 2.2 0 0 1-2.2-2.2V3.6a2.2 2.2 0 0 1 2.2-2.2zM8 6.7 5.6 "
    '4.3 4.3 5.6 6.7 8l-2.4 2.4 1.3 1.3L8 9.3l2.4 2.4 1.3-1.3L9.3 8l2.4-2.4-1.3-1.3z"/>',
    Status.UNRATED: '<rect x="2.1" y="2.1" width="11.8" height="11.8" rx="2" fill="none" '
    'stroke="currentColor" stroke-width="1.6" stroke-dasharray="2.9 2.2"/>',
}
"""What is drawn in a square of 16 units, in the colour of the text."""

DOT = '<circle cx="8" cy="8" r="3" fill="currentColor"/>'
"""The same for what has no status."""

COLOURS: Mapping[Status, str] = palette(Theme.LIGHT).status
"""The same as in pictures, on a light ground; the style sheet has them once more."""


def sprite() -> Markup:
    """Every shape as a symbol, to be put into a page once and then referred to."""
    symbols = "".join(
        f'<symbol id="s-{status}" viewBox="0 0 16 16">{shape}</symbol>'
        for status, shape in [*SHAPES.items(), ("related", DOT)]
    )
    return Markup('<svg class="sprite" width="0" height="0" aria-hidden="true">{}</svg>').format(
        Markup(symbols)  # noqa: S704 - our own drawings
    )
