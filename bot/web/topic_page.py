"""A topic with its provisions, and the provisions of a status."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.agreement.model import Provision, Topic
from bot.agreement.status import Status
from bot.views.format import Picked
from bot.views.statuses import status_label, status_meaning
from bot.web.addresses import board_path, status_path, topic_path
from bot.web.citing import breadcrumbs
from bot.web.components import (
    NO_STATUS,
    Item,
    Pager,
    Share,
    item,
    pager,
    related_meaning,
    shares,
)
from bot.web.latest_page import News, Wanted, news, wanted_log
from bot.web.layout import Layout, Link, layout
from bot.web.page_context import Edition, PageContext

MOST_WITH_PROMISE = 40
"""With more provisions a line shows no promise, so that the page stays small."""
MOST_ITEMS = 80
"""How many provisions a page of a list shows."""
_MOST_NEWS = 5


@dataclass(frozen=True, slots=True)
class ListPage:
    """All that the page of a topic or of a status shows."""

    shell: Layout
    symbol: str
    status: str | None
    heading: Picked
    meaning: str
    total: int
    shares: Sequence[Share]
    items: Sequence[Item]
    with_promise: bool
    with_status: bool
    pager: Pager | None
    news: Sequence[News]
    feed: str | None
    follow: str | None
    scope: str | None
    others_title: str
    others: Sequence[Link]


def of_status(edition: Edition, status: str) -> list[Provision]:
    """The provisions at a status, or the related events."""
    return [
        provision
        for provision in edition.board.provisions
        if (provision.status or NO_STATUS) == status
    ]


def pages_of(provisions: Sequence[Provision]) -> int:
    """How many pages a list has."""
    return max(1, -(-len(provisions) // MOST_ITEMS))


def topic_page(here: PageContext, topic: Topic, number: int = 1) -> ListPage:
    """A topic's page, from 1."""
    language = here.language
    found = here.board.of_topic(topic.id)
    items = _shown(here, found, number)
    title = here.pick(topic.title)
    brand = here.pick(here.board.agreement.short_title)
    own = topic_path(here.code, topic.id)
    latest = wanted_log(here.edition, Wanted(topic=topic.id))[:_MOST_NEWS]
    feed = here.link(own + ".atom")
    return ListPage(
        shell=layout(
            here,
            title=title.text,
            description=language.join(entry.title.text for entry in items),
            sibling=_sibling(f"topics/{topic.id}", number),
            feed=Link(title.text, feed),
            picture=own + ".png",
            shown=[title, *(entry.title for entry in items), *(entry.promise for entry in items)],
            payload=f"topic_{topic.id}",
            updated=latest[0].day if latest else None,
            linked=[breadcrumbs(here, [(brand, board_path(here.code)), (title, own)])],
        ),
        symbol=topic.symbol,
        status=None,
        heading=title,
        meaning="",
        total=len(found),
        shares=shares(here, found),
        items=items,
        with_promise=len(items) <= MOST_WITH_PROMISE,
        with_status=True,
        pager=_pager(here, own, number, found),
        news=[news(here, entry) for entry in latest] if number == 1 else [],
        feed=feed,
        follow=here.in_telegram(f"topic_{topic.id}"),
        scope=f"topic:{topic.id}" if here.edition.can_follow else None,
        others_title=language.gettext("Topics"),
        others=[
            Link(
                f"{each_topic.symbol} {here.pick(each_topic.title)}",
                here.link(topic_path(here.code, each_topic.id)),
                each_topic.id == topic.id,
            )
            for each_topic in here.board.agreement.topics
        ],
    )


def status_page(here: PageContext, status: str, number: int = 1) -> ListPage:
    """The provisions of a status, or the related events; a page of them, from 1."""
    language = here.language
    found = of_status(here.edition, status)
    items = _shown(here, found, number)
    own = status_path(here.code, status)
    rated = None if status == NO_STATUS else Status(status)
    title = status_label(language, rated)
    meaning = status_meaning(language, rated) if rated else related_meaning(language)
    return ListPage(
        shell=layout(
            here,
            title=title,
            description=meaning,
            sibling=_sibling(f"status/{status}", number),
            shown=[*(entry.title for entry in items), *(entry.promise for entry in items)],
        ),
        symbol="",
        status=status,
        heading=Picked(title),
        meaning=meaning,
        total=len(found),
        shares=(),
        items=items,
        with_promise=len(items) <= MOST_WITH_PROMISE,
        with_status=rated is Status.UNRATED,
        pager=_pager(here, own, number, found),
        news=(),
        feed=None,
        follow=None,
        scope=None,
        others_title=language.gettext("By status"),
        others=[
            Link(
                status_label(language, each_status),
                here.link(status_path(here.code, each_status or NO_STATUS)),
                (each_status or NO_STATUS) == status,
            )
            for each_status in (*Status, None)
        ],
    )


def _shown(here: PageContext, found: Sequence[Provision], number: int) -> list[Item]:
    return [item(here, entry) for entry in found[(number - 1) * MOST_ITEMS : number * MOST_ITEMS]]


def _sibling(path: str, number: int) -> str:
    return path if number == 1 else f"{path}/{number}"


def _pager(here: PageContext, own: str, number: int, found: Sequence[Provision]) -> Pager | None:
    return pager(here.language, number, pages_of(found), lambda at: here.link(_sibling(own, at)))
