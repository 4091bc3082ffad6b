"""Delivery times: digests, quiet hours, silence, time zones, and alerts that an admin holds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest_asyncio
from stage import ADMIN, CHANNEL, DENIZ, EMMA, GROUP, LEYLA, Json, Stage, button_of, has

RAILWAY, GAS = "nakhchivan_kars_railway", "southern_gas_corridor"
BAKU = ZoneInfo("Asia/Baku")


@pytest_asyncio.fixture
async def windowed(tmp_path: Path) -> AsyncIterator[Stage]:
    stage = Stage(tmp_path / "data", window_seconds=60)
    await stage.open()
    yield stage
    await stage.close()


async def to_hour(stage: Stage, hour: int, zone: str = "Asia/Baku") -> None:
    """Move the clock on to the next such hour there."""
    local = stage.clock.now().astimezone(ZoneInfo(zone))
    wanted = local.replace(hour=hour, minute=0, second=1, microsecond=0)
    if wanted <= local:
        wanted += timedelta(days=1)
    stage.move_clock(seconds=(wanted - local).total_seconds())


async def next_message(stage: Stage, chat_id: int, before: int) -> Json:
    await stage.world.wait_for(lambda: len(stage.world.answers(chat_id)) > before or None, 60)
    return stage.last(chat_id)


async def left_waiting(stage: Stage, *, count: int) -> None:
    """Wait until so many deliveries wait for their time and nothing else is to be done."""

    async def found() -> bool:
        waiting = await stage.bot.context.store.waiting(100)
        return len(waiting) == count and all(item.later for item in waiting)

    for _ in range(400):
        if await found():
            return
        await asyncio.sleep(0.02)
    raise AssertionError(await stage.bot.context.store.waiting(100))


async def set_daily(stage: Stage, user_id: int, chat_id: int | None = None) -> Json:
    """Choose Baku's time and a digest a day, in English."""
    page = await stage.say(user_id, "/timezone baku", chat_id)
    assert "Baku, UTC+4" in page["text"]
    page = await stage.press(user_id, page, "Yes, that is my time")
    return await stage.press(user_id, page, "Daily")


async def test_a_digest_gathers_a_day_and_leads_to_details(stage: Stage) -> None:
    await stage.say(EMMA, "/subscribe all")
    page = await stage.say(EMMA, "/settings")
    page = await stage.press(EMMA, page, "Delivery times")
    assert "Immediately, whenever a status changes." in page["text"]
    page = await set_daily(stage, EMMA)
    assert "Next digest:" in page["text"]
    assert "(Baku, UTC+4)" in page["text"]
    page = await stage.press(EMMA, page, "Hour:")
    page = await stage.press(EMMA, page, "18:00")
    assert "18:00" in page["text"]
    before = len(stage.world.answers(EMMA))
    progress = await stage.change(RAILWAY)
    await left_waiting(stage, count=1)
    await stage.change(RAILWAY, "done", "2026-03-07")
    await stage.change(GAS, "stalled", "2026-03-06")
    await left_waiting(stage, count=3)
    await stage.world.wait_for(lambda: "later" in stage.now(progress)["text"] or None)
    assert len(stage.world.answers(EMMA)) == before
    await to_hour(stage, 18)
    digest = await next_message(stage, EMMA, before)
    await stage.settle()
    assert len(stage.world.answers(EMMA)) == before + 1
    assert "News of 2 provisions" in digest["text"]
    assert "(1 step in between)" in digest["text"]
    number = digest["reply_markup"]["inline_keyboard"][0][0]["text"]
    assert (await stage.press(EMMA, digest, number))["text"] == digest["text"]
    details = stage.last(EMMA)
    assert details["message_id"] != digest["message_id"]
    await stage.press(EMMA, digest, "What I follow")
    assert "Followed here" in stage.last(EMMA)["text"]


async def test_a_digest_that_comes_to_nothing_is_not_sent(stage: Stage) -> None:
    await stage.say(EMMA, "/subscribe all")
    await set_daily(stage, EMMA)
    before = len(stage.world.answers(EMMA))
    progress = await stage.change(RAILWAY)
    await left_waiting(stage, count=1)
    await stage.press(ADMIN, stage.now(progress), "Take it back")
    await stage.press(ADMIN, stage.last(ADMIN), "Take it back")
    await stage.settle()
    await to_hour(stage, 10)
    await stage.say(EMMA, "/help")
    assert len(stage.world.answers(EMMA)) == before + 1


async def test_missed_digests_come_once_after_a_pause(stage: Stage) -> None:
    await stage.say(EMMA, "/subscribe all")
    await set_daily(stage, EMMA)
    await stage.change(RAILWAY)
    await left_waiting(stage, count=1)
    before = len(stage.world.answers(EMMA))
    await stage.stop()
    stage.move_clock(days=3)
    await to_hour(stage, 12)
    await stage.start()
    await next_message(stage, EMMA, before)
    await stage.settle()
    assert len(stage.world.answers(EMMA)) == before + 1


async def test_a_choice_takes_effect_for_what_still_waits(stage: Stage) -> None:
    await stage.say(EMMA, "/subscribe all")
    page = await set_daily(stage, EMMA)
    await stage.change(RAILWAY)
    await left_waiting(stage, count=1)
    assert not stage.alerts_of(EMMA)
    await stage.press(EMMA, page, "Immediately")
    assert len(await stage.alerts(EMMA, 1)) == 1


async def test_quiet_hours_hold_news_until_they_are_over(stage: Stage) -> None:
    await stage.say(EMMA, "/subscribe all")
    page = await stage.say(EMMA, "/timezone Asia/Baku")
    page = await stage.press(EMMA, page, "Yes")
    page = await stage.press(EMMA, page, "Quiet hours")
    page = await stage.press(EMMA, page, "22:00 – 08:00")
    assert "Quiet from 22:00 to 08:00" in page["text"]
    await to_hour(stage, 23)
    await stage.change(RAILWAY)
    await stage.change(GAS, "stalled", "2026-03-06")
    await left_waiting(stage, count=2)
    before = len(stage.world.answers(EMMA))
    await to_hour(stage, 8)
    digest = await next_message(stage, EMMA, before)
    await stage.settle()
    assert "News of 2 provisions" in digest["text"]
    assert len(stage.world.answers(EMMA)) == before + 1


async def test_a_muted_chat_hears_when_it_ends(stage: Stage) -> None:
    await stage.say(EMMA, "/subscribe all")
    page = await stage.press(EMMA, await stage.say(EMMA, "/settings"), "Delivery times")
    page = await stage.press(EMMA, page, "Mute for a day")
    assert "Muted until" in page["text"]
    await stage.change(RAILWAY)
    await left_waiting(stage, count=1)
    stage.move_clock(days=1, seconds=1)
    await stage.alerts(EMMA, 1)


async def test_a_zone_is_chosen_by_the_clock_and_a_city(stage: Stage) -> None:
    page = await stage.say(LEYLA, "/timezone")
    page = await stage.press(LEYLA, page, "UTC+3")
    page = await stage.press(LEYLA, page, "İstanbul")
    assert "İstanbul" in page["text"]
    chat = await stage.bot.context.store.chat(LEYLA)
    assert chat.timing.zone == "Europe/Istanbul"
    assert "xqzwv" in (await stage.say(DENIZ, "/timezone xqzwv"))["text"]
    assert has(await stage.say(DENIZ, "/timezone +4"), "Bakü")


async def test_the_zone_is_asked_when_a_digest_is_first_chosen(stage: Stage) -> None:
    page = await stage.press(LEYLA, await stage.say(LEYLA, "/settings"), "🕘")
    page = await stage.press(LEYLA, page, "Gündəlik")
    page = await stage.press(LEYLA, page, "Bakı")
    chat = await stage.bot.context.store.chat(LEYLA)
    assert chat.timing.zone == "Asia/Baku"
    assert chat.timing.schedule.is_digest
    page = await stage.press(LEYLA, page, "🌙")
    page = await stage.press(LEYLA, page, "23:00 – 07:00")
    chat = await stage.bot.context.store.chat(LEYLA)
    assert (chat.timing.quiet.start, chat.timing.quiet.end) == (23, 7)
    assert has(page, "🌙"), "the zone is known: it is not asked again"


async def test_a_clock_that_is_written_tells_the_zone(stage: Stage) -> None:
    local = stage.clock.now().astimezone(BAKU)
    assert has(await stage.say(EMMA, f"{local:%H:%M}"), "Baku")


async def test_only_admins_choose_when_a_group_hears(stage: Stage) -> None:
    stage.world.add_bot(GROUP, ADMIN)
    page = await stage.say(ADMIN, "/settings", GROUP)
    page = await stage.press(ADMIN, page, "Delivery times")
    daily = button_of(page, "Daily")["callback_data"]
    query = await stage.world.press(EMMA, GROUP, page["message_id"], daily)
    assert (await stage.world.toast(query)).url.endswith("?start=settings")
    assert not (await stage.bot.context.store.chat(GROUP)).timing.schedule.is_digest
    assert "Only admins" in (await stage.say(EMMA, "/timezone Baku", GROUP))["text"]
    await stage.press(ADMIN, page, "Daily")
    assert (await stage.bot.context.store.chat(GROUP)).timing.schedule.is_digest


async def test_a_channel_is_timed_from_afar(stage: Stage) -> None:
    await stage.say(ADMIN, "/start")
    before = len(stage.world.answers(ADMIN))
    stage.world.add_bot(CHANNEL, ADMIN, "administrator")
    await stage.world.wait_for(lambda: len(stage.world.answers(ADMIN)) > before or None)
    page = await stage.press(ADMIN, stage.last(ADMIN), "Set up")
    page = await stage.press(ADMIN, page, "Everything")
    page = await stage.press(ADMIN, page, "Delivery times")
    page = await stage.press(ADMIN, page, "Time zone")
    page = await stage.press(ADMIN, page, "UTC+3")
    page = await stage.press(ADMIN, page, "Istanbul")
    page = await stage.press(ADMIN, page, "Daily")
    assert "Istanbul, UTC+3" in page["text"]
    await stage.change(RAILWAY)
    await stage.change(GAS, "stalled", "2026-03-06")
    await left_waiting(stage, count=2)
    before = len(stage.world.answers(CHANNEL))
    await to_hour(stage, 9, "Europe/Istanbul")
    digest = await next_message(stage, CHANNEL, before)
    assert "News of 2 provisions" in digest["text"]
    assert "?start=provision_" in digest["reply_markup"]["inline_keyboard"][0][0]["url"]


async def test_an_alert_is_held_and_cancelled(windowed: Stage) -> None:
    stage = windowed
    await stage.say(EMMA, "/subscribe all")
    asked = await stage.say(
        ADMIN, f"/update {RAILWAY} advanced 2026-03-06 https://example.org/a A note."
    )
    assert has(asked, "Send to 1 chat (in ")
    asked = await stage.press(ADMIN, asked, "Later")
    asked = await stage.press(ADMIN, asked, "In 60 minutes")
    assert has(asked, "Send to 1 chat (in 60 minutes)")
    asked = await stage.press(ADMIN, asked, "Options")
    asked = await stage.press(ADMIN, asked, "Without a sound")
    assert "It arrives without a sound." in asked["text"]
    progress = await stage.press(ADMIN, asked, "Send to")
    assert "the alert waits" in progress["text"]
    stage.move_clock(minutes=59)
    before = stage.bot.context.state.whole.provision(RAILWAY).shown_by
    cancelled = await stage.press(ADMIN, progress, "Cancel")
    assert "Nobody had received the alert" in cancelled["text"]
    assert stage.bot.context.state.whole.provision(RAILWAY).shown_by != before
    stage.move_clock(minutes=10)
    await stage.settle()
    assert not stage.alerts_of(EMMA)
    assert len(stage.world.answers(EMMA)) == 1


async def test_an_alert_goes_out_at_its_time_without_a_sound(stage: Stage) -> None:
    await stage.say(EMMA, "/subscribe all")
    await set_daily(stage, ADMIN)
    asked = await stage.say(
        ADMIN, f"/update {RAILWAY} advanced 2026-03-06 https://example.org/a A note."
    )
    asked = await stage.press(ADMIN, asked, "Later")
    asked = await stage.press(ADMIN, asked, "09:00")
    assert has(asked, "09:00")
    asked = await stage.press(ADMIN, asked, "Options")
    asked = await stage.press(ADMIN, asked, "Without a sound")
    await stage.press(ADMIN, asked, "Send to")
    assert not stage.alerts_of(EMMA)
    await to_hour(stage, 9)
    await stage.alerts(EMMA, 1)
    assert stage.clock.now().astimezone(BAKU).hour == 9
    assert (await stage.bot.context.store.recent_alerts(1))[0].silent


async def test_a_time_that_has_passed_is_asked_again(stage: Stage) -> None:
    await stage.say(EMMA, "/subscribe all")
    asked = await stage.say(
        ADMIN, f"/update {RAILWAY} advanced 2026-03-06 https://example.org/a A note."
    )
    asked = await stage.press(ADMIN, await stage.press(ADMIN, asked, "Later"), "09:00")
    stage.move_clock(days=2)
    assert "passed" in await stage.toast_after(ADMIN, asked, "Send to")
    assert not stage.alerts_of(EMMA)
    await stage.press(ADMIN, stage.now(asked), "Send to")
    await stage.alerts(EMMA, 1)


async def test_what_went_out_while_cancel_was_pressed_is_asked_about(windowed: Stage) -> None:
    stage = windowed
    await stage.say(EMMA, "/subscribe all")
    progress = await stage.change(RAILWAY)
    assert has(progress, "Cancel")
    stage.move_clock(seconds=61)
    await stage.alerts(EMMA, 1)
    await stage.settle()
    stale = f"cn:{(await stage.bot.context.store.changes())[-1].id}"
    query = await stage.world.press(ADMIN, ADMIN, progress["message_id"], stale, stale=True)
    await stage.world.toast(query)
    await stage.idle()
    assert "Take back the last change?" in stage.last(ADMIN)["text"]
    await stage.press(ADMIN, stage.last(ADMIN), "Take it back")
    await stage.world.wait_for(lambda: "Correction" in stage.last(EMMA)["text"] or None)
