"""A command of another user than the data folder's leaves the folder as it is."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.clock import system_clock
from bot.storage.factory import TINYDB, open_beside, open_named, opened
from bot.storage.tinydb import open_store
from bot.storage.tinydb.files import OtherOwner, check_owner
from bot.storage.transfer import back_up

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")

BOT = 61_184


@contextmanager
def as_user(user: int) -> Iterator[None]:
    """Do what follows with another user's rights."""
    os.setegid(user)
    os.seteuid(user)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of the bot's user, with the data folder in it; and a backup beside it."""

    async def fill(folder: Path) -> None:
        store = await open_store(folder, system_clock)
        await store.remember("a", "b")
        await store.close()
        async with opened(open_beside(TINYDB, folder, system_clock)) as copy:
            await back_up(copy, tmp_path / "backup.gz", system_clock())

    home = tmp_path / "home"
    home.mkdir()
    asyncio.run(fill(home / "data"))
    for file in (home, *home.rglob("*")):
        os.chown(file, BOT, BOT)
    for folder in (
        path for path in tmp_path.parents if path.name.startswith(("pytest-", "popen-"))
    ):
        folder.chmod(0o755)
    tmp_path.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BRIEFING_DATA", str(home / "data"))
    return home


def state(home: Path) -> set[tuple[str, int, int]]:
    found = {(file, file.stat()) for file in home.rglob("*")}
    return {(str(file), told.st_uid, told.st_mtime_ns) for file, told in found}


def refused(*command: str) -> str:
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 78, done.output
    return done.output


def test_root_cannot_write_into_the_bot_s_folder(home: Path, tmp_path: Path) -> None:
    before = state(home)
    elsewhere = str(tmp_path / "moved")
    for command in (
        ("outbox", "retry"),
        ("migrate", "--from", str(home / "data"), "--to", elsewhere),
        ("restore", str(tmp_path / "backup.gz")),
    ):
        said = refused(*command)
        assert f"belongs to user {BOT}, and this is user root (0)" in said, command
        assert "Run this as that user." in said
    with pytest.raises(OtherOwner):
        asyncio.run(open_named(TINYDB, home / "data", system_clock))
    assert state(home) == before


def test_root_can_look_and_back_up(home: Path, tmp_path: Path) -> None:
    before = state(home)
    for command in (("outbox", "list"), ("backup", str(tmp_path / "copy.gz"))):
        done = CliRunner().invoke(app, command)
        assert done.exit_code == 0, done.output
    assert state(home) == before


def test_root_cannot_make_a_folder_in_the_bot_s_home(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRIEFING_DATA", str(home / "deep" / "other"))
    assert f"{home} belongs to user {BOT}" in refused("restore", str(tmp_path / "backup.gz"))
    monkeypatch.setenv("BRIEFING_DATA", str(tmp_path / "own"))
    done = CliRunner().invoke(app, ["restore", str(tmp_path / "backup.gz")])
    assert done.exit_code == 0, done.output


def test_the_bot_says_which_file_another_user_has_left(home: Path) -> None:
    with as_user(BOT):
        check_owner(home / "data")
    file = next((home / "data").glob("*.json"))
    os.chown(file, 0, 0)
    with as_user(BOT), pytest.raises(OtherOwner) as caught:
        check_owner(home / "data")
    assert f"{file} belongs to user root (0), and this is user {BOT}" in str(caught.value)
    assert f"chown -R {BOT} {home / 'data'}" in caught.value.advice
    os.chown(home / "data", 0, 0)  # as a restore by root leaves it
    with as_user(BOT), pytest.raises(OtherOwner):
        check_owner(home / "data")


def test_what_others_put_there_is_no_matter(home: Path) -> None:
    (home / "data" / "lost+found").mkdir()
    (home / "data" / "notes.txt").write_text("of an operator")
    with as_user(BOT):
        check_owner(home / "data")
        check_owner(home / "data", is_new=True)
