"""Inline mode: cards in any chat."""

from __future__ import annotations

from stage import ANNA, EMMA, LEYLA, Stage


async def test_cards_have_a_status_a_line_and_a_way_to_the_bot(stage: Stage) -> None:
    answer = await stage.world.inline_answer(ANNA, "консульство")
    assert answer["is_personal"] is True
    assert answer["cache_time"] <= 300
    first = answer["results"][0]
    assert first["id"] == "consulate_shusha"
    assert first["title"].startswith("15. ")
    assert "·" in first["description"]
    links = [item["url"] for row in first["reply_markup"]["inline_keyboard"] for item in row]
    assert [link.rpartition("?")[2] for link in links] == ["start=provision_consulate_shusha"]


async def test_all_changes_are_paged_through(stage: Stage) -> None:
    stage.world.person(555, "Nobody", "de")
    seen: list[str] = []
    offset = ""
    while True:
        answer = await stage.world.inline_answer(555, "", offset)
        seen += [item["id"] for item in answer["results"]]
        assert len(answer["results"]) <= 50
        offset = answer.get("next_offset", "")
        if not offset:
            break
    assert len(seen) == len(set(seen)) > 10
    assert not (await stage.world.inline_answer(555, "", "999"))["results"]
    assert (await stage.world.inline_answer(555, "", "²"))["results"]


async def test_inline_has_the_best_first_and_all_of_a_topic(stage: Stage) -> None:
    """A topic's command may be a word that one of its provisions is about."""
    board = stage.bot.context.state.board
    shown = [item["id"] for item in await stage.world.inline(EMMA, "railway")]
    assert shown[0] == "nakhchivan_kars_railway"
    topic = next(
        each_topic for each_topic in board.agreement.topics if "railway" in each_topic.names
    )
    assert {item.id for item in board.of_topic(topic.id)} <= set(shown)


async def test_inline_understands_what_the_chat_does(stage: Stage) -> None:
    assert [item["id"] for item in await stage.world.inline(LEYLA, "nə dayanıb")]
    nothing = await stage.world.inline_answer(EMMA, "xylophone concert tickets")
    assert not nothing["results"]
    assert nothing["button"]["start_parameter"] == "topics"
    assert "Topics" in (await stage.say(EMMA, "/start topics"))["text"]
