"""A topic with its provisions; the newest changes of all; what moved and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.agreement.board import Latest
from bot.agreement.model import Topic
from bot.views.format import Picked
from bot.views.statuses import what_changed
from bot.web.addresses import provision_path, topic_path
from bot.web.components import NO_STATUS, Item, Share, SourceLine, item, shares, source_lines
from bot.web.layout import Layout, Link, layout
from bot.web.page_context import Dated, PageContext

MOST_WITH_PROMISE = 40
"""With more provisions a line shows no promise, so that the page stays small."""
MOST_NEWS = 50
"""How many changes the page of the latest ones shows."""


@dataclass(frozen=True, slots=True)
class TopicPage:
    """All that a topic's page shows."""

    shell: Layout
    symbol: str
    heading: Picked
    shares: Sequence[Share]
    items: Sequence[Item]
    with_promise: bool
    news: Sequence[News]
    feed: str
    follow: str | None
    scope: str | None
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

    shell: Layout
    news: Sequence[News]


def topic_page(here: PageContext, topic: Topic) -> TopicPage:
    """A topic's page."""
    language = here.language
    found = here.board.of_topic(topic.id)
    items = [item(here, entry) for entry in found]
    title = here.pick(topic.title)
    own = {entry.id for entry in found}
    latest = [entry for entry in _everything(here) if entry.provision.id in own]
    recent = [news(here, entry) for entry in latest[:5]]
    feed = here.link(topic_path(here.code, topic.id) + ".atom")
    return TopicPage(
        shell=layout(
            here,
            title=title.text,
            description=language.join(entry.title.text for entry in items),
            sibling=f"topics/{topic.id}",
            feed=Link(title.text, feed),
            shown=[title, *(entry.title for entry in items), *(entry.promise for entry in items)],
            payload=f"topic_{topic.id}",
        ),
        symbol=topic.symbol,
        heading=title,
        shares=shares(here, found, anchors=f"/{here.code}/"),
        items=items,
        with_promise=len(items) <= MOST_WITH_PROMISE,
        news=recent,
        feed=feed,
        follow=here.in_telegram(f"topic_{topic.id}"),
        scope=f"topic:{topic.id}" if here.edition.can_follow else None,
        others=[
            Link(
                f"{each_topic.symbol} {here.pick(each_topic.title)}",
                here.link(topic_path(here.code, each_topic.id)),
                each_topic.id == topic.id,
            )
            for each_topic in here.board.agreement.topics
        ],
    )


def latest_page(here: PageContext) -> LatestPage:
    """The page of the latest changes."""
    language = here.language
    found = [news(here, entry) for entry in _everything(here)[:MOST_NEWS]]
    notes = [entry.note for entry in found if entry.note]
    return LatestPage(
        shell=layout(
            here,
            title=language.gettext("Latest changes"),
            description=language.join(entry.title.text for entry in found[:3]) if found else "",
            sibling="latest",
            shown=[*(entry.title for entry in found), *notes],
        ),
        news=found,
    )


def news(here: PageContext, latest: Latest) -> News:
    """A change as lists show it."""
    return News(
        date=here.date(latest.entry.date),
        number=latest.provision.number,
        title=here.pick(latest.provision.title),
        href=here.link(provision_path(here.code, latest.provision.id)),
        status=latest.entry.status or NO_STATUS,
        step=what_changed(here.language, latest.before, latest.entry),
        note=here.pick(latest.entry.note) if latest.entry.note else None,
        sources=source_lines(here, latest.entry.evidence),
    )


def _everything(here: PageContext) -> list[Latest]:
    return here.board.latest(sum(len(provision.history) for provision in here.board.provisions))
