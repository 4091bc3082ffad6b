"""Each fault is found, and comes with what to do; a bot in good health has none."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import orjson
import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.clock import system_clock
from bot.ops.doctor import Verdict, examine, machine
from bot.playground.clock import PlayClock
from bot.playground.server import Playground
from bot.settings import read_settings
from bot.storage.tinydb import open_store
from bot.subscribers.chat import Chat, ChatKind

TOKEN = "700000001:a-token-of-one-who-sees-a-doctor"
ADMIN, GROUP, CHANNEL = 900, -1001, -1002


@pytest.fixture
async def playground():
    one = Playground(TOKEN, PlayClock())
    one.world.person(ADMIN, "Admin", "en", started=True)
    one.world.group(GROUP, "Newsroom", [ADMIN], bot=None)
    one.world.channel(CHANNEL, "Daily news", [ADMIN], bot=None)
    await one.start()
    yield one
    await one.stop()


def settings(playground, tmp_path, **others):
    values = {
        "token": TOKEN,
        "api_url": playground.url,
        "data": tmp_path / "data",
        "admins": str(ADMIN),
    }
    return read_settings(**(values | others))


async def faults(chosen, clock=system_clock):
    found = await examine(chosen, clock)
    assert all(item.advice for item in found if item.verdict is not Verdict.OK)
    return {item.check: item.found for item in found if item.verdict is Verdict.FAULT}


async def test_a_bot_in_good_health_has_no_fault(playground, tmp_path):
    found = await examine(settings(playground, tmp_path), system_clock)
    assert not [item for item in found if item.verdict is Verdict.FAULT]
    assert {item.check for item in found} >= {
        *("content", "catalogues", "time zones", "data folder", "disk", "store", "network"),
        *("clock", "token", "webhook", "pending updates", "admins", "rights"),
    }


async def test_a_wrong_token_is_named_without_itself(playground, tmp_path):
    wrong = TOKEN[:-4] + "abcd"
    found = await faults(settings(playground, tmp_path, token=wrong))
    assert set(found) == {"token"}
    assert wrong not in str(found)


async def test_no_token(playground, tmp_path):
    chosen = settings(playground, tmp_path).model_copy(update={"token": None})
    assert set(await faults(chosen)) == {"token"}


async def test_nobody_there(tmp_path, playground):
    chosen = settings(playground, tmp_path, api_url="http://127.0.0.1:9")
    assert set(await faults(chosen)) == {"network"}
    chosen = chosen.model_copy(update={"token": None})
    assert set(await faults(chosen)) == {"network", "token"}


async def test_a_clock_that_is_off(playground, tmp_path):
    chosen = settings(playground, tmp_path)
    off = await faults(chosen, lambda: system_clock() + timedelta(minutes=5))
    assert set(off) == {"clock"}
    slightly = await examine(chosen, lambda: system_clock() - timedelta(seconds=20))
    assert next(item for item in slightly if item.check == "clock").verdict is Verdict.NOTE


async def test_faulty_content(playground, tmp_path):
    file = tmp_path / "content.json"
    file.write_text("{}")
    assert set(await faults(settings(playground, tmp_path, content=file))) == {"content"}
    missing = settings(playground, tmp_path, content=tmp_path / "none.json")
    assert set(await faults(missing)) == {"content"}


async def test_a_damaged_store_is_left_as_it_is(playground, tmp_path):
    folder = tmp_path / "data"
    store = await open_store(folder, system_clock)
    await store.remember("a", "b")
    await store.close()
    (folder / "notes.json").write_text("{")
    assert set(await faults(settings(playground, tmp_path))) == {"store"}
    assert (folder / "notes.json").read_text() == "{"


async def test_a_database_that_is_not_there(playground, tmp_path):
    url = "postgresql://nobody:hidden@127.0.0.1:9/none"
    found = await faults(settings(playground, tmp_path, store=url))
    assert set(found) == {"store"}
    assert "hidden" not in str(found)


async def test_a_folder_that_cannot_be_made(playground, tmp_path):
    (tmp_path / "data").write_text("a file")
    found = await faults(settings(playground, tmp_path))
    assert "data folder" in found


async def test_a_webhook_that_others_have_set_and_updates_that_wait(playground, tmp_path):
    playground.world.updates.webhook = {
        "url": "https://example.org/other",
        "secret_token": None,
        "max_connections": 1,
        "last_error_date": playground.clock.unix(),
        "last_error_message": "Connection refused",
    }
    playground.world.updates.pending.extend({"update_id": n} for n in range(200))
    found = await examine(settings(playground, tmp_path), playground.clock.now)
    verdicts = {item.check: item.verdict for item in found}
    assert verdicts["webhook"] is Verdict.NOTE
    assert verdicts["webhook errors"] is Verdict.FAULT
    assert verdicts["pending updates"] is Verdict.FAULT


async def test_rights_in_groups_and_channels(playground, tmp_path):
    store = await open_store(tmp_path / "data", system_clock)
    for chat_id, kind in ((GROUP, ChatKind.GROUP), (CHANNEL, ChatKind.CHANNEL)):
        place = Chat(chat_id, kind, title=f"Place {chat_id}", since=system_clock())
        place = replace(place, timing=replace(place.timing, muted_until=system_clock()))
        await store.update_chat(chat_id, lambda _, place=place: place)
    playground.world.add_bot(GROUP, ADMIN, "member")
    found = await examine(settings(playground, tmp_path), system_clock)
    permissions = [item for item in found if item.check == "rights"]
    assert [str(CHANNEL) in permission.found for permission in permissions] == [True]
    playground.world.add_bot(CHANNEL, ADMIN, "administrator")
    found = await examine(settings(playground, tmp_path), system_clock)
    permissions = [item for item in found if item.check == "rights"]
    assert [permission.verdict for permission in permissions] == [Verdict.OK], permissions
    await store.close()


async def test_admins_who_never_started_it(playground, tmp_path):
    found = await examine(settings(playground, tmp_path, admins="123456"), system_clock)
    assert next(item for item in found if item.check == "admins").verdict is Verdict.NOTE
    found = await examine(settings(playground, tmp_path, admins=""), system_clock)
    assert next(item for item in found if item.check == "admins").found == "there are none"


def test_little_room(tmp_path):
    assert machine._room(tmp_path, 10 << 20).verdict is Verdict.FAULT
    assert machine._room(tmp_path, 500 << 20).verdict is Verdict.NOTE


async def test_the_command(playground, tmp_path, monkeypatch):
    monkeypatch.setenv("BRIEFING_TOKEN", TOKEN)
    monkeypatch.setenv("BRIEFING_API_URL", playground.url)
    monkeypatch.setenv("BRIEFING_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("BRIEFING_ADMINS", str(ADMIN))

    async def run(*arguments):
        return await asyncio.to_thread(CliRunner().invoke, app, ["doctor", *arguments])

    healthy = await run()
    assert healthy.exit_code == 0, healthy.output
    assert "token: @" in healthy.output
    rows = orjson.loads((await run("--json")).output)
    assert {row["verdict"] for row in rows} <= {"ok", "note"}
    monkeypatch.setenv("BRIEFING_CONTENT", str(tmp_path / "none.json"))
    assert (await run()).exit_code == 1
    monkeypatch.setenv("BRIEFING_RATE", "0")
    monkeypatch.setenv("BRIEFING_ADMINS", "x")
    wrong = await run("--json")
    assert wrong.exit_code == 1
    assert {row["check"] for row in orjson.loads(wrong.output)} == {"settings"}
    assert len(orjson.loads(wrong.output)) == 2
