"""From a data folder into a database and back: the same arrives, or nothing is said to."""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta

import psycopg
import pytest
from store_samples import (
    LATER,
    NOW,
    SCOPES,
    alert,
    chat,
    claim,
    clock,
    follow,
    handled,
    know,
    send,
    settled,
)
from test_store_chats import EVERY_FIELD
from test_store_suggestions import suggestion
from typer.testing import CliRunner

from bot.alerts.model import Result, SentMessage
from bot.cli import app
from bot.feeds.model import KEPT, Verdict
from bot.storage import transfer
from bot.storage.errors import StoreError
from bot.storage.factory import named, open_named, opened
from bot.storage.postgres import PostgresStore, open_postgres
from bot.storage.protocol import AuditAction, AuditEntry
from bot.storage.tinydb import TinyStore, open_store
from bot.subscribers.chat import EVERYTHING


async def move(source: str, target: str):
    """Move everything between two places: a folder's path, or a database's address."""
    async with (
        opened(open_named(*named(source), clock)) as full,
        opened(open_named(*named(target), clock)) as empty,
    ):
        return await transfer.move(full, empty)


async def lived_in(store) -> None:
    """Something of everything that is kept."""
    await know(store, EVERY_FIELD, chat(-1, EVERYTHING, thread=4, since=NOW))
    await follow(store, *range(1, 12))
    for number in (1, 2, 3):
        assert (await store.next_ids())[1] == number
    await store.record_alert(alert(1), SCOPES)
    results = [Result.SENT, Result.AMBIGUOUS, Result.RETRY, Result.LATER, Result.REFUSED]
    results += [Result.UNWANTED, Result.GONE, Result.SENT, Result.LATER, Result.PAUSED]
    held = await claim(store, len(results))
    await store.settle(
        [
            settled(
                item, result, retry_at=LATER, detail="why", message=SentMessage(7, in_digest=True)
            )
            for item, result in zip(held, results, strict=True)
        ]
    )
    await store.record_alert(alert(2, provision="port"), SCOPES)
    await store.record_alert(alert(3, undoes=1), SCOPES)
    await store.report_at(2, 7, 70)
    await store.keep_draft(7, {"token": 1, "b": [1, {"x": None}], "a": "ə"})
    await store.remember("menus", "1")
    for detail in ("one", "two"):
        entry = AuditEntry(made_at=NOW, made_by=7, action=AuditAction.RELOAD, detail=detail)
        await store.append_audit(entry)
    await store.updates_handled([5, 6, 9])
    await store.count_gaps({"why?": 2, "nə?": 1}, NOW.date(), NOW.date())
    await store.suggest([suggestion(1), suggestion(2)], NOW - KEPT)
    await store.decide([suggestion(2, verdict=Verdict.NOT_NEWS)])


async def told(store) -> dict:
    """All that can be asked of a store."""
    alerts = await store.recent_alerts(100)
    return {
        "chats": sorted(await store.chats(), key=lambda each_chat: each_chat.id),
        "alerts": alerts,
        "progress": [await store.progress(each_alert.id) for each_alert in alerts],
        "waiting": sorted(map(repr, await store.waiting(1000))),
        "draft": await store.draft(7),
        "fact": await store.remembered("menus"),
        "audit": await store.audit(),
        "gaps": sorted(map(repr, await store.gaps())),
        "suggestions": sorted(map(repr, await store.suggestions())),
        "handled": await handled(store),
    }


async def test_everything_arrives_there_and_back(tmp_path, database):
    store = await open_store(tmp_path / "data", clock)
    await lived_in(store)
    before = await told(store)
    await store.close()
    there = await move(str(tmp_path / "data"), database)
    assert there.counts == {
        "chats": 13, "ids": 1, "alerts": 3, "tallies": 3, "deliveries": 17, "audit": 2,
        "facts": 1, "drafts": 1, "handled": 2, "gaps": 2, "suggestions": 2,
    }  # fmt: skip
    store = await open_postgres(database, clock)
    assert await told(store) == before
    await store.close()
    back = await move(database, str(tmp_path / "again"))
    assert back == there
    # Life goes on in both as it would have.
    results = []
    for again in (
        await open_store(tmp_path / "again", clock),
        await open_store(tmp_path / "data", clock),
        await open_postgres(database, clock),
    ):
        await again.append_audit(
            AuditEntry(made_at=NOW, made_by=7, action=AuditAction.EXPORT, detail="three")
        )
        sent = await send(again, now=NOW + timedelta(days=1))
        results.append((sorted(map(repr, sent)), await again.next_ids(), await told(again)))
        await again.close()
    assert results[0] == results[1] == results[2]


@pytest.mark.parametrize("way", ["in", "out"])
async def test_a_broken_move_leaves_nothing_and_can_be_run_again(
    tmp_path, database, monkeypatch, way
):
    folder = str(tmp_path / "data")
    source, target = (folder, database) if way == "in" else (database, folder)
    async with opened(open_named(*named(source), clock)) as store:
        await lived_in(store)
        before = await told(store)
    left = 20
    for kind in (TinyStore, PostgresStore):

        async def broken(self, rows=kind.rows):
            nonlocal left
            async for found in rows(self):
                yield found
                left -= 1
                if left < 0 and calls[0] == 2:  # while it is written, not while it is counted
                    raise StoreError("cut off")

        def counted(self, broken=broken):
            calls[0] += 1
            return broken(self)

        monkeypatch.setattr(kind, "rows", counted)
    calls = [0]
    with pytest.raises(StoreError, match="cut off"):
        await move(source, target)
    monkeypatch.undo()
    async with opened(open_named(*named(target), clock)) as store:
        assert await store.chats() == [] == await store.recent_alerts(9)
    await move(source, target)
    async with opened(open_named(*named(target), clock)) as store:
        assert await told(store) == before


async def test_a_target_that_is_not_empty_is_refused(tmp_path, database):
    store = await open_store(tmp_path / "data", clock)
    await store.remember("a", "b")
    await store.close()
    store = await open_postgres(database, clock)
    await follow(store, 1)
    with pytest.raises(StoreError, match="a bot works"):
        await move(str(tmp_path / "data"), database)
    await store.close()
    with pytest.raises(StoreError, match="database is not empty"):
        await move(str(tmp_path / "data"), database)
    with pytest.raises(StoreError, match="data is not empty"):
        await move(database, str(tmp_path / "data"))


@pytest.mark.parametrize(
    ("table", "change"), [("chat", "new.title = 'Shusha'"), ("gap", "new.count = new.count + 1")]
)
async def test_what_arrives_changed_is_noticed(tmp_path, database, table, change):
    store = await open_store(tmp_path / "data", clock)
    await know(store, chat(1, EVERYTHING, title="Şuşa"))
    await store.count_gaps({"why?": 2}, NOW.date(), NOW.date())
    await store.close()
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(
            "create or replace function spoil() returns trigger language plpgsql as"
            f" $$ begin {change}; return new; end $$"
        )
        connection.execute(
            f"create trigger spoil before insert on {table} for each row execute function spoil()"
        )
    try:
        with pytest.raises(StoreError, match=f"differs from what was sent: {table}s"):
            await move(str(tmp_path / "data"), database)
        async with opened(open_named(database, tmp_path, clock)) as store:
            assert await store.chats() == []
    finally:
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute(f"drop trigger spoil on {table}")


def test_the_command(tmp_path, database):
    store = asyncio.run(open_store(tmp_path / "data", clock))
    asyncio.run(store.close())
    runner = CliRunner()
    result = runner.invoke(app, ["migrate", "--from", str(tmp_path / "data"), "--to", database])
    assert result.exit_code == 0, result.output
    assert "Moved" in result.output
    none = str(tmp_path / "none")
    result = runner.invoke(app, ["migrate", "--from", none, "--to", database])
    assert (result.exit_code, none in result.output) == (1, True)
    assert not (tmp_path / "none").exists()
    url = "postgresql://someone:secret@127.0.0.1:1/none"
    result = runner.invoke(app, ["migrate", "--from", str(tmp_path / "data"), "--to", url])
    assert result.exit_code == 1
    assert "secret" not in result.output


async def test_without_the_driver_it_is_said_how_to_install_it(tmp_path, monkeypatch):
    for name in [
        module for module in sys.modules if module.startswith(("bot.storage.postgres", "psycopg"))
    ]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError, match="make postgres"):
        await open_named("postgresql://somewhere/else", tmp_path, clock)
