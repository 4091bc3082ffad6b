"""The answer to a question in a reader's own words."""

from __future__ import annotations

import unicodedata

from bot.agreement.changes import Board
from bot.agreement.model import Provision
from bot.agreement.search import Decision, Findings
from bot.messages.actions import NOWHERE
from bot.messages.buttons import numbers, rows_of, to_board, to_topics, topic_buttons
from bot.messages.fitting import clip
from bot.messages.model import Message, Row
from bot.messages.provision import details
from bot.messages.reader import Reader
from bot.messages.tags import paragraphs
from bot.messages.text import brief, pick, untranslated
from bot.subscribers.model import Scope

_MOST = 5
"""Provisions in one answer: more do not fit a phone's screen."""
_MOST_TOPICS = 12
_QUESTION = 100


def answer(
    reader: Reader, board: Board, findings: Findings, question: str, follows: frozenset[Scope]
) -> Message:
    """What was found: one provision in full, several in short, or that there is none."""
    found = [board.provision(match.provision_id) for match in findings.matches]
    provisions = [one for one in found if one is not None][:_MOST]
    if findings.decision is Decision.DECLINE or not provisions:
        return _nothing(reader, board, findings, question)
    if findings.decision is Decision.ANSWER and len(provisions) == 1:
        return details(reader, board, provisions[0], NOWHERE, follows)
    return _several(reader, board, findings, provisions, question)


def _several(
    reader: Reader, board: Board, findings: Findings, provisions: list[Provision], question: str
) -> Message:
    gettext = reader.language.gettext
    asked = quoted(question)
    if findings.decision is Decision.ANSWER:
        head = gettext("What I have on “{question}”:", question=asked)
    else:
        head = gettext("I am not sure about “{question}”. Perhaps one of these:", question=asked)
    texts = [pick(text, reader.language) for one in provisions for text in (one.title, one.text)]
    html = paragraphs(
        head,
        *(brief(reader, one) for one in provisions),
        gettext("Touch a number for the details."),
        untranslated(reader.language, texts),
    )
    return Message(html, (*numbers(provisions, NOWHERE), *_ways_on(reader, board, findings.topics)))


def _nothing(reader: Reader, board: Board, findings: Findings, question: str) -> Message:
    gettext = reader.language.gettext
    html = paragraphs(
        gettext("I found nothing on “{question}” in what I know.", question=quoted(question)),
        gettext(
            "I only know this agreement: what was promised and what became of it."
            " Try other words, or choose a topic."
        ),
    )
    topics = findings.topics or tuple(topic.id for topic in board.agreement.topics)
    return Message(html, _ways_on(reader, board, topics))


def _ways_on(reader: Reader, board: Board, topics: tuple[str, ...]) -> tuple[Row, ...]:
    buttons = topic_buttons(reader, board.agreement, topics[:_MOST_TOPICS])
    return (*rows_of(buttons, 2), (to_topics(reader), to_board(reader)))


def quoted(question: str) -> str:
    """A question as it can be repeated: on one line, short, without what turns text around.

    Control and format characters (Unicode categories Cc and Cf) go, RTL overrides among them.
    """
    one_line = " ".join(question.split())
    clean = "".join(letter for letter in one_line if unicodedata.category(letter) not in _HIDDEN)
    return clip(clean, _QUESTION) or "…"


_HIDDEN = frozenset({"Cc", "Cf", "Cs"})
