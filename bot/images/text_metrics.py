"""How wide a text is, and how it is broken into lines: by the metrics of the bundled fonts."""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

ELLIPSIS = "…"


class Weight(StrEnum):
    """Which of the two fonts."""

    REGULAR = "regular"
    BOLD = "bold"


@dataclass(frozen=True, slots=True)
class _Font:
    em: int
    missing: int
    widths: dict[int, int]


@cache
def _font(weight: Weight) -> _Font:
    """A font's metrics, from the table alongside this module (see build_metrics.py)."""
    table = json.loads(Path(__file__).with_name("advances.json").read_text("utf-8"))[weight.value]
    widths = {int(code): advance for code, advance in table["widths"].items()}
    return _Font(table["em"], table["missing"], widths)


_further: list[tuple[Path, _Font]] = []


def use_font(path: Path) -> None:
    """Draw the letters that the bundled fonts lack with this font, in both weights.

    Raises:
        ValueError: it is not a TrueType or OpenType font.
    """
    _further[:] = [(path, read_font(path))]


def read_font(path: Path) -> _Font:
    """The metrics of a font, by a library that nothing else needs.

    Raises:
        ValueError: it is not a TrueType or OpenType font.
    """
    from fontTools.ttLib import TTFont, TTLibError  # type: ignore[import-untyped] # noqa: PLC0415

    try:
        with TTFont(path, fontNumber=0) as opened:
            advances = {name: advance for name, (advance, _) in opened["hmtx"].metrics.items()}
            widths = {code: advances[name] for code, name in opened.getBestCmap().items()}
            return _Font(opened["head"].unitsPerEm, 0, widths)
    except (TTLibError, LookupError, AttributeError, struct.error) as error:
        raise ValueError(f"{path} is not a TrueType or OpenType font") from error


def further_fonts() -> list[Path]:
    """The files of the fonts beyond the bundled ones."""
    return [path for path, _ in _further]


def _advance(letter: int, font: _Font) -> float:
    """How far a letter reaches, in parts of an em."""
    if letter in font.widths:
        return font.widths[letter] / font.em
    for _, further in _further:
        if letter in further.widths:
            return further.widths[letter] / further.em
    return font.missing / font.em


def width(text: str, size: float, weight: Weight = Weight.REGULAR) -> float:
    """The width of a line of text in the units of `size`.

    Letters that are drawn closer together (kerning) count as if they were not, so that a text is
    never wider than this by more than a hair.
    """
    font = _font(weight)
    if text.isascii() or not _further:
        return sum(font.widths.get(ord(letter), font.missing) for letter in text) * size / font.em
    return sum(_advance(ord(letter), font) for letter in text) * size


def has_letters(text: str) -> bool:
    """Whether the fonts have every letter of a text; one that they lack leaves a gap.

    A sign that is no letter may leave one: an emoji, a mark of direction.
    """
    fonts = [_font(Weight.REGULAR), *(font for _, font in _further)]
    return all(
        any(ord(letter) in font.widths for font in fonts) for letter in text if letter.isalpha()
    )


def fitted(text: str, room: float, size: float, weight: Weight = Weight.REGULAR) -> str:
    """The text, or as much of its beginning as fits, with "…"."""
    if width(text, size, weight) <= room:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if width(_cut(text, middle), size, weight) <= room:
            low = middle
        else:
            high = middle - 1
    return _cut(text, low)


def wrapped(
    text: str, room: float, size: float, weight: Weight = Weight.REGULAR, *, most: int
) -> list[str]:
    """The text in at most `most` lines; a word wider than a line is broken, the rest cut with "…".

    Line breaks and further white space count as one space; a no-break space does not break.
    """
    lines: list[str] = []
    line = ""
    for word in _pieces(text, room, size, weight):
        longer = f"{line} {word}" if line else word
        if line and width(longer, size, weight) > room:
            lines.append(line)
            line = word
        else:
            line = longer
    lines.append(line)
    if len(lines) > most:
        rest = " ".join(lines[most - 1 :])
        lines = [*lines[: most - 1], fitted(f"{rest}{ELLIPSIS}", room, size, weight)]
    return [line for line in lines if line]


def unbroken(
    text: str, room: float, sizes: Sequence[float], weight: Weight = Weight.REGULAR
) -> float:
    """The first of the sizes, largest first, in which no word has to be broken; else the last."""
    widest = max(text.split(), key=lambda word: width(word, 1, weight), default="")
    return next((size for size in sizes if width(widest, size, weight) <= room), sizes[-1])


def _pieces(text: str, room: float, size: float, weight: Weight) -> list[str]:
    """The words, those that are wider than the room in pieces."""
    pieces = []
    for word in text.replace("\xa0", "\x00").split():
        left = word.replace("\x00", "\xa0")
        while width(left, size, weight) > room and len(left) > 1:
            count = len(left)
            while count > 1 and width(left[:count], size, weight) > room:
                count -= 1
            pieces.append(left[:count])
            left = left[count:]
        pieces.append(left)
    return pieces


def _cut(text: str, count: int) -> str:
    return text[:count].rstrip(" ,;:.–—-…") + ELLIPSIS
