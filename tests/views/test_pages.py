"""What every page owes: Telegram's limits, and every word through the catalog."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.agreement.board import Board
from bot.agreement.filters import Filter
from bot.agreement.model import Agreement
from bot.agreement.status import Status
from bot.search import Decision, Match, Reason, SearchResults
from bot.search.answering import Answered
from bot.search.intents import Intent
from bot.search.questions import Query
from bot.search.unanswered import Gap
from bot.subscribers.chat import EVERYTHING, ChatKind, Scope, ScopeKind
from bot.views.admin_history import clear_question, gaps_page
from bot.views.answers import answer
from bot.views.board import board_page, latest_page
from bot.views.callbacks import NOWHERE, Part, Place, ShowPart, View
from bot.views.home import about, commands_page, help_page, privacy, welcome
from bot.views.inline import card
from bot.views.message import Message, Reader
from bot.views.provision import card as provision_card
from bot.views.provision import part_page
from bot.views.topics import topic_list, topic_page
from tests.views import sample

Render = Callable[[Reader, Board], Message]
NONE: frozenset[Scope] = frozenset()


HERE = Place(View.ANSWER)
TIME = {"since": date(2023, 3, 1), "until": date(2024, 3, 2)}
FIELDS = (
    *("number", "title", "keyword", "phrase", "synonym"),
    *("topic", "text", "wording", "note", "context"),
)
EVERY_REASON = tuple(Reason("λέξη", "λέξις", field) for field in FIELDS)


def found(
    decision: Decision, board: Board, count: int, *, relaxed: bool = False, **query: Any
) -> Answered:
    matches = tuple(
        Match(provision.id, 0.7, ("x",), EVERY_REASON[place % 5 * 2 :][:6])
        for place, provision in enumerate(board.provisions[:count])
    )
    topics = tuple(topic.id for topic in board.agreement.topics[:3])
    return Answered(SearchResults(decision, matches, topics), Query("λ", **query), relaxed=relaxed)


def asked(how: str = "", question: str = "💡", count: int = 9, **query: Any) -> Render:
    here = Place(View.ANSWER, how)
    return lambda reader, board: answer(
        reader, board, found(Decision.ANSWER, board, count, **query), question, NONE, here
    )


def of_the_board(*, relaxed: bool = False, **query: Any) -> Render:
    answered = Answered(SearchResults(Decision.DECLINE), Query("", **query), relaxed=relaxed)
    return lambda reader, board: answer(reader, board, answered, "λ", NONE, HERE)


def part_of(part: Part) -> Render:
    return lambda reader, board: part_page(
        reader, board.agreement, board.provisions[0], ShowPart(board.provisions[0].id, part)
    )


PAGES: dict[str, Render] = {
    "welcome": lambda reader, board: welcome(reader, board, NONE),
    "help": lambda reader, board: help_page(reader, board.agreement),
    "commands": lambda reader, board: commands_page(reader, board.agreement, admin=False),
    "commands for admins": lambda reader, board: commands_page(reader, board.agreement, admin=True),
    "about": about,
    "privacy": lambda reader, _: privacy(reader),
    "topics": topic_list,
    "topic": lambda reader, board: topic_page(reader, board, board.agreement.topics[0], 0, NONE),
    "short": lambda reader, board: provision_card(
        reader, board.provisions[0], Place(View.BOARD), NONE
    ),
    **{f"part {part}": part_of(part) for part in Part},
    "board": lambda reader, board: board_page(reader, board, 0),
    "last of the board": lambda reader, board: board_page(reader, board, 99),
    "latest": lambda reader, board: latest_page(reader, board, 0),
    "answer": lambda reader, board: answer(
        reader, board, found(Decision.ANSWER, board, 9), "💡", frozenset({EVERYTHING}), HERE
    ),
    "one answer": asked(count=1),
    "headline": asked(headline=True),
    "filtered answer": asked(statuses=tuple(Status), **TIME),
    "what is new": asked(intent=Intent.NEWS),
    "nothing fits": asked(statuses=(Status.DONE, Status.STALLED), relaxed=True),
    "sources": asked(intent=Intent.SOURCES),
    "dates": asked(intent=Intent.WHEN),
    "offer": lambda reader, board: answer(
        reader, board, found(Decision.OFFER, board, 9), "💡" * 5000, NONE, HERE
    ),
    "no answer": lambda reader, board: answer(
        reader, board, Answered(SearchResults(Decision.DECLINE), Query("")), "", NONE, HERE
    ),
    "sources of what": of_the_board(intent=Intent.SOURCES),
    "part of the board": of_the_board(statuses=tuple(Status), **TIME),
    "none of the board": of_the_board(statuses=(Status.STALLED,)),
    "changes in a time": of_the_board(**TIME),
    **{f"intent {intent}": of_the_board(intent=intent) for intent in Intent},
    "a topic of the board": lambda reader, board: board_page(
        reader, board, 0, Filter(board.agreement.topics[0].id, tuple(Status))
    ),
    "gaps": lambda reader, _: gaps_page(
        reader, [Gap("λ" * 80, 9, date(2024, 5, 1))] * 40, 1, wanted=True
    ),
    "no gaps": lambda reader, _: gaps_page(reader, [], 0, wanted=True),
    "gaps off": lambda reader, _: gaps_page(reader, [], 0, wanted=False),
    "clear gaps": lambda reader, _: clear_question(reader),
    "card": lambda reader, board: card(reader, board, board.provisions[0]).message,
}


def enormous(letter: str, count: int, history: int) -> Agreement:
    """Content at the greatest lengths that the model allows."""
    data = sample.agreement_json()
    first = data["provisions"][0]

    def stretched(value: Any, length: int) -> Any:
        if isinstance(value, dict):
            return {key: stretched(item, length) for key, item in value.items()}
        return letter * length

    proof = [
        sample.evidence(f"https://example.org/{at}", publisher=letter * 120, quote=letter * 300)
        for at in range(6)
    ]
    remark = {"text": stretched(first["target"], 300), "evidence": proof}
    entry = {
        "status": "started",
        "date": "2023-12-28",
        "note": stretched(first["target"], 300),
        "evidence": proof,
    }
    first |= {
        "title": stretched(first["title"], 120),
        "text": stretched(first["text"], 900),
        "target": stretched(first["target"], 300),
        "origin": "statement",
        "conflicts": [remark] * 15,
        "context": [remark] * 15,
        "history": [entry] * history,
    }
    first["difference"] = stretched(first["target"], 300)
    for wording in first["wordings"]:
        wording |= {"text": letter * 900, "publisher": letter * 120, "exact": False}
    data["provisions"] = [
        {**first, "id": f"p{number}", "number": number, "topics": ["light", "boats"]}
        for number in range(9999 - count, 9999)
    ]
    data["topics"] = [
        {
            "id": f"t{at}" if at else "light",
            "command": f"t{at}" + "x" * (24 - len(f"t{at}")),
            "title": stretched(data["title"], 120),
        }
        for at in range(60)
    ]
    data["about"] = stretched(data["about"], 900)
    data["title"] = stretched(data["title"], 120)
    data["short_title"] = stretched(data["short_title"], 120)
    data["sources"] *= 30
    data["sides"][0]["title"] = stretched(data["sides"][0]["title"], 120)
    return Agreement.model_validate_json(json.dumps(data))


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("kind", [ChatKind.PRIVATE, ChatKind.SUPERGROUP])
def test_a_page_keeps_telegrams_limits(name: str, kind: ChatKind) -> None:
    sample.check(PAGES[name](sample.reader(kind=kind), sample.board(sample.change())))


@pytest.mark.parametrize("name", PAGES)
def test_every_word_went_through_the_catalog(name: str) -> None:
    board = sample.board(spelling=sample.in_greek_letters)
    reader = sample.reader(sample.GREEK)
    message = PAGES[name](replace(reader, bot_username="bot"), board)
    sample.check_translated(message)


@pytest.mark.no_cover  # much work, and no line that others do not reach
@settings(max_examples=5, deadline=None)
@given(
    letter=st.sampled_from(["x", "&", "💡", "ş", "<"]),
    count=st.integers(1, 60),
    history=st.sampled_from([1, 2, 30, 60]),
    code=st.sampled_from(["en", "el"]),
)
def test_the_longest_content_still_fits(letter: str, count: int, history: int, code: str) -> None:
    board = Board(enormous(letter, count, history))
    language = sample.ENGLISH if code == "en" else sample.GREEK
    for render in PAGES.values():
        sample.check(render(sample.reader(language), board))


def test_what_is_followed_shows_on_the_page() -> None:
    board, reader = sample.board(), sample.reader()
    topic, lamp = board.agreement.topics[0], board.provisions[0]
    own = frozenset({Scope(ScopeKind.TOPIC, "light")})
    for follows, on_topic, on_lamp in (
        (NONE, "🔔 Follow this topic", "🔔 Follow"),
        (own, "🔕 Stop following", "🔕 Mute this provision"),
        (frozenset({EVERYTHING}), "🔕 Leave this topic out", "🔕 Mute this provision"),
    ):
        assert sample.button(topic_page(reader, board, topic, 0, follows), on_topic)
        assert sample.button(provision_card(reader, lamp, NOWHERE, follows), on_lamp)


def test_a_channel_is_offered_no_choice() -> None:
    board, reader = sample.board(), sample.reader(kind=ChatKind.CHANNEL)
    page = provision_card(reader, board.provisions[0], NOWHERE, NONE)
    assert not any("🔔" in button.label for button in sample.buttons(page))


def test_the_privacy_page_names_every_wish_that_is_kept() -> None:
    text = str(privacy(sample.reader()).html)
    for kept in ("language", "follows", "time zone", "quiet hours", "digests", "alerts"):
        assert kept in text, kept
