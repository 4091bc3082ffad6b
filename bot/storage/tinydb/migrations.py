"""Schema versions: what every kind of record must be rewritten as to be read today."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]
Step = Mapping[str, Callable[[Document], Document]]
"""How documents of one version become those of the next, by the kind of record.

A kind that a step leaves out is the same in both versions. Records of the journal and documents
of the TinyDB tables have one shape, so that a step serves both.
"""


@dataclass(frozen=True)
class Schema:
    """The versions that can be read, and the way from each to the newest."""

    steps: tuple[Step, ...] = ()

    @property
    def version(self) -> int:
        """The version that is written."""
        return 1 + len(self.steps)

    def upgrade(self, kind: str, document: Document, version: int) -> Document:
        """The document as the newest version has it."""
        for step in self.steps[version - 1 :]:
            if kind in step:
                document = step[kind](document)
        return document


def _what_tries_wait_for(document: Document) -> Document:
    """Version 1 said of a try only whether it waits for a digest."""
    tries = [
        [chat_id, thread, attempts, not_before, "l" if later else "f" if not_before else "n", text]
        for chat_id, thread, attempts, not_before, later, text in document["tries"]
    ]
    return document | {"tries": tries}


SCHEMA = Schema(({"deliveries": _what_tries_wait_for},))
"""Today's. Add a step for every change that older documents cannot be read with.

Version 2 writes results as `entries`, and chats with their pauses.
"""
