"""SVG in, PNG out, with the bundled fonts and nothing of the machine's own.

As a program (`python -m bot.images.rasterizer SCALE [FONT]`) it reads an SVG from standard input
and writes the PNG to standard output: the library holds the interpreter while it draws, so a
running bot has it draw in a process alongside its own (see `bot.images.renderer`).
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import resvg_py

FAMILY = "Noto Sans"


def fonts() -> list[Path]:
    """The bundled fonts."""
    return sorted((Path(__file__).parent / "fonts").glob("*.ttf"))


def rasterise(svg: str, scale: float, further: Sequence[str] = ()) -> bytes:
    """The PNG of an SVG, `scale` pixels to each of its units (blocking, a fifth of a second).

    `further` are files of fonts for letters that the bundled ones lack.

    Raises:
        ValueError: it is not an SVG.
    """
    png = resvg_py.svg_to_bytes(
        svg_string=svg,
        zoom=scale,
        skip_system_fonts=True,
        font_files=[*(str(path) for path in fonts()), *further],
        font_family=FAMILY,
        sans_serif_family=FAMILY,
        serif_family=FAMILY,
    )
    return bytes(png)


if __name__ == "__main__":
    given = sys.stdin.buffer.read().decode("utf-8")
    sys.stdout.buffer.write(rasterise(given, float(sys.argv[1]), sys.argv[2:]))
