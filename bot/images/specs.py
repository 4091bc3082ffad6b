"""Which picture goes with a page: what it shows, and how it is drawn when it is wanted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date

from bot.agreement.board import Board
from bot.agreement.model import Provision
from bot.alerts.model import Alert
from bot.images.alert import alert_picture
from bot.images.board import board_picture
from bot.images.card import card_picture
from bot.images.timeline import ON_A_PICTURE, timeline_pictures
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


def timeline_image(
    reader: Reader, board: Board, provisions: Sequence[Provision], topic: str = ""
) -> ImageSpec:
    """The timeline of these provisions: all, or a topic's."""
    language, bot, day = reader.language, reader.bot_username, _today(reader)
    return ImageSpec(
        key=f"timeline:{topic}:{language.code}",
        version=(board, day),
        draw=lambda theme: timeline_pictures(language, board, theme, day, provisions, bot),
        caption=language.gettext("The timeline as a picture; the next message says it in words."),
        count=-(-len(provisions) // ON_A_PICTURE),
    )


def card_image(reader: Reader, board: Board, provision: Provision) -> ImageSpec:
    """A provision's card."""
    language, bot, day = reader.language, reader.bot_username, _today(reader)
    return ImageSpec(
        key=f"card:{provision.id}:{language.code}",
        version=(board, day),
        draw=lambda theme: (card_picture(language, board, provision, theme, day, bot),),
        caption=pick(provision.title, language).text,
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


def _today(reader: Reader) -> date:
    """The day in Universal Time: one picture does for readers of all time zones."""
    return reader.now.astimezone(UTC).date()
