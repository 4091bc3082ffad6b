"""Each fault is found, and comes with what to do; a bot in good health has none."""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
import socket
import subprocess
from dataclasses import replace
from datetime import timedelta

import orjson
import pytest
from typer.testing import CliRunner

from bot.app import running_bot
from bot.cli import app
from bot.clock import system_clock
from bot.ops.doctor import Verdict, examine, machine
from bot.ops.doctor import telegram as telegram_side
from bot.paths import locales_folder
from bot.playground.clock import PlayClock
from bot.playground.faults import Fault
from bot.playground.server import Playground
from bot.settings import read_settings
from bot.storage.errors import StoreDamaged
from bot.storage.tinydb import open_store
from bot.subscribers.chat import Chat, ChatKind

TOKEN = "700000001:a-token-of-one-who-sees-a-doctor"
ADMIN, GROUP, CHANNEL = 900, -1001, -1002


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch, tmp_path):
    """Away from anybody's own .env, and without long waits for another poller."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(telegram_side, "_WAIT", 0)


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
        *("clock", "token", "webhook", "pending updates", "admins", "rights", "polling"),
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
    (folder / "snapshot.json").write_text("{")
    assert set(await faults(settings(playground, tmp_path))) == {"store"}
    assert (folder / "snapshot.json").read_text() == "{"


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


async def test_a_damaged_journal_comes_with_the_advice_of_run_and_its_own_path(
    playground, tmp_path
):
    folder = tmp_path / "data"
    store = await open_store(folder, system_clock)
    await store.remember("a", "b")
    await store.close()
    journal = folder / "journal.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"z" + b"".join(lines)[1:])
    found = await examine(settings(playground, tmp_path), system_clock)
    (told,) = [result for result in found if result.check == "store"]
    assert told.found.startswith(f"{journal} is damaged")
    with pytest.raises(StoreDamaged) as caught:
        await open_store(folder, system_clock)
    assert told.advice == caught.value.advice
    assert "previous" not in told.advice


async def test_a_port_that_another_program_has(playground, tmp_path):
    taken = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    async with taken:
        place = f"127.0.0.1:{taken.sockets[0].getsockname()[1]}"
        found = await faults(settings(playground, tmp_path, listen=place))
        assert found == {"port": f"{place}: Address already in use"}
        found = await faults(settings(playground, tmp_path, metrics_listen=place))
        assert found == {"port": f"{place}: Address already in use"}
    found = await faults(settings(playground, tmp_path, listen="192.0.2.1:80"))
    assert set(found) == {"port"}


async def test_a_bot_at_work_is_seen_and_not_disturbed(playground, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        place = f"127.0.0.1:{free.getsockname()[1]}"
    chosen = settings(playground, tmp_path, listen=place, pictures=False)
    async with running_bot(chosen, playground.clock.now):
        polls = len([call for call in playground.calls if call.method == "getUpdates"])
        found = {result.check: result for result in await examine(chosen, system_clock)}
        assert found["port"].found == f"the bot answers at {place}"
        assert found["polling"].found.startswith("the bot is at work")
        assert not [result for result in found.values() if result.verdict is Verdict.FAULT]
        after = [call for call in playground.calls if call.method == "getUpdates"][polls:]
        assert not [
            call for call in after if "offset" not in call.params and call.params["limit"] == 1
        ]


async def test_another_program_that_polls(playground, tmp_path):
    playground.faults.add(
        Fault("error", "getUpdates", code=409, description="Conflict: terminated by other")
    )
    found = await faults(settings(playground, tmp_path))
    assert set(found) == {"polling"}
    assert "another program polls with this token" in found["polling"]


async def test_looking_for_another_poller_confirms_nothing(playground, tmp_path):
    playground.world.updates.pending.append({"update_id": 7, "message": {"text": "kept"}})
    assert not await faults(settings(playground, tmp_path))
    assert len(playground.world.updates.pending) == 1
    assert playground.world.updates.pending[0]["update_id"] == 7


def certificate(folder, days):
    request, cert, key = (folder / f"{name}.pem" for name in ("request", "cert", "key"))
    for command in (
        ("req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=bot", "-keyout", key),
        ("x509", "-req", "-in", request, "-signkey", key, "-days", days),
    ):
        out = request if command[0] == "req" else cert
        subprocess.run(["openssl", *command, "-out", out], check=True, capture_output=True)
    return {"tls_certificate": cert, "tls_key": key}


@pytest.mark.parametrize(
    ("days", "verdict", "said"),
    [
        ("400", Verdict.OK, "is valid until"),
        ("5", Verdict.NOTE, "is valid until"),
        ("-1", Verdict.FAULT, "certificate has expired"),
    ],
)
async def test_the_certificate_and_its_end(playground, tmp_path, days, verdict, said):
    files = certificate(tmp_path, days)
    found = await examine(
        settings(playground, tmp_path, listen="127.0.0.1:0", **files), system_clock
    )
    (told,) = [result for result in found if result.check == "certificate"]
    assert (told.verdict, said in told.found) == (verdict, True)


def test_a_full_disk_is_told_from_a_folder_that_is_not_ours(tmp_path, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    (told,) = machine.folder(tmp_path)
    assert (told.check, told.verdict) == ("disk", Verdict.FAULT)
    assert "Make room" in told.advice
    assert "chown" not in told.advice


def test_a_language_of_the_content_that_has_no_catalog(tmp_path):
    shutil.copytree(locales_folder() / "en", tmp_path / "en")
    told = machine.catalogues(tmp_path, None, ("en", "tr"))
    assert (told.verdict, "no catalog for tr" in told.found) == (Verdict.NOTE, True)
    assert machine.catalogues(tmp_path, None, ("en",)).verdict is Verdict.OK
    (tmp_path / "en" / "LC_MESSAGES" / "bot.mo").unlink()
    assert machine.catalogues(tmp_path, None, ("en",)).verdict is Verdict.FAULT


async def test_a_file_of_secrets_that_others_can_read(playground, tmp_path):
    file = tmp_path / ".env"
    file.write_text("BRIEFING_UNDO_MINUTES=60\n")
    for mode, told in ((0o644, True), (0o600, False)):
        file.chmod(mode)
        found = await examine(settings(playground, tmp_path), system_clock)
        assert bool([result for result in found if result.check == "secrets"]) is told


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
async def test_files_of_another_user(playground, tmp_path):
    store = await open_store(tmp_path / "data", system_clock)
    await store.remember("a", "b")
    await store.close()
    for folder in (
        path for path in tmp_path.parents if path.name.startswith(("pytest-", "popen-"))
    ):
        folder.chmod(0o755)
    tmp_path.chmod(0o755)
    (tmp_path / "data").chmod(0o755)
    for file in (tmp_path / "data").iterdir():
        os.chown(file, 61_184, 61_184)
    found = await examine(settings(playground, tmp_path), system_clock)
    (told,) = [result for result in found if result.check == "data folder"]
    assert told.verdict is Verdict.NOTE  # root looks after a bot that runs as somebody else
    assert "belongs to user 61184" in told.found
    os.seteuid(61_185)
    try:
        (told,) = machine.folder(tmp_path / "data")
    finally:
        os.seteuid(0)
    assert told.verdict is Verdict.FAULT


async def test_one_fault_is_one_fault(tmp_path):
    file = tmp_path / "content.json"
    file.write_text("[")
    told, _ = machine.content(file)
    assert told.found == f"{file} has 1 fault"


async def test_the_command_names_misspelt_settings(playground, tmp_path, monkeypatch):
    monkeypatch.setenv("BRIEFING_ADMNIS", "1")
    monkeypatch.setenv("BRIEFING_RATE", "fast")
    done = await asyncio.to_thread(CliRunner().invoke, app, ["doctor"])
    assert done.exit_code == 1
    assert "FAULT  settings: BRIEFING_RATE: write a number" in done.output
    assert ".md" not in done.output
    monkeypatch.setenv("BRIEFING_RATE", "20")
    monkeypatch.setenv("BRIEFING_API_URL", "http://127.0.0.1:9")
    done = await asyncio.to_thread(CliRunner().invoke, app, ["doctor"])
    assert "note   settings: BRIEFING_ADMNIS is not a setting." in done.output
