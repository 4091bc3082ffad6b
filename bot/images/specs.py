"""Which picture goes with a page: what it shows, and how it is drawn when it is wanted."""

from __future__ import annotations

from bot.agreement.board import Board
from bot.alerts.model import Alert
from bot.images.alert import alert_picture
from bot.images.board import board_picture
from bot.views.format import pick
from bot.views.message import Form, ImageSpec, Reader


def board_image(reader: Reader, board: Board) -> ImageSpec:
    """The board."""
    language, bot = reader.language, reader.bot_username
    return ImageSpec(
        key=f"board:{language.code}",
        version=board,
        draw=lambda theme: (board_picture(language, board, theme, bot),),
        caption=language.gettext("The board as a picture; the next message says it in words."),
    )


def alert_image(reader: Reader, alert: Alert) -> ImageSpec:
    """An alert's small card. An alert is one message: the text goes alone where it is too long."""
    language, bot = reader.language, reader.bot_username
    return ImageSpec(
        key=f"alert:{alert.id}:{language.code}",
        version=alert.id,
        draw=lambda theme: (alert_picture(language, alert, theme, bot),),
        caption=pick(alert.title, language).text,
        form=Form.ABOVE,
        lasting=False,
    )
