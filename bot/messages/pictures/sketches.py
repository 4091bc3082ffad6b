"""Which picture goes with a page: what it shows, and how it is drawn when it is wanted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date

from bot.agreement.changes import Board
from bot.agreement.model import Provision
from bot.alerts.model import Alert
from bot.messages.model import Form, Sketch
from bot.messages.pictures.alert import alert_picture
from bot.messages.pictures.board import board_picture
from bot.messages.pictures.card import card_picture
from bot.messages.pictures.timeline import ON_A_PICTURE, timeline_pictures
from bot.messages.reader import Reader
from bot.messages.text import pick


def board_sketch(reader: Reader, board: Board) -> Sketch:
    """The board."""
    language = reader.language
    return Sketch(
        key=f"board:{language.code}",
        version=board,
        draw=lambda theme: (board_picture(language, board, theme),),
        caption=language.gettext("The board as a picture; the next message says it in words."),
    )


def timeline_sketch(
    reader: Reader, board: Board, provisions: Sequence[Provision], topic: str = ""
) -> Sketch:
    """The timeline of these provisions: all, or a topic's."""
    language, day = reader.language, _today(reader)
    return Sketch(
        key=f"timeline:{topic}:{language.code}",
        version=(board, day),
        draw=lambda theme: timeline_pictures(language, board, theme, day, provisions),
        caption=language.gettext("The timeline as a picture; the next message says it in words."),
        count=-(-len(provisions) // ON_A_PICTURE),
    )


def card_sketch(reader: Reader, board: Board, provision: Provision) -> Sketch:
    """A provision's card."""
    language, day = reader.language, _today(reader)
    return Sketch(
        key=f"card:{provision.id}:{language.code}",
        version=(board, day),
        draw=lambda theme: (card_picture(language, board, provision, theme, day),),
        caption=pick(provision.title, language).text,
    )


def alert_sketch(reader: Reader, alert: Alert) -> Sketch:
    """An alert's small card. An alert is one message: the text goes alone where it is too long."""
    language = reader.language
    return Sketch(
        key=f"alert:{alert.id}:{language.code}",
        version=alert.id,
        draw=lambda theme: (alert_picture(language, alert, theme),),
        caption=pick(alert.title, language).text,
        form=Form.ABOVE,
        lasting=False,
    )


def _today(reader: Reader) -> date:
    """The day in Universal Time: one picture does for readers of all time zones."""
    return reader.now.astimezone(UTC).date()
