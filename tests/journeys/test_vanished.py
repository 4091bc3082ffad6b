"""A content file is read anew without something that people follow, or that has changed."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio
from stage import ADMIN, DENIZ, EMMA, LEYLA, Stage, buttons, has

from bot.subscribers.chat import Scope, ScopeKind

LIGHTHOUSE = Path(__file__).parents[1] / "fixtures" / "lighthouse.json"


@pytest_asyncio.fixture
async def content(tmp_path: Path) -> Path:
    return Path(shutil.copy(LIGHTHOUSE, tmp_path / "content.json"))


@pytest_asyncio.fixture
async def harbour(tmp_path: Path, content: Path) -> AsyncIterator[Stage]:
    stage = Stage(tmp_path / "data", content=content)
    await stage.open()
    yield stage
    await stage.close()
    assert not stage.playground.violations


async def _without(stage: Stage, content: Path, provision: str, topic: str) -> None:
    """Take a provision and a topic out of the file, and have it read anew."""
    document: dict[str, Any] = json.loads(LIGHTHOUSE.read_text(encoding="utf-8"))
    document["provisions"] = [item for item in document["provisions"] if item["id"] != provision]
    document["topics"] = [item for item in document["topics"] if item["id"] != topic]
    for entry in document["provisions"]:
        entry["topics"] = [name for name in entry["topics"] if name != topic] or ["lights"]
    content.write_text(json.dumps(document), encoding="utf-8")
    told = (await stage.say(ADMIN, "/reload"))["text"]
    assert "Content reloaded" in told
    assert f"No longer in the file: {provision}" in told
    assert (topic in told) == (topic != "none")
    assert "No longer" not in (await stage.say(ADMIN, "/reload"))["text"]


async def test_a_change_of_a_vanished_provision_can_be_taken_back(
    harbour: Stage, content: Path
) -> None:
    await harbour.say(EMMA, "/subscribe all")
    await harbour.change("harbour_market", "done")
    await harbour.alerts(EMMA, 1)
    await _without(harbour, content, "harbour_market", "none")
    asked = await harbour.say(ADMIN, "/undo")
    await harbour.press(ADMIN, asked, "Take it back")
    await harbour.alerts(EMMA, 2)
    correction = harbour.alerts_of(EMMA)[-1]["text"]
    assert "Correction" in correction
    assert "A fish market in the harbour" in correction


async def test_a_held_alert_of_a_vanished_provision_can_be_cancelled(
    harbour: Stage, content: Path
) -> None:
    await harbour.say(EMMA, "/subscribe all")
    asked = await harbour.say(
        ADMIN, "/update harbour_market done 2026-03-06 https://example.org/x A"
    )
    asked = await harbour.press(ADMIN, await harbour.press(ADMIN, asked, "Later"), "In 60 minutes")
    held = await harbour.press(ADMIN, asked, "Send to")
    await _without(harbour, content, "harbour_market", "none")
    cancelled = await harbour.press(ADMIN, held, "Cancel")
    assert "no correction is sent" in cancelled["text"]
    harbour.move_clock(hours=2)
    await harbour.settle()
    assert not harbour.alerts_of(EMMA)


async def test_links_and_names_of_what_has_vanished_are_answered(
    harbour: Stage, content: Path
) -> None:
    await harbour.say(DENIZ, "/subscribe fishing")
    await _without(harbour, content, "harbour_market", "fishing")
    lost = await harbour.say(EMMA, "/start provision_harbour_market")
    assert "There is no provision harbour_market" in lost["text"]
    assert "fishing" in (await harbour.say(EMMA, "/start topic_fishing"))["text"]
    await harbour.say(DENIZ, "/unsubscribe fishing")
    assert harbour.bot is not None
    kept = await harbour.bot.context.store.chat(DENIZ)
    assert kept is not None
    assert not kept.subscriptions


async def test_a_draft_of_a_vanished_provision_asks_for_another(
    harbour: Stage, content: Path
) -> None:
    asked = await harbour.say(
        ADMIN, "/update harbour_market done 2026-03-06 https://example.org/x A"
    )
    await _without(harbour, content, "harbour_market", "none")
    refused = await harbour.press(ADMIN, asked, "Record it")
    assert "There is no provision harbour_market" in refused["text"]
    assert has(refused, "Discard")
    other = await harbour.say(ADMIN, "lighthouse_repair")
    assert "Repair of the old lighthouse" in other["text"]
    ready = await harbour.say(ADMIN, "2026-03-07")
    recorded = await harbour.press(ADMIN, ready, "Record it")
    assert harbour.bot is not None
    changed = [change.provision_id for change in harbour.bot.context.state.board.changes]
    assert changed == ["lighthouse_repair"], recorded["text"]


async def test_a_note_for_a_vanished_provision_is_no_provision(
    harbour: Stage, content: Path
) -> None:
    asked = await harbour.say(
        ADMIN, "/update harbour_market done 2026-03-06 https://example.org/x A"
    )
    await harbour.press(ADMIN, await harbour.press(ADMIN, asked, "Options"), "Turkish")
    await _without(harbour, content, "harbour_market", "none")
    assert "There is no provision harbour_market" in (await harbour.say(ADMIN, "Bitti."))["text"]
    other = await harbour.say(ADMIN, "lighthouse_repair")
    assert "There is no provision" not in other["text"]
    assert has(other, "Discard")


async def test_a_language_that_the_content_lacks_is_not_offered(harbour: Stage) -> None:
    await harbour.say(LEYLA, "/subscribe lights")
    assert "Lights" in (await harbour.say(LEYLA, "/topics"))["text"]
    names = str((await harbour.say(LEYLA, "/language"))["reply_markup"])
    assert "English" in names
    assert "Türkçe" in names
    assert "Azərbaycan" not in names


async def test_what_is_in_no_language_of_the_bot_says_so(harbour: Stage, content: Path) -> None:
    note = "Not translated yet, shown in: Welsh."
    text = LIGHTHOUSE.read_text(encoding="utf-8")
    for spoken, unspoken in (("en", "cy"), ("tr", "ga")):
        text = text.replace(f'"{spoken}"', f'"{unspoken}"')
    content.write_text(text, encoding="utf-8")
    await harbour.say(ADMIN, "/reload")
    await harbour.say(LEYLA, "/subscribe lights")
    for command in (
        "/start",
        "/topics",
        "/lights",
        "/subscriptions",
        "/status",
        "/latest",
        "/about",
    ):
        assert note in (await harbour.say(LEYLA, command))["text"], command
    assert buttons(harbour.last(LEYLA))


async def test_followers_hear_once_that_what_they_follow_has_left(
    harbour: Stage, content: Path
) -> None:
    await harbour.say(EMMA, "/subscribe harbour_market")
    await harbour.say(LEYLA, "/subscribe all")
    before = {person: len(harbour.world.answers(person)) for person in (EMMA, LEYLA)}
    await _without(harbour, content, "harbour_market", "none")

    def new(person: int) -> list[str]:
        return [item["text"] for item in harbour.world.answers(person)[before[person] :]]

    await harbour.world.wait_for(lambda: new(EMMA) or None)
    await harbour.stop()
    await harbour.start()
    await harbour.say(LEYLA, "/help")
    assert len(new(EMMA)) == 1, "it is told once"
    assert "No longer in the briefing: harbour_market" in new(EMMA)[0]
    assert len(new(LEYLA)) == 1, "who follows everything need not know"
    await harbour.press(EMMA, harbour.last(EMMA), "What I follow")
    assert "no longer in the briefing" in harbour.last(EMMA)["text"]


def _written(content: Path, **changes: Any) -> None:
    document: dict[str, Any] = json.loads(LIGHTHOUSE.read_text(encoding="utf-8"))
    document |= changes.pop("document", {})
    document["provisions"][0] |= changes.pop("first", {})
    document["topics"][1] |= changes.pop("topic", {})
    for provision in document["provisions"]:
        provision["topics"] = [changes.get(name, name) for name in provision["topics"]]
    content.write_text(json.dumps(document), encoding="utf-8")


async def test_who_follows_a_former_id_goes_on_following(harbour: Stage, content: Path) -> None:
    await harbour.change("lighthouse_repair", "stalled")
    await harbour.say(EMMA, "/subscribe lighthouse_repair")
    await harbour.say(DENIZ, "/subscribe fishing")
    await harbour.say(LEYLA, "/subscribe all")
    assert harbour.bot is not None
    store = harbour.bot.context.store
    without = Scope(ScopeKind.WITHOUT_TOPIC, "fishing")
    await store.update_chat(LEYLA, lambda chat: chat and chat.following(None, without))
    _written(
        content,
        first={"id": "repair", "former_ids": ["lighthouse_repair"]},
        topic={"id": "catch", "former_ids": ["fishing"]},
        fishing="catch",
    )
    told = (await harbour.say(ADMIN, "/reload"))["text"]
    assert "lighthouse_repair → repair" in told
    assert "fishing → catch" in told
    assert "No longer in the file" not in told

    async def rules(person: int) -> set[str]:
        chat = await store.chat(person)
        assert chat is not None
        return {str(scope) for scope in chat.rules(None)}

    wanted = [{"provision:repair"}, {"topic:catch"}, {"all", "-topic:catch"}]
    for _ in range(200):
        found = [await rules(person) for person in (EMMA, DENIZ, LEYLA)]
        if found == wanted:
            break
        await asyncio.sleep(0.05)
    assert found == wanted
    linked = await harbour.say(EMMA, "/start provision_lighthouse_repair")
    assert "Repair of the old lighthouse" in linked["text"]
    provision = harbour.bot.context.state.board.provision("repair")
    assert provision is not None
    assert provision.status == "stalled", "a change recorded under the former id stays"
    await harbour.change("repair", "done")
    await harbour.alerts(EMMA, 1)


async def test_a_reload_says_what_is_different(harbour: Stage, content: Path) -> None:
    await harbour.say(EMMA, "/subscribe harbour_market")
    document: dict[str, Any] = json.loads(LIGHTHOUSE.read_text(encoding="utf-8"))
    first = document["provisions"][0]
    last = first["history"][-1]
    first["number"] = 9
    first["history"].append({**last, "status": "stalled" if last["status"] == "done" else "done"})
    document["provisions"] = [
        item for item in document["provisions"] if item["id"] != "harbour_market"
    ]
    content.write_text(json.dumps(document), encoding="utf-8")
    told = (await harbour.say(ADMIN, "/reload"))["text"]
    assert "Other statuses, which alert nobody: Repair of the old lighthouse (" in told
    assert "lighthouse_repair (1 → 9)" in told
    assert "harbour_market (1 follower)" in told
    assert "is different" in (await harbour.say(ADMIN, "/reload"))["text"]


async def test_another_agreement_is_taken_only_by_its_name(harbour: Stage, content: Path) -> None:
    _written(content, document={"id": "other"})
    asked = (await harbour.say(ADMIN, "/reload"))["text"]
    assert "This is another agreement" in asked
    assert "Nothing was changed. To take it, send /reload other." in asked
    assert harbour.bot is not None
    assert harbour.bot.context.state.agreement.id == "lighthouse"
    assert "Content reloaded" in (await harbour.say(ADMIN, "/reload other"))["text"]
    assert harbour.bot.context.state.agreement.id == "other"


async def test_menus_are_in_the_languages_that_readers_can_choose(
    harbour: Stage, content: Path
) -> None:
    def menu(person: int) -> str:
        user, chat = harbour.world.users[person], harbour.world.find_chat(person)
        return json.dumps(harbour.world.profile.commands_for(user, chat, "member"))

    await harbour.say(LEYLA, "/start")
    await harbour.world.wait_for(lambda: "Topics" in menu(LEYLA).title() or None)
    await harbour.world.wait_for(lambda: menu(DENIZ) != menu(EMMA) or None)
    english = menu(EMMA)
    assert menu(LEYLA) == english, "Azerbaijani is not offered"
    text = LIGHTHOUSE.read_text(encoding="utf-8")
    content.write_text(text.replace('"en"', '"az"'), encoding="utf-8")
    await harbour.say(ADMIN, "/reload")
    await harbour.world.wait_for(lambda: menu(LEYLA) != english or None)
    await harbour.world.wait_for(lambda: menu(EMMA) == menu(LEYLA) or None)
