"""The end of alerts, in the words that people use, and the way back."""

from __future__ import annotations

import pytest
from stage import ADMIN, ANNA, DENIZ, EMMA, FORUM, GROUP, LEYLA, Stage, button_of, buttons, has

from bot.subscribers.chat import EVERYTHING, Chat, Scope, ScopeKind
from bot.telegram.stop_words import asks_to_stop

ENERGY, TRANSPORT = (Scope(ScopeKind.TOPIC, item) for item in ("energy", "transport"))


async def _kept(stage: Stage, chat_id: int) -> Chat:
    assert stage.bot is not None
    chat = await stage.bot.context.store.chat(chat_id)
    assert chat is not None
    return chat


async def test_stop_ends_all_alerts_and_the_way_back_restores_them_exactly(stage: Stage) -> None:
    await stage.say(EMMA, "/subscribe energy, all, 13")
    await stage.say(EMMA, "/unsubscribe transport, 2")
    before = await _kept(stage, EMMA)
    assert any(scope.excludes for scope in before.rules(None))

    stopped = await stage.say(EMMA, "/stop")
    assert "Stopped. No alerts come here any more." in stopped["text"]
    assert "🔕 🚆 Transport" in stopped["text"]
    assert not (await _kept(stage, EMMA)).subscriptions
    await stage.change()
    await stage.settle()
    assert not stage.alerts_of(EMMA)

    page = await stage.press(EMMA, stopped, "Follow all of it again")
    assert "Followed here" in page["text"]
    now = await _kept(stage, EMMA)
    assert now.subscriptions == before.subscriptions


async def test_one_thing_is_followed_again_and_the_rest_stays_offered(stage: Stage) -> None:
    await stage.say(EMMA, "/subscribe energy transport")
    page = await stage.press(EMMA, await stage.say(EMMA, "/stop"), "Energy")
    assert (await _kept(stage, EMMA)).follows(None) == [ENERGY]
    assert has(page, "Transport")
    assert not has(page, "Energy")
    page = await stage.press(EMMA, page, "Transport")
    assert (await _kept(stage, EMMA)).follows(None) == [ENERGY, TRANSPORT]
    assert "Followed here" in page["text"]


@pytest.mark.parametrize("way", ["/unsubscribe all", "/unsubscribe Everything"])
async def test_to_end_everything_by_command_has_a_way_back_too(stage: Stage, way: str) -> None:
    await stage.say(EMMA, "/subscribe all")
    page = await stage.say(EMMA, way)
    assert "Stopped." in page["text"]
    await stage.press(EMMA, page, "Everything")
    assert (await _kept(stage, EMMA)).follows(None) == [EVERYTHING]


async def test_to_stop_where_nothing_is_followed_says_so(stage: Stage) -> None:
    assert "Nothing is followed here" in (await stage.say(EMMA, "/stop"))["text"]


@pytest.mark.parametrize(
    "said",
    [
        "stop", "Stop!", "STOP", "unsubscribe", "please stop sending me messages", "cancel all",
        "don't send me any messages", "mute notifications", "/cancel", "/mute", "/unsub",
        "отписаться", "Отпишите меня, пожалуйста", "не присылай мне больше ничего", "хватит",
        "отключить уведомления", "/стоп", "/отписаться",
        "/iptal", "aboneliği iptal et", "bildirimleri kapat", "artık mesaj gönderme", "dur",
        "abunəliyi ləğv et", "bildirişləri söndür", "mənə yazma", "dayandır", "/ləğv",
    ],
)  # fmt: skip
async def test_words_of_an_end_open_what_is_followed(stage: Stage, said: str) -> None:
    await stage.say(EMMA, "/subscribe energy")
    page = await stage.say(EMMA, said)
    assert "Followed here" in page["text"]
    stopped = await stage.press(EMMA, page, "Stop all alerts")
    assert "Stopped." in stopped["text"]
    assert not (await _kept(stage, EMMA)).subscriptions


@pytest.mark.parametrize(
    "question",
    [
        "what was stopped?", "is the railway stopped", "cancel the pipeline", "no news on energy?",
        "dayandırılan layihələr", "durum", "durdu mu", "что остановлено?", "отмена виз",
        "не начато", "messages", "any updates", "", "?",
    ],
)  # fmt: skip
def test_a_question_is_none_of_them(question: str) -> None:
    assert not asks_to_stop(question)


async def test_in_a_group_admins_alone_stop_and_restore(stage: Stage) -> None:
    stage.world.add_bot(GROUP, ADMIN)
    await stage.say(ADMIN, "/subscribe energy", GROUP)
    assert "Only admins" in (await stage.say(EMMA, "/stop", GROUP))["text"]
    page = await stage.say(EMMA, f"@{stage.world.bot.username} stop", GROUP)
    assert not buttons(page)
    assert (await _kept(stage, GROUP)).subscriptions
    stopped = await stage.say(ADMIN, "/stop", GROUP)
    again = button_of(stopped, "Energy")["callback_data"]
    query = await stage.world.press(EMMA, GROUP, stopped["message_id"], again)
    assert (await stage.world.toast(query)).url.endswith("?start=following")
    await stage.press(ADMIN, stopped, "Energy")
    assert (await _kept(stage, GROUP)).follows(None) == [ENERGY]


async def test_in_a_forum_each_topic_stops_its_own(stage: Stage) -> None:
    stage.world.add_bot(FORUM, ADMIN)
    await stage.say(ADMIN, "/subscribe energy", FORUM, thread_id=7)
    await stage.say(ADMIN, "/subscribe transport", FORUM)
    stopped = await stage.say(ADMIN, "/stop", FORUM, thread_id=7)
    assert (await _kept(stage, FORUM)).subscriptions == {(None, TRANSPORT)}
    await stage.press(ADMIN, stopped, "Energy")
    assert (await _kept(stage, FORUM)).subscriptions == {(None, TRANSPORT), (7, ENERGY)}


async def test_everything_but_a_topic(stage: Stage) -> None:
    await stage.say(EMMA, "/subscribe all")
    page = await stage.say(EMMA, "/unsubscribe energy")
    assert "🔔 Everything\n🔕 ⚡ Energy" in page["text"]
    assert (await _kept(stage, EMMA)).rules(None) == {EVERYTHING, ENERGY.opposite}
    await stage.change("southern_gas_corridor", "stalled", "2026-03-06")
    await stage.change()
    assert "railway" in (await stage.alerts(EMMA, 1))[0]["text"]
    await stage.settle()
    assert len(stage.alerts_of(EMMA)) == 1
    await stage.say(EMMA, "/subscribe energy")
    assert (await _kept(stage, EMMA)).rules(None) == {EVERYTHING}


async def test_a_provision_of_a_topic_that_is_followed_is_left_out(stage: Stage) -> None:
    await stage.say(EMMA, "/subscribe transport")
    page = await stage.say(EMMA, "/unsubscribe 29")
    assert "🔕 29. Nakhchivan–Kars railway" in page["text"]
    await stage.change()
    await stage.settle()
    assert not stage.alerts_of(EMMA)


async def test_to_end_what_is_not_followed_says_so(stage: Stage) -> None:
    await stage.say(EMMA, "/subscribe energy")
    page = await stage.say(EMMA, "/unsubscribe defence")
    assert "Not followed here: 🛡 Defence" in page["text"]
    assert "🔔 ⚡ Energy" in page["text"]


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("energy transport", ["energy", "transport"]),
        ("energy, transport", ["energy", "transport"]),
        ("Energy and Transport", ["energy", "transport"]),
        ("Tarix və ictimai məlumatlandırma, enerji", ["energy", "history"]),
        ("/energy; #13", ["energy", "13"]),
        ("13 29", ["13", "29"]),
    ],
)
async def test_several_are_followed_and_ended_at_once(
    stage: Stage, said: str, names: list[str]
) -> None:
    await stage.say(EMMA, f"/subscribe {said}")
    followed = (await _kept(stage, EMMA)).follows(None)
    assert stage.bot is not None
    agreement = stage.bot.context.state.agreement
    numbers = {str(provision.number): provision.id for provision in agreement.provisions}
    commands = {name: topic.id for topic in agreement.topics for name in topic.names}
    assert {scope.id for scope in followed} == {commands.get(n) or numbers[n] for n in names}
    await stage.say(EMMA, f"/unsubscribe {said}")
    assert not (await _kept(stage, EMMA)).subscriptions


async def test_what_is_not_known_among_several_is_named(stage: Stage) -> None:
    page = await stage.say(EMMA, "/subscribe energy nonsense")
    assert "I know no topic and no provision named nonsense." in page["text"]
    assert "🔔 ⚡ Energy" in page["text"]


@pytest.mark.parametrize("command", ["update", "mydata", "channels"])
async def test_a_command_that_works_elsewhere_says_where(stage: Stage, command: str) -> None:
    stage.world.add_bot(GROUP, ADMIN)
    page = await stage.say(ADMIN, f"/{command}@{stage.world.bot.username}", GROUP)
    assert f"/{command} works in a private chat with me." in page["text"]
    assert buttons(page)[0]["url"] == f"https://t.me/{stage.world.bot.username}"


async def test_a_group_hears_nothing_of_commands_of_admins(stage: Stage) -> None:
    stage.world.add_bot(GROUP, ADMIN)
    page = await stage.say(EMMA, f"/update@{stage.world.bot.username}", GROUP)
    assert "There is no command /update." in page["text"]


async def test_a_draft_is_not_filled_in_a_group(stage: Stage) -> None:
    stage.world.add_bot(GROUP, ADMIN)
    asked = await stage.say(ADMIN, "/update railway started 2026-03-06")
    await stage.say(ADMIN, f"@{stage.world.bot.username} energy", GROUP)
    assert stage.last(ADMIN) == asked


async def test_other_languages_say_it_too(stage: Stage) -> None:
    for person in (LEYLA, DENIZ, ANNA):
        await stage.say(person, "/subscribe all")
        page = await stage.say(person, "/stop")
        await stage.press(person, page, "🔔")
        assert (await _kept(stage, person)).follows(None) == [EVERYTHING]
