"""What turns texts into vectors, and which texts of an agreement are turned."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from typing import Protocol

from bot.agreement.model import Agreement, Provision

Vector = array  # of "f", single-precision numbers

_KEYWORDS = 8
_TITLES = 50


class EmbedderFails(Exception):
    """An embedder cannot work now; the message says why."""


class Embedder(Protocol):
    """Turns texts into vectors of length 1, near each other where the texts mean alike.

    Each call takes a while and may come from any thread but that of the event loop.
    """

    @property
    def name(self) -> str:
        """The model and its version: vectors of different names are never compared."""

    def question(self, text: str) -> Vector[float]:
        """The vector of a question.

        Raises:
            EmbedderFails: it cannot be had now.
        """

    def passages(self, texts: Sequence[str]) -> list[Vector[float]]:
        """The vectors of texts that are to be found.

        Raises:
            EmbedderFails: they cannot be had now.
        """


def passages_of(agreement: Agreement) -> list[str]:
    """The texts that stand for the provisions, as many for each."""
    return [
        text
        for provision in agreement.provisions
        for code in agreement.languages
        for text in _passages(provision, code)
    ]


def _passages(provision: Provision, code: str) -> Iterator[str]:
    title, text = provision.title[code], provision.text[code]
    yield f"{title}. {text}"
    yield title
    yield f"{title}: {', '.join(provision.keywords.get(code, ())[:_KEYWORDS])}"


def titles_of(agreement: Agreement) -> list[str]:
    """The titles of the provisions of `sample` in each language."""
    return [
        agreement.provisions[place].title[code]
        for place in sample(len(agreement.provisions))
        for code in agreement.languages
    ]


def sample(count: int) -> range:
    """Places of some 50 to 100 provisions, or of all."""
    return range(0, count, max(1, count // _TITLES))
