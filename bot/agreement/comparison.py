"""What another content file would change, for whoever is about to use it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.agreement.board import Board
from bot.agreement.model import Agreement, Provision
from bot.agreement.status import Status


@dataclass(frozen=True, slots=True)
class Comparison:
    """The differences that readers would notice."""

    is_another: bool
    """It is another agreement."""
    statuses: tuple[tuple[Provision, Status | None, Status | None], ...]
    """Provisions that stand elsewhere, before and after."""
    gone_provisions: tuple[str, ...]
    gone_topics: tuple[str, ...]
    renamed: Mapping[str, str]
    """Ids of provisions and topics that have another id now."""
    new: tuple[str, ...]
    numbers: tuple[tuple[str, int, int], ...]
    """Provisions with another number, before and after."""
    languages: tuple[str, ...]
    """Languages that are no longer there."""


def compare(before: Board, after: Board) -> Comparison:
    """What differs between two boards."""
    old, new = before.agreement, after.agreement
    pairs = [
        (provision, found)
        for provision in before.provisions
        if (found := after.provision(provision.id)) is not None
    ]
    topics = [(topic.id, new.topic(topic.id)) for topic in old.topics]
    same = {provision.id: found.id for provision, found in pairs}
    same |= {topic_id: found.id for topic_id, found in topics if found is not None}
    return Comparison(
        is_another=old.id != new.id,
        statuses=tuple(
            (found, provision.status, found.status)
            for provision, found in pairs
            if provision.status is not found.status
        ),
        gone_provisions=tuple(
            provision.id for provision in old.provisions if provision.id not in same
        ),
        gone_topics=tuple(topic_id for topic_id, found in topics if found is None),
        renamed={was: now for was, now in same.items() if was != now},
        new=tuple(_ids(new) - set(same.values())),
        numbers=tuple(
            (found.id, provision.number, found.number)
            for provision, found in pairs
            if provision.number != found.number
        ),
        languages=tuple(code for code in old.languages if code not in new.languages),
    )


def _ids(agreement: Agreement) -> set[str]:
    return {provision.id for provision in agreement.provisions}
