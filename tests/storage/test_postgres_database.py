"""What only PostgreSQL can do to a store: schemas, refusals, full disks, traces that stay."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from postgres_server import postgres
from store_samples import (
    BRIDGE,
    NOW,
    RAIL,
    SCOPES,
    alert,
    chat,
    claim,
    clock,
    follow,
    know,
    send,
    settled,
)
from structlog.testing import capture_logs

from bot.alerts.model import Result
from bot.ops.doctor.result import Verdict
from bot.ops.doctor.storage import stored
from bot.storage.errors import StoreAway, StoreError, StoreFull, StoreTooNew
from bot.storage.factory import open_beside
from bot.storage.postgres import database as module
from bot.storage.postgres import open_postgres
from bot.storage.postgres.database import Outage
from bot.storage.postgres.outbox import RECIPIENTS_KEPT
from bot.storage.postgres.schema import is_in_use, migrations
from bot.subscribers.chat import EVERYTHING, Address


@pytest.fixture
def connection(database):
    with psycopg.connect(database, autocommit=True) as connection:
        yield connection


@pytest.fixture
def schema(connection, database) -> str:
    """The address of a schema of its own, in which there is nothing yet."""
    connection.execute("drop schema if exists another cascade")
    connection.execute("create schema another")
    yield f"{database}&options=-csearch_path%3Danother"
    connection.execute("drop schema another cascade")


async def test_processes_that_start_together_make_the_tables_once(schema, connection):
    stores = await asyncio.gather(*(open_postgres(schema, clock) for _ in range(4)))
    await follow(stores[0], 1)
    assert [len(await store.chats()) for store in stores] == [1] * 4
    for store in stores:
        await store.close()
    versions = connection.execute("select version from another.migration order by 1").fetchall()
    assert [version for (version,) in versions] == list(migrations())


async def test_lists_of_private_topics_become_one_in_an_older_database(schema, connection):
    connection.execute("set search_path to another")
    connection.execute("create table migration (version integer primary key, at timestamptz)")
    for number, sql in migrations().items():
        if number < 7:
            connection.execute(sql)
            connection.execute("insert into migration (version) values (%s)", (number,))
    connection.execute(
        "insert into chat (id, kind, active, title) values"
        " (1, 'private', true, ''), (-2, 'supergroup', true, '')"
    )
    connection.execute(
        "insert into subscription (chat_id, thread, scope) values (1, 0, 'topic:rail'),"
        " (1, 11, 'topic:rail'), (1, 12, 'provision:bridge'), (-2, 7, 'all')"
    )
    connection.execute("set search_path to default")
    store = await open_postgres(schema, clock)
    assert (await store.chat(1)).subscriptions == {(None, RAIL), (None, BRIDGE)}
    assert (await store.chat(-2)).subscriptions == {(7, EVERYTHING)}
    await store.update_chat(1, lambda chat: chat.without(12))
    assert not (await store.chat(1)).subscriptions
    await store.close()


async def test_two_bots_share_a_database_by_schema(schema, database):
    one, other = await open_postgres(database, clock), await open_postgres(schema, clock)
    async with one.leading(), asyncio.timeout(60), other.leading():
        await follow(one, 1)
        assert await other.chats() == []
    await one.close()
    await other.close()


async def test_a_newer_schema_is_refused(schema, connection, tmp_path):
    await (await open_postgres(schema, clock)).close()
    connection.execute("insert into another.migration (version) values (9999)")
    with pytest.raises(StoreTooNew, match="schema 9999"):
        await open_postgres(schema, clock)
    found, _ = await stored(schema, Path(), clock)
    assert found.verdict is Verdict.FAULT
    assert "schema 9999" in found.found
    with pytest.raises(StoreTooNew, match="schema 9999"):
        await open_beside(schema, tmp_path, clock)


@pytest.mark.parametrize(
    "url", ["postgresql://a:secret@127.0.0.1:1/b", "postgresql://a:secret@[/b", "postgresql://%zz"]
)
async def test_a_database_that_cannot_be_reached_is_refused_without_its_password(url):
    with pytest.raises(StoreError) as caught:
        await open_postgres(url, clock)
    assert "secret" not in str(caught.value)


async def test_the_doctor_tries_to_write_and_leaves_nothing(schema, connection):
    found, _ = await stored(schema, Path(), clock)
    assert (found.verdict, found.found[:17]) == (Verdict.OK, "nothing there yet")
    await (await open_postgres(schema, clock)).close()
    before = connection.execute("select count(*) from another.fact").fetchone()
    found, _ = await stored(schema, Path(), clock)
    assert (found.verdict, found.found) == (Verdict.OK, "0 chats, 0 changes")
    assert connection.execute("select count(*) from another.fact").fetchone() == before
    found, _ = await stored(f"{schema}%20-cdefault_transaction_read_only%3Don", Path(), clock)
    assert found.verdict is Verdict.FAULT
    assert "\n" not in found.found
    assert "write" in found.advice


async def test_a_full_disk_refuses_and_loses_nothing(connection, database):
    store = await open_postgres(database, clock)
    await follow(store, 1)
    connection.execute(
        "create or replace function full_disk() returns trigger language plpgsql as"
        " $$ begin raise 'No space left on device' using errcode = '53100'; end $$"
    )
    connection.execute(
        "create trigger full_disk before insert on delivery execute function full_disk()"
    )
    try:
        with pytest.raises(StoreFull):
            await store.record_alert(alert(1), SCOPES)
    finally:
        connection.execute("drop trigger full_disk on delivery")
    assert await store.changes() == []
    assert await store.record_alert(alert(1), SCOPES) == 1
    await store.close()
    with pytest.raises(StoreError, match="closed"):
        await store.remember("a", "b")
    with pytest.raises(StoreError, match="closed"):
        await store.chat(1)
    await store.close()


async def test_nothing_stays_of_who_is_forgotten(connection, database):
    store = await open_postgres(database, clock)
    await know(store, chat(123454321, EVERYTHING, title="Zəhra"), chat(-123454321, BRIDGE))
    await know(store, chat(2, EVERYTHING))
    await store.keep_draft(123454321, {"note": "Zəhra"})
    for number in (1, 2):
        await store.record_alert(alert(number), SCOPES)
        held = await claim(store, 2)
        await store.settle([settled(item, Result.AMBIGUOUS) for item in held])
    await store.record_alert(alert(3), SCOPES)
    await claim(store, 1)
    await store.migrate_chat(-123454321, -100123454321)
    await store.forget_chat(123454321)
    await store.forget_chat(-100123454321)
    names = connection.execute(
        "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
    ).fetchall()
    assert len(names) > 10
    for (name,) in names:
        rows = connection.execute(f"select to_jsonb(t)::text from {name} t").fetchall()
        assert not [row for row in rows if "123454321" in row[0] or "Zəhra" in row[0]], name
    assert {address for _, address in await send(store)} == {Address(2)}
    await store.close()


async def test_recipients_are_kept_while_a_correction_may_need_them(
    connection, database, monkeypatch
):
    monkeypatch.setattr("bot.storage.postgres.outbox.MOST_RECIPIENTS", 4)
    store = await open_postgres(database, clock)
    await follow(store, 1, 2)
    # Two whose entry stands, one that is corrected and its correction, and two of this week.
    # The last of these corrects an old one.
    for number, undoes in enumerate((None, None, None, 3, None), start=1):
        await store.record_alert(alert(number, undoes=undoes), SCOPES)
        await send(store)
    later = NOW + RECIPIENTS_KEPT * 8 / 7
    for number, undoes in ((6, None), (7, 5)):
        await store.record_alert(alert(number, undoes=undoes, made_at=later), SCOPES)
        await send(store, now=later)
    async with store.leading():
        async with asyncio.timeout(60):
            while connection.execute("select from recipient where alert_id = 1").rowcount:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    kept = connection.execute("select alert_id from recipient").fetchall()
    assert sorted(number for (number,) in kept) == [2, 2, 5, 5, 6, 6, 7, 7]
    assert (await store.progress(1)).sent == 2
    await store.close()


async def test_an_audience_is_written_by_one_statement(connection, database):
    store = await open_postgres(database, clock)
    await follow(store, 1)
    connection.execute(
        "insert into chat (id, kind, active, title)"
        " select n, 'private', true, '' from generate_series(2, 30000) n"
    )
    connection.execute(
        "insert into subscription (chat_id, thread, scope)"
        " select n, 0, s from generate_series(2, 30000) n, unnest(array['all', 'topic:rail']) s"
    )
    assert await store.record_alert(alert(1), SCOPES) == 30000
    assert len(await claim(store, 300)) == 300
    assert (await store.count_chats())["private"] == 30000
    assert await store.count_audience(SCOPES) == {"": 30000}
    assert await store.record_alert(alert(2, undoes=1), SCOPES) == 300
    await store.close()


async def test_a_database_that_is_gone_is_said(monkeypatch):
    monkeypatch.setattr(module, "_PATIENCE", 0.2)
    with ExitStack() as stack, capture_logs() as lines:
        store = await open_postgres(stack.enter_context(postgres()), clock)
        stack.close()
        with pytest.raises(StoreAway):
            await store.remembered("a")
        await store.close()
    away = next(line for line in lines if line["event"] == "the database is away")
    assert away["seconds"] == 0
    assert "PostgreSQL: " in away["problem"]


def test_an_outage_is_logged_ever_more_rarely(monkeypatch):
    now = 0
    monkeypatch.setattr(module, "monotonic", lambda: now)
    outage = Outage()
    with capture_logs() as lines:
        for now in range(600):  # noqa: B007 - the clock reads it
            outage.seen("gone")
    assert [line["seconds"] for line in lines] == [0, 2, 6, 14, 30, 62, 126, 246, 366, 486]


def test_the_end_of_an_outage_is_logged_once():
    outage = Outage()
    with capture_logs() as lines:
        outage.over()
        outage.seen("gone")
        outage.over()
        outage.over()
    assert [line["event"] for line in lines] == ["the database is away", "the database is back"]


async def test_the_doctor_sees_whether_a_bot_works_on_it(schema):
    store = await open_postgres(schema, clock)
    assert not await is_in_use(schema)
    async with store.leading():
        assert await is_in_use(schema)
    await store.close()
    assert not await is_in_use(schema)
