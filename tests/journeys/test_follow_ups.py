"""What was asked before: "sources?", "and the railway?"."""

from __future__ import annotations

from stage import DENIZ, EMMA, Stage, buttons

CONSULATE, RAILWAY = "15. ", "29. "


async def test_sources_and_dates_of_the_answer_before(stage: Stage) -> None:
    await stage.say(EMMA, "railway to Nakhchivan")
    sources = await stage.say(EMMA, "sources?")
    assert RAILWAY in sources["text"].splitlines()[0]
    assert any(source["type"] == "text_link" for source in sources["entities"])
    dates = await stage.say(EMMA, "when?")
    assert "24 September 2029" in dates["text"].splitlines()[0]
    assert RAILWAY in dates["text"]


async def test_the_status_of_the_answer_before(stage: Stage) -> None:
    await stage.say(EMMA, "consulate")
    status = await stage.say(EMMA, "status?")
    assert CONSULATE in status["text"]
    assert "Latest changes" not in status["text"]


async def test_and_the_railway(stage: Stage) -> None:
    await stage.say(EMMA, "is the consulate finished?")
    page = await stage.say(EMMA, "and the railway?")
    assert RAILWAY in page["text"]
    assert "Started" in page["text"]


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
    assert "Which provision?" in later["text"]


async def test_the_context_is_forgotten_with_the_chat(stage: Stage) -> None:
    await stage.say(EMMA, "consulate")
    store = stage.bot.context.store
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
