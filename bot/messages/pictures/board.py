"""The board: how many provisions stand where, and one mark for each, by topic."""

from __future__ import annotations

from collections.abc import Mapping

from bot.agreement.changes import Board
from bot.agreement.model import Provision, Topic
from bot.agreement.status import Status
from bot.language.language import Language
from bot.messages.pictures.canvas import Anchor, Canvas, Drawing
from bot.messages.pictures.heading import MARGIN, heading
from bot.messages.pictures.marks import mark
from bot.messages.pictures.measuring import Weight, fitted, unbroken, width, wrapped
from bot.messages.pictures.palette import Palette, Theme, palette
from bot.messages.text import as_of, pick, status_label

_WIDTH = 440.0
_BAR = 14.0
_APART = 16.0
"""Between the columns of the legend."""
_TOPIC_ROOM = 136.0
_CELL, _CELL_HEIGHT = 30.5, 40.0
_SIZES = (14.0, 13.0, 12.0, 11.0)
_MARKS_LEFT = MARGIN + _TOPIC_ROOM + 12


def board_picture(language: Language, board: Board, theme: Theme) -> Drawing:
    """The whole board; a provision of several topics stands at the first of them."""
    look = palette(theme)
    canvas = Canvas(_WIDTH, look.ground)
    total = language.ngettext("{n} provision", "{n} provisions", len(board.provisions))
    newest = language.gettext("as of {date}", date=language.short_date(as_of(board)))
    short_title = pick(board.agreement.short_title, language).text
    title = language.gettext("Status board")
    y = heading(canvas, look, short_title, title, f"{total} · {newest}")
    counts = board.counts()
    y = _shares(canvas, look, y + 12, counts)
    y = _legend(canvas, language, look, y + 16, counts)
    for topic in board.agreement.topics:
        provisions = [one for one in board.provisions if one.topics[0] == topic.id]
        if provisions:
            y = _topic(canvas, language, look, y, topic, provisions)
    canvas.height = y + MARGIN - 8
    return canvas.finish(f"{short_title}: {title}", language.code)


def _shares(canvas: Canvas, look: Palette, y: float, counts: Mapping[Status, int]) -> float:
    """A bar that is divided as the provisions are."""
    gap = 3.0
    room = canvas.width - 2 * MARGIN - gap * (len(counts) - 1)
    total = sum(counts.values())
    x = MARGIN
    for status, count in counts.items():
        wide = room * count / total
        radius = min(4.0, wide / 2)
        canvas.rect(x, y, wide, _BAR, fill=look.status[status], radius=radius)
        x += wide + gap
    return y + _BAR


def _legend(
    canvas: Canvas, language: Language, look: Palette, y: float, counts: Mapping[Status, int]
) -> float:
    """Each status with its mark, how many stand there, and which share that is."""
    column = (canvas.width - 2 * MARGIN - _APART) / 2
    total = sum(counts.values())
    entries = list(counts.items())
    half = -(-len(entries) // 2)
    bottom = y
    for at, part in enumerate((entries[:half], entries[half:])):
        x, line = MARGIN + at * (column + _APART), y
        for status, count in part:
            numbers = (language.number(count), language.percent(count / total))
            label = status_label(language, status)
            line += _entry(canvas, look, (x, line), column, status, label, numbers)
        bottom = max(bottom, line)
    return bottom + 8


def _entry(
    canvas: Canvas,
    look: Palette,
    place: tuple[float, float],
    room: float,
    status: Status,
    label: str,
    numbers: tuple[str, str],
) -> float:
    (x, y), (count, share) = place, numbers
    mark(canvas, x + 9, y + 12, 8, status, look)
    end = x + room
    canvas.text(end, y + 17, share, size=12.5, fill=look.muted, anchor=Anchor.END)
    canvas.text(
        end - 40, y + 17, count, size=14.5, fill=look.text, weight=Weight.BOLD, anchor=Anchor.END
    )
    left = end - 40 - width(count, 14.5, Weight.BOLD) - 6 - (x + 25)
    size = unbroken(label, left, _SIZES)
    lines = wrapped(label, left, size, most=2)
    last = canvas.lines(x + 25, y + 17, lines, size=size, leading=18, fill=look.text)
    return last - y + 9


def _topic(
    canvas: Canvas,
    language: Language,
    look: Palette,
    y: float,
    topic: Topic,
    provisions: list[Provision],
) -> float:
    canvas.line(MARGIN, y, canvas.width - MARGIN, y, stroke=look.line, line=1)
    name = pick(topic.title, language).text
    size = unbroken(name, _TOPIC_ROOM, _SIZES, Weight.BOLD)
    lines = wrapped(name, _TOPIC_ROOM, size, Weight.BOLD, most=4)
    last = canvas.lines(
        MARGIN, y + 25, lines, size=size, leading=18, fill=look.text, weight=Weight.BOLD
    )
    in_row = int((canvas.width - MARGIN - _MARKS_LEFT) // _CELL)
    for at, provision in enumerate(provisions):
        x = _MARKS_LEFT + (at % in_row + 0.5) * _CELL
        top = y + 8 + at // in_row * _CELL_HEIGHT
        mark(canvas, x, top + 12, 9, provision.current.status, look)
        label = fitted(language.number(provision.number), _CELL - 2, 11)
        canvas.text(x, top + 34, label, size=11, fill=look.muted, anchor=Anchor.MIDDLE)
    rows = -(-len(provisions) // in_row)
    return max(last + 13, y + 8 + rows * _CELL_HEIGHT + 2)
