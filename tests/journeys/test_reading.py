"""What anyone can read, in each language, from the first /start on."""

from __future__ import annotations

import pytest
from stage import ADMIN, ANNA, DENIZ, EMMA, FORUM, GROUP, LEYLA, PEOPLE, Stage, buttons, has

from bot.telegram.commands import Menus

COMMANDS = [
    "/start",
    "/help",
    "/topics",
    "/status",
    "/latest",
    "/provision 29",
    "/about",
    "/privacy",
    "/language",
    "/settings",
    "/subscriptions",
    "/subscribe",
    "/unsubscribe",
    "/forgetme",
    "/feedback",
    "/ask",
    "/channels",
    "/energy",
]


@pytest.mark.parametrize("user_id", PEOPLE)
async def test_each_command_answers_in_each_language(stage: Stage, user_id: int) -> None:
    answers = [(await stage.say(user_id, command))["text"] for command in COMMANDS]
    if user_id != EMMA:
        for command, text in zip(COMMANDS, answers, strict=True):
            english = (await stage.say(EMMA, command))["text"]
            assert text != english, command


async def test_a_topic_leads_to_details_and_back(stage: Stage) -> None:
    topic = await stage.say(EMMA, "/energy")
    assert "18. " in topic["text"]
    details = await stage.press(EMMA, topic, "19")
    assert details["message_id"] == topic["message_id"]
    assert "Southern Gas Corridor" in details["text"]
    again = await stage.press(EMMA, details, "Back")
    assert again["text"] == topic["text"]


@pytest.mark.parametrize("alias", ["/defense", "/savunma", "/mudafie", "/oborona", "/DEFENCE"])
async def test_a_topic_has_aliases_of_all_languages(stage: Stage, alias: str) -> None:
    assert "Defence" in (await stage.say(EMMA, alias))["text"]


async def test_deep_links_open_a_provision_or_a_topic(stage: Stage) -> None:
    page = await stage.say(EMMA, "/start provision_nakhchivan_kars_railway")
    assert "29. " in page["text"]
    assert "Energy" in (await stage.say(EMMA, "/start topic_energy"))["text"]
    lost = await stage.say(EMMA, "/start provision_of_nowhere")
    assert "There is no provision of_nowhere" in lost["text"]
    assert has(lost, "Topics")


async def test_a_page_is_turned_in_place(stage: Stage) -> None:
    first = await stage.say(EMMA, "/latest")
    second = await stage.press(EMMA, first, "›")
    assert second["message_id"] == first["message_id"]
    assert second["text"] != first["text"]
    assert (await stage.press(EMMA, second, "‹"))["text"] == first["text"]


async def test_the_nearest_command_is_offered(stage: Stage) -> None:
    assert "/energy" in (await stage.say(EMMA, "/enregy"))["text"]
    assert "/status" in (await stage.say(DENIZ, "/statu"))["text"]


async def test_a_command_in_a_languages_own_letters_is_one(stage: Stage) -> None:
    """Telegram knows none such; its words would be searched for, and /yardım found mutual aid."""
    assert (await stage.say(LEYLA, "/müdafiə"))["text"].startswith("🛡 Müdafiə")
    assert (await stage.say(ANNA, "/Оборона"))["text"].startswith("🛡 Оборона")
    assert "Нет такой команды: /помощь" in (await stage.say(ANNA, "/помощь"))["text"]
    assert "/help" in (await stage.say(DENIZ, "/yardım"))["text"]
    assert "29. " in (await stage.say(EMMA, "Is there news on 24/7 trains to Kars?"))["text"]


async def test_words_after_a_command_count(stage: Stage) -> None:
    topic = await stage.say(ANNA, "/timeline оборона")
    assert topic["text"].startswith("Хронология · 🛡 Оборона")
    assert "29. Nakhchivan–Kars" in (await stage.say(EMMA, "/timeline 29"))["text"]
    assert "\n29. " in (await stage.say(ANNA, "/provision №29"))["text"]
    assert "nothing" in (await stage.say(EMMA, "/timeline qwertz"))["text"]
    latest = await stage.say(EMMA, "/latest energy")
    assert "19. " in latest["text"]
    assert "29. " not in latest["text"]


@pytest.mark.parametrize(
    ("user_id", "question", "number"),
    [
        (EMMA, "what about the railway to Nakhchivan?", "29. "),
        (LEYLA, "Şuşada konsulluq", "15. "),
        (DENIZ, "siber güvenlik", "13. "),
        (ANNA, "торговля 15 миллиардов", "28. "),
    ],
)
async def test_a_question_finds_its_provision(
    stage: Stage, user_id: int, question: str, number: str
) -> None:
    assert number in (await stage.say(user_id, question))["text"]


async def test_a_question_about_something_else_is_declined(stage: Stage) -> None:
    answer = await stage.say(EMMA, "xylophone concert tickets")
    assert "nothing" in answer["text"]
    assert [button["text"] for button in buttons(answer)] == ["Topics", "Latest"]


async def test_buttons_of_old_messages_answer_politely(stage: Stage) -> None:
    page = await stage.say(EMMA, "/energy")
    for data in (
        "p:gone_provision:t:energy",
        "v:railway",
        "k:railway",
        "s:q:w",
        "s:t:gone_topic",
        "nonsense",
        "x:y:z",
        "sa:77",
    ):
        query = await stage.world.press(EMMA, EMMA, page["message_id"], data, stale=True)
        toast = await stage.world.toast(query)
        assert toast.text, data
    assert stage.now(page)["text"] == page["text"]


async def test_odd_messages_get_a_fitting_answer(stage: Stage) -> None:
    await stage.say(EMMA, "/start")
    for send in (stage.world.send_sticker, stage.world.send_voice):
        before = len(stage.world.answers(EMMA))
        await send(EMMA)
        await stage.world.wait_for(lambda n=before: len(stage.world.answers(EMMA)) > n or None)
    for text in ("😀" * 200, "\u202eabc\u202d", "<b>&\"'</b>", "a" * 10_000, "/", "//", "   x   "):
        await stage.say(EMMA, text)


async def test_a_message_that_is_corrected_soon_is_answered_again(stage: Stage) -> None:
    said = await stage.world.say(EMMA, "/enrgy")
    await stage.world.wait_for(lambda: stage.world.answers(EMMA) or None)
    stage.move_clock(seconds=50)
    await stage.world.edit(EMMA, EMMA, said["message_id"], "/energy")
    await stage.world.wait_for(lambda: len(stage.world.answers(EMMA)) == 2 or None)
    assert "Energy" in stage.last(EMMA)["text"]


async def test_in_a_group_a_correction_is_answered_if_it_is_for_the_bot(stage: Stage) -> None:
    stage.world.add_bot(GROUP, ADMIN)
    stage.world.can_read_all = True
    await stage.world.wait_for(lambda: stage.world.answers(GROUP) or None)
    said = await stage.world.say(EMMA, "energy", GROUP)
    await stage.world.edit(EMMA, GROUP, said["message_id"], "energy!")
    await stage.world.edit(EMMA, GROUP, said["message_id"], "/energy")
    await stage.world.wait_for(lambda: len(stage.world.answers(GROUP)) == 2 or None)
    assert stage.last(GROUP)["reply_to_message"]["message_id"] == said["message_id"]


async def test_a_message_that_is_edited_later_is_left_alone(stage: Stage) -> None:
    said = await stage.world.say(EMMA, "railway")
    await stage.world.wait_for(lambda: stage.world.answers(EMMA) or None)
    before = len(stage.world.answers(EMMA))
    stage.move_clock(minutes=3)
    await stage.world.edit(EMMA, EMMA, said["message_id"], "energy")
    await stage.say(EMMA, "/help")
    assert len(stage.world.answers(EMMA)) == before + 1


async def test_an_album_is_answered_once(stage: Stage) -> None:
    async def album(number: str, captions: list[str]) -> None:
        for caption in captions:
            photo = await stage.world.send_photo(LEYLA, caption)  # it makes the picture
            picture = {"media_group_id": number, "photo": photo["photo"]}
            await stage.world.send(EMMA, picture | ({"caption": caption} if caption else {}))
        await stage.idle()

    await album("77", ["energy", "", "", ""])
    assert ["Energy" in answer["text"] for answer in stage.world.answers(EMMA)] == [True]
    await album("78", ["", "", ""])
    assert "I can only read text." in stage.last(EMMA)["text"]
    assert len(stage.world.answers(EMMA)) == 2


async def test_a_place_sets_the_time_zone(stage: Stage) -> None:
    location = {"location": {"latitude": 39.76, "longitude": 46.75}}
    await stage.world.send(EMMA, location)
    await stage.world.wait_for(lambda: stage.world.answers(EMMA) or None)
    await stage.press(EMMA, stage.last(EMMA), "Yes, that is my time")
    chat = await stage.bot.context.store.chat(EMMA)
    assert chat.timing.zone == "Asia/Baku"


@pytest.mark.parametrize(
    "talk", ["@Leyla please look at this", "great news!", "👍", "lol", "Спасибо", "?", "no way"]
)
async def test_what_a_group_says_about_an_alert_is_not_answered(stage: Stage, talk: str) -> None:
    stage.world.add_bot(GROUP, ADMIN)
    await stage.say(ADMIN, "/subscribe transport", GROUP)
    await stage.change()
    (alert,) = await stage.alerts(GROUP, 1)
    before = len(stage.world.answers(GROUP))
    await stage.world.say(EMMA, talk, GROUP, reply_to=alert["message_id"])
    await stage.say(EMMA, "/help", GROUP)
    assert len(stage.world.answers(GROUP)) == before + 1


async def test_a_question_about_an_alert_is_answered(stage: Stage) -> None:
    stage.world.add_bot(GROUP, ADMIN)
    await stage.say(ADMIN, "/subscribe transport", GROUP)
    await stage.change()
    (alert,) = await stage.alerts(GROUP, 1)
    for question in ("gas pipeline?", f"@{stage.world.bot.username} nonsense"):
        before = len(stage.world.answers(GROUP))
        await stage.world.say(EMMA, question, GROUP, reply_to=alert["message_id"])
        await stage.idle()
        assert len(stage.world.answers(GROUP)) == before + 1


async def test_a_group_is_answered_when_it_asks_and_left_alone_else(stage: Stage) -> None:
    stage.world.add_bot(GROUP, ADMIN)
    stage.world.can_read_all = True
    await stage.world.wait_for(lambda: stage.world.answers(GROUP) or None)
    greeted = len(stage.world.answers(GROUP))
    for text in ("railway, anyone?", "/unknowncommand", "/energy@another_bot", "/update x"):
        await stage.world.say(EMMA, text, GROUP)
    answer = await stage.say(EMMA, "/energy", GROUP)
    assert len(stage.world.answers(GROUP)) == greeted + 1
    assert answer["reply_to_message"]["text"] == "/energy"
    username = stage.bot.context.bot.username
    assert "29. " in (await stage.say(EMMA, f"@{username} railway", GROUP))["text"]
    assert (
        "15. " in (await stage.say(EMMA, "consulate", GROUP, reply_to=answer["message_id"]))["text"]
    )
    assert "13. " in (await stage.say(EMMA, "/ask cyber", GROUP))["text"]


async def test_a_forum_is_answered_in_the_thread(stage: Stage) -> None:
    stage.world.add_bot(FORUM, ADMIN)
    answer = await stage.say(EMMA, "/energy", FORUM, thread_id=7)
    assert answer["message_thread_id"] == 7


@pytest.mark.parametrize(
    ("given", "own"),
    [("русский", "Русский"), ("Russian", "Русский"), ("TR", "Türkçe"), ("azərbaycan", "Azərb")],
)
async def test_a_language_is_named_as_people_call_it(stage: Stage, given: str, own: str) -> None:
    assert has(await stage.say(EMMA, f"/language {given}"), f"✓ {own}")


async def test_a_language_that_is_not_there_leads_to_those_that_are(stage: Stage) -> None:
    for given in ("Klingon", "a"):
        assert has(await stage.say(EMMA, f"/language {given}"), "✓ Automatic")


async def test_the_language_is_chosen_and_kept(stage: Stage) -> None:
    page = await stage.say(EMMA, "/language")
    settings = await stage.press(EMMA, page, "Türkçe")
    assert "Türkçe" in settings["text"]
    english = (await stage.say(LEYLA, "/language"))["text"]
    turkish = (await stage.say(EMMA, "/language"))["text"]
    assert turkish != english
    assert has(await stage.say(EMMA, "/language"), "✓ Türkçe")
    await stage.stop()
    await stage.start()
    assert has(await stage.say(EMMA, "/language"), "✓ Türkçe")


async def test_inline_cards_are_for_everyone(stage: Stage) -> None:
    stage.world.person(555, "Nobody", "tr")
    found = await stage.world.inline(555, "energy")
    assert "southern_gas_corridor" in [item["id"] for item in found]
    latest = await stage.world.inline(555, "")
    assert latest[0]["id"] == "mutual_assistance"
    assert not await stage.world.inline(555, "xylophone concert tickets")


async def test_sources_are_links(stage: Stage) -> None:
    page = await stage.say(EMMA, "/provision consulate_shusha")
    links = [item["url"] for item in page["entities"] if item["type"] == "text_link"]
    assert any("trend.az" in link for link in links)


async def test_the_board_opens_from_the_menu_button_where_there_is_one(stage: Stage) -> None:
    await Menus(stage.bot.context, "https://board.example/x/").refresh()
    calls = [call for call in stage.playground.calls if call.method == "setChatMenuButton"]
    assert calls[-1].params["menu_button"]["web_app"] == {"url": "https://board.example/x/app"}
    await Menus(stage.bot.context, "https://board.example/x/").refresh()
    assert calls == [call for call in stage.playground.calls if call.method == "setChatMenuButton"]
    await Menus(stage.bot.context).refresh()
    last = [call for call in stage.playground.calls if call.method == "setChatMenuButton"][-1]
    assert last.params["menu_button"] == {"type": "default"}
