"""A topic with its provisions; the newest changes of all; what moved and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.agreement.changes import Latest
from bot.agreement.model import Topic
from bot.messages.statuses import what_changed
from bot.messages.text import Picked
from bot.web.addresses import provision_path, topic_path
from bot.web.here import Dated, Here
from bot.web.items import NO_STATUS, Item, Share, SourceLine, item, shares, source_lines
from bot.web.shell import Link, Shell, shell

MOST_WITH_PROMISE = 40
"""With more provisions a line shows no promise, so that the page stays small."""
MOST_NEWS = 50
"""How many changes the page of the latest ones shows."""


@dataclass(frozen=True, slots=True)
class TopicPage:
    """All that a topic's page shows."""

    shell: Shell
    symbol: str
    heading: Picked
    count: str
    shares: Sequence[Share]
    items: Sequence[Item]
    with_promise: bool
    news_heading: str
    news: Sequence[News]
    feed: Link
    follow: Link | None
    scope: str | None
    others_heading: str
    others: Sequence[Link]


@dataclass(frozen=True, slots=True)
class News:
    """A change: when, what, from what to what, by which sources."""

    date: Dated
    number: int
    title: Picked
    href: str
    status: str
    step: str
    note: Picked | None
    sources: Sequence[SourceLine]


@dataclass(frozen=True, slots=True)
class LatestPage:
    """All that the page of the latest changes shows."""

    shell: Shell
    heading: str
    news: Sequence[News]
    nothing: str
    feed: Link


def topic_page(here: Here, topic: Topic) -> TopicPage:
    """A topic's page."""
    language = here.language
    found = here.board.of_topic(topic.id)
    items = [item(here, one) for one in found]
    title = here.pick(topic.title)
    own = {one.id for one in found}
    latest = [one for one in _everything(here) if one.provision.id in own]
    recent = [news(here, one) for one in latest[:5]]
    feed = Link(
        language.gettext("Feed of this topic"),
        here.link(topic_path(here.code, topic.id) + ".atom"),
    )
    telegram = here.in_telegram(f"topic_{topic.id}")
    return TopicPage(
        shell=shell(
            here,
            title=title.text,
            description=language.join(one.title.text for one in items),
            sibling=f"topics/{topic.id}",
            feeds=[Link(language.gettext("{title}: changes", title=title), feed.href)],
            shown=[title, *(one.title for one in items), *(one.promise for one in items)],
            payload=f"topic_{topic.id}",
        ),
        symbol=topic.symbol,
        heading=title,
        count=language.ngettext("{n} provision", "{n} provisions", len(found)),
        shares=shares(here, found, anchors=f"/{here.code}/"),
        items=items,
        with_promise=len(items) <= MOST_WITH_PROMISE,
        news_heading=language.gettext("Latest changes"),
        news=recent,
        feed=feed,
        follow=Link(language.gettext("Follow this topic"), telegram) if telegram else None,
        scope=f"topic:{topic.id}" if here.edition.can_follow else None,
        others_heading=language.gettext("Topics"),
        others=[
            Link(
                f"{one.symbol} {here.pick(one.title)}",
                here.link(topic_path(here.code, one.id)),
                one.id == topic.id,
            )
            for one in here.board.agreement.topics
        ],
    )


def latest_page(here: Here) -> LatestPage:
    """The page of the latest changes."""
    language = here.language
    found = [news(here, one) for one in _everything(here)[:MOST_NEWS]]
    notes = [one.note for one in found if one.note]
    heading = language.gettext("Latest changes")
    return LatestPage(
        shell=shell(
            here,
            title=heading,
            description=language.join(one.title.text for one in found[:3]) if found else "",
            sibling="latest",
            shown=[*(one.title for one in found), *notes],
        ),
        heading=heading,
        news=found,
        nothing=language.gettext("Nothing has changed since the announcement."),
        feed=Link(language.gettext("Feed of all changes"), here.link(f"/{here.code}/feed.atom")),
    )


def news(here: Here, one: Latest) -> News:
    """A change as lists show it."""
    return News(
        date=here.date(one.entry.date),
        number=one.provision.number,
        title=here.pick(one.provision.title),
        href=here.link(provision_path(here.code, one.provision.id)),
        status=one.entry.status or NO_STATUS,
        step=what_changed(here.language, one.before, one.entry),
        note=here.pick(one.entry.note) if one.entry.note else None,
        sources=source_lines(here, one.entry.evidence),
    )


def _everything(here: Here) -> list[Latest]:
    return here.board.latest(sum(len(one.history) for one in here.board.provisions))
