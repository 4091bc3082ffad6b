"""A tiny invented agreement, and readers of it, for the tests of messages."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from gettext import NullTranslations
from typing import Any

from bot.agreement.board import Board, StatusChange
from bot.agreement.events import Event
from bot.agreement.model import Agreement
from bot.i18n.language import Language
from bot.i18n.pseudo import pseudo
from bot.subscribers.chat import ChatKind
from bot.views.message import Button, Message, Reader
from bot.views.pagination import fits, shown

NOW = datetime(2024, 5, 20, 9, 30, tzinfo=UTC)
ENGLISH = Language("en", NullTranslations())
GREEK = pseudo("el")
"""Brackets every message, and writes dates in Greek letters."""

Spelling = Callable[[str], str]


def as_it_is(text: str) -> str:
    return text


def in_greek_letters(text: str) -> str:
    """Content without a Latin letter: what is left in Latin letters came from the code."""
    latin = "abcdefghijklmnopqrstuvwxyz"
    greek = "αβψδεφγηιξκλμνοπθρστυωςχζζ"
    return text.lower().translate(str.maketrans(latin, greek))


def said(text: str, spelling: Spelling = as_it_is) -> dict[str, str]:
    """A text in each language: the others say which one it is."""
    text = spelling(text)
    return {"en": text, **{code: f"{text} ({spelling(code)})" for code in ("az", "tr", "ru")}}


def evidence(url: str, spelling: Spelling = as_it_is, **more: Any) -> dict[str, Any]:
    return {
        "url": url,
        "publisher": "harbour_post",
        "date": "2023-03-02",
        "quote": spelling("The lamp is lit & burning."),
        "language": "en",
        **more,
    }


def agreement_json(spelling: Spelling = as_it_is) -> dict[str, Any]:
    def all_languages(text: str) -> dict[str, str]:
        return said(text, spelling)

    def history(*entries: dict[str, Any]) -> list[dict[str, Any]]:
        return [{"status": "announced", "date": "2020-01-05"}, *entries]

    return {
        "id": "lighthouse",
        "title": all_languages("Treaty of the Two Shores on a Common Lighthouse"),
        "short_title": all_languages("Lighthouse Treaty"),
        "parties": [
            {"id": "north", "name": all_languages("North Shore"), "flag": "🏔"},
            {"id": "south", "name": all_languages("South Shore"), "flag": "🏖"},
        ],
        "date": "2020-01-05",
        "languages": ["en", "az", "tr", "ru"],
        "about": all_languages("Two shores share one light. They signed for it in 2020."),
        "sides": [
            {"id": "north", "title": all_languages("North Shore")},
            {"id": "south", "title": all_languages("South Shore")},
        ],
        "publishers": [
            {
                "id": "harbour_post",
                "name": all_languages("Harbour Post"),
                "side": "north",
                "kind": "near_state",
            },
            {"id": "southern_mail", "name": all_languages("Southern Mail"), "side": "south"},
            {"id": "archive", "name": all_languages("Harbour Archive"), "side": "north"},
        ],
        "sources": [
            {
                "title": spelling("The treaty's text"),
                "url": "https://example.org/treaty",
                "publisher": "archive",
                "language": "en",
                "note": all_languages("Only the preamble could be read."),
            }
        ],
        "topics": [
            {
                "id": "light",
                "command": "light",
                "aliases": ["lamp"],
                "symbol": "💡",
                "title": all_languages("Light"),
                "keywords": {"en": [spelling("lamp")]},
            },
            {"id": "boats", "command": "boats", "symbol": "⛵", "title": all_languages("Boats")},
            {"id": "birds", "command": "birds", "symbol": "🐦", "title": all_languages("Birds")},
        ],
        "provisions": [
            {
                "id": "lamp",
                "number": 1,
                "topics": ["light"],
                "title": all_languages("A common lamp <big & bright>"),
                "text": all_languages("The shores will light one lamp. It burns all night."),
                "origin": "clause",
                "checked_on": "2024-03-01",
                "wordings": [
                    {
                        "of": "listed",
                        "text": spelling("There will be a great lamp."),
                        "language": "en",
                        "url": "https://example.org/post",
                        "publisher": spelling("A post"),
                    },
                    {
                        "of": "clause",
                        "text": spelling("The shores shall light one lamp."),
                        "language": "tr",
                        "url": "https://example.org/treaty",
                        "publisher": "archive",
                    },
                ],
                "difference": all_languages("The post calls it great; the text does not."),
                "target": all_languages("One lamp, seen from 20 miles."),
                "deadline": "2026-12",
                "conflicts": [
                    {
                        "text": all_languages("The northern press counts two lamps."),
                        "evidence": [evidence("https://example.org/two", spelling)],
                    }
                ],
                "context": [
                    {
                        "text": all_languages("The older lamp went out in 2011."),
                        "evidence": [
                            evidence("https://example.org/old", spelling, publisher="southern_mail")
                        ],
                    }
                ],
                "history": history(
                    {
                        "status": "started",
                        "date": "2023-03-01",
                        "note": all_languages("The first stone was laid."),
                        "evidence": [evidence("https://example.org/stone", spelling)],
                    },
                    {
                        "status": "advanced",
                        "date": "2024-02",
                        "note": all_languages("The tower stands."),
                        "evidence": [evidence("https://example.org/tower?a=1&b=2", spelling)],
                    },
                ),
            },
            {
                "id": "ferry",
                "number": 2,
                "topics": ["boats", "light"],
                "title": all_languages("A ferry between the shores"),
                "text": all_languages("A ferry was spoken of."),
                "origin": "statement",
                "checked_on": "2020-02",
                "history": history(),
            },
            {
                "id": "oars",
                "number": 3,
                "topics": ["boats"],
                "title": all_languages("Oars for everyone"),
                "text": all_languages("Everyone gets oars."),
                "origin": "listed",
                "checked_on": "2020-02",
                "history": [{"status": "unrated", "reason": "no_source", "date": "2020"}],
            },
        ],
    }


def agreement(spelling: Spelling = as_it_is) -> Agreement:
    return Agreement.model_validate_json(json.dumps(agreement_json(spelling)))


def board(*changes: StatusChange, spelling: Spelling = as_it_is) -> Board:
    return Board(agreement(spelling), changes)


def change(provision_id: str = "ferry", number: int = 1, **fields: Any) -> StatusChange:
    """A change of the ferry from announced to started, or of what `fields` say."""
    before = agreement().provision(provision_id)
    assert before is not None
    after = {
        "status": "started",
        "date": "2024-05-18",
        "note": said("The keel was laid."),
        "evidence": [evidence("https://example.org/keel")],
    }
    return StatusChange.model_validate_json(
        json.dumps(
            {
                "id": number,
                "provision_id": provision_id,
                "before": json.loads(before.shown_by.model_dump_json()),
                "after": {**after, **fields},
                "made_by": 7,
                "made_at": NOW.isoformat(),
            }
        )
    )


def entry(**fields: Any) -> Event:
    return Event.model_validate_json(json.dumps(fields))


def reader(language: Language = ENGLISH, kind: ChatKind = ChatKind.PRIVATE) -> Reader:
    spelling = in_greek_letters if language is GREEK else as_it_is
    return Reader(
        language=language,
        kind=kind,
        now=NOW,
        bot_username="lighthouse_bot",
        publishers=board(spelling=spelling).publishers,
    )


def buttons(message: Message) -> list[Button]:
    return [button for row in message.rows for button in row]


def button(message: Message, label: str) -> Button:
    return next(each_button for each_button in buttons(message) if label in each_button.label)


def check(message: Message) -> None:
    """What every message owes to Telegram."""
    assert fits(message.html), len(shown(message.html))
    assert shown(message.html).strip()
    assert len(buttons(message)) <= 100
    assert all(message.rows), "an empty row"
    for each_button in buttons(message):
        ways = [each_button.action, each_button.url, each_button.copy, each_button.share]
        assert sum(way is not None for way in ways) == 1, each_button
        assert 0 < len(each_button.label) <= 64, each_button
        assert each_button.copy is None or 0 < len(each_button.copy) <= 256


def outside_the_catalog(text: str) -> str:
    """What of a text in the made-up language stands outside its brackets."""
    depth, kept = 0, []
    for letter in text:
        depth += (letter == "⟦") - (letter == "⟧")
        if depth == 0:
            kept.append(letter)
    return "".join(kept).replace("⟧", " ")


def check_translated(message: Message) -> None:
    """Every word of a message for `GREEK` went through the catalog.

    Content comes in Greek letters (`in_greek_letters`); commands, addresses and languages' codes
    may stay.
    """
    words = [shown(message.html), *(each_button.label for each_button in buttons(message))]
    for text in words:
        left = " ".join(
            word
            for word in outside_the_catalog(text).split()
            if not word.startswith(("/", "https://"))
        )
        assert not any(letter.isascii() and letter.isalpha() for letter in left), left
