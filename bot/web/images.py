"""Images that other sites show with a link (Open Graph): the same drawings as in chats."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.agreement.board import Board
from bot.clock import Clock, system_clock
from bot.i18n.catalogs import offered
from bot.i18n.language import Language
from bot.images.board import board_picture
from bot.images.canvas import Drawing
from bot.images.card import card_picture
from bot.images.palette import Theme
from bot.images.renderer import PictureFailed, Renderer

_SCALE = 2.0
"""A card has 1200 by 630 pixels."""


class SharePictures:
    """Draws a provision's card, or the board, when it is first asked for."""

    def __init__(
        self,
        renderer: Renderer,
        boards: Callable[[], Board],
        languages: Mapping[str, Language],
        clock: Clock = system_clock,
    ) -> None:
        self._renderer, self._boards, self._languages = renderer, boards, languages
        self._clock = clock

    async def __call__(self, code: str, provision_id: str | None) -> bytes | None:
        """A PNG in a language, or None where it could not be made."""
        board, today = self._boards(), self._clock().date()
        language = offered(self._languages, board.agreement.languages)[code]
        provision = None if provision_id is None else board.provision(provision_id)

        def draw() -> Drawing:
            if provision is None:
                return board_picture(language, board, Theme.LIGHT)
            return card_picture(language, board, provision, Theme.LIGHT, today)

        version = (board.provisions if provision is None else provision, today)
        try:
            drawing = await self._renderer.drawn(("web", code, provision_id), version, draw)
            return await self._renderer.png(drawing.svg, _SCALE) if drawing.is_legible else None
        except PictureFailed:
            return None  # the renderer has logged why; the page goes without it
