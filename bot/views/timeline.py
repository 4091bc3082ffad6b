"""The timeline in words: what became of each provision, in the order in which it happened."""

from __future__ import annotations

from datetime import UTC

from markupsafe import Markup

from bot.agreement.board import Board
from bot.agreement.dates import PartialDate
from bot.agreement.events import Event
from bot.agreement.model import Provision, Topic
from bot.images.specs import timeline_image
from bot.images.timeline import ON_A_PICTURE
from bot.images.track import deadline_words
from bot.views.callbacks import Place, View
from bot.views.format import name, page_number, pick, untranslated
from bot.views.html import bold, italic, lines, paragraphs
from bot.views.keyboards import numbers, to_board, to_latest, turning
from bot.views.message import Message, Reader
from bot.views.pagination import fits, page_of
from bot.views.statuses import event_label, symbol

_ENTRIES = 6
"""Entries of a history that are listed at most; the details list all."""


def timeline_page(reader: Reader, board: Board, topic: Topic | None, page: int) -> Message:
    """A page of the histories, of all provisions or of a topic's; on its first one the picture."""
    language = reader.language
    provisions = board.of_topic(topic.id) if topic else board.provisions
    found = page_of(provisions, page, ON_A_PICTURE)
    span = language.gettext(
        "From {start} to {end}",
        start=language.date(board.agreement.date),
        end=language.date(PartialDate.of(reader.now.date())),
    )
    for most in range(_ENTRIES, 0, -1):
        html = paragraphs(
            lines(
                bold(language.gettext("Timeline")),
                pick(topic.title, language).text if topic else None,
                span,
                page_number(language, found.number, found.count),
            ),
            *(_history(reader, item, most) for item in found.items),
            None if provisions else language.gettext("Nothing in this topic yet."),
            language.gettext("Tap a number for details.") if provisions else None,
            untranslated(language, [pick(item.title, language) for item in found.items]),
        )
        if fits(html):
            break
    topic_id = topic.id if topic else ""
    here = Place(View.TIMELINE, topic_id, found.number)
    rows = (
        *numbers(found.items, here),
        turning(found, View.TIMELINE, topic_id),
        (to_board(reader), to_latest(reader)),
    )
    return Message(
        html,
        tuple(row for row in rows if row),
        picture=timeline_image(reader, board, provisions, topic_id) if provisions else None,
    )


def _history(reader: Reader, provision: Provision, most: int) -> Markup:
    language = reader.language
    left = len(provision.history) - most
    earlier = language.ngettext("{n} earlier entry", "{n} earlier entries", left)
    due = deadline_words(language, provision, reader.now.astimezone(UTC).date())
    return lines(
        name(reader, provision, 90),
        italic(earlier) if left > 0 else None,
        *(_entry(reader, entry) for entry in provision.history[-most:]),
        f"⏰ {language.capitalised(due)}" if due else None,
    )


def _entry(reader: Reader, entry: Event) -> Markup:
    language = reader.language
    label = event_label(language, entry)
    date = language.short_date(entry.date)
    return Markup("{} {} · {}").format(symbol(entry.status), date, label)
