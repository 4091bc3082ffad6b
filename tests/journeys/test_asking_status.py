"""Questions of status and time: how many there are stands first."""

from __future__ import annotations

import pytest
from stage import ANNA, DENIZ, EMMA, LEYLA, Stage, has

CONSULATE, RAILWAY = "15. ", "29. "


@pytest.mark.parametrize(
    ("user_id", "question", "words"),
    [
        (EMMA, "what is stalled?", "Stalled: 1 of 31\n28. "),
        (EMMA, "/status stalled", "Only: Stalled"),
        (DENIZ, "/status duran", "⏸"),
        (LEYLA, "nə dayanıb?", "⏸"),
        (ANNA, "что застопорилось", "⏸"),
    ],
)
async def test_a_status_is_said_with_what_stands_there(
    stage: Stage, user_id: int, question: str, words: str
) -> None:
    page = await stage.say(user_id, question)
    assert words in page["text"]
    assert has(page, "28")


async def test_a_part_of_the_board_is_come_back_to(stage: Stage) -> None:
    page = await stage.say(EMMA, "/status energy stalled")
    assert "Energy · Stalled" in page["text"]
    assert "nothing like that" in page["text"]
    energy = await stage.say(EMMA, "/status energy")
    details = await stage.press(EMMA, energy, "19")
    again = await stage.press(EMMA, details, "Back")
    assert again["text"] == energy["text"]


@pytest.mark.parametrize("text", ["energy", "/energy", "enerji", "энергетика", "Energetika"])
async def test_the_status_of_a_topic(stage: Stage, text: str) -> None:
    page = await stage.say(EMMA, f"/status {text}")
    assert "Only: " in page["text"]
    assert "Energy" in page["text"]


@pytest.mark.parametrize(
    ("user_id", "text", "words"),
    [
        (EMMA, "energy 2025", "⚡ Energy · 2025"),
        (EMMA, "2025", "Only: 2025"),
        (EMMA, "energy in march 2026", "⚡ Energy · March 2026"),
        (DENIZ, "enerji 2025", "2025"),
    ],
)
async def test_the_status_of_a_time(stage: Stage, user_id: int, text: str, words: str) -> None:
    page = await stage.say(user_id, f"/status {text}")
    assert words in page["text"]


async def test_the_status_of_something_else_is_a_question(stage: Stage) -> None:
    assert CONSULATE in (await stage.say(EMMA, "/status consulate"))["text"]


async def test_what_changed_in_a_time(stage: Stage) -> None:
    today = stage.clock.now().date()
    await stage.change("mutual_assistance", date=today.isoformat())
    page = await stage.say(EMMA, "what changed this month?")
    assert page["text"].splitlines()[0].endswith(": 1 event")
    assert str(today.year) in page["text"]
    assert "Mutual assistance" in page["text"]
    assert RAILWAY not in page["text"]


async def test_where_nothing_changed_what_changed_last_is_shown(stage: Stage) -> None:
    stage.move_clock(days=400)
    page = await stage.say(EMMA, "what changed this month?")
    assert page["text"].splitlines()[0].endswith(": 0 events")
    assert "The latest changes:" in page["text"]


async def test_a_russian_date_does_not_end_in_two_stops(stage: Stage) -> None:
    stage.move_clock(days=400)
    page = await stage.say(ANNA, "что изменилось в этом месяце?")
    assert "г." in page["text"]
    assert ".." not in page["text"]


async def test_a_topic_with_a_status(stage: Stage) -> None:
    page = await stage.say(EMMA, "started transport projects")
    assert page["text"].startswith("Started: 1 of ")
    assert RAILWAY in page["text"]


async def test_a_status_that_a_subject_has_not(stage: Stage) -> None:
    page = await stage.say(EMMA, "is the consulate stalled?")
    assert CONSULATE in page["text"].splitlines()[1]
    assert "Announced" in page["text"].splitlines()[1]
