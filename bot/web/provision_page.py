"""A provision: what was promised, in whose words, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from markupsafe import Markup

from bot.agreement.events import Standing
from bot.agreement.evidence import Evidence, Remark
from bot.agreement.model import Provision
from bot.agreement.status import Status
from bot.i18n.language import Language
from bot.views.format import Picked
from bot.views.statuses import (
    correction_text,
    event_label,
    origin_label,
    origin_mark,
    reason_meaning,
    status_meaning,
    status_name,
)
from bot.web.addresses import API, board_path, provision_path, topic_path
from bot.web.changelog import LogEntry, event_anchor
from bot.web.citing import breadcrumbs
from bot.web.components import (
    NO_STATUS,
    Labelled,
    SourceLine,
    dates,
    entry_dates,
    related_meaning,
    source_lines,
)
from bot.web.embeds import frame_code
from bot.web.layout import Layout, Link, layout
from bot.web.page_context import Dated, PageContext
from bot.web.wordings import Quoted, quoted_wordings


@dataclass(frozen=True, slots=True)
class Fact:
    """A short fact with its name."""

    name: str
    value: Picked
    date: Dated | None = None
    warning: str | None = None


@dataclass(frozen=True, slots=True)
class EventLine:
    """One entry of the history."""

    id: str
    dates: Sequence[Labelled]
    status: str
    name: str
    note: Picked | None
    sources: Sequence[SourceLine]
    correction: str | None
    """When and why the entry was corrected, where it was."""


@dataclass(frozen=True, slots=True)
class Said:
    """A remark with its sources."""

    text: Picked
    sources: Sequence[SourceLine]


@dataclass(frozen=True, slots=True)
class ProvisionPage:
    """All that a provision's page shows."""

    shell: Layout
    number: int
    heading: Picked
    topics: Sequence[Link]
    origin: str
    status: str
    status_name: str
    meaning: str
    facts: Sequence[Fact]
    text: Picked
    wordings: Sequence[Quoted]
    are_marked: bool
    """Whether the words that differ are marked."""
    difference: Picked | None
    events: Sequence[EventLine]
    conflicts: Sequence[Said]
    context: Sequence[Said]
    sources: Sequence[SourceLine]
    publishers: int
    follow: str | None
    scope: str | None
    feed: str
    data: str
    badge: str
    badge_code: str
    frame_code: str
    before: Link | None
    after: Link | None


def provision_page(here: PageContext, provision: Provision) -> ProvisionPage:
    """A provision's page."""
    language = here.language
    standing = provision.standing
    own = provision_path(here.code, provision.id)
    title, text = here.pick(provision.title), here.pick(provision.text)
    evidence = list(_evidence(provision).values())
    notes = {str(source.url): number for number, source in enumerate(evidence, 1)}
    sources = source_lines(here, evidence, notes)
    log = [entry for entry in here.edition.log if entry.provision.id == provision.id]
    recorded = {id(entry.event): entry for entry in log if entry.correction is None}
    wordings = quoted_wordings(here, provision.wordings)
    events = [_event(here, recorded[id(entry)], notes) for entry in reversed(provision.history)]
    conflicts = [_said(here, conflict, notes) for conflict in provision.conflicts]
    context = [_said(here, item, notes) for item in provision.context]
    topics = _topics(here, provision)
    brand = here.pick(here.board.agreement.short_title)
    crumbs = [(brand, board_path(here.code))]
    crumbs += [(Picked(link.label), path) for link, path in topics[:1]]
    crumbs.append((title, own))
    feed = here.link(own + ".atom")
    name = status_name(language, standing)
    before, after = _neighbours(here, provision)
    difference = here.pick(provision.difference) if provision.difference else None
    shown = [title, text, *(item.text for item in (*conflicts, *context))]
    shown += [event.note for event in events if event.note] + ([difference] if difference else [])
    return ProvisionPage(
        shell=layout(
            here,
            title=f"{provision.number}. {title}",
            description=f"{name}. {text}",
            sibling=f"provisions/{provision.id}",
            feed=Link(title.text, feed),
            picture=own + ".png",
            shown=shown,
            payload=f"provision_{provision.id}",
            kind="article",
            updated=log[0].day,
            linked=[breadcrumbs(here, crumbs)],
        ),
        number=provision.number,
        heading=title,
        topics=[link for link, _ in topics],
        origin=origin_mark(language, provision.origin),
        status=provision.status or NO_STATUS,
        status_name=name,
        meaning=_meaning(language, standing),
        facts=list(_facts(here, provision)),
        text=text,
        wordings=wordings,
        are_marked=any("<mark>" in (one.translation or "") + one.marked for one in wordings),
        difference=difference,
        events=events,
        conflicts=conflicts,
        context=context,
        sources=sources,
        publishers=len({source.publisher for source in evidence}),
        follow=here.in_telegram(f"provision_{provision.id}"),
        scope=f"provision:{provision.id}" if here.edition.can_follow else None,
        feed=feed,
        data=here.link(f"{API}/provisions/{provision.id}"),
        badge=here.link(own + ".svg"),
        badge_code=_badge_code(here, own, f"{title}: {name}"),
        frame_code=frame_code(here, f"provisions/{provision.id}", title.text),
        before=before,
        after=after,
    )


def _meaning(language: Language, standing: Standing | None) -> str:
    if standing is None:
        return related_meaning(language)
    if standing.reason:
        return reason_meaning(language, standing.reason)
    return status_meaning(language, standing.status)


def _facts(here: PageContext, provision: Provision) -> Iterator[Fact]:
    """Since when it stands there, what was last seen, what was to be reached by when."""
    gettext, nothing = here.language.gettext, Picked("")
    for dated in dates(here, provision):
        yield Fact(dated.name, nothing, dated.date)
    unseen = provision.unseen_since(here.edition.today)
    if unseen:
        yield Fact(gettext("Not seen since"), nothing, here.date(unseen))
    if provision.target:
        yield Fact(gettext("Target"), here.pick(provision.target))
    if provision.deadline:
        open_still = provision.status not in {Status.DONE, Status.CONTINUING}
        late = open_still and provision.deadline.last < here.edition.today
        yield Fact(
            gettext("Deadline"),
            nothing,
            here.date(provision.deadline),
            gettext("This date has passed.") if late else None,
        )
    if provision.expected:
        yield Fact(gettext("Expected"), nothing, here.date(provision.expected))
    yield Fact(gettext("How it is known"), Picked(origin_label(here.language, provision.origin)))


def _event(here: PageContext, entry: LogEntry, notes: Mapping[str, int]) -> EventLine:
    event, correction = entry.event, entry.event.correction
    return EventLine(
        id=event_anchor(entry.provision, event),
        dates=entry_dates(here, entry),
        status=event.status or NO_STATUS,
        name=event_label(here.language, event),
        note=here.pick(event.note) if event.note else None,
        sources=source_lines(here, event.evidence, notes),
        correction=correction_text(here.language, correction) if correction else None,
    )


def _said(here: PageContext, remark: Remark, notes: Mapping[str, int]) -> Said:
    return Said(here.pick(remark.text), source_lines(here, remark.evidence, notes))


def _topics(here: PageContext, provision: Provision) -> list[tuple[Link, str]]:
    found = (here.board.agreement.topic(topic) for topic in provision.topics)
    return [
        (Link(f"{item.symbol} {here.pick(item.title)}", here.link(path)), path)
        for item in found
        if item is not None
        for path in [topic_path(here.code, item.id)]
    ]


def _evidence(provision: Provision) -> dict[str, Evidence]:
    """Every source once, one that is quoted before one that is only named."""
    entries = (entry.evidence for entry in provision.history)
    remarks = (item.evidence for item in (*provision.conflicts, *provision.context))
    found: dict[str, Evidence] = {}
    for element in chain.from_iterable((*entries, *remarks)):
        kept = found.setdefault(str(element.url), element)
        if element.quote and not kept.quote:
            found[str(element.url)] = element
    return found


def _neighbours(here: PageContext, provision: Provision) -> tuple[Link | None, Link | None]:
    provisions = here.board.provisions
    at = next(
        at for at, each_provision in enumerate(provisions) if each_provision.id == provision.id
    )

    def link(place: int) -> Link | None:
        if not 0 <= place < len(provisions):
            return None
        one = provisions[place]
        label = f"{one.number}. {here.pick(one.title)}"
        return Link(label, here.link(provision_path(here.code, one.id)))

    return link(at - 1), link(at + 1)


def _badge_code(here: PageContext, own: str, words: str) -> str:
    return Markup('<a href="{}"><img src="{}" alt="{}" height="20"></a>').format(
        here.absolute(own), here.absolute(own + ".svg"), words
    )
