"""The search by meaning: how near a question is to each provision, as vectors of an embedder."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from bot.search.embedder import Embedder, EmbedderFails, Vector, sample

_LONGEST = 200
"""Letters of a question that are embedded: what it costs grows with them."""
_REMEMBERED = 256
_LEAST_SCALE = 0.01


class Meaning:
    """The provisions of an agreement as vectors."""

    def __init__(
        self,
        embedder: Embedder,
        count: int,
        passages: Sequence[Vector[float]],
        titles: Sequence[Vector[float]],
    ) -> None:
        """Take the vectors of `passages_of`, and of `titles_of` as questions.

        A question that is a provision's title measures what near and far are with this embedder:
        0 is how near it is to other provisions on average, 1 how near to its own text.
        """
        self.embedder = embedder
        self._count = count
        self._passages = np.array(passages, dtype=np.float32)
        places = sample(count)
        languages = len(titles) // len(places)
        own, others = [], []
        for number, title in enumerate(titles):
            found = self._nearest(title)
            mine = float(found[places[number // languages]])
            own.append(mine)
            others.append((float(found.sum()) - mine) / max(1, count - 1))
        self._far = sum(others) / len(others)
        self._scale = max(sum(own) / len(own) - self._far, _LEAST_SCALE)
        self._vector = lru_cache(_REMEMBERED)(embedder.question)

    def nearness(self, question: str) -> list[float]:
        """How near a question is to each provision: about 0 for any, about 1 for its title.

        Raises:
            EmbedderFails: the embedder cannot work now.
        """
        vector = self._vector(question[:_LONGEST])
        if len(vector) != self._passages.shape[1]:
            raise EmbedderFails(f"{self.embedder.name}: a vector of another length")
        found = self._nearest(vector)
        return [float(value) for value in (found - self._far) / self._scale]

    def _nearest(self, vector: Vector[float]) -> npt.NDArray[np.float32]:
        """Of each provision the passage that is nearest."""
        every = self._passages @ np.array(vector, dtype=np.float32)
        found: npt.NDArray[np.float32] = every.reshape(self._count, -1).max(axis=1)
        return found
