"""Parts of pages that several pages show: a provision in a list, a status, a source."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from bot.agreement.dates import PartialDate
from bot.agreement.events import EventKind
from bot.agreement.evidence import Citation, Evidence
from bot.agreement.model import Provision
from bot.agreement.sentences import first_sentence
from bot.agreement.status import Status
from bot.i18n.language import Language
from bot.views.format import Picked, page_number, side_label
from bot.views.pagination import clip
from bot.views.statuses import origin_mark, status_label, status_meaning, status_name
from bot.web.addresses import provision_path, status_path
from bot.web.changelog import LogEntry
from bot.web.page_context import Dated, PageContext

_PROMISE = 200
_NO_NOTES: Mapping[str, int] = MappingProxyType({})


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
    """How many provisions stand at one status, or are related events."""

    status: str
    label: str
    meaning: str
    count: int
    number: str
    percent: str
    href: str


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source: who, where, when, on whose side, in which words."""

    id: str
    number: int
    """Its place among the page's notes; 0 where the page has none."""
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


def related_meaning(language: Language) -> str:
    """What a related event is, in place of a status's meaning."""
    return language.gettext(
        "The agreement does not promise this. It has no status and is not counted."
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


def entry_dates(here: PageContext, entry: LogEntry) -> list[Labelled]:
    """When it was recorded, where that is known, and when it happened."""
    gettext, event = here.language.gettext, entry.event
    found = []
    if entry.correction is not None:
        found.append(Labelled(gettext("Corrected"), here.short_date(entry.day)))
    elif entry.is_recorded:
        found.append(Labelled(gettext("Recorded"), here.short_date(entry.day)))
    is_announced = event.kind is EventKind.ANNOUNCEMENT
    name = gettext("Date of the announcement") if is_announced else gettext("Date of the event")
    return [*found, Labelled(name, here.short_date(event.date))]


def last_change(here: PageContext) -> PartialDate | None:
    """The day of the newest change that became known, or None where there is none."""
    return next((entry.day for entry in here.edition.log if not entry.is_opening), None)


def board_dates(here: PageContext) -> list[Labelled]:
    """When the board last changed, and when sources were last looked at."""
    gettext = here.language.gettext
    changed = last_change(here)
    checked = max(provision.checked_on for provision in here.board.provisions)
    found = [Labelled(gettext("Sources last checked"), here.short_date(checked))]
    if changed is not None:
        label = gettext("Board last changed")
        found.insert(0, Labelled(label, here.short_date(changed)))
    return found


def shares(here: PageContext, provisions: Sequence[Provision]) -> list[Share]:
    """How many stand at each status, in the vocabulary's order."""
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
            href=here.link(status_path(here.code, status)),
        )
        for status in Status
        if status in found
    ]


def source_lines(
    here: PageContext, evidence: Sequence[Evidence], notes: Mapping[str, int] = _NO_NOTES
) -> list[SourceLine]:
    """Sources as lists show them; `notes` are the numbers of the page's notes, by address."""
    agreement, language = here.board.agreement, here.language

    def line(evidence: Evidence) -> SourceLine:
        return SourceLine(
            id=source_anchor(evidence),
            number=notes.get(str(evidence.url), 0),
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


def source_anchor(evidence: Citation) -> str:
    """The id of a source on a page; it stays as long as the source's address."""
    return "source-" + hashlib.sha256(str(evidence.url).encode()).hexdigest()[:8]


def publisher_name(here: PageContext, cited: Citation) -> str:
    """Who is answerable for the words, and through whom they were read."""
    name = here.board.publishers.name(cited.publisher, here.code)
    if cited.via is None:
        return name
    via = here.board.publishers.name(cited.via, here.code)
    return here.language.gettext("{publisher}, via {other}", publisher=name, other=via)


@dataclass(frozen=True, slots=True)
class Pager:
    """Which page of how many, and the ones before and after."""

    text: str
    before: str | None
    after: str | None


def pager(language: Language, number: int, count: int, page: Callable[[int], str]) -> Pager | None:
    """Links to the pages around one, from 1; None where there is only one. `page` gives a link."""
    if count == 1:
        return None
    return Pager(
        page_number(language, number - 1, count),
        page(number - 1) if number > 1 else None,
        page(number + 1) if number < count else None,
    )


@dataclass(frozen=True, slots=True)
class Bar:
    """A part of the bar of shares, in units of which the whole has 1000."""

    share: Share
    x: int
    width: int


def bars(parts: Sequence[Share]) -> list[Bar]:
    """The bar without gaps: each part begins where rounding left the one before."""
    total = max(1, sum(part.count for part in parts))
    bars, before = [], 0
    for each_part in parts:
        x = round(1000 * before / total)
        before += each_part.count
        bars.append(Bar(each_part, x, round(1000 * before / total) - x))
    return bars
