"""Provisions as cards to share, in any chat (Bot API, "Inline mode") or as a message."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.agreement.board import Board
from bot.agreement.model import Provision
from bot.images.specs import card_image
from bot.views.callbacks import ShowCard, ShowProvision
from bot.views.format import dash, deep_link, name, pick, promise, source_links, untranslated
from bot.views.html import italic, lines, paragraphs
from bot.views.keyboards import share
from bot.views.message import Button, Message, Reader
from bot.views.pagination import clip, shown
from bot.views.statuses import origin_mark, status_line


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
        html, ((details, share(reader, provision)),), picture=card_image(reader, board, provision)
    )


def with_card(reader: Reader, provision: Provision, details: Message) -> Message:
    """A provision's page with a button for its card, alongside what else can be taken along."""
    button = Button("🖼 " + reader.language.gettext("Picture"), ShowCard(provision.id))
    *first, take_along, back = details.rows
    return replace(details, rows=(*first, (*take_along, button), back))


@dataclass(frozen=True, slots=True)
class Card:
    """A result of an inline query: what stands in the list, and what is sent."""

    title: str
    description: str
    message: Message


def nothing_found(reader: Reader) -> str:
    """On the button that stands where no card is; it opens the bot."""
    return reader.language.gettext("Nothing found. See all topics")


def card(reader: Reader, board: Board, provision: Provision) -> Card:
    """A provision in short, with its source and a way to the bot."""
    language = reader.language
    current = provision.last_event
    title, text = pick(provision.title, language), pick(provision.text, language)
    line = status_line(reader, provision)
    mark = origin_mark(language, provision.origin)
    html = paragraphs(
        lines(name(reader, provision), italic(mark) if mark else None),
        line,
        promise(reader, provision.text),
        lines(clip(pick(current.note, language).text, 300) if current.note else None),
        source_links(reader, current.evidence),
        italic(clip(pick(board.agreement.title, language).text, 140)),
        untranslated(language, [title, text]),
    )
    more = Button(
        language.gettext("More in the bot"), url=deep_link(reader, f"provision_{provision.id}")
    )
    return Card(
        title=f"{provision.number}. {clip(title.text, 100)}",
        description=shown(
            dash(language, line.replace("\n", " · "), promise(reader, provision.text))
        ),
        message=Message(html, ((more, share(reader, provision)),)),
    )
