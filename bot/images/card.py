"""A provision's card, in the shape that a shared link has: 600 by 315."""

from __future__ import annotations

from datetime import date

from bot.agreement.board import Board
from bot.agreement.model import Provision
from bot.agreement.sentences import first_sentence
from bot.i18n.language import Language
from bot.images.canvas import SMALLEST, TALL, Anchor, Canvas, Drawing, named
from bot.images.palette import Theme, palette
from bot.images.status_icons import status_icon
from bot.images.text_metrics import Weight, fitted, unbroken, width, wrapped
from bot.images.track import axis_of, track
from bot.views.format import pick
from bot.views.statuses import dates_text, status_name

WIDTH, HEIGHT = 600.0, 315.0
"""As Open Graph pictures are: 1.91 to 1."""
MARGIN = 36.0
_STATUS_TOP, _LEADING = 146.0, 25.0
_SIZES = (38.0, 34.0, 31.0, 28.0, 25.0, 22.0, 20.0)
SMALL = SMALLEST * WIDTH / TALL
"""Letters that are as large on a phone as those of a tall picture."""
_TITLE_LEADING = 1.22


def title_lines(
    text: str, room: float, height: float, largest: float
) -> tuple[list[str], float, float]:
    """A title in the largest letters in which it fits, cut in the smallest if need be.

    Returns:
        Its lines, their size, and how far apart their baselines are.
    """
    sizes = [size for size in _SIZES if size <= largest]
    for size in sizes:
        most = int(height / (size * _TITLE_LEADING))
        lines = wrapped(text, room, size, Weight.BOLD, most=most + 1)
        if len(lines) <= most and unbroken(text, room, [size, 0], Weight.BOLD) == size:
            return lines, size, size * _TITLE_LEADING
    size = sizes[-1]
    most = int(height / (size * _TITLE_LEADING))
    return wrapped(text, room, size, Weight.BOLD, most=most), size, size * _TITLE_LEADING


def card_picture(
    language: Language, board: Board, provision: Provision, theme: Theme, today: date, bot: str = ""
) -> Drawing:
    """Its title, where it stands and since when, and its line from the signing to today."""
    look = palette(theme)
    canvas = Canvas(WIDTH, look.ground, HEIGHT)
    canvas.rect(0, 0, 8, HEIGHT, fill=look.of(provision.status))
    room = WIDTH - 2 * MARGIN
    short_title = pick(board.agreement.short_title, language).text
    number = language.number(provision.number)
    canvas.text(
        WIDTH - MARGIN, 46, number,
        size=SMALL, fill=look.muted, weight=Weight.BOLD, anchor=Anchor.END,
    )  # fmt: skip
    beside = room - width(number, SMALL, Weight.BOLD) - 16
    above = fitted(named(short_title, bot), beside, SMALL, Weight.BOLD)
    canvas.text(MARGIN, 46, above, size=SMALL, fill=look.muted, weight=Weight.BOLD)
    title = pick(provision.title, language).text
    lines, size, leading = title_lines(title, room, 94, 34)
    y = canvas.lines(
        MARGIN, 58 + size, lines,
        size=size, leading=leading, fill=look.text, weight=Weight.BOLD,
    )  # fmt: skip
    below = int((_STATUS_TOP - y - 6) // _LEADING)
    promise = first_sentence(pick(provision.text, language).text)
    told = wrapped(promise, room, SMALL, most=4)
    if below > 1 or len(told) <= below:
        told = wrapped(promise, room, SMALL, most=min(below, 3))
        canvas.lines(MARGIN, y + 30, told, size=SMALL, leading=_LEADING, fill=look.muted)
    status_icon(canvas, MARGIN + 13, 165, 13, provision.status, look)
    status = fitted(status_name(language, provision.standing), room - 36, 21, Weight.BOLD)
    canvas.text(MARGIN + 38, 171, status, size=21, fill=look.text, weight=Weight.BOLD)
    when = wrapped(dates_text(language, provision), room - 38, SMALL, most=2)
    canvas.lines(MARGIN + 38, 195, when, size=SMALL, leading=22, fill=look.muted)
    axis = axis_of([provision], board.agreement.date, today, MARGIN + 7, WIDTH - MARGIN - 7)
    canvas.line(MARGIN, 230, WIDTH - MARGIN, 230, stroke=look.line, line=1)
    track(canvas, language, look, axis, 249, provision, today, radius=7.5, size=SMALL)
    return canvas.finish(f"{short_title}: {title}", language.code)
