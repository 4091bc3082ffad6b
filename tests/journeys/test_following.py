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
    buttons,
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


@pytest.mark.parametrize("named", ["transport", "all", "29", "all, 29", "transport, 29"])
async def test_one_tap_on_an_alert_mutes_its_provision_and_one_takes_it_back(
    stage: Stage, named: str
) -> None:
    await stage.say(EMMA, f"/subscribe {named}")
    before = await stage.bot.context.store.chat(EMMA)
    await stage.change()
    alert = (await stage.alerts(EMMA, 1))[0]
    muted = await stage.press(EMMA, alert, "Mute this provision")
    await stage.change(status="done", date="2026-03-07")
    await stage.change("zangezur_corridor", "stalled", "2026-03-06")
    await stage.settle()
    others = len(stage.alerts_of(EMMA)) - 1
    assert others == (named != "29"), "the rest is followed as before"
    await stage.press(EMMA, muted, "Unmute this provision")
    assert await stage.bot.context.store.chat(EMMA) == before
    await stage.change(status="stalled", date="2026-03-08")
    await stage.alerts(EMMA, 2 + others)


async def test_what_is_followed_opens_from_an_alert_and_leaves_it(stage: Stage) -> None:
    await stage.say(EMMA, "/subscribe 29")
    await stage.change()
    alert = (await stage.alerts(EMMA, 1))[0]
    muted = await stage.press(EMMA, alert, "Mute this provision")
    await stage.press(EMMA, muted, "What I follow")
    assert "Followed here" in stage.last(EMMA)["text"]
    assert "🔕 29. Nakhchivan–Kars railway" in stage.last(EMMA)["text"]
    assert stage.now(alert)["text"] == alert["text"]
    page = await stage.press(EMMA, stage.last(EMMA), "29. Nakhchivan–Kars railway")
    assert "🔔 29. Nakhchivan–Kars railway" in page["text"]


async def test_a_message_of_an_older_version_mutes_the_provision_alone(stage: Stage) -> None:
    await stage.say(EMMA, "/subscribe all")
    await stage.change()
    alert = (await stage.alerts(EMMA, 1))[0]
    query = await stage.world.press(EMMA, EMMA, alert["message_id"], "pc:e::daily", stale=True)
    assert "older message" in (await stage.world.toast(query)).text
    assert button_of(alert, "Mute")["callback_data"].startswith("sa:"), "their stop button"


async def test_one_screen_switches_everything_topics_and_provisions(stage: Stage) -> None:
    page = await stage.say(EMMA, "/following")
    page = await stage.press(EMMA, page, "Everything")
    assert has(page, "✓ Everything")
    assert has(page, "✓ ⚡ Energy")
    page = await stage.press(EMMA, page, "Energy")
    assert "🔕 ⚡ Energy" in page["text"]
    assert not has(page, "✓ ⚡ Energy")
    page = await stage.press(EMMA, page, "Single provisions")
    page = await stage.press(EMMA, page, "›")
    page = await stage.press(EMMA, page, "›")
    page = await stage.press(EMMA, page, "29. ")
    assert not has(page, "✓ 29. ")
    await stage.change()
    await stage.change("southern_gas_corridor", "stalled", "2026-03-06")
    await stage.change("zangezur_corridor", "stalled", "2026-03-06")
    await stage.settle()
    assert len(stage.alerts_of(EMMA)) == 1
    page = await stage.say(EMMA, "/following")
    page = await stage.press(EMMA, page, "29. ")
    page = await stage.press(EMMA, page, "Energy")
    page = await stage.press(EMMA, page, "Everything")
    assert "Nothing is followed here yet." in page["text"]


async def test_a_provision_is_followed_by_its_name(stage: Stage) -> None:
    page = await stage.say(DENIZ, "/subscribe Nahçıvan-Kars demiryolu, enerji")
    assert "🔔 ⚡ Enerji" in page["text"]
    assert "🔔 29. " in page["text"]


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
    link = button_of(page, "Follow this topic")["url"]
    assert link.endswith("?start=follow_topic_transport")
    assert not buttons(await stage.say(EMMA, "/following", GROUP))
    assert not buttons(await stage.say(EMMA, "/settings", GROUP))
    await stage.change()
    await stage.settle()
    assert not stage.alerts_of(GROUP)
    await stage.say(ADMIN, "/subscribe transport", GROUP)
    await stage.change(status="done", date="2026-03-07")
    alert = (await stage.alerts(GROUP, 1))[0]
    mute = button_of(alert, "Mute this provision")["callback_data"]
    query = await stage.world.press(EMMA, GROUP, alert["message_id"], mute)
    assert (await stage.world.toast(query)).url.endswith("?start=following")
    assert "Nothing is followed" in (await stage.say(EMMA, "/start following"))["text"]


async def test_a_language_chosen_at_the_welcome_leads_back_to_it(stage: Stage) -> None:
    page = await stage.say(EMMA, "/start")
    page = await stage.press(EMMA, await stage.press(EMMA, page, "Language"), "Türkçe")
    assert "Şuşa Beyannamesi" in page["text"]
    assert has(page, "Konular")


async def test_a_group_is_told_which_agreement_it_is(stage: Stage) -> None:
    stage.world.add_bot(GROUP, ADMIN)
    await stage.world.wait_for(lambda: stage.world.answers(GROUP) or None)
    assert "Shusha Declaration on Allied Relations" in stage.last(GROUP)["text"]


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
