"""Small frames for other sites: the board, a topic, a provision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from bot.agreement.model import Provision, Topic
from bot.views.format import Picked
from bot.views.statuses import status_name
from bot.web.addresses import board_path, embed_path, provision_path, topic_path
from bot.web.components import NO_STATUS, Bar, Labelled, Share, bars, board_dates, dates, shares
from bot.web.page_context import PageContext

_HEIGHTS = {"provisions": 230, "topics": 300, "": 330}
"""Pixels that a frame needs at 300 pixels of width, by what it shows."""


@dataclass(frozen=True, slots=True)
class Embed:
    """What a frame shows: where a provision stands, or the counts of a board or a topic."""

    title: str
    brand: Picked
    heading: Picked
    number: int | None
    status: str
    status_name: str
    shares: Sequence[Share]
    bars: Sequence[Bar]
    dates: Sequence[Labelled]
    href: str


def provision_embed(here: PageContext, provision: Provision) -> Embed:
    """A provision for a frame on another site."""
    title = here.pick(provision.title)
    return Embed(
        title=f"{provision.number}. {title}",
        brand=here.pick(here.board.agreement.short_title),
        heading=title,
        number=provision.number,
        status=provision.status or NO_STATUS,
        status_name=status_name(here.language, provision.standing),
        shares=(),
        bars=(),
        dates=dates(here, provision),
        href=here.link(provision_path(here.code, provision.id)),
    )


def counts_embed(here: PageContext, topic: Topic | None = None) -> Embed:
    """A topic, or the whole board, for a frame on another site."""
    agreement = here.board.agreement
    found = here.board.of_topic(topic.id) if topic else here.board.provisions
    parts = shares(here, found)
    heading = here.pick(topic.title if topic else agreement.title)
    path = topic_path(here.code, topic.id) if topic else board_path(here.code)
    return Embed(
        title=heading.text,
        brand=here.pick(agreement.short_title),
        heading=heading,
        number=None,
        status="",
        status_name="",
        shares=parts,
        bars=bars(parts),
        dates=board_dates(here),
        href=here.link(path),
    )


def frame_code(here: PageContext, own: str, title: str) -> str:
    """The code that shows a page's frame on another site; `own` is the path after the language."""
    height = _HEIGHTS[own.partition("/")[0]]
    return Markup(
        '<iframe src="{}" title="{}" width="100%" height="{}" style="border:0" loading="lazy">'
        "</iframe>"
    ).format(here.absolute(embed_path(here.code, own)), title, height)
