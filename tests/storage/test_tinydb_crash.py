"""Real processes: killed at any moment, and out of room."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from store_samples import LATER, SCOPES, clock

from bot.storage.tinydb import open_store

_SAMPLES = str(Path(__file__).parent)

_WRITER = f"""
import asyncio, sys
from pathlib import Path
sys.path.insert(0, {_SAMPLES!r})
from store_samples import *
from bot.storage.tinydb import open_store, storage
storage._LARGE = 3000  # checkpoints as often as they can be

async def main():
    store = await open_store(Path(sys.argv[1]), clock)
    print("open", flush=True)
    number = await store.remembered("number")
    number = int(number or 0)
    while True:
        number += 1
        await asyncio.gather(follow(store, number), store.remember("number", str(number)))
        print("chat", number, flush=True)
        if number % 5 == 0:
            _, alert_id = await store.next_ids()
            due = await store.record_alert(alert(alert_id), SCOPES)
            print("alert", alert_id, due, flush=True)
            for address in await send(store, limit=due // 2):
                print("sent", address[0], address[1].chat_id, flush=True)
asyncio.run(main())
"""

_FULL = f"""
import asyncio, resource, sys
from pathlib import Path
sys.path.insert(0, {_SAMPLES!r})
from store_samples import *
from bot.storage.errors import StoreFull
from bot.storage.tinydb import open_store

async def main():
    store = await open_store(Path(sys.argv[1]), clock)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))
    number = 0
    try:
        while True:
            number += 1
            await follow(store, number)
    except StoreFull:
        pass
    assert await store.chat(number) is None, "what was refused is not in memory"
    assert len(await store.chats()) == number - 1
    try:
        await store.record_alert(alert(1), SCOPES)
    except StoreFull:
        assert await store.changes() == [] == await store.claim(1, NOW)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    await follow(store, number)
    print("accepted", number, flush=True)
    sys.stdin.read()
asyncio.run(main())
"""


async def test_a_kill_at_each_step_of_a_commit_and_a_checkpoint(tmp_path):
    script = Path(__file__).with_name("kill_at_each_step.py")
    done = subprocess.run(  # noqa: ASYNC221 - nothing else runs here
        [sys.executable, script, tmp_path], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 50


@pytest.mark.parametrize("seed", range(6))
async def test_what_was_accepted_is_there_after_a_kill(tmp_path, seed):
    chance = random.Random(seed)
    said: list[list[str]] = []
    for _ in range(2):
        process = subprocess.Popen(  # noqa: ASYNC220 - it is killed, not waited for
            [sys.executable, "-c", _WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        time.sleep(chance.uniform(0.01, 0.25))  # noqa: ASYNC251 - nothing else runs here
        process.send_signal(signal.SIGKILL)
        said += [line.split() for line in process.communicate()[0].splitlines(keepends=True)]
    store = await open_store(tmp_path, clock)
    known = {chat.id for chat in await store.chats()}
    chats = {int(line[1]) for line in said if line[0] == "chat" and len(line) == 2}
    assert chats <= known
    # The one that was being written may have arrived without a word of it.
    assert len(known) <= max(chats, default=0) + 1
    sent = [(int(line[1]), int(line[2])) for line in said if line[0] == "sent" and len(line) == 3]
    for alert_id in {int(line[1]) for line in said if line[0] == "alert" and len(line) == 3}:
        progress = await store.progress(alert_id)
        assert progress.total > 0
        assert progress.sent >= sum(item[0] == alert_id for item in sent)
        assert await store.alert(alert_id) is not None
    due = await _everything(store)
    assert not set(sent) & due
    assert not await store.unfinished()
    assert len(await store.changes()) == len(await store.recent_alerts(10**6))
    await store.close()


async def _everything(store) -> set[tuple[int, int]]:
    from store_samples import send

    found: set[tuple[int, int]] = set()
    while sent := await send(store, limit=1000, now=LATER):
        new = {(alert_id, address.chat_id) for alert_id, address in sent}
        assert not new & found
        found |= new
    return found


async def test_a_full_disk_refuses_and_loses_nothing(tmp_path):
    with subprocess.Popen(  # noqa: ASYNC220 - it is killed, not waited for
        [sys.executable, "-c", _FULL, str(tmp_path)],
        stdout=subprocess.PIPE,
        stdin=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        word, number = process.stdout.readline().split()
        process.kill()
    assert word == "accepted"
    store = await open_store(tmp_path, clock)
    assert {chat.id for chat in await store.chats()} == set(range(1, int(number) + 1))
    assert sum((await store.count_audience(SCOPES)).values()) == int(number)
    await store.close()
