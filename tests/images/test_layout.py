"""Texts of any length stay within the picture and off each other."""

from __future__ import annotations

import json
from datetime import date
from itertools import combinations
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.agreement.board import Board, StatusChange
from bot.agreement.model import Agreement
from bot.agreement.status import Status
from bot.alerts.model import Alert, AlertKind
from bot.i18n.catalogs import load_languages
from bot.images.alert import alert_picture
from bot.images.board import board_picture
from bot.images.canvas import Drawing
from bot.images.card import card_picture
from bot.images.palette import Theme
from bot.images.text_metrics import Weight, fitted, width, wrapped
from bot.paths import locales_folder

LANGUAGES = load_languages(locales_folder())
TODAY = date(2026, 11, 24)

_EM = 1.18
"""Height of a text's box in units of its size."""

letters = st.one_of(
    st.text(st.characters(min_codepoint=0x21, max_codepoint=0x52F), min_size=1, max_size=120),
    st.text("WMЩЖ", min_size=1, max_size=120),
    st.text(" aəğıİşщ中\U0001f600", min_size=1, max_size=120),
    st.lists(st.text("abcWəş", min_size=1, max_size=18), min_size=1, max_size=40).map(" ".join),
).map(lambda text: text[:120])
labels = letters.filter(lambda text: text.strip() != "")
days = st.dates(date(2021, 6, 15), date(2031, 1, 1))


@st.composite
def entries(draw: Any) -> list[dict[str, Any]]:
    found = []
    for day in sorted(draw(st.lists(days, min_size=1, max_size=12))):
        status = draw(st.sampled_from(Status))
        text = str(day)[: draw(st.sampled_from([4, 7, 10]))]
        entry: dict[str, Any] = {"status": status.value, "date": text}
        if status is Status.UNRATED:
            entry["reason"] = draw(
                st.sampled_from(["no_source", "not_checkable", "sources_conflict"])
            )
        if status.needs_evidence:
            entry["evidence"] = [{"url": "https://example.org/x", "publisher": "X"}]
        found.append(entry)
    return found


@st.composite
def boards(draw: Any) -> Board:
    topics = [
        {"id": f"t{at}", "command": f"t{at}", "title": {"en": draw(labels)}}
        for at in range(draw(st.integers(1, 4)))
    ]
    provisions = []
    for at in range(draw(st.integers(1, 14))):
        provision: dict[str, Any] = {
            "id": f"p{at}",
            "number": at * draw(st.sampled_from([1, 9, 700])) + 1,
            "topics": [f"t{at % len(topics)}"],
            "title": {"en": draw(labels)},
            "text": {"en": draw(labels)},
            "origin": "clause",
            "checked_on": "2026-01",
            "history": draw(entries()),
        }
        if draw(st.booleans()):
            provision["deadline"] = str(draw(days))
        provisions.append(provision)
    given = {
        "id": "any",
        "title": {"en": "Any"},
        "short_title": {"en": draw(labels)},
        "parties": [{"id": "a", "name": {"en": "A"}}],
        "date": "2021-06-15",
        "languages": ["en"],
        "publishers": [{"id": "x", "name": {"en": "X"}, "side": "a"}],
        "about": {"en": "About."},
        "sides": [{"id": "a", "title": {"en": "A"}}],
        "sources": [
            {"title": "T", "url": "https://example.org", "publisher": "P", "language": "en"}
        ],
        "topics": topics,
        "provisions": provisions,
    }
    return Board(Agreement.model_validate_json(json.dumps(given)))


def check(drawing: Drawing) -> None:
    for box in drawing.boxes:
        assert box.left >= 12, box
        assert box.right <= drawing.width - 12, box
        assert 0 <= box.top < box.bottom <= drawing.height, (box, drawing.height)
        size = (box.bottom - box.top) / _EM
        assert size * 360 / drawing.width >= 10.99, (box, "is legible on a phone")
    for combination, other in combinations(drawing.boxes, 2):
        assert not combination.meets(other), (combination, other)


codes = st.sampled_from(sorted(LANGUAGES))


@given(boards(), codes)
@settings(max_examples=40, deadline=None)
def test_a_board_of_any_content(board: Board, code: str) -> None:
    check(board_picture(LANGUAGES[code], board, Theme.LIGHT))


@given(boards(), codes)
@settings(max_examples=40, deadline=None)
def test_cards_of_any_content(board: Board, code: str) -> None:
    for provision in board.provisions[:3]:
        check(card_picture(LANGUAGES[code], board, provision, Theme.LIGHT, TODAY))
        check(alert_picture(LANGUAGES[code], alert_of(board, provision.id), Theme.LIGHT))


def alert_of(board: Board, provision_id: str, kind: AlertKind = AlertKind.CHANGE) -> Alert:
    provision = board.provision(provision_id)
    assert provision is not None
    moment = "2026-11-24T09:00:00+00:00"
    change = StatusChange.model_validate_json(
        json.dumps(
            {
                "id": 1,
                "provision_id": provision_id,
                "before": json.loads(provision.shown_by.model_dump_json()),
                "after": {
                    "status": "done",
                    "date": "2026-11-20",
                    "evidence": [{"url": "https://example.org/x", "publisher": "X"}],
                },
                "made_by": 1,
                "made_at": moment,
            }
        )
    )
    return Alert(
        id=1,
        kind=kind,
        change=change,
        number=provision.number,
        title=provision.title,
        text=provision.text,
        origin=provision.origin,
        topics=provision.topics,
        ready_at=change.made_at,
    )


@given(letters, st.floats(30, 400), st.floats(8, 30), st.integers(1, 5))
@settings(max_examples=150, deadline=None)
def test_lines_fit_and_lose_nothing_while_there_is_room(
    text: str, room: float, size: float, most: int
) -> None:
    lines = wrapped(text, room, size, Weight.BOLD, most=most)
    assert len(lines) <= most
    assert all(width(line, size, Weight.BOLD) <= room or len(line) == 1 for line in lines)
    if not lines or not lines[-1].endswith("…"):
        assert "".join("".join(lines).split()) == "".join(text.split())
    assert width(fitted(text, room, size), size) <= room or fitted(text, room, size) in {text, "…"}


def test_a_title_is_broken_between_words() -> None:
    assert wrapped("one two three", 60, 14, most=3) == ["one two", "three"]
