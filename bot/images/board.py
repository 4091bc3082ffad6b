"""The board: how many provisions stand where, and one mark for each, by topic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.agreement.board import Board
from bot.agreement.model import Provision, Topic
from bot.agreement.status import Status
from bot.i18n.language import Language
from bot.images.canvas import HEADING_MARGIN, SMALLEST, TALL, Anchor, Canvas, Drawing, heading
from bot.images.palette import Palette, Theme, palette
from bot.images.status_icons import status_icon
from bot.images.text_metrics import Weight, fitted, unbroken, width, wrapped
from bot.views.format import pick
from bot.views.statuses import board_dates, status_label

_BAR = 14.0
_APART = 16.0
"""Between the columns of the legend."""
_TOPIC_ROOM = 118.0
_CELL, _CELL_HEIGHT = 30.5, 40.0
_SIZES = (14.0, 13.0, 12.0, SMALLEST)
_SHARE, _COUNT = 12.5, 14.5
_MARKS_LEFT = HEADING_MARGIN + _TOPIC_ROOM + 12


def board_picture(language: Language, board: Board, theme: Theme, bot: str = "") -> Drawing:
    """The whole board; a provision of several topics stands at each of them."""
    look = palette(theme)
    canvas = Canvas(TALL, look.ground)
    total = language.ngettext("{n} provision", "{n} provisions", len(board.provisions))
    newest = board_dates(language, board)
    short_title = pick(board.agreement.short_title, language).text
    title = language.gettext("Status board")
    y = heading(canvas, look, short_title, title, f"{total} · {newest}", bot)
    counts = board.counts()
    y = _shares(canvas, look, y + 12, counts)
    y = _legend(canvas, language, look, y + 16, counts)
    for topic in board.agreement.topics:
        provisions = list(board.of_topic(topic.id))
        if provisions:
            y = _topic(canvas, language, look, y, topic, provisions)
    canvas.height = y + HEADING_MARGIN - 8
    return canvas.finish(f"{short_title}: {title}", language.code)


def _shares(canvas: Canvas, look: Palette, y: float, counts: Mapping[Status, int]) -> float:
    """A bar that is divided as the provisions are."""
    gap = 3.0
    room = canvas.width - 2 * HEADING_MARGIN - gap * (len(counts) - 1)
    total = sum(counts.values())
    x = HEADING_MARGIN
    for status, count in counts.items():
        wide = room * count / total
        radius = min(4.0, wide / 2)
        canvas.rect(x, y, wide, _BAR, fill=look.status[status], radius=radius)
        x += wide + gap
    return y + _BAR


def _legend(
    canvas: Canvas, language: Language, look: Palette, y: float, counts: Mapping[Status, int]
) -> float:
    """Each status with its mark, how many stand there, and which share that is.

    In two columns, where every label finds room in them; else in one.
    """
    total = sum(counts.values())
    entries = [
        _Entry(status, status_label(language, status), language.number(count),
               language.percent(count / total))
        for status, count in counts.items()
    ]  # fmt: skip
    shares = max(width(entry.share, _SHARE) for entry in entries) + 10
    beside = shares + max(width(entry.count, _COUNT, Weight.BOLD) for entry in entries)
    column = (canvas.width - 2 * HEADING_MARGIN - _APART) / 2
    for columns, wide in ((2, column), (1, canvas.width - 2 * HEADING_MARGIN)):
        room = wide - 25 - 6 - beside
        size = min(unbroken(entry.label, room, _SIZES) for entry in entries)
        if size >= _SIZES[1] or columns == 1:
            break
    half = -(-len(entries) // columns)
    bottom = y
    for at in range(columns):
        line = y
        for each_entry in entries[at * half : (at + 1) * half]:
            x = HEADING_MARGIN + at * (column + _APART)
            lines = wrapped(each_entry.label, room, size, most=2)
            status_icon(canvas, x + 9, line + 12, 8, each_entry.status, look)
            end, base = x + wide, line + 17
            canvas.text(
                end, base, each_entry.share, size=_SHARE, fill=look.muted, anchor=Anchor.END
            )
            canvas.text(
                end - shares, base, each_entry.count,
                size=_COUNT, fill=look.text, weight=Weight.BOLD, anchor=Anchor.END,
            )  # fmt: skip
            last = canvas.lines(x + 25, base, lines, size=size, leading=18, fill=look.text)
            line = last + 9
        bottom = max(bottom, line)
    return bottom + 8


@dataclass(frozen=True, slots=True)
class _Entry:
    status: Status
    label: str
    count: str
    share: str


def _topic(
    canvas: Canvas,
    language: Language,
    look: Palette,
    y: float,
    topic: Topic,
    provisions: list[Provision],
) -> float:
    canvas.line(HEADING_MARGIN, y, canvas.width - HEADING_MARGIN, y, stroke=look.line, line=1)
    name = pick(topic.title, language).text
    size = unbroken(name, _TOPIC_ROOM, _SIZES, Weight.BOLD)
    lines = wrapped(name, _TOPIC_ROOM, size, Weight.BOLD, most=4)
    last = canvas.lines(
        HEADING_MARGIN, y + 25, lines, size=size, leading=18, fill=look.text, weight=Weight.BOLD
    )
    in_row = int((canvas.width - HEADING_MARGIN - _MARKS_LEFT) // _CELL)
    for at, provision in enumerate(provisions):
        x = _MARKS_LEFT + (at % in_row + 0.5) * _CELL
        top = y + 8 + at // in_row * _CELL_HEIGHT
        status_icon(canvas, x, top + 12, 9, provision.status, look)
        label = fitted(language.number(provision.number), _CELL - 2, SMALLEST)
        canvas.text(x, top + 34, label, size=SMALLEST, fill=look.muted, anchor=Anchor.MIDDLE)
    rows = -(-len(provisions) // in_row)
    return max(last + 13, y + 8 + rows * _CELL_HEIGHT + 2)
