"""A small builder of SVG (SVG 1.1). Every text's place is noted, so that overlaps can be tested."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from markupsafe import escape

from bot.images.palette import Palette
from bot.images.text_metrics import Weight, has_letters, width, wrapped

SMALLEST = 11.0
"""Letters of a picture that is 360 pixels wide on a phone."""
TALL = 360.0
"""Width of a tall picture."""
HEADING_MARGIN = 20.0
_SMALL, _LARGE = 12.0, 24.0


def heading(
    canvas: Canvas, look: Palette, above: str, title: str, below: str, bot: str = ""
) -> float:
    """Draw it, with the bot's name if there is one; the height that it took."""
    above = named(above, bot)
    room = canvas.width - 2 * HEADING_MARGIN
    y = HEADING_MARGIN + 12
    small = wrapped(above, room, _SMALL, Weight.BOLD, most=2)
    y = canvas.lines(
        HEADING_MARGIN, y, small, size=_SMALL, leading=18, fill=look.muted, weight=Weight.BOLD
    )
    y += 32
    large = wrapped(title, room, _LARGE, Weight.BOLD, most=3)
    y = canvas.lines(
        HEADING_MARGIN, y, large, size=_LARGE, leading=32, fill=look.text, weight=Weight.BOLD
    )
    y += 23
    lines = wrapped(below, room, _SMALL, most=3)
    y = canvas.lines(HEADING_MARGIN, y, lines, size=_SMALL, leading=18, fill=look.muted)
    return y + 8


def named(text: str, bot: str) -> str:
    """A text with the name of the bot that drew the picture."""
    return f"{text} · @{bot}" if bot else text


FONT = "Noto Sans"
_ASCENT, _DESCENT = 0.93, 0.25
"""Of an em: how far the tallest capital with an accent and the lowest letter reach."""
_WEIGHTS = {Weight.REGULAR: 400, Weight.BOLD: 700}


class Anchor(StrEnum):
    """Which point of a text its place is."""

    START = "start"
    MIDDLE = "middle"
    END = "end"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle that a text takes."""

    left: float
    top: float
    right: float
    bottom: float
    text: str

    def meets(self, other: Box) -> bool:
        """Whether two texts lie over each other."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture as SVG, its size in its own units, and where its texts stand."""

    svg: str
    width: float
    height: float
    title: str
    """What it shows, in one line, for whoever does not see it."""
    boxes: tuple[Box, ...] = ()

    @property
    def is_legible(self) -> bool:
        """Whether the fonts have every letter of its texts."""
        return all(has_letters(box.text) for box in self.boxes)


@dataclass
class Canvas:
    """Takes shapes and texts, from back to front; its height may be set last."""

    width: float
    background: str
    height: float = 0
    parts: list[str] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float,
        fill: str,
        weight: Weight = Weight.REGULAR,
        anchor: Anchor = Anchor.START,
    ) -> None:
        """A line of text; `y` is its baseline."""
        if not text:
            return
        wide = width(text, size, weight)
        left = x - {Anchor.START: 0.0, Anchor.MIDDLE: wide / 2, Anchor.END: wide}[anchor]
        self.boxes.append(Box(left, y - _ASCENT * size, left + wide, y + _DESCENT * size, text))
        self.parts.append(
            f'<text x="{_number(x)}" y="{_number(y)}" font-size="{_number(size)}"'
            f' font-weight="{_WEIGHTS[weight]}" fill="{fill}" text-anchor="{anchor.value}"'
            f' xml:space="preserve">{escape(_printable(text))}</text>'
        )

    def lines(
        self,
        x: float,
        y: float,
        lines: Sequence[str],
        *,
        size: float,
        leading: float,
        fill: str,
        weight: Weight = Weight.REGULAR,
    ) -> float:
        """Lines one under the other, the first with its baseline at `y`; the last baseline."""
        for number, line in enumerate(lines):
            self.text(x, y + number * leading, line, size=size, fill=fill, weight=weight)
        return y + (len(lines) - 1) * leading

    def rect(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: str = "none",
        stroke: str = "none",
        line: float = 0,
        radius: float = 0,
        dash: str = "",
    ) -> None:
        """A rectangle with round corners."""
        self.parts.append(
            f'<rect x="{_number(x)}" y="{_number(y)}" width="{_number(width)}"'
            f' height="{_number(height)}" rx="{_number(radius)}"'
            f"{_paint(fill, stroke, line, dash)}/>"
        )

    def circle(
        self,
        x: float,
        y: float,
        radius: float,
        *,
        fill: str = "none",
        stroke: str = "none",
        line: float = 0,
        dash: str = "",
    ) -> None:
        """A circle."""
        self.parts.append(
            f'<circle cx="{_number(x)}" cy="{_number(y)}" r="{_number(radius)}"'
            f"{_paint(fill, stroke, line, dash)}/>"
        )

    def path(
        self,
        path: str,
        *,
        fill: str = "none",
        stroke: str = "none",
        line: float = 0,
        dash: str = "",
    ) -> None:
        """A path (SVG 1.1, 8.3); lines have round ends."""
        self.parts.append(
            f'<path d="{path}" stroke-linecap="round" stroke-linejoin="round"'
            f"{_paint(fill, stroke, line, dash)}/>"
        )

    def line(
        self,
        x1: float,
        y1: float,
        x2: float,
        y2: float,
        *,
        stroke: str,
        line: float,
        dash: str = "",
    ) -> None:
        """A straight line with flat ends."""
        self.parts.append(
            f'<line x1="{_number(x1)}" y1="{_number(y1)}" x2="{_number(x2)}" y2="{_number(y2)}"'
            f"{_paint('none', stroke, line, dash)}/>"
        )

    def finish(self, title: str, language: str) -> Drawing:
        """The picture, with its title for those who do not see it."""
        wide, high = _number(self.width), _number(self.height)
        body = "\n".join(self.parts)
        svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}"'
            f' viewBox="0 0 {wide} {high}" role="img" xml:lang="{escape(language)}"'
            f' font-family="{FONT}, sans-serif">\n<title>{escape(_printable(title))}</title>\n'
            f'<rect width="{wide}" height="{high}" fill="{self.background}"/>\n{body}\n</svg>\n'
        )
        return Drawing(svg, self.width, self.height, title, tuple(self.boxes))


def number(value: float) -> str:
    """A number of a path, short: 12, 12.5, 12.25."""
    return _number(value)


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _paint(fill: str, stroke: str, line: float, dash: str) -> str:
    painted = f' fill="{fill}"'
    if stroke != "none":
        painted += f' stroke="{stroke}" stroke-width="{_number(line)}"'
    if dash:
        painted += f' stroke-dasharray="{dash}"'
    return painted


def _printable(text: str) -> str:
    """Without what XML 1.0 cannot hold (2.2, Char)."""
    return "".join(item for item in text if item >= " " and not _forbidden(ord(item)))


def _forbidden(code: int) -> bool:
    return 0xD800 <= code <= 0xDFFF or code in {0xFFFE, 0xFFFF}  # noqa: PLR2004 - Unicode's
