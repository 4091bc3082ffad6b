"""Questions without an answer are counted, without anyone in them."""

from __future__ import annotations

from stage import ADMIN, ANNA, DENIZ, EMMA, Stage


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
    assert all("zzyzx" not in gap.text for gap in await stage.bot.context.store.gaps())
    await stage.stop()
    await stage.start()
    assert "3 times" in (await stage.say(ADMIN, "/gaps"))["text"]
    asked = await stage.press(ADMIN, page, "Erase")
    empty = await stage.press(ADMIN, asked, "Erase")
    assert "xylophone" not in empty["text"]
    assert not await stage.bot.context.store.gaps()


async def test_gaps_are_for_admins(stage: Stage) -> None:
    assert "no command" in (await stage.say(EMMA, "/gaps"))["text"]
    page = await stage.press(EMMA, await stage.say(EMMA, "/help"), "All commands")
    assert "/gaps" not in page["text"]
    every = await stage.press(ADMIN, await stage.say(ADMIN, "/help"), "All commands")
    assert "/gaps" in every["text"]
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
        assert not await stage.bot.context.store.gaps()
        assert "90 days" not in (await stage.say(EMMA, "/privacy"))["text"]
    finally:
        await stage.close()
