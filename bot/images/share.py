"""A card for a shared link to the board, a topic or the change log: 600 by 315."""

from __future__ import annotations

from collections.abc import Mapping

from bot.agreement.status import Status
from bot.i18n.language import Language
from bot.images.canvas import Anchor, Canvas, Drawing
from bot.images.card import HEIGHT, MARGIN, WIDTH, title_lines
from bot.images.palette import Theme, palette
from bot.images.status_icons import status_icon
from bot.images.text_metrics import Weight, fitted, width
from bot.views.statuses import status_label

_BAR_TOP, _BAR = 188.0, 14.0
_ROWS, _ROW, _APART = 3, 27.0, 14.0


def share_picture(
    language: Language, above: str, title: str, below: str, counts: Mapping[Status, int]
) -> Drawing:
    """A title, a line below it, and how many provisions stand at each status."""
    look = palette(Theme.LIGHT)
    canvas = Canvas(WIDTH, look.ground, HEIGHT)
    canvas.rect(0, 0, 8, HEIGHT, fill=look.status[Status.STARTED])
    room = WIDTH - 2 * MARGIN
    canvas.text(
        MARGIN, 46, fitted(above, room, 15, Weight.BOLD),
        size=15, fill=look.muted, weight=Weight.BOLD,
    )  # fmt: skip
    lines, size, leading = title_lines(title, room, 90, 34)
    y = canvas.lines(
        MARGIN, 58 + size, lines, size=size, leading=leading, fill=look.text, weight=Weight.BOLD
    )
    canvas.text(MARGIN, y + 28, fitted(below, room, 14), size=14, fill=look.muted)
    total, x = sum(counts.values()), MARGIN
    gap = 3.0
    for status, count in counts.items():
        wide = (room - gap * (len(counts) - 1)) * count / total
        canvas.rect(x, _BAR_TOP, wide, _BAR, fill=look.status[status], radius=min(4.0, wide / 2))
        x += wide + gap
    columns = -(-len(counts) // _ROWS) or 1
    column = (room - _APART * (columns - 1)) / columns
    for at, (status, count) in enumerate(counts.items()):
        left = MARGIN + at // _ROWS * (column + _APART)
        base = _BAR_TOP + _BAR + 27 + at % _ROWS * _ROW
        status_icon(canvas, left + 8, base - 5, 8, status, look)
        number = language.number(count)
        canvas.text(
            left + column, base, number,
            size=14, fill=look.text, weight=Weight.BOLD, anchor=Anchor.END,
        )  # fmt: skip
        beside = column - 24 - width(number, 14, Weight.BOLD) - 8
        label = fitted(status_label(language, status), beside, 14)
        canvas.text(left + 24, base, label, size=14, fill=look.text)
    return canvas.finish(f"{above}: {title}", language.code)
