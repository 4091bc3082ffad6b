"""The list of topics, and a topic: its last event and its provisions."""

from __future__ import annotations

from markupsafe import Markup

from bot.agreement.board import Board
from bot.agreement.model import Topic
from bot.subscribers.chat import Scope
from bot.views.board import news
from bot.views.callbacks import Place, View
from bot.views.format import Picked, page_number, pick, row, untranslated
from bot.views.html import bold, lines, paragraphs
from bot.views.keyboards import (
    follow_topic,
    numbers,
    rows_of,
    to_board,
    to_latest,
    to_topics,
    topic_buttons,
    turning,
)
from bot.views.message import Message, Reader
from bot.views.pagination import clip, fill, fits, page_of

ON_A_PAGE = 10
_ALL = 10_000


def topic_list(reader: Reader, board: Board) -> Message:
    """Every topic with its command, and a button to each."""
    language = reader.language
    head = lines(
        bold(language.gettext("Topics")),
        language.gettext("Choose one, or send its command."),
    )
    items = [_topic_line(reader, board, topic) for topic in board.agreement.topics]
    note = untranslated(language, (pick(topic.title, language) for topic in board.agreement.topics))

    def more(left: int) -> Markup:
        return language.nhtml("{n} more below", "{n} more below", left)

    topics = (topic.id for topic in board.agreement.topics)
    rows = rows_of(topic_buttons(reader, board.agreement, topics), 2)
    html = fill(head, items, more)
    if note and fits(noted := paragraphs(html, note)):
        html = noted
    return Message(html, (*rows, (to_board(reader), to_latest(reader))))


def topic_page(
    reader: Reader, board: Board, topic: Topic, page: int, follows: frozenset[Scope]
) -> Message:
    """What happened last in a topic, and its provisions, a line each, with a button to each."""
    language = reader.language
    provisions = board.of_topic(topic.id)
    found = page_of(provisions, page, ON_A_PAGE)
    title = pick(topic.title, language)
    head = lines(
        Markup("{} {}").format(topic.symbol, bold(title.text)),
        page_number(language, found.number, found.count),
    )
    texts: list[Picked] = [title]
    texts += [pick(entry.title, language) for entry in found.items]
    newest = next((item for item in board.latest(_ALL) if topic.id in item.provision.topics), None)
    html = paragraphs(
        lines(head, news(reader, newest) if newest and not found.number else None),
        lines(*(row(reader, item) for item in found.items)),
        None if provisions else language.gettext("Nothing in this topic yet."),
        untranslated(language, texts),
    )
    here = Place(View.TOPIC, topic.id, found.number)
    rows = (
        *numbers(found.items, here),
        turning(found, View.TOPIC, topic.id),
        follow_topic(reader, topic.id, follows, here),
        (to_topics(reader), to_board(reader)),
    )
    return Message(html, tuple(each_row for each_row in rows if each_row))


def _topic_line(reader: Reader, board: Board, topic: Topic) -> Markup:
    language = reader.language
    count = language.ngettext("{n} provision", "{n} provisions", len(board.of_topic(topic.id)))
    title = clip(pick(topic.title, language).text, 40)
    return Markup("{} {} · /{} · {}").format(topic.symbol, title, topic.command, count)
