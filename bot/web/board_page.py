"""The board: what it is, what is new, the counts, and every provision by topic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.agreement.model import Topic
from bot.agreement.status import Status
from bot.views.format import Picked, pick
from bot.web.addresses import status_path, topic_path
from bot.web.citing import dataset
from bot.web.components import NO_STATUS, Bar, Item, Share, bars, item, last_change, shares
from bot.web.latest_page import News, Wanted, news, wanted_log
from bot.web.layout import Layout, layout
from bot.web.page_context import PageContext

MOST_TITLES = 80
"""Of more titles each topic shows its first ones, so that a board stays below 50 KB."""
_FEW, _CUT_TITLES = 4, 60
_MOST_NEWS = 3


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A topic with its provisions."""

    id: str
    symbol: str
    title: Picked
    href: str
    count: int
    items: Sequence[Item]
    left: int
    """How many more the topic has."""


@dataclass(frozen=True, slots=True)
class BoardPage:
    """All that the board shows."""

    shell: Layout
    heading: Picked
    facts: str
    total: int
    shares: Sequence[Share]
    bars: Sequence[Bar]
    related: int
    related_href: str
    news: Sequence[News]
    topics: Sequence[TopicRow]
    follow: str | None
    scope: str | None


def board_page(here: PageContext) -> BoardPage:
    """The board of a language."""
    language, board = here.language, here.board
    agreement = board.agreement
    counted = board.counted
    parts = shares(here, counted)
    titles = sum(len(provision.topics) for provision in board.provisions)
    most = titles if titles <= MOST_TITLES else max(_FEW, _CUT_TITLES // len(agreement.topics))
    topics = [_topic(here, topic, most) for topic in agreement.topics]
    latest = [news(here, entry) for entry in wanted_log(here.edition, Wanted())[:_MOST_NEWS]]
    heading = here.pick(agreement.title)
    parties = language.join(pick(party.name, language).text for party in agreement.parties)
    shown = [heading, *(topic.title for topic in topics)]
    shown += [entry.title for topic in topics for entry in topic.items]
    return BoardPage(
        shell=layout(
            here,
            title=heading.text,
            full_title=_title(here),
            description=here.pick(agreement.about).text,
            sibling="",
            picture=f"/{here.code}/board.png",
            shown=shown,
            linked=[
                dataset(here, here.pick(agreement.about).text, last_change(here) or agreement.date)
            ],
        ),
        heading=heading,
        facts=f"{parties} · {language.date(agreement.date)}",
        total=len(counted),
        shares=parts,
        bars=bars(parts),
        related=len(board.provisions) - len(counted),
        related_href=here.link(status_path(here.code, NO_STATUS)),
        news=latest,
        topics=topics,
        follow=here.in_telegram(),
        scope="all" if here.edition.can_follow else None,
    )


def _title(here: PageContext) -> str:
    """The board in one line, for a browser's title: how many promises, and how many are done."""
    language, board = here.language, here.board
    return language.ngettext(
        "{title}: {n} promise, {done} done",
        "{title}: {n} promises, {done} done",
        len(board.counted),
        title=here.pick(board.agreement.short_title),
        done=language.number(board.counts().get(Status.DONE, 0)),
    )


def _topic(here: PageContext, topic: Topic, most: int) -> TopicRow:
    found = here.board.of_topic(topic.id)
    return TopicRow(
        id=topic.id,
        symbol=topic.symbol,
        title=here.pick(topic.title),
        href=here.link(topic_path(here.code, topic.id)),
        count=len(found),
        items=[item(here, entry) for entry in found[:most]],
        left=max(0, len(found) - most),
    )
