"""Images that other sites show with a link (Open Graph): 1200 by 630 pixels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import partial

from bot.agreement.board import Board
from bot.clock import Clock, system_clock
from bot.i18n.catalogs import offered
from bot.i18n.language import Language
from bot.images.canvas import Drawing
from bot.images.card import card_picture
from bot.images.palette import Theme
from bot.images.renderer import PictureFailed, Renderer
from bot.images.share import share_picture
from bot.views.format import pick
from bot.views.statuses import board_dates

Pictures = Callable[[str, str], Awaitable[bytes | None]]
"""Draws a PNG in a language, by the page's path after the language. None: no picture."""

_SCALE = 2.0


def subjects(board: Board) -> Iterator[str]:
    """Every picture of a language, by its path without the ending."""
    yield from ("board", "latest")
    for topic in board.agreement.topics:
        yield f"topics/{topic.id}"
    for provision in board.provisions:
        yield f"provisions/{provision.id}"


class SharePictures:
    """Draws the card of a page when it is first asked for."""

    def __init__(
        self,
        renderer: Renderer,
        boards: Callable[[], Board],
        languages: Mapping[str, Language],
        clock: Clock = system_clock,
    ) -> None:
        self._renderer, self._boards, self._languages = renderer, boards, languages
        self._clock = clock

    async def __call__(self, code: str, subject: str) -> bytes | None:
        """A PNG in a language, or None where it could not be made."""
        board, today = self._boards(), self._clock().date()
        language = offered(self._languages, board.agreement.languages)[code]
        kind, _, name = subject.partition("/")
        provision = board.provision(name) if kind == "provisions" else None
        draw: Callable[[], Drawing] = partial(_shared, language, board, subject)
        if provision is not None:
            draw = partial(card_picture, language, board, provision, Theme.LIGHT, today)
        version = (board.provisions if provision is None else provision, today)
        try:
            drawing = await self._renderer.drawn(("web", code, subject), version, draw)
            return await self._renderer.png(drawing.svg, _SCALE) if drawing.is_legible else None
        except PictureFailed:
            return None  # the renderer has logged why; the page goes without it


def _shared(language: Language, board: Board, subject: str) -> Drawing:
    """The card of the board, the change log or a topic."""
    agreement = board.agreement
    kind, _, name = subject.partition("/")
    topic = agreement.topic(name) if kind == "topics" else None
    found = board.of_topic(topic.id) if topic else board.provisions
    count = language.ngettext("{n} provision", "{n} provisions", len(found))
    counted = Counter(provision.status for provision in found)
    counts = {status: counted[status] for status in board.counts() if counted[status]}
    title = pick(agreement.title if topic is None else topic.title, language).text
    if kind == "latest":
        title = language.gettext("Latest changes")
    below = f"{count} · {board_dates(language, board)}"
    return share_picture(language, pick(agreement.short_title, language).text, title, below, counts)
