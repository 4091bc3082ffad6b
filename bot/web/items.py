"""Parts of pages that several pages show: a provision in a list, a status, a source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.agreement.model import Evidence, Provision, StatusEntry
from bot.agreement.sentences import first_sentence
from bot.agreement.status import Status
from bot.messages.fitting import clip
from bot.messages.text import (
    Picked,
    origin_mark,
    pick,
    status_label,
    status_meaning,
    status_name,
)
from bot.web.addresses import board_path, provision_path
from bot.web.here import Dated, Here

_PROMISE = 200


@dataclass(frozen=True, slots=True)
class Item:
    """A provision in a list."""

    number: int
    title: Picked
    href: str
    status: Status
    status_name: str
    date: Dated
    promise: Picked
    origin: str
    """A few words for what is not in the agreement's own text, else ""."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many provisions stand at one status."""

    status: Status
    label: str
    meaning: str
    count: int
    number: str
    percent: str
    href: str


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source: who, where, when, on whose side, in which words."""

    href: str
    publisher: str
    date: Dated | None
    side: Picked | None
    quote: str | None
    quote_language: str | None


def item(here: Here, provision: Provision) -> Item:
    """A provision as lists show it."""
    text = here.pick(provision.text)
    return Item(
        number=provision.number,
        title=here.pick(provision.title),
        href=here.link(provision_path(here.code, provision.id)),
        status=provision.current.status,
        status_name=status_name(here.language, provision.current),
        date=here.short_date(provision.current.date),
        promise=Picked(clip(first_sentence(text.text), _PROMISE), text.other),
        origin=origin_mark(here.language, provision.origin),
    )


def shares(here: Here, provisions: Sequence[Provision], *, anchors: str) -> list[Share]:
    """How many stand at each status, in the vocabulary's order; `anchors` is the page's path."""
    found = [one.current.status for one in provisions]
    total = max(1, len(found))
    return [
        Share(
            status=status,
            label=status_label(here.language, status),
            meaning=status_meaning(here.language, status),
            count=found.count(status),
            number=here.language.number(found.count(status)),
            percent=here.language.percent(found.count(status) / total),
            href=("" if anchors == here.path else here.link(anchors)) + f"#{status}",
        )
        for status in Status
        if status in found
    ]


def source_lines(here: Here, evidence: Sequence[Evidence]) -> list[SourceLine]:
    """Sources as lists show them."""
    sides = {side.id: side.title for side in here.board.agreement.sides}

    def line(one: Evidence) -> SourceLine:
        side = sides.get(one.side or "")
        return SourceLine(
            href=str(one.url),
            publisher=one.publisher,
            date=here.short_date(one.date) if one.date else None,
            side=pick(side, here.language) if side else None,
            quote=one.quote,
            quote_language=one.language,
        )

    return [line(one) for one in evidence]


def step(here: Here, before: StatusEntry | None, after: StatusEntry) -> str:
    """From one status to the next in words; further news at the same one says so."""
    language = here.language
    new = status_name(language, after)
    if before is None:
        return new
    old = status_name(language, before)
    if old == new:
        return language.gettext("{status}: a further event", status=new)
    return language.gettext("{old} → {new}", old=old, new=new)


def board_anchor(here: Here, status: Status) -> str:
    """A link to a status's part of the board."""
    return here.link(board_path(here.code)) + f"#{status}"
