"""Contrast, and how far colours are apart for people who see them otherwise."""

from __future__ import annotations

Colour = tuple[float, float, float]

NORMAL = ((1, 0, 0), (0, 1, 0), (0, 0, 1))
DEUTERANOPIA = (
    (0.367322, 0.860646, -0.227968),
    (0.280085, 0.672501, 0.047413),
    (-0.011820, 0.042940, 0.968881),
)
PROTANOPIA = (
    (0.152286, 1.052583, -0.204868),
    (0.114503, 0.786281, 0.099216),
    (-0.003882, -0.048116, 1.051998),
)
"""Machado, Oliveira and Fernandes 2009, severity 1.0, on linear sRGB."""


def linear(code: str) -> Colour:
    values = [int(code[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    r, g, b = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in values
    )
    return r, g, b


def contrast(text: str, other: str) -> float:
    """WCAG 2.2, contrast ratio."""
    lights = [sum(w * v for w, v in zip((0.2126, 0.7152, 0.0722), linear(code), strict=True))
              for code in (text, other)]  # fmt: skip
    return (max(lights) + 0.05) / (min(lights) + 0.05)


def apart(text: str, other: str, seen: tuple[Colour, ...] = NORMAL) -> float:
    """The distance in OKLab, times 100; 2 can just be told apart."""
    first, second = (_oklab(_seen(linear(code), seen)) for code in (text, other))
    return 100 * sum((a - b) ** 2 for a, b in zip(first, second, strict=True)) ** 0.5


def _seen(colour: Colour, matrix: tuple[Colour, ...]) -> Colour:
    r, g, b = (
        min(1.0, max(0.0, sum(w * v for w, v in zip(row, colour, strict=True)))) for row in matrix
    )
    return r, g, b


def _oklab(colour: Colour) -> Colour:
    r, g, b = colour
    l = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)  # noqa: E741
    m = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    s = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
        1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
        0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s,
    )
