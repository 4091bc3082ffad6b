"""The board: counts, one mark for each provision by topic, and every provision by status."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.agreement.model import Topic
from bot.views.format import Picked, pick
from bot.web.addresses import topic_path
from bot.web.components import Item, Share, item, shares
from bot.web.layout import Layout, layout
from bot.web.page_context import PageContext

MOST_WITH_PROMISE = 40
"""With more provisions a line shows no promise."""
MOST_LISTED = 50
"""Of more provisions each status shows its first ones; their topics list all."""
MOST_MARKS = 70
"""Of more marks each topic shows its first ones, so that a board stays below 50 KB."""
_FEW = 6


@dataclass(frozen=True, slots=True)
class Bar:
    """A part of the bar of shares, in units of which the whole has 1000."""

    share: Share
    x: int
    width: int


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A topic with a mark for each of its provisions."""

    id: str
    symbol: str
    title: Picked
    href: str
    count: int
    marks: Sequence[Item]
    left: int
    """How many more the topic has."""


@dataclass(frozen=True, slots=True)
class Group:
    """The provisions of one status."""

    share: Share
    items: Sequence[Item]
    left: int
    """How many more the status has."""


@dataclass(frozen=True, slots=True)
class BoardPage:
    """All that the board shows."""

    shell: Layout
    heading: Picked
    facts: str
    total: int
    bar_label: str
    shares: Sequence[Share]
    bars: Sequence[Bar]
    topics: Sequence[TopicRow]
    groups: Sequence[Group]
    related: Sequence[Item]
    with_promise: bool


def board_page(here: PageContext) -> BoardPage:
    """The board of a language."""
    language, board = here.language, here.board
    agreement = board.agreement
    found = board.provisions
    counted = board.counted
    parts = shares(here, counted, anchors=here.path)
    marks = sum(len(entry.topics) for entry in found)
    a_topic = marks if marks <= MOST_MARKS else max(_FEW, MOST_MARKS // len(agreement.topics))
    a_group = (
        len(found) if len(found) <= MOST_LISTED else max(_FEW, MOST_LISTED // (len(parts) + 2))
    )
    topics = [_topic(here, topic, a_topic) for topic in agreement.topics]
    groups = [_group(here, share, a_group) for share in parts]
    related = [item(here, entry) for entry in found if entry.status is None][:a_group]
    heading = here.pick(agreement.title)
    about = here.pick(agreement.about)
    parties = language.join(pick(party.name, language).text for party in agreement.parties)
    titles = [entry.title for group in groups for entry in group.items]
    titles += [entry.title for entry in related]
    return BoardPage(
        shell=layout(
            here,
            title=heading.text,
            description=about.text,
            sibling="",
            picture=f"/{here.code}/board.png",
            shown=[heading, *(topic.title for topic in topics), *titles],
        ),
        heading=heading,
        facts=f"{parties} · {language.date(agreement.date)}",
        total=len(counted),
        bar_label=language.join(f"{part.label}: {part.number}" for part in parts),
        shares=parts,
        bars=_bars(parts),
        topics=topics,
        groups=groups,
        related=related,
        with_promise=len(found) <= MOST_WITH_PROMISE,
    )


def _topic(here: PageContext, topic: Topic, most: int) -> TopicRow:
    found = here.board.of_topic(topic.id)
    return TopicRow(
        id=topic.id,
        symbol=topic.symbol,
        title=here.pick(topic.title),
        href=here.link(topic_path(here.code, topic.id)),
        count=len(found),
        marks=[item(here, entry) for entry in found[:most]],
        left=max(0, len(found) - most),
    )


def _group(here: PageContext, share: Share, most: int) -> Group:
    found = [provision for provision in here.board.provisions if provision.status is share.status]
    items = [item(here, entry) for entry in found[:most]]
    return Group(share, items, left=max(0, len(found) - most))


def _bars(parts: Sequence[Share]) -> list[Bar]:
    """The bar without gaps: each part begins where rounding left the one before."""
    total = max(1, sum(part.count for part in parts))
    bars, before = [], 0
    for each_part in parts:
        x = round(1000 * before / total)
        before += each_part.count
        bars.append(Bar(each_part, x, round(1000 * before / total) - x))
    return bars
