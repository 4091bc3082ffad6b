"""Parts of pages that several pages show: a provision in a list, a status, a source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.agreement.evidence import Citation, Evidence
from bot.agreement.model import Provision
from bot.agreement.sentences import first_sentence
from bot.agreement.status import Status
from bot.views.format import Picked, side_label
from bot.views.pagination import clip
from bot.views.statuses import origin_mark, status_label, status_meaning, status_name
from bot.web.addresses import provision_path
from bot.web.page_context import Dated, PageContext

_PROMISE = 200


NO_STATUS = "related"
"""What stands in place of a status, in styles and drawings, for what has none."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A date and what it is the date of."""

    name: str
    date: Dated


@dataclass(frozen=True, slots=True)
class Item:
    """A provision in a list."""

    number: int
    title: Picked
    href: str
    status: str
    status_name: str
    dates: Sequence[Labelled]
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
    side: str
    headline: str | None
    quote: str | None
    quote_language: str | None
    translation: str | None
    archived: str | None


def item(here: PageContext, provision: Provision) -> Item:
    """A provision as lists show it."""
    text = here.pick(provision.text)
    return Item(
        number=provision.number,
        title=here.pick(provision.title),
        href=here.link(provision_path(here.code, provision.id)),
        status=provision.status or NO_STATUS,
        status_name=status_name(here.language, provision.standing),
        dates=dates(here, provision),
        promise=Picked(clip(first_sentence(text.text), _PROMISE), text.other),
        origin=origin_mark(here.language, provision.origin),
    )


def dates(here: PageContext, provision: Provision) -> list[Labelled]:
    """Since when it stands there, its last event, how far its sources were looked at."""
    gettext, standing = here.language.gettext, provision.standing
    found = []
    if standing is not None and standing.status is not Status.UNRATED:
        found.append(Labelled(gettext("Since"), here.short_date(standing.since)))
    found += [
        Labelled(gettext("Last event"), here.short_date(provision.last_event.date)),
        Labelled(gettext("Checked"), here.short_date(provision.checked_on)),
    ]
    return found


def shares(here: PageContext, provisions: Sequence[Provision], *, anchors: str) -> list[Share]:
    """How many stand at each status, in the vocabulary's order; `anchors` is the page's path."""
    found = [provision.status for provision in provisions if provision.status]
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


def source_lines(here: PageContext, evidence: Sequence[Evidence]) -> list[SourceLine]:
    """Sources as lists show them."""
    agreement, language = here.board.agreement, here.language

    def line(evidence: Evidence) -> SourceLine:
        return SourceLine(
            href=str(evidence.url),
            publisher=publisher_name(here, evidence),
            date=here.short_date(evidence.date) if evidence.date else None,
            side=side_label(language, agreement, evidence),
            headline=evidence.headline,
            quote=evidence.quote,
            quote_language=evidence.language,
            translation=(evidence.translation or {}).get(language.locale.language),
            archived=evidence.archived,
        )

    return [line(source) for source in evidence]


def publisher_name(here: PageContext, cited: Citation) -> str:
    """Who is answerable for the words, and through whom they were read."""
    name = here.board.publishers.name(cited.publisher, here.code)
    if cited.via is None:
        return name
    via = here.board.publishers.name(cited.via, here.code)
    return here.language.gettext("{publisher}, via {other}", publisher=name, other=via)
