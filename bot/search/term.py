"""A word of a question, as the search sees it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.search.index import Hit

LIGHT = 0.15
"""The weight of a party's name, and of a word that any question may hold."""
TWO = 2


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the question: what it weighs, and how each provision answers to it."""

    word: str
    weight: float
    hits: dict[int, Hit]
    meanings: dict[str, float]
    is_specific: bool = False
    is_place: bool = False
    is_party: bool = False
    foreign: float = LIGHT
    """What it weighs for a provision that does not have it, if it is not a subject of others."""
