"""Questions of status and time: the filter is shown, and removed by button."""

from __future__ import annotations

import pytest
from stage import ANNA, DENIZ, EMMA, LEYLA, Stage, buttons, has

CONSULATE, RAILWAY = "15. ", "29. "


def data_of(message: dict) -> list[str]:
    return [button["callback_data"] for button in buttons(message) if "callback_data" in button]


@pytest.mark.parametrize(
    ("user_id", "question", "words"),
    [
        (EMMA, "what is stalled?", "Only: ⏸ Stalled"),
        (EMMA, "/status stalled", "Only: ⏸ Stalled"),
        (DENIZ, "/status duran", "⏸"),
        (LEYLA, "nə dayanıb?", "⏸"),
        (ANNA, "что застопорилось", "⏸"),
    ],
)
async def test_a_status_is_shown_as_a_filter(
    stage: Stage, user_id: int, question: str, words: str
) -> None:
    page = await stage.say(user_id, question)
    assert words in page["text"]
    assert has(page, "✕ ⏸")


async def test_a_filter_is_removed_part_by_part(stage: Stage) -> None:
    page = await stage.say(EMMA, "/status energy stalled")
    assert "Energy · ⏸ Stalled" in page["text"]
    assert "nothing like that" in page["text"]
    energy = await stage.press(EMMA, page, "✕ ⏸ Stalled")
    assert energy["message_id"] == page["message_id"]
    assert "Only: " in energy["text"]
    details = await stage.press(EMMA, energy, "19")
    again = await stage.press(EMMA, details, "Back")
    assert again["text"] == energy["text"]
    whole = await stage.press(EMMA, again, "Energy")
    assert "Only: " not in whole["text"]
    assert "34 provisions" in whole["text"]
    assert not has(whole, "✕")


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
    assert has(page, "✕")


async def test_the_status_of_something_else_is_a_question(stage: Stage) -> None:
    assert CONSULATE in (await stage.say(EMMA, "/status consulate"))["text"]


async def test_what_changed_in_a_time(stage: Stage) -> None:
    today = stage.clock.now().date()
    await stage.change("mutual_assistance", date=today.isoformat())
    page = await stage.say(EMMA, "what changed this month?")
    assert "Only: " in page["text"]
    assert str(today.year) in page["text"]
    assert "Mutual assistance" in page["text"]
    assert RAILWAY not in page["text"]
    everything = await stage.press(EMMA, page, "✕ ")
    assert "Only: " not in everything["text"]


async def test_where_nothing_changed_what_changed_last_is_shown(stage: Stage) -> None:
    stage.move_clock(days=400)
    page = await stage.say(EMMA, "what changed this month?")
    assert "Nothing has changed in this time" in page["text"]
    assert "Latest changes" in page["text"]


async def test_a_russian_date_does_not_end_in_two_stops(stage: Stage) -> None:
    stage.move_clock(days=400)
    page = await stage.say(ANNA, "что изменилось в этом месяце?")
    assert "г.)" in page["text"]
    assert ".." not in page["text"]


async def test_a_subject_with_a_status(stage: Stage) -> None:
    page = await stage.say(EMMA, "started transport projects")
    assert "only: Started" in page["text"]
    assert "Started" in page["text"]
    wider = await stage.press(EMMA, page, "✕ Started")
    assert "only:" not in wider["text"]
    assert len(data_of(wider)) > len(data_of(page)) - 1


async def test_a_status_that_a_subject_has_not(stage: Stage) -> None:
    page = await stage.say(EMMA, "is the consulate stalled?")
    assert "matches “Stalled”" in page["text"]
    assert CONSULATE in page["text"]
