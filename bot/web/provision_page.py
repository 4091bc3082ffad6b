"""A provision: what was promised, in whose words, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, takewhile

from markupsafe import Markup

from bot.agreement.model import Evidence, Provision, Remark, StatusEntry, Wording
from bot.agreement.status import Status
from bot.messages.text import (
    Picked,
    origin_label,
    origin_mark,
    reason_meaning,
    status_meaning,
    status_name,
    wording_label,
)
from bot.web.addresses import embed_path, provision_path, topic_path
from bot.web.here import Dated, Here
from bot.web.items import SourceLine, source_lines
from bot.web.shell import Link, Shell, shell


@dataclass(frozen=True, slots=True)
class Fact:
    """A short fact with its name."""

    name: str
    value: Picked
    date: Dated | None = None
    warning: str | None = None


@dataclass(frozen=True, slots=True)
class Quoted:
    """The words of one source."""

    label: str
    text: str
    exact: bool
    language: str
    remark: str
    href: str
    publisher: str


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the history."""

    date: Dated
    status: Status
    name: str
    note: Picked | None
    sources: Sequence[SourceLine]
    as_of: str | None


@dataclass(frozen=True, slots=True)
class Said:
    """A remark with its sources."""

    text: Picked
    sources: Sequence[SourceLine]


@dataclass(frozen=True, slots=True)
class ProvisionPage:
    """All that a provision's page shows."""

    shell: Shell
    number: int
    heading: Picked
    topics: Sequence[Link]
    topics_label: str
    origin: str
    status: Status
    status_heading: str
    status_name: str
    meaning: str
    facts: Sequence[Fact]
    promised: str
    text: Picked
    wordings_heading: str
    wordings: Sequence[Quoted]
    differ: str
    difference: Picked | None
    history_heading: str
    events: Sequence[Event]
    conflicts_heading: str
    conflicts: Sequence[Said]
    context_heading: str
    context: Sequence[Said]
    sources_heading: str
    sources: Sequence[SourceLine]
    sources_count: str
    sources_label: str
    follow: Link | None
    scope: str | None
    elsewhere: str
    feed: Link
    data: Link
    embed_heading: str
    badge_label: str
    badge: str
    badge_code: str
    frame_label: str
    frame_code: str
    turning: str
    before: Link | None
    after: Link | None


def provision_page(here: Here, provision: Provision) -> ProvisionPage:
    """A provision's page."""
    language = here.language
    gettext = language.gettext
    current = provision.current
    own = provision_path(here.code, provision.id)
    title, text = here.pick(provision.title), here.pick(provision.text)
    events = [_event(here, entry) for entry in reversed(provision.history)]
    conflicts = [_said(here, one) for one in provision.conflicts]
    context = [_said(here, one) for one in provision.context]
    sources = source_lines(here, list(_evidence(provision).values()))
    feed = Link(gettext("Feed of this provision"), here.link(own + ".atom"))
    telegram = here.in_telegram(f"provision_{provision.id}")
    name = status_name(language, current)
    before, after = _neighbours(here, provision)
    difference = here.pick(provision.wordings.note) if provision.wordings.note else None
    shown = [title, text, *(one.text for one in (*conflicts, *context))]
    shown += [one.note for one in events if one.note] + ([difference] if difference else [])
    both = provision.wordings.announced and provision.wordings.published
    return ProvisionPage(
        shell=shell(
            here,
            title=f"{provision.number}. {title}",
            description=f"{name}. {text}",
            sibling=f"provisions/{provision.id}",
            feeds=[Link(gettext("{title}: changes", title=title), feed.href)],
            picture=own + ".png",
            shown=shown,
            payload=f"provision_{provision.id}",
            kind="article",
        ),
        number=provision.number,
        heading=title,
        topics=_topics(here, provision),
        topics_label=gettext("Topics"),
        origin=origin_mark(language, provision.origin),
        status=current.status,
        status_heading=gettext("Where it stands"),
        status_name=name,
        meaning=reason_meaning(language, current.reason)
        if current.reason
        else status_meaning(language, current.status),
        facts=list(_facts(here, provision)),
        promised=gettext("What was promised"),
        text=text,
        wordings_heading=gettext("In their own words"),
        wordings=list(_wordings(here, provision)),
        differ=gettext("Where they differ") if both else "",
        difference=difference,
        history_heading=gettext("History"),
        events=events,
        conflicts_heading=gettext("Where sources disagree"),
        conflicts=conflicts,
        context_heading=gettext("Context"),
        context=context,
        sources_heading=gettext("Sources"),
        sources=sources,
        sources_count=language.ngettext("{n} source", "{n} sources", len(sources)),
        sources_label=gettext("Source"),
        follow=Link(gettext("Follow in Telegram"), telegram) if telegram else None,
        scope=f"provision:{provision.id}" if here.edition.can_follow else None,
        elsewhere=gettext("Take it along"),
        feed=feed,
        data=Link(
            gettext("Data of this provision (JSON)"),
            here.link(f"/api/v1/provisions/{provision.id}"),
        ),
        embed_heading=gettext("Show it on another site"),
        badge_label=gettext("A badge that keeps itself current"),
        badge=here.link(own + ".svg"),
        badge_code=_badge_code(here, own, f"{title}: {name}"),
        frame_label=gettext("A small frame with the status"),
        frame_code=_frame_code(here, provision, title.text),
        turning=gettext("Other provisions"),
        before=before,
        after=after,
    )


def _facts(here: Here, provision: Provision) -> Iterator[Fact]:
    """Since when it stands there, what was last seen, what was to be reached by when."""
    gettext, current = here.language.gettext, provision.current

    def same(entry: StatusEntry) -> bool:
        return (entry.status, entry.reason) == (current.status, current.reason)

    *_, since = takewhile(same, reversed(provision.history))
    nothing = Picked("")
    yield Fact(gettext("Since"), nothing, here.date(since.date))
    if current.date != since.date:
        yield Fact(gettext("Last event"), nothing, here.date(current.date))
    if current.as_of is not None and current.as_of != current.date:
        yield Fact(gettext("Sources looked at until"), nothing, here.date(current.as_of))
    if provision.target:
        yield Fact(gettext("Target"), here.pick(provision.target))
    if provision.deadline:
        open_still = current.status not in {Status.DONE, Status.CONTINUING}
        late = open_still and provision.deadline.last < here.edition.today
        yield Fact(
            gettext("Deadline"),
            nothing,
            here.date(provision.deadline),
            gettext("This date has passed.") if late else None,
        )
    yield Fact(gettext("Where it was found"), Picked(origin_label(here.language, provision.origin)))


def _wordings(here: Here, provision: Provision) -> Iterator[Quoted]:
    both = provision.wordings
    if both.announced:
        yield _quoted(here, both.announced, here.language.gettext("As it was announced"))
    if both.published:
        origin = both.published.origin or provision.origin
        yield _quoted(here, both.published, wording_label(here.language, origin))


def _quoted(here: Here, wording: Wording, label: str) -> Quoted:
    language = here.language
    remarks = []
    if not wording.exact:
        remarks.append(language.gettext("Paraphrased, not quoted."))
    if wording.language.partition("-")[0] != language.locale.language:
        name = language.name_of(wording.language)
        remarks.append(language.gettext("Language: {name}", name=name))
    return Quoted(
        label,
        wording.text,
        wording.exact,
        wording.language,
        " ".join(remarks),
        str(wording.url),
        wording.publisher,
    )


def _event(here: Here, entry: StatusEntry) -> Event:
    looked = entry.as_of if entry.as_of != entry.date else None
    return Event(
        date=here.date(entry.date),
        status=entry.status,
        name=status_name(here.language, entry),
        note=here.pick(entry.note) if entry.note else None,
        sources=source_lines(here, entry.evidence),
        as_of=here.language.gettext("as of {date}", date=here.language.short_date(looked))
        if looked
        else None,
    )


def _said(here: Here, remark: Remark) -> Said:
    return Said(here.pick(remark.text), source_lines(here, remark.evidence))


def _topics(here: Here, provision: Provision) -> list[Link]:
    found = (here.board.agreement.topic(one) for one in provision.topics)
    return [
        Link(f"{one.symbol} {here.pick(one.title)}", here.link(topic_path(here.code, one.id)))
        for one in found
        if one is not None
    ]


def _evidence(provision: Provision) -> dict[str, Evidence]:
    """Every source once, one that is quoted before one that is only named."""
    entries = (entry.evidence for entry in reversed(provision.history))
    remarks = (one.evidence for one in (*provision.conflicts, *provision.context))
    found: dict[str, Evidence] = {}
    for one in chain.from_iterable((*entries, *remarks)):
        kept = found.setdefault(str(one.url), one)
        if one.quote and not kept.quote:
            found[str(one.url)] = one
    return found


def _neighbours(here: Here, provision: Provision) -> tuple[Link | None, Link | None]:
    provisions = here.board.provisions
    at = next(at for at, one in enumerate(provisions) if one.id == provision.id)

    def link(place: int) -> Link | None:
        if not 0 <= place < len(provisions):
            return None
        one = provisions[place]
        label = f"{one.number}. {here.pick(one.title)}"
        return Link(label, here.link(provision_path(here.code, one.id)))

    return link(at - 1), link(at + 1)


def _badge_code(here: Here, own: str, words: str) -> str:
    return Markup('<a href="{}"><img src="{}" alt="{}" height="20"></a>').format(
        here.absolute(own), here.absolute(own + ".svg"), words
    )


def _frame_code(here: Here, provision: Provision, title: str) -> str:
    return Markup(
        '<iframe src="{}" title="{}" width="100%" height="220" loading="lazy"></iframe>'
    ).format(here.absolute(embed_path(here.code, provision.id)), title)
