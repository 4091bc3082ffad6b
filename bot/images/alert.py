"""The small card of an alert: where a provision stood, and where it stands now."""

from __future__ import annotations

from bot.agreement.events import Event
from bot.alerts.model import Alert, AlertKind
from bot.i18n.language import Language
from bot.images.canvas import Canvas, Drawing, named
from bot.images.canvas import number as n
from bot.images.card import MARGIN, SMALL, WIDTH, title_lines
from bot.images.palette import Palette, Theme, palette
from bot.images.status_icons import status_icon
from bot.images.text_metrics import Weight, fitted, wrapped
from bot.views.format import pick
from bot.views.statuses import status_name, what_changed

_ARROW = 64.0


def alert_picture(language: Language, alert: Alert, theme: Theme, bot: str = "") -> Drawing:
    """Old and new status side by side."""
    look = palette(theme)
    canvas = Canvas(WIDTH, look.ground)
    before, after = alert.change.before, alert.change.after
    room = WIDTH - 2 * MARGIN
    if alert.kind is AlertKind.CORRECTION:
        above = language.gettext("Correction")
    else:
        above = language.capitalised(language.date(after.date))
    canvas.text(
        MARGIN, 46, fitted(named(above, bot), room, SMALL, Weight.BOLD),
        size=SMALL, fill=look.muted, weight=Weight.BOLD,
    )  # fmt: skip
    title = f"{language.number(alert.number)}. {pick(alert.title, language).text}"
    lines, size, leading = title_lines(title, room, 82, 31)
    y = canvas.lines(
        MARGIN, 58 + size, lines,
        size=size, leading=leading, fill=look.text, weight=Weight.BOLD,
    )  # fmt: skip
    top = y + 26
    if alert.kind is AlertKind.CORRECTION:  # an arrow would tell of a setback
        bottom = _panel(
            canvas, look, MARGIN, top, room, after, status_name(language, after), strong=True
        )
    elif after.status is None or (before.status, before.reason) == (after.status, after.reason):
        words = what_changed(language, before, after)
        bottom = _panel(canvas, look, MARGIN, top, room, after, words, strong=True)
    else:
        half = (room - _ARROW) / 2
        old, new = status_name(language, before), status_name(language, after)
        lower = max(
            _height(item, half, strong=strong) for item, strong in ((old, False), (new, True))
        )
        right = MARGIN + half + _ARROW
        _panel(canvas, look, MARGIN, top, half, before, old, strong=False, height=lower)
        bottom = _panel(canvas, look, right, top, half, after, new, strong=True, height=lower)
        _arrow(canvas, look, MARGIN + half + 14, right - 14, top + lower / 2)
    canvas.height = bottom + 30
    canvas.rect(0, 0, 8, canvas.height, fill=look.of(after.status))
    return canvas.finish(f"{above}: {title}", language.code)


def _words(text: str, room: float, *, strong: bool) -> list[str]:
    return wrapped(text, room - 66, 19, Weight.BOLD if strong else Weight.REGULAR, most=4)


def _height(text: str, room: float, *, strong: bool) -> float:
    return 24.0 * len(_words(text, room, strong=strong)) + 26


def _panel(
    canvas: Canvas,
    look: Palette,
    x: float,
    y: float,
    room: float,
    entry: Event,
    text: str,
    *,
    strong: bool,
    height: float | None = None,
) -> float:
    """A status on a panel of its own; where the panel ends."""
    lines = _words(text, room, strong=strong)
    own = _height(text, room, strong=strong)
    high = own if height is None else height
    colour = look.of(entry.status)
    edge, line = (colour, 2.0) if strong else (look.line, 1.0)
    canvas.rect(x, y, room, high, fill=look.surface, radius=10, stroke=edge, line=line)
    middle = y + high / 2
    status_icon(canvas, x + 30, middle, 13, entry.status, look)
    first = middle - 12.0 * (len(lines) - 1) + 7
    canvas.lines(
        x + 54, first, lines, size=19, leading=24, fill=look.text if strong else look.muted,
        weight=Weight.BOLD if strong else Weight.REGULAR,
    )  # fmt: skip
    return y + high


def _arrow(canvas: Canvas, look: Palette, start: float, end: float, y: float) -> None:
    canvas.path(
        f"M{n(start)} {n(y)}L{n(end)} {n(y)}M{n(end - 9)} {n(y - 8)}L{n(end)} {n(y)}"
        f"L{n(end - 9)} {n(y + 8)}",
        stroke=look.muted,
        line=3,
    )
