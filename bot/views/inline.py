"""Provisions as cards to share in any chat (Bot API, "Inline mode")."""

from __future__ import annotations

from dataclasses import dataclass

from bot.agreement.board import Board
from bot.agreement.model import Provision
from bot.views.format import dash, deep_link, name, pick, promise, source_links, untranslated
from bot.views.html import italic, lines, paragraphs
from bot.views.message import Button, Message, Reader
from bot.views.pagination import clip, shown
from bot.views.statuses import origin_mark, status_line


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
        message=Message(html, ((more,),)),
    )
