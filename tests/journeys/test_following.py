"""Following, and the alerts that come of it."""

from __future__ import annotations

import pytest
from stage import (
    ADMIN,
    ANNA,
    CHANNEL,
    DENIZ,
    EMMA,
    FORUM,
    GROUP,
    LEYLA,
    Stage,
    button_of,
    has,
)


async def test_a_change_reaches_each_follower_once_in_their_language(stage: Stage) -> None:
    for user_id in (EMMA, LEYLA, DENIZ, ANNA):
        await stage.say(user_id, "/subscribe transport")
    await stage.say(EMMA, "/subscribe all")
    await stage.say(EMMA, "/subscribe nakhchivan_kars_railway")
    progress = await stage.change()
    texts = {
        user_id: (await stage.alerts(user_id, 1))[0]["text"]
        for user_id in (EMMA, LEYLA, DENIZ, ANNA)
    }
    assert "Nakhchivan–Kars railway" in texts[EMMA]
    assert "Naxçıvan" in texts[LEYLA]
    assert "Nahçıvan" in texts[DENIZ]
    assert "Железная дорога" in texts[ANNA]
    assert all("example.org" in str(stage.alerts_of(user)[0]["entities"]) for user in texts)
    await stage.settle()
    assert all(len(stage.alerts_of(user_id)) == 1 for user_id in texts)
    await stage.world.wait_for(lambda: "4" in stage.now(progress)["text"] or None)


async def test_who_follows_something_else_hears_nothing(stage: Stage) -> None:
    await stage.say(EMMA, "/subscribe energy")
    await stage.say(DENIZ, "/subscribe transport")
    await stage.change()
    await stage.alerts(DENIZ, 1)
    await stage.settle()
    assert not stage.alerts_of(EMMA)


async def test_one_tap_on_an_alert_stops_them_and_one_takes_it_back(stage: Stage) -> None:
    await stage.say(EMMA, "/subscribe transport")
    await stage.change()
    alert = (await stage.alerts(EMMA, 1))[0]
    stopped = await stage.press(EMMA, alert, "Stop")
    assert has(stopped, "Follow this provision")
    await stage.change(status="done", date="2026-03-07")
    await stage.settle()
    assert len(stage.alerts_of(EMMA)) == 1
    await stage.press(EMMA, stopped, "Follow this provision")
    await stage.change(status="stalled", date="2026-03-08")
    await stage.alerts(EMMA, 2)


async def test_an_alert_leads_to_the_details_and_back(stage: Stage) -> None:
    await stage.say(EMMA, "/subscribe transport")
    await stage.change()
    alert = (await stage.alerts(EMMA, 1))[0]
    details = await stage.press(EMMA, alert, "Details")
    assert details["message_id"] == alert["message_id"]
    assert (await stage.press(EMMA, details, "Back"))["text"] == alert["text"]


async def test_buttons_follow_and_stop(stage: Stage) -> None:
    topic = await stage.say(EMMA, "/transport")
    followed = await stage.press(EMMA, topic, "Follow this topic")
    assert has(followed, "Stop following")
    listed = await stage.say(EMMA, "/subscriptions")
    assert "Transport" in listed["text"]
    await stage.press(EMMA, followed, "Stop following")
    await stage.change()
    await stage.settle()
    assert not stage.alerts_of(EMMA)


async def test_only_admins_change_what_a_group_follows(stage: Stage) -> None:
    stage.world.add_bot(GROUP, ADMIN)
    await stage.say(EMMA, "/subscribe transport", GROUP)
    page = await stage.say(EMMA, "/transport", GROUP)
    assert await stage.toast_after(EMMA, page, "Follow this topic")
    await stage.change()
    await stage.settle()
    assert not stage.alerts_of(GROUP)
    await stage.say(ADMIN, "/subscribe transport", GROUP)
    await stage.change(status="done", date="2026-03-07")
    assert await stage.alerts(GROUP, 1)


async def test_a_group_speaks_its_own_language(stage: Stage) -> None:
    stage.world.add_bot(GROUP, ADMIN)
    page = await stage.say(ADMIN, "/language", GROUP)
    await stage.press(ADMIN, page, "Русский")
    assert "Железная" in (await stage.say(EMMA, "/transport", GROUP))["text"]


async def test_a_thread_of_a_forum_follows_for_itself(stage: Stage) -> None:
    stage.world.add_bot(FORUM, ADMIN)
    await stage.say(ADMIN, "/subscribe transport", FORUM, thread_id=7)
    await stage.change()
    alert = (await stage.alerts(FORUM, 1))[0]
    assert alert["message_thread_id"] == 7
    assert "Nothing" in (await stage.say(ADMIN, "/subscriptions", FORUM))["text"]


async def test_a_channel_is_set_up_by_its_admin_from_afar(stage: Stage) -> None:
    await stage.say(ADMIN, "/start")
    before = len(stage.world.answers(ADMIN))
    stage.world.add_bot(CHANNEL, ADMIN, "administrator")
    await stage.world.wait_for(lambda: len(stage.world.answers(ADMIN)) > before or None)
    page = await stage.press(ADMIN, stage.last(ADMIN), "Set up")
    page = await stage.press(ADMIN, page, "Transport")
    assert has(page, "✓ ")
    page = await stage.press(ADMIN, page, "Türkçe")
    await stage.change()
    alert = (await stage.alerts(CHANNEL, 1))[0]
    assert "Nahçıvan" in alert["text"]
    assert "?start=provision_" in button_of(alert, "")["url"]


async def test_a_stranger_does_not_set_up_a_channel(stage: Stage) -> None:
    await stage.say(ADMIN, "/start")
    stage.world.add_bot(CHANNEL, ADMIN, "administrator")
    await stage.world.wait_for(lambda: len(stage.world.answers(ADMIN)) > 1 or None)
    page = await stage.say(EMMA, "/start")
    query = await stage.world.press(
        EMMA, EMMA, page["message_id"], f"c:{CHANNEL}:follow:e", stale=True
    )
    assert (await stage.world.toast(query)).text
    assert not (await stage.bot.context.store.chat(CHANNEL)).subscriptions


async def test_the_window_makes_one_message_of_changes_close_together(tmp_path) -> None:
    stage = Stage(tmp_path / "data", window_seconds=60)
    await stage.open()
    try:
        await stage.say(EMMA, "/subscribe all")
        await stage.change()
        await stage.change("southern_gas_corridor", "done", "2026-03-06")
        assert not stage.alerts_of(EMMA)
        before = len(stage.world.answers(EMMA))
        stage.move_clock(seconds=61)
        await stage.world.wait_for(lambda: len(stage.world.answers(EMMA)) > before or None)
        await stage.settle()
        assert len(stage.world.answers(EMMA)) == before + 1
        text = stage.last(EMMA)["text"]
        assert "railway" in text
        assert "Southern Gas Corridor" in text
    finally:
        await stage.close()


@pytest.mark.parametrize(
    ("user_id", "named", "followed"),
    [
        (LEYLA, "ENERJİ", "Energetika"),
        (LEYLA, "Hamısı", "Hamısı"),
        (DENIZ, "Güvenlik", "Güvenlik"),
        (DENIZ, "TÜMÜ", "Tümü"),
        (ANNA, "Энергетика", "Энергетика"),
        (ANNA, "всё", "Всё"),
    ],
)
async def test_a_topic_is_followed_by_its_title_in_the_persons_language(
    stage: Stage, user_id: int, named: str, followed: str
) -> None:
    listed = await stage.say(user_id, f"/subscribe {named}")
    assert f"🔔 {followed}" in listed["text"].replace("🔔 ⚡", "🔔").replace("🔔 🔐", "🔔")
    assert "🔔" not in (await stage.say(user_id, f"/unsubscribe {named}"))["text"]
