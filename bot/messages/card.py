"""A provision's card as a message that can be passed on, and the button that asks for it."""

from __future__ import annotations

from dataclasses import replace

from bot.agreement.changes import Board
from bot.agreement.model import Provision
from bot.messages.actions import ShowCard, ShowProvision
from bot.messages.buttons import share
from bot.messages.model import Button, Message
from bot.messages.pictures.sketches import card_sketch
from bot.messages.reader import Reader
from bot.messages.statuses import origin_mark, status_line
from bot.messages.tags import italic, lines, paragraphs
from bot.messages.text import name, pick, promise, untranslated


def card_message(reader: Reader, board: Board, provision: Provision) -> Message:
    """Title, status and promise in few words, under the picture; well below a caption's limit."""
    language = reader.language
    mark = origin_mark(language, provision.origin)
    html = paragraphs(
        lines(name(reader, provision), status_line(reader, provision)),
        lines(promise(reader, provision.text), italic(mark) if mark else None),
        untranslated(language, [pick(provision.title, language), pick(provision.text, language)]),
    )
    details = Button(language.gettext("Details"), ShowProvision(provision.id, anew=True))
    return Message(
        html, ((details, share(reader, provision)),), picture=card_sketch(reader, board, provision)
    )


def with_card(reader: Reader, provision: Provision, details: Message) -> Message:
    """A provision's page with a button for its card, beside what else can be taken along."""
    button = Button("🖼 " + reader.language.gettext("Picture"), ShowCard(provision.id))
    *first, take_along, back = details.rows
    return replace(details, rows=(*first, (*take_along, button), back))
