"""Into one file and out of it again, with either store, while it is in use."""

from __future__ import annotations

import asyncio
import gzip
import stat

import orjson
import pytest
from store_samples import NOW, clock, follow, kill
from test_transfer import lived_in, told
from typer.testing import CliRunner

from bot.cli import app
from bot.storage import transfer as backup_module
from bot.storage.errors import StoreError
from bot.storage.factory import open_beside, open_named, opened
from bot.storage.postgres import open_postgres
from bot.storage.protocol import Accepted
from bot.storage.tinydb import open_store
from bot.storage.transfer import BackupDamaged, check
from bot.storage.transfer import back_up as write_backup
from bot.storage.transfer import restore as restore_from


async def back_up(name, folder, file, at):
    async with opened(open_beside(name, folder, clock)) as store:
        return await write_backup(store, file, at)


async def restore(file, name, folder):
    expected = check(file)
    async with opened(open_named(name, folder, clock)) as store:
        await restore_from(file, expected, store)
    return expected


@pytest.fixture(params=["tinydb", "postgres"])
async def lived(request, tmp_path):
    """A store at work, with something in it, and how it is named."""
    if request.param == "tinydb":
        name, store = "tinydb", await open_store(tmp_path / "data", clock)
    else:
        name = request.getfixturevalue("database")
        store = await open_postgres(name, clock)
    await lived_in(store)
    yield name, store
    await store.close()


async def test_what_is_kept_arrives_in_a_folder(lived, tmp_path):
    name, store = lived
    file = tmp_path / "all.gz"
    written = await back_up(name, tmp_path / "data", file, NOW)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    expected = await told(store)
    found = await restore(file, "tinydb", tmp_path / "other")
    assert found.counts == written.counts
    other = await open_store(tmp_path / "other", clock)
    got = await told(other)
    await other.close()
    for what in ("chats", "alerts", "draft", "fact", "audit", "gaps", "handled"):
        assert got[what] == expected[what], what
    assert not (tmp_path / "all.gz.new").exists()


async def test_what_is_kept_arrives_in_a_database(tmp_path, database):
    store = await open_store(tmp_path / "data", clock)
    await lived_in(store)
    file = tmp_path / "all.gz"
    written = await back_up("tinydb", tmp_path / "data", file, NOW)
    expected = await told(store)
    await store.close()
    assert (await restore(file, database, tmp_path)).counts == written.counts
    other = await open_postgres(database, clock)
    got = await told(other)
    await other.close()
    assert got["chats"] == expected["chats"]
    assert got["audit"] == expected["audit"]


async def test_it_is_one_moment_while_others_write(lived, tmp_path):
    name, store = lived
    stop = asyncio.Event()

    async def write() -> None:
        number = 1000
        while not stop.is_set():
            await follow(store, number)
            number += 1

    writing = asyncio.create_task(write())
    for number in range(3):
        file = tmp_path / f"{number}.gz"
        await back_up(name, tmp_path / "data", file, NOW)
        await restore(file, "tinydb", tmp_path / f"other{number}")
    stop.set()
    await writing


async def test_peoples_words_are_not_in_it(lived, tmp_path):
    name, store = lived
    await store.accept_updates([Accepted(77, 1, b'{"update_id":77,"text":"zzyzx"}')])
    file = tmp_path / "all.gz"
    await back_up(name, tmp_path / "data", file, NOW)
    assert b"zzyzx" not in gzip.decompress(file.read_bytes())


async def test_a_store_that_is_not_empty_is_refused(lived, tmp_path, request):
    name, store = lived
    file = tmp_path / "all.gz"
    await back_up(name, tmp_path / "data", file, NOW)
    await store.close()
    with pytest.raises(StoreError, match="not empty"):
        await restore(file, name, tmp_path / "data")


async def test_a_file_that_is_not_whole_is_refused_before_anything_is_written(tmp_path):
    store = await open_store(tmp_path / "data", clock)
    await lived_in(store)
    await kill(store)
    file, bad = tmp_path / "all.gz", tmp_path / "bad.gz"
    await back_up("tinydb", tmp_path / "data", file, NOW)
    whole = file.read_bytes()
    lines = gzip.decompress(whole).splitlines(keepends=True)
    head = orjson.dumps(orjson.loads(lines[0]) | {"format": 99}) + b"\n"
    for broken in (
        whole[:-20],
        b"no gzip",
        b"",
        gzip.compress(b"".join(lines[:-1])),
        gzip.compress(b"".join(lines[:3] + lines[4:])),
        gzip.compress(head + b"".join(lines[1:])),
        gzip.compress(b"[1,2]\n"),
    ):
        bad.write_bytes(broken)
        with pytest.raises(BackupDamaged):
            await restore(bad, "tinydb", tmp_path / "other")
    assert not (tmp_path / "other").exists()


async def test_a_backup_that_would_fill_the_memory_is_refused(tmp_path, monkeypatch):
    store = await open_store(tmp_path / "data", clock)
    await lived_in(store)
    await store.close()
    file = tmp_path / "all.gz"
    await back_up("tinydb", tmp_path / "data", file, NOW)
    size = len(gzip.decompress(file.read_bytes()))
    monkeypatch.setattr(backup_module, "_LARGEST", size)
    check(file)
    for limit in ("_LARGEST", "_LONGEST_LINE"):
        with monkeypatch.context() as patched:
            patched.setattr(backup_module, limit, 100)
            with pytest.raises(BackupDamaged, match="too large"):
                check(file)


async def test_a_prepared_link_is_not_followed(tmp_path):
    store = await open_store(tmp_path / "data", clock)
    await store.close()
    victim, file = tmp_path / "victim", tmp_path / "all.gz"
    victim.write_bytes(b"precious")
    for name in ("all.gz", "all.gz.new"):
        (tmp_path / name).symlink_to(victim)
    await back_up("tinydb", tmp_path / "data", file, NOW)
    assert victim.read_bytes() == b"precious"
    assert not file.is_symlink()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_commands(tmp_path, monkeypatch):
    async def fill() -> None:
        store = await open_store(tmp_path / "data", clock)
        await lived_in(store)
        await store.close()

    asyncio.run(fill())
    run, file = CliRunner().invoke, str(tmp_path / "all.gz")
    monkeypatch.setenv("BRIEFING_DATA", str(tmp_path / "data"))
    assert "chat" in run(app, ["backup", file]).output
    streamed = run(app, ["backup", "-"])
    assert (tmp_path / "all.gz").read_bytes()[:2] == streamed.stdout_bytes[:2] == b"\x1f\x8b"
    assert gzip.decompress(streamed.stdout_bytes).count(b"\n") > 5
    assert "- holds:" in streamed.stderr
    assert not (tmp_path / "-").exists()
    assert run(app, ["restore", file]).exit_code == 1
    monkeypatch.setenv("BRIEFING_DATA", str(tmp_path / "other"))
    restored = run(app, ["restore", file])
    assert restored.exit_code == 0, restored.output
    monkeypatch.setenv("BRIEFING_DATA", str(tmp_path / "third"))
    from_input = run(app, ["restore", "-"], input=streamed.stdout_bytes)
    assert (from_input.exit_code, from_input.output) == (0, restored.output)
    assert run(app, ["backup", str(tmp_path / "none" / "x.gz")]).exit_code == 1
    monkeypatch.setenv("BRIEFING_DATA", str(tmp_path / "nowhere"))
    assert run(app, ["backup", file]).exit_code == 1
    assert run(app, ["restore", str(tmp_path / "no-such.gz")]).exit_code == 1
