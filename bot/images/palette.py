"""Colours, light and dark. Each status has a shape of its own besides (see marks.py).

The statuses' colours keep apart for people with deuteranopia and protanopia too and stand out
from the background by 3:1 at least (WCAG 2.2, 1.4.11); texts by 4.5:1 (1.4.3). Tests hold them
to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from bot.agreement.status import Status


class Theme(StrEnum):
    """On a light ground or a dark one."""

    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of a theme."""

    ground: str
    surface: str
    """Of panels on the ground."""
    line: str
    """Hairlines, axes."""
    text: str
    muted: str
    """Text of less weight."""
    warning: str
    """Text that tells of a date gone by."""
    status: Mapping[Status, str]

    def of(self, status: Status | None) -> str:
        """The colour of a status, or of what has none."""
        return self.status[status] if status else self.muted


_LIGHT = Palette(
    ground="#FFFFFF",
    surface="#F3F5F7",
    line="#D5DBE1",
    text="#15202B",
    muted="#55616D",
    warning="#A93A00",
    status=MappingProxyType(
        {
            Status.ANNOUNCED: "#3B4A59",
            Status.STARTED: "#0A66B2",
            Status.ADVANCED: "#1D2487",
            Status.DONE: "#0F7A66",
            Status.CONTINUING: "#B566E8",
            Status.STALLED: "#DB530A",
            Status.ENDED: "#2A1A14",
            Status.UNRATED: "#868B92",
        }
    ),
)
_DARK = Palette(
    ground="#14191F",
    surface="#1E252D",
    line="#3A444F",
    text="#EEF2F5",
    muted="#A7B1BB",
    warning="#FFB07A",
    status=MappingProxyType(
        {
            Status.ANNOUNCED: "#909FAD",
            Status.STARTED: "#4FA7FC",
            Status.ADVANCED: "#6572DA",
            Status.DONE: "#4FD992",
            Status.CONTINUING: "#F5BFFC",
            Status.STALLED: "#D9691A",
            Status.ENDED: "#FFF3C4",
            Status.UNRATED: "#6D737C",
        }
    ),
)


def palette(theme: Theme) -> Palette:
    """The colours of a theme."""
    return _DARK if theme is Theme.DARK else _LIGHT
