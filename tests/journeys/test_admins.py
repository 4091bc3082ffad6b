"""What admins do from chat, and that nobody else can."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from stage import ADMIN, ANNA, DENIZ, EMMA, GROUP, LEYLA, Stage, button_of, has

from bot.playground.faults import Fault

MENU, LANGUAGES = "setMyCommands", {"", "az", "en", "ru", "tr"}
ADMIN_COMMANDS = ["/update", "/undo", "/audit", "/stats", "/export", "/reload"]


@pytest.mark.parametrize("command", ADMIN_COMMANDS)
async def test_others_see_no_trace_of_the_admins_commands(stage: Stage, command: str) -> None:
    unknown = (await stage.say(EMMA, "/qwertyuiopasdfghj"))["text"]
    answer = (await stage.say(EMMA, command))["text"]
    shape = unknown.replace("/qwertyuiopasdfghj", "X")
    assert answer.replace(command, "X").splitlines()[0] == shape.splitlines()[0]
    await stage.world.wait_for(lambda: command[1:] in menu_of(stage, ADMIN) or None)
    assert "topics" in menu_of(stage, EMMA)
    assert command[1:] not in menu_of(stage, EMMA)


def menu_of(stage: Stage, user_id: int) -> list[str]:
    """The commands that Telegram lists in a person's private chat."""
    user, chat = stage.world.users[user_id], stage.world.find_chat(user_id)
    listed = stage.world.profile.commands_for(user, chat, "member")
    return [item["command"] for item in listed]


async def test_an_admins_button_is_dead_in_other_hands(stage: Stage) -> None:
    await stage.say(EMMA, "/subscribe transport")
    asked = await stage.say(ADMIN, "/update railway advanced 2026-03-06 https://example.org/x n")
    confirm = button_of(asked, "Send to")["callback_data"]
    page = await stage.say(EMMA, "/help")
    query = await stage.world.press(EMMA, EMMA, page["message_id"], confirm, stale=True)
    assert (await stage.world.toast(query)).text
    await stage.settle()
    assert not stage.alerts_of(EMMA)
    assert not await stage.bot.context.store.changes()


async def test_step_by_step(stage: Stage) -> None:
    await stage.say(EMMA, "/subscribe transport")
    page = await stage.say(ADMIN, "/update")
    while not has(page, "29"):
        page = await stage.press(ADMIN, page, "›")
    page = await stage.press(ADMIN, page, "29")
    page = await stage.press(ADMIN, page, "Substantial progress")
    page = await stage.say(ADMIN, "31.02.2026")
    assert "date" in page["text"].lower()
    page = await stage.say(ADMIN, "06.03.2026")
    page = await stage.say(ADMIN, "not an address")
    page = await stage.say(ADMIN, "https://example.org/news")
    page = await stage.say(ADMIN, "The depot is finished.")
    assert has(page, "Send to 1 chat")
    await stage.press(ADMIN, page, "Send to")
    alert = (await stage.alerts(EMMA, 1))[0]
    assert "The depot is finished." in alert["text"]


async def test_the_preview_shows_every_language(stage: Stage) -> None:
    before = len(stage.world.answers(ADMIN))
    asked = await stage.say(
        ADMIN, "/update railway advanced 2026-03-06 https://example.org/x A note."
    )
    assert len(stage.world.answers(ADMIN)) == before + 1, "the alert and the question are one"
    asked = await stage.press(ADMIN, asked, "Options")
    await stage.press(ADMIN, asked, "every language")
    text = "\n".join(message["text"] for message in stage.world.answers(ADMIN)[before:])
    for words in ("Nakhchivan–Kars railway", "Naxçıvan", "Nahçıvan", "Железная дорога"):
        assert words in text


async def test_no_status_above_announced_without_a_source(stage: Stage) -> None:
    answer = await stage.say(ADMIN, "/update railway done 2026-03-06 no link here")
    assert "source" in answer["text"].lower()
    assert not await stage.bot.context.store.changes()


async def test_a_draft_is_discarded(stage: Stage) -> None:
    asked = await stage.say(ADMIN, "/update railway advanced 2026-03-06 https://example.org/x n")
    confirm = button_of(asked, "Record it")["callback_data"]
    await stage.press(ADMIN, asked, "Discard")
    query = await stage.world.press(ADMIN, ADMIN, asked["message_id"], confirm, stale=True)
    assert (await stage.world.toast(query)).text
    assert not await stage.bot.context.store.changes()


async def test_a_second_tap_on_confirm_changes_nothing(stage: Stage) -> None:
    await stage.say(EMMA, "/subscribe transport")
    asked = await stage.say(ADMIN, "/update railway advanced 2026-03-06 https://example.org/x n")
    data = button_of(asked, "Send to")["callback_data"]
    for _ in range(3):
        await stage.world.press(ADMIN, ADMIN, asked["message_id"], data, stale=True)
    await stage.alerts(EMMA, 1)
    await stage.idle()
    await stage.settle()
    assert len(stage.alerts_of(EMMA)) == 1
    assert len(await stage.bot.context.store.changes()) == 1


async def test_a_draft_outlives_a_restart(stage: Stage) -> None:
    await stage.say(ADMIN, "/update railway advanced")
    await stage.stop()
    await stage.start()
    await stage.say(ADMIN, "2026-03-06")
    draft = (await stage.bot.context.store.draft(ADMIN))["draft"]
    assert (draft["status"], draft["date"]) == ("advanced", "2026-03-06")


async def _killed_before_it_confirmed(stage: Stage, *messages: dict[str, Any]) -> None:
    """Telegram hands the messages out again to the bot that starts after the kill."""
    await stage.stop()
    for message in messages:
        stage.world.updates.add("message", message)
    await stage.start()
    await stage.idle()


async def test_an_answer_that_comes_twice_is_taken_once(stage: Stage) -> None:
    page = await stage.say(ADMIN, "/update railway advanced")
    assert "When" in page["text"]
    typed = await stage.world.say(ADMIN, "06.03.2026")
    await stage.idle()
    asked = stage.last(ADMIN)["text"]
    before = len(stage.world.answers(ADMIN))
    await _killed_before_it_confirmed(stage, typed)
    again = stage.world.answers(ADMIN)[before:]
    assert [item["text"] for item in again] == [asked], "it is asked once more, and not refused"
    page = await stage.say(ADMIN, "https://example.org/news")
    assert "https://example.org/news" in str(await stage.bot.context.store.draft(ADMIN))


async def test_a_source_that_comes_twice_is_no_note(stage: Stage) -> None:
    first = await stage.world.say(ADMIN, "/update railway advanced")
    await stage.idle()
    await stage.say(ADMIN, "06.03.2026")
    typed = await stage.world.say(ADMIN, "https://example.org/news")
    await stage.idle()
    kept = await stage.bot.context.store.draft(ADMIN)
    await _killed_before_it_confirmed(stage, first, typed)
    assert await stage.bot.context.store.draft(ADMIN) == kept
    page = await stage.say(ADMIN, "A note.")
    assert has(page, "Record it")
    note = (await stage.bot.context.store.draft(ADMIN))["draft"]["notes"]
    assert note == {"en": "A note."}
    before = len(stage.world.answers(ADMIN))
    await _killed_before_it_confirmed(stage, typed)
    assert has(stage.last(ADMIN), "Record it"), "the alert, which may not have arrived"
    assert len(stage.world.answers(ADMIN)) == before + 1


async def test_undo_sends_a_correction_to_those_who_got_the_alert(stage: Stage) -> None:
    await stage.say(EMMA, "/subscribe transport")
    await stage.change()
    await stage.alerts(EMMA, 1)
    await stage.settle()
    await stage.say(DENIZ, "/subscribe transport")
    question = await stage.say(ADMIN, "/undo")
    await stage.press(ADMIN, question, "ake it back")
    corrections = await stage.alerts(EMMA, 2)
    assert "Correction" in corrections[1]["text"]
    await stage.settle()
    assert not stage.alerts_of(DENIZ)
    assert "Started" in (await stage.say(EMMA, "/provision 29"))["text"]
    audit = (await stage.say(ADMIN, "/audit"))["text"]
    assert str(ADMIN) in audit


async def test_undo_has_its_time(stage: Stage) -> None:
    await stage.change()
    stage.move_clock(hours=2)
    answer = await stage.say(ADMIN, "/undo")
    assert not has(answer, "ake it back")


async def test_stats_count(stage: Stage) -> None:
    await stage.say(EMMA, "/subscribe transport")
    assert "1" in (await stage.say(ADMIN, "/stats"))["text"]


async def test_export_sends_both_files(stage: Stage) -> None:
    await stage.change()
    before = len(stage.world.answers(ADMIN))
    await stage.world.say(ADMIN, "/export")
    await stage.world.wait_for(lambda: len(stage.world.answers(ADMIN)) >= before + 2 or None)
    names = [m["document"]["file_name"] for m in stage.world.answers(ADMIN)[before:]]
    assert [name.rsplit(".")[-1] for name in names] == ["json", "csv"]


async def test_a_faulty_content_file_is_refused_and_the_old_kept(tmp_path: Path) -> None:
    good = Path("content/provisions.json").read_text(encoding="utf-8")
    file = tmp_path / "content.json"
    file.write_text(good, encoding="utf-8")
    stage = Stage(tmp_path / "data", content=file)
    await stage.open()
    try:
        document = json.loads(good)
        del document["provisions"][28]["title"]["tr"]
        document["provisions"][0]["topics"] = ["nowhere"]
        file.write_text(json.dumps(document), encoding="utf-8")
        answer = (await stage.say(ADMIN, "/reload"))["text"]
        assert "/provisions/28/title" in answer
        assert "nowhere" in answer
        assert "29. " in (await stage.say(EMMA, "/transport"))["text"]
        document = json.loads(good)
        document["provisions"][28]["title"]["en"] = "A railway by another name"
        file.write_text(json.dumps(document), encoding="utf-8")
        await stage.say(ADMIN, "/reload")
        assert "by another name" in (await stage.say(EMMA, "/transport"))["text"]
    finally:
        await stage.close()


async def test_feedback_reaches_the_admins_without_a_name(stage: Stage) -> None:
    await stage.say(ADMIN, "/start")
    before = len(stage.world.answers(ADMIN))
    await stage.say(EMMA, "/feedback <b>Well done</b> & thanks")
    await stage.world.wait_for(lambda: len(stage.world.answers(ADMIN)) > before or None)
    text = stage.last(ADMIN)["text"]
    assert "<b>Well done</b> & thanks" in text
    assert "Person" not in text


async def test_long_feedback_reaches_the_admins_whole(stage: Stage) -> None:
    await stage.say(ADMIN, "/start")
    before = len(stage.world.answers(ADMIN))
    words = [f"word{number}" for number in range(480)]
    said = " ".join(words)
    assert 3500 < len(said) < 4000
    thanks = await stage.say(EMMA, f"/feedback {said}")
    assert "Thank you." in thanks["text"]
    parts = [answer["text"] for answer in stage.world.answers(ADMIN)[before:]]
    assert [text.splitlines()[0][-3:] for text in parts] == ["1/2", "2/2"]
    told = " ".join(text.partition("\n")[2] for text in parts)
    assert told.partition("To answer")[0].split() == words


async def test_admin_commands_stay_out_of_groups(stage: Stage) -> None:
    stage.world.add_bot(GROUP, ADMIN)
    await stage.world.wait_for(lambda: stage.world.answers(GROUP) or None)
    count = len(stage.world.answers(GROUP))
    await stage.world.say(ADMIN, "/stats", GROUP)
    await stage.say(ADMIN, "/topics", GROUP)
    assert len(stage.world.answers(GROUP)) == count + 1


async def test_feedback_from_many_groups_does_not_keep_the_admins_from_their_chat(
    tmp_path: Path,
) -> None:
    stage = Stage(tmp_path / "data", chat_seconds=0.3)
    groups = range(-6030, -6000)
    for group in groups:
        stage.world.group(group, f"Group {group}", [ADMIN, EMMA], bot="member")
    await stage.open()
    await stage.say(ADMIN, "/start")
    for group in groups:
        await stage.world.say(ADMIN, "/feedback " + "text " * 700, group, anonymous=True)
    await stage.world.wait_for(lambda: len(stage.world.answers(ADMIN)) > 2 or None)
    before = time.monotonic()
    await stage.world.say(ADMIN, "/help")
    await stage.world.wait_for(
        lambda: [it for it in stage.world.answers(ADMIN) if "What you can send" in it["text"]]
    )
    assert time.monotonic() - before < 2
    await stage.idle()
    feedback = [answer for answer in stage.world.answers(ADMIN) if "Feedback" in answer["text"]]
    assert len(feedback) <= 10 * 2
    refused = [
        answer for g in groups for answer in stage.world.answers(g) if "a lot" in answer["text"]
    ]
    assert len(refused) == len(groups) - 10
    await stage.close()


async def test_one_person_gives_feedback_three_times_in_half_an_hour(stage: Stage) -> None:
    await stage.say(ADMIN, "/start")
    answers = [(await stage.say(EMMA, f"/feedback {n}"))["text"] for n in range(5)]
    assert sum("Thank you" in answer for answer in answers) == 3
    assert "half an hour" in answers[-1]


async def test_an_admin_s_menu_is_set_when_that_admin_first_writes(tmp_path: Path) -> None:
    newcomer = 905
    stage = Stage(tmp_path / "data", admins=f"{ADMIN},{newcomer}")
    await stage.open()
    try:

        def calls() -> list[dict[str, object]]:
            made = [call.params for call in stage.playground.calls if call.method == MENU]
            return [call for call in made if call.get("scope", {}).get("chat_id") == newcomer]

        await stage.world.wait_for(lambda: calls() or None, 60)
        assert len(calls()) == 1  # the other languages would be refused as well
        stage.world.person(newcomer, "Newcomer", "tr")
        await stage.say(newcomer, "/start")
        await stage.world.wait_for(lambda: len(calls()) == 1 + len(LANGUAGES) or None, 60)
        assert {call.get("language_code", "") for call in calls()} == LANGUAGES
        await stage.say(newcomer, "/help")
        assert len(calls()) == 1 + len(LANGUAGES)
    finally:
        await stage.close()


async def test_refusals_of_telegram_are_reported_once_for_each_kind(stage: Stage) -> None:
    await stage.say(ADMIN, "/start")

    def reports() -> list[str]:
        found = [answer["text"] for answer in stage.world.answers(ADMIN)]
        return [text for text in found if "The bot had an error" in text]

    async def refuse(person: int, description: str) -> None:
        fault = Fault(*("error", "sendMessage", person), times=1, code=400, description=description)
        stage.playground.faults.add(fault)
        await stage.world.say(person, "/help")
        await stage.idle()

    await refuse(EMMA, "Bad Request: BUTTON_DATA_INVALID")
    await refuse(LEYLA, "Bad Request: can't parse entities at byte offset 17")
    await refuse(DENIZ, "Bad Request: can't parse entities at byte offset 204")
    await refuse(ANNA, "Bad Request: BUTTON_DATA_INVALID")
    first, second = reports()
    assert "sendMessage: Button_data_invalid" in first  # as the library writes it
    assert "sendMessage: Can't parse entities at byte offset …" in second


async def test_east_of_utc_todays_date_is_taken_without_a_time_zone(stage: Stage) -> None:
    now = stage.clock.now()
    stage.move_clock(seconds=((21.5 - now.hour) % 24) * 3600 - now.minute * 60)
    tomorrow = (stage.clock.now() + timedelta(days=1)).date()
    page = await stage.say(ADMIN, f"/update 29 stalled {tomorrow} https://example.org/a A note.")
    assert "is in the future" not in page["text"]
    later = tomorrow + timedelta(days=1)
    page = await stage.say(ADMIN, f"/update 29 stalled {later} https://example.org/a A note.")
    assert "is in the future" in page["text"]
