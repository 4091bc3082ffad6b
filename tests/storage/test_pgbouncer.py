"""Behind a real PgBouncer: by session all is well, by transaction the bot refuses to work."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from store_samples import clock

from bot.ops.doctor import Verdict
from bot.ops.doctor.storage import stored
from bot.storage.errors import StoreError, StoreUnusable
from bot.storage.postgres import open_postgres

PROGRAM = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
NOBODY = 65534
"""PgBouncer refuses to run as root."""

pytestmark = pytest.mark.skipif(
    PROGRAM is None and not os.environ.get("CI"), reason="pgbouncer is not installed"
)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@contextmanager
def pooler(database: str, mode: str) -> Iterator[str]:
    """The address of a PgBouncer with its default settings but for the mode."""
    assert PROGRAM is not None, "pgbouncer is not installed"
    host, port = parse_qs(urlsplit(database).query)["host"][0], free_port()
    folder = Path(tempfile.mkdtemp(prefix="briefing-pgbouncer-"))
    folder.chmod(0o755)
    (folder / "pgbouncer.ini").write_text(
        f"[databases]\npostgres = host={host} dbname=postgres user=postgres\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
        f"auth_type = any\npool_mode = {mode}\n"
    )
    user = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    with (folder / "log").open("wb") as log:
        running = subprocess.Popen(
            [PROGRAM, folder / "pgbouncer.ini"], stdout=log, stderr=log, **user
        )
    url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
    try:
        _wait_for(url, running, folder / "log")
        yield url
    finally:
        running.kill()
        running.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(url: str, running: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 20
    while True:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            assert running.poll() is None, log.read_text()
            assert time.monotonic() < end, log.read_text()
            time.sleep(0.05)
        else:
            return


async def test_by_session_two_processes_work_and_one_leads(database: str) -> None:
    with pooler(database, "session") as url:
        stores = [await open_postgres(url, clock) for _ in range(2)]
        try:
            async with stores[0].leading():
                await stores[0].remember("a", "b")
                assert await stores[1].remembered("a") == "b"
                with pytest.raises(TimeoutError):
                    async with asyncio.timeout(1.5), stores[1].leading():
                        pass
            async with asyncio.timeout(60), stores[1].leading():
                await stores[1].remember("a", "c")
            assert await stores[0].remembered("a") == "c"
        finally:
            for store in stores:
                await store.close()


async def test_by_transaction_it_is_refused_with_what_to_do(database: str) -> None:
    with pooler(database, "transaction") as url:
        for _ in range(3):
            with pytest.raises(StoreUnusable, match="set pool_mode = session"):
                await open_postgres(url, clock)
        found, _ = await stored(url, Path(), clock)
        assert found.verdict is Verdict.FAULT
        assert "pool_mode = session" in found.found
        # Nothing is left in the pooler's connections that keeps others from working.
        store = await open_postgres(database, clock)
        async with asyncio.timeout(60), store.leading():
            pass
        await store.close()


async def test_by_statement_it_is_refused(database: str) -> None:
    with pooler(database, "statement") as url, pytest.raises(StoreError):
        await open_postgres(url, clock)
