"""Questions in people's own words: answers, why, filters, what was asked before, inline, gaps."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from stage import (
    ADMIN,
    ANNA,
    DENIZ,
    EMMA,
    GROUP,
    LEYLA,
    PEOPLE,
    Stage,
    buttons,
    has,
)

CONSULATE, RAILWAY = "15. ", "29. "


def data_of(message: dict) -> list[str]:
    return [one["callback_data"] for one in buttons(message) if "callback_data" in one]


# Answers, guesses, and none


@pytest.mark.parametrize("question", ["konsulluq susada", "консульство в Шуше", "the consulate"])
async def test_the_answer_is_in_the_readers_language(stage: Stage, question: str) -> None:
    answers = {user: (await stage.say(user, question))["text"] for user in PEOPLE}
    assert all(CONSULATE in text for text in answers.values())
    assert len(set(answers.values())) == len(PEOPLE)


async def test_an_answer_replies_to_its_question(stage: Stage) -> None:
    answer = await stage.say(EMMA, "energy")
    assert answer["reply_to_message"]["text"] == "energy"
    assert "reply_to_message" not in await stage.say(EMMA, "/help")


async def test_of_several_each_leads_to_details_and_back(stage: Stage) -> None:
    answer = await stage.say(EMMA, "/ask energy")
    number = next(one["text"] for one in buttons(answer) if one["text"].isdigit())
    details = await stage.press(EMMA, answer, number)
    assert "History" in details["text"]
    assert (await stage.press(EMMA, details, "Back"))["text"] == answer["text"]


async def test_following_from_an_answer_keeps_the_way_back(stage: Stage) -> None:
    answer = await stage.say(EMMA, "energy")
    number = next(one["text"] for one in buttons(answer) if one["text"].isdigit())
    details = await stage.press(EMMA, answer, number)
    followed = await stage.press(EMMA, details, "Follow")
    assert (await stage.press(EMMA, followed, "Back"))["text"] == answer["text"]


async def test_nothing_found_is_said(stage: Stage) -> None:
    answer = await stage.say(EMMA, "xylophone concert tickets")
    assert "I found nothing" in answer["text"]
    assert not has(answer, "Why?")


# Why


async def test_why_is_told_in_place_and_back(stage: Stage) -> None:
    answer = await stage.say(EMMA, "pipline")
    why = await stage.press(EMMA, answer, "Why?")
    assert why["message_id"] == answer["message_id"]
    assert "pipline → pipeline" in why["text"]
    back = await stage.press(EMMA, why, "Back")
    assert back["text"] == answer["text"]


async def test_a_single_answer_tells_why_too(stage: Stage) -> None:
    answer = await stage.say(DENIZ, "siber güvenlik")
    why = await stage.press(DENIZ, answer, "Neden")
    assert "siber" in why["text"].lower()
    assert (await stage.press(DENIZ, why, "Geri"))["text"] == answer["text"]


async def test_without_the_question_its_buttons_say_so(stage: Stage) -> None:
    page = await stage.say(EMMA, "/energy")
    for data in ("s:q:w", "s:q:u:3", "s:q"):
        query = await stage.world.press(EMMA, EMMA, page["message_id"], data, stale=True)
        toast = await stage.world.toast(query)
        assert "older message" in (toast.text or "")
    assert stage.now(page)["text"] == page["text"]


# Statuses and times


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
    assert "31 provisions" in whole["text"]
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
    page = await stage.say(EMMA, "finished energy projects")
    assert "only: Done" in page["text"]
    assert "Done" in page["text"]
    wider = await stage.press(EMMA, page, "✕ Done")
    assert "only:" not in wider["text"]
    assert len(data_of(wider)) > len(data_of(page)) - 1


async def test_a_status_that_a_subject_has_not(stage: Stage) -> None:
    page = await stage.say(EMMA, "is the consulate stalled?")
    assert "matches “Stalled”" in page["text"]
    assert CONSULATE in page["text"]


# What was asked before


async def test_sources_and_dates_of_the_answer_before(stage: Stage) -> None:
    await stage.say(EMMA, "railway to Nakhchivan")
    sources = await stage.say(EMMA, "sources?")
    assert "About the answer before" in sources["text"]
    assert RAILWAY in sources["text"]
    assert any(one["type"] == "text_link" for one in sources["entities"])
    dates = await stage.say(EMMA, "when?")
    assert RAILWAY in dates["text"]
    assert "Announced" in dates["text"]
    why = await stage.press(EMMA, dates, "Why?")
    assert "answer before" in why["text"]
    assert (await stage.press(EMMA, why, "Back"))["text"] == dates["text"]


async def test_the_status_of_the_answer_before(stage: Stage) -> None:
    await stage.say(EMMA, "consulate")
    status = await stage.say(EMMA, "status?")
    assert CONSULATE in status["text"]
    assert "Latest changes" not in status["text"]


async def test_and_the_railway(stage: Stage) -> None:
    await stage.say(EMMA, "is the consulate finished?")
    page = await stage.say(EMMA, "and the railway?")
    assert RAILWAY in page["text"]
    assert "Done" in page["text"]


async def test_what_is_looked_at_can_be_asked_about(stage: Stage) -> None:
    page = await stage.say(EMMA, "energy")
    details = await stage.press(EMMA, page, "19")
    sources = await stage.say(EMMA, "sources?")
    assert "19. " in sources["text"]
    assert (await stage.press(EMMA, details, "Back"))["text"] == page["text"]


async def test_the_context_ends(stage: Stage) -> None:
    await stage.say(EMMA, "consulate")
    stage.move_clock(minutes=11)
    later = await stage.say(EMMA, "sources?")
    assert "Of which provision?" in later["text"]


async def test_the_context_is_forgotten_with_the_chat(stage: Stage) -> None:
    await stage.say(EMMA, "consulate")
    store = stage.bot.desk.store
    kept = (await store.known(EMMA)).context
    assert kept["provisions"][0] == "consulate_shusha"
    assert "consulate" not in {kept[name] for name in kept if isinstance(kept[name], str)}
    question = await stage.say(EMMA, "/forgetme")
    await stage.press(EMMA, question, button_label(question))
    assert (await store.known(EMMA)).context is None


def button_label(message: dict) -> str:
    return buttons(message)[0]["text"]


async def test_one_persons_context_is_not_anothers(stage: Stage) -> None:
    await stage.say(EMMA, "consulate")
    assert CONSULATE not in (await stage.say(DENIZ, "kaynaklar?"))["text"]


# Groups


@pytest.mark.parametrize("reads_all", [False, True])
async def test_a_group_asks_by_command_mention_or_reply(stage: Stage, reads_all: bool) -> None:
    stage.world.can_read_all = reads_all
    stage.world.add_bot(GROUP, ADMIN)
    await stage.world.wait_for(lambda: stage.world.answers(GROUP) or None)
    username = stage.bot.desk.bot.username
    mention = await stage.say(EMMA, f"what of the consulate, @{username}?", GROUP)
    assert CONSULATE in mention["text"]
    command = await stage.say(EMMA, f"/ask@{username} railway to Nakhchivan", GROUP)
    assert RAILWAY in command["text"]
    answer = await stage.say(EMMA, "cyber", GROUP, reply_to=command["message_id"])
    assert "13. " in answer["text"]
    called = await stage.say(EMMA, f"@{username}: consulate", GROUP)
    assert "“consulate”" in called["text"]
    assert answer["reply_to_message"]["text"] == "cyber"
    before = len(stage.world.answers(GROUP))
    for text in ("consulate?", "what is stalled?", "sources?", "@somebody railway"):
        await stage.world.say(EMMA, text, GROUP)
    await stage.world.say(
        DENIZ, "railway", GROUP, reply_to=mention["reply_to_message"]["message_id"]
    )
    await stage.idle()
    assert len(stage.world.answers(GROUP)) == before


async def test_why_works_for_a_mention_in_a_group(stage: Stage) -> None:
    stage.world.add_bot(GROUP, ADMIN)
    await stage.world.wait_for(lambda: stage.world.answers(GROUP) or None)
    answer = await stage.say(EMMA, f"@{stage.bot.desk.bot.username} pipline", GROUP)
    why = await stage.press(DENIZ, answer, "Why?")
    assert "pipline → pipeline" in why["text"]
    assert (await stage.bot.desk.store.known(GROUP)).context is None


# Inline


async def test_cards_have_a_status_a_line_and_ways_to_share(stage: Stage) -> None:
    answer = await stage.world.inline_answer(ANNA, "консульство")
    assert answer["is_personal"] is True
    assert answer["cache_time"] <= 300
    first = answer["results"][0]
    assert first["id"] == "consulate_shusha"
    assert first["title"].startswith("15. ")
    assert "·" in first["description"]
    links = [one["url"] for row in first["reply_markup"]["inline_keyboard"] for one in row]
    assert links[0].endswith("?start=provision_consulate_shusha")
    shared = parse_qs(urlsplit(links[1]).query)
    assert shared["url"] == [links[0]]


async def test_all_changes_are_paged_through(stage: Stage) -> None:
    stage.world.person(555, "Nobody", "de")
    seen: list[str] = []
    offset = ""
    while True:
        answer = await stage.world.inline_answer(555, "", offset)
        seen += [one["id"] for one in answer["results"]]
        assert len(answer["results"]) <= 50
        offset = answer.get("next_offset", "")
        if not offset:
            break
    assert len(seen) == len(set(seen)) > 10
    assert not (await stage.world.inline_answer(555, "", "999"))["results"]
    assert (await stage.world.inline_answer(555, "", "²"))["results"]


async def test_inline_has_the_best_first_and_all_of_a_topic(stage: Stage) -> None:
    """A topic's command may be a word that one of its provisions is about."""
    board = stage.bot.desk.briefing.board
    shown = [one["id"] for one in await stage.world.inline(EMMA, "railway")]
    assert shown[0] == "nakhchivan_kars_railway"
    topic = next(one for one in board.agreement.topics if "railway" in one.names)
    assert {one.id for one in board.of_topic(topic.id)} <= set(shown)


async def test_inline_understands_what_the_chat_does(stage: Stage) -> None:
    assert [one["id"] for one in await stage.world.inline(LEYLA, "nə dayanıb")]
    nothing = await stage.world.inline_answer(EMMA, "xylophone concert tickets")
    assert not nothing["results"]
    assert nothing["button"]["start_parameter"] == "topics"
    assert "Topics" in (await stage.say(EMMA, "/start topics"))["text"]


# Questions without an answer


async def test_gaps_are_counted_without_names(stage: Stage) -> None:
    for user in (EMMA, DENIZ, ANNA):
        await stage.say(user, "Xylophone, CONCERT tickets!")
    await stage.say(EMMA, "my own secret zzyzx story")
    await stage.say(EMMA, "qwrtz mail me at emma@example.org")
    await stage.say(EMMA, "consulate")
    await stage.say(EMMA, "sources?")
    page = await stage.say(ADMIN, "/gaps")
    assert "xylophone concert tickets · 3 times" in page["text"]
    assert "zzyzx" not in page["text"]
    assert "qwrtz" not in page["text"]
    assert "consulate" not in page["text"]
    assert all("zzyzx" not in one.text for one in await stage.bot.desk.store.gaps())
    await stage.stop()
    await stage.start()
    assert "3 times" in (await stage.say(ADMIN, "/gaps"))["text"]
    asked = await stage.press(ADMIN, page, "Erase")
    empty = await stage.press(ADMIN, asked, "Erase")
    assert "xylophone" not in empty["text"]
    assert not await stage.bot.desk.store.gaps()


async def test_gaps_are_for_admins(stage: Stage) -> None:
    assert "no command" in (await stage.say(EMMA, "/gaps"))["text"]
    page = await stage.say(EMMA, "/help")
    assert "/gaps" not in page["text"]
    assert "/gaps" in (await stage.say(ADMIN, "/help"))["text"]
    query = await stage.world.press(EMMA, EMMA, page["message_id"], "gc:1", stale=True)
    assert (await stage.world.toast(query)).text


async def test_gaps_can_be_switched_off(tmp_path) -> None:
    stage = Stage(tmp_path / "data")
    await stage.open()
    try:
        for _ in range(2):
            await stage.say(EMMA, "xylophone concert tickets")
        assert "xylophone" in (await stage.say(ADMIN, "/gaps"))["text"]
        assert "90 days" in (await stage.say(EMMA, "/privacy"))["text"]
        await stage.stop()
        stage._overrides["gaps"] = False
        await stage.start()
        await stage.say(EMMA, "xylophone concert tickets")
        assert "BRIEFING_GAPS=false" in (await stage.say(ADMIN, "/gaps"))["text"]
        assert not await stage.bot.desk.store.gaps()
        assert "90 days" not in (await stage.say(EMMA, "/privacy"))["text"]
    finally:
        await stage.close()


async def test_a_name_like_the_bots_is_another(stage: Stage) -> None:
    stage.world.can_read_all = True
    stage.world.add_bot(GROUP, ADMIN)
    await stage.world.wait_for(lambda: stage.world.answers(GROUP) or None)
    username = stage.bot.desk.bot.username
    before = len(stage.world.answers(GROUP))
    said = await stage.world.say(EMMA, f"@{username}2 railway", GROUP)
    await stage.world.say(EMMA, f"mail@{username} railway", GROUP)
    await stage.idle()
    assert len(stage.world.answers(GROUP)) == before
    reply = await stage.say(
        DENIZ, f"@{username} railway to Nakhchivan?", GROUP, reply_to=said["message_id"]
    )
    assert RAILWAY in reply["text"]
    assert "/ask" in (await stage.say(EMMA, f"@{username}", GROUP))["text"]
