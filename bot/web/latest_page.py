"""The change log as pages: by month, with filters by topic, status and side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode

from bot.agreement.dates import PartialDate
from bot.agreement.evidence import Publishers
from bot.agreement.status import Status
from bot.views.format import Picked
from bot.views.statuses import correction_text, status_label, what_changed
from bot.web.addresses import page_path, provision_path
from bot.web.changelog import LogEntry, event_anchor
from bot.web.components import (
    NO_STATUS,
    Labelled,
    Pager,
    SourceLine,
    entry_dates,
    pager,
    source_lines,
)
from bot.web.layout import Layout, Link, layout
from bot.web.page_context import Edition, PageContext

MOST_NEWS = 30
"""How many changes a page shows."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which changes are asked for."""

    topic: str | None = None
    status: Status | None = None
    side: str | None = None

    @property
    def query(self) -> dict[str, str]:
        """The same as parameters of an address."""
        given = {"topic": self.topic, "status": self.status, "side": self.side}
        return {name: str(value) for name, value in given.items() if value}


@dataclass(frozen=True, slots=True)
class News:
    """A change: when, what, from what to what, by which sources."""

    dates: Sequence[Labelled]
    number: int
    title: Picked
    href: str
    status: str
    step: str
    note: Picked | None
    correction: str | None
    """When and why it was corrected, where it was."""
    is_struck: bool
    """Whether it is the event that was corrected, and not the correction."""
    sources: Sequence[SourceLine]


@dataclass(frozen=True, slots=True)
class Month:
    """The changes of a month."""

    id: str
    name: str
    news: Sequence[News]


@dataclass(frozen=True, slots=True)
class Filter:
    """A choice of the form above the list."""

    name: str
    label: str
    every: str
    options: Sequence[Link]


@dataclass(frozen=True, slots=True)
class LatestPage:
    """All that a page of the change log shows."""

    shell: Layout
    months: Sequence[Month]
    filters: Sequence[Filter]
    is_filtered: bool
    total: int
    pager: Pager | None


def wanted_log(edition: Edition, wanted: Wanted) -> list[LogEntry]:
    """The entries of the change log that are asked for, without the opening of each history."""
    publishers = edition.board.publishers
    return [
        entry
        for entry in edition.log
        if not entry.is_opening
        and (wanted.topic is None or wanted.topic in entry.provision.topics)
        and (wanted.status is None or entry.event.status is wanted.status)
        and (wanted.side is None or wanted.side in _sides(publishers, entry))
    ]


def _sides(publishers: Publishers, entry: LogEntry) -> set[str]:
    known = (publishers.get(source.publisher) for source in entry.event.evidence)
    return {publisher.side for publisher in known if publisher}


def latest_pages(edition: Edition, wanted: Wanted = Wanted()) -> int:
    """How many pages the change log has."""
    return max(1, -(-len(wanted_log(edition, wanted)) // MOST_NEWS))


def latest_page(here: PageContext, wanted: Wanted = Wanted(), number: int = 1) -> LatestPage:
    """A page of the change log, from 1."""
    language = here.language
    found = wanted_log(here.edition, wanted)
    shown = found[(number - 1) * MOST_NEWS : number * MOST_NEWS]
    months = [
        _month(here, str(month), [news(here, entry) for entry in entries])
        for month, entries in groupby(shown, _month_of)
    ]
    lines = [line for month in months for line in month.news]
    own = page_path(here.code, "latest")

    def page(at: int) -> str:
        if query := wanted.query:
            return here.link(f"{own}?{urlencode(query | ({'page': str(at)} if at > 1 else {}))}")
        return here.link(own if at == 1 else f"{own}/{at}")

    notes = [line.note for line in lines if line.note]
    title = language.gettext("Latest changes")
    return LatestPage(
        shell=layout(
            here,
            title=title,
            description=language.join(line.title.text for line in lines[:3]) if lines else title,
            sibling="latest" if number == 1 else f"latest/{number}",
            picture=f"/{here.code}/latest.png",
            shown=[*(line.title for line in lines), *notes],
        ),
        months=months,
        filters=_filters(here, wanted) if here.edition.is_live else [],
        is_filtered=bool(wanted.query),
        total=len(found),
        pager=pager(language, number, latest_pages(here.edition, wanted), page),
    )


def news(here: PageContext, entry: LogEntry) -> News:
    """A change as lists show it."""
    event, correction = entry.event, entry.correction
    shown = event if correction else event.model_copy(update={"correction": None})
    page = provision_path(here.code, entry.provision.id)
    return News(
        dates=entry_dates(here, entry),
        number=entry.provision.number,
        title=here.pick(entry.provision.title),
        href=here.link(f"{page}#{event_anchor(entry.provision, event)}"),
        status=event.status or NO_STATUS,
        step=what_changed(here.language, entry.latest.before, shown),
        note=here.pick(event.note) if event.note else None,
        correction=correction_text(here.language, event.correction) if event.correction else None,
        is_struck=event.correction is not None and correction is None,
        sources=source_lines(here, event.evidence),
    )


def _month_of(entry: LogEntry) -> PartialDate:
    return PartialDate(entry.day.year, entry.day.month)


def _month(here: PageContext, name: str, found: list[News]) -> Month:
    return Month(f"m{name}", here.language.date(PartialDate.parse(name)), found)


def _filters(here: PageContext, wanted: Wanted) -> list[Filter]:
    gettext, agreement = here.language.gettext, here.board.agreement
    topics = [
        Link(here.pick(topic.title).text, topic.id, topic.id == wanted.topic)
        for topic in agreement.topics
    ]
    statuses = [
        Link(status_label(here.language, status), status, status is wanted.status)
        for status in Status
    ]
    sides = [
        Link(here.pick(side.title).text, side.id, side.id == wanted.side)
        for side in agreement.sides
    ]
    return [
        Filter("topic", gettext("Topic"), gettext("Every topic"), topics),
        Filter("status", gettext("Status"), gettext("Every status"), statuses),
        Filter("side", gettext("Sources of"), gettext("Every side"), sides),
    ]
