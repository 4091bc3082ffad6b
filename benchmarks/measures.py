"""What is measured, one function a measure; each returns figures by name."""

from __future__ import annotations

import asyncio
import math
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import processes
from benchmarks.processes import PEERS, Server
from benchmarks.sample import HELP, PAGE
from benchmarks.seeding import seed
from bot.alerts.model import Alert, AlertKind, ClaimedBatch, Outcome, Result
from bot.alerts.worker import DeliveryWorker
from bot.storage.tinydb import open_store
from bot.subscribers.chat import EVERYTHING

Figures = dict[str, Any]
STRANGERS = 50_000_000
"""Ids of people who send commands and follow nothing."""


def pipeline(server: Server, *, chats: int, repeats: int, concurrency: Sequence[int]) -> Figures:
    """(a) One alert to all, records included, alongside bare loops of the peers. Taken in turn."""
    runs: dict[str, list[float]] = {}
    cpu: dict[str, list[float]] = {}
    chosen: dict[str, int] = {}

    def note(name: str, found: Figures) -> None:
        runs.setdefault(name, []).append(found["per_second"])
        cpu.setdefault(name, []).append(found["cpu_per_message"] * 1e6)

    for repeat in range(repeats):
        for many in concurrency:
            server.control(do="forget")
            with processes.seeded_folder(chats) as folder:
                command = processes.subject("alert", server.url, folder, math.inf, concurrency=many)
                found = processes.result_of(command)
            report = server.report()
            if found["sent"] != chats or report["sends"] != chats or report["chats"] != chats:
                raise RuntimeError(f"not each chat got it once: {found}, {report['sends']} sends")
            note(f"this bot, concurrency {many}", found)
        if not PEERS.exists():
            continue
        for job, count in (
            ("aiogram-send", chats),
            ("aiogram-send-uvloop", chats),
            ("ptb-send", chats // 10),
        ):
            if job == "ptb-send" and repeat:
                continue  # the slowest by far, and five times is far from the edge
            server.control(do="forget")
            found = processes.result_of(processes.peer(job, server.url, count))
            note(job, found)
            chosen[job] = found["concurrency"]
    return {
        "messages_per_second": _summed(runs),
        "processor_microseconds_a_message": _summed(cpu),
        "best_concurrency": chosen,
    }


def answering(server: Server, *, commands: int, repeats: int) -> Figures:
    """(b) Commands answered by long polling: as many as can be, then at a moderate rate.

    The peers answer a fixed text to both commands; this bot renders its page in four languages.
    """
    runs: dict[str, list[float]] = {}
    cpu: dict[str, list[float]] = {}
    waits: dict[str, list[float]] = {}
    contenders: dict[str, Callable[[Path], list[str]]] = {
        "this bot": lambda folder: processes.subject("answer", server.url, folder, math.inf)
    }
    if PEERS.exists():
        for job in ("aiogram-answer", "aiogram-answer-uvloop", "ptb-answer"):
            contenders[job] = lambda _, job=job: processes.peer(job, server.url)
    for repeat in range(repeats):
        for name, command in contenders.items():
            server.control(do="forget")
            with (
                processes.seeded_folder(1000) as folder,
                processes.running(command(folder)) as process,
            ):
                first = STRANGERS + repeat * 1_000_000
                for place, text in enumerate((HELP, PAGE)):
                    person = first + place * 100_000
                    order = {"at_once": 100, "text": text}
                    server.control(do="closed", count=200, first_person=person, **order)
                    server.until("answered", 200)
                    used = processes.cpu_seconds(process.pid)
                    server.control(do="closed", count=commands, first_person=person + 1000, **order)
                    report = server.until("answered", commands)
                    used = processes.cpu_seconds(process.pid) - used
                    label = f"{text:<14}{name}"
                    runs.setdefault(label, []).append(commands / report["answering"])
                    cpu.setdefault(label, []).append(used / commands * 1e6)
                server.control(do="paced", count=200, rate=100, first_person=first + 500_000)
                waits.setdefault(name, []).extend(server.until("answered", 200)["latencies"])
    return {
        "commands_per_second": _summed(runs),
        "processor_microseconds_a_command": _summed(cpu),
        "milliseconds_at_100_per_second": {
            name: _percentiles(found) for name, found in waits.items()
        },
    }


def during_broadcast(server: Server, *, seconds: int) -> Figures:
    """(c) How long a person waits while an alert goes out at 1,000 messages a second."""
    rate, chats = 1000, 1000 * seconds
    server.control(do="forget")
    with processes.seeded_folder(chats) as folder:
        command = processes.subject("alert", server.url, folder, rate, concurrency=64)
        with processes.running(command):
            server.until("sends", rate)
            asked = 20 * (seconds - 3)
            server.control(do="paced", count=asked, rate=20, first_person=STRANGERS)
            report = server.until("answered", asked)
            before = report["sends"] - asked
            server.until("sends", chats + asked)
            sends = server.report(times=True)["sends"]
    return {
        "milliseconds": _percentiles(report["latencies"]),
        "messages_per_second": len(sends) / (sends[-1] - sends[0]),
        "still_sending_at_the_last_answer": before < chats,
    }


def bookkeeping(*, sizes: Sequence[int], repeats: int) -> Figures:
    """(d) Worker and store alone, with a sender that answers at once: cost of one delivery."""
    runs: dict[str, list[float]] = {}
    for _ in range(repeats):
        for size in sizes:
            cost = asyncio.run(_deliver_all(size, most=min(sizes[-1], 20_000)))
            runs.setdefault(f"{size:,} chats", []).append(cost * 1e6)
    return {"microseconds_per_delivery": _summed(runs)}


async def _deliver_all(size: int, most: int) -> float:
    """Seconds a delivery, over the first `most` of an alert to all."""

    class Instant:
        async def send(self, _batch: ClaimedBatch, _alerts: Sequence[Alert]) -> Outcome:
            return Outcome(Result.SENT, message_id=1)

    def clock() -> datetime:
        return datetime.now(UTC)

    with tempfile.TemporaryDirectory(prefix="briefing-bench-") as place:
        seed(Path(place), size)
        store = await open_store(Path(place), clock)
        alert = await _alert(clock())
        await store.record_alert(alert, frozenset({EVERYTHING}))
        enough = min(size, most)
        made, done = 0, asyncio.Event()

        def settled(found: Sequence[object]) -> None:
            nonlocal made
            made += len(found)
            if made >= enough:
                done.set()

        worker = DeliveryWorker(store, Instant(), clock, concurrency=16, settled=settled)
        began = time.perf_counter()
        running = asyncio.create_task(worker.run())
        await done.wait()
        cost = (time.perf_counter() - began) / made
        worker.stop()
        await running
        await store.close()
    return cost


async def _alert(now: datetime) -> Alert:
    from benchmarks.subject import NEWS  # noqa: PLC0415 - it loads the whole program
    from bot.agreement.board import StatusChange  # noqa: PLC0415
    from bot.agreement.content import load_file  # noqa: PLC0415
    from bot.paths import content_file  # noqa: PLC0415

    provision = load_file(content_file()).provisions[0]
    change = StatusChange(
        id=1,
        provision_id=provision.id,
        before=provision.shown_by,
        after=NEWS,
        made_by=1,
        made_at=now,
    )
    return Alert(
        id=1,
        kind=AlertKind.CHANGE,
        change=change,
        number=1,
        title=provision.title,
        text=provision.text,
        origin=provision.origin,
        topics=provision.topics,
        ready_at=now,
    )


def starting(server: Server, *, sizes: Sequence[int], repeats: int) -> Figures:
    """(e) From the program's start to its first answer; memory then."""
    first: dict[str, list[float]] = {}
    memory: dict[str, list[float]] = {}
    for size in sizes:
        with processes.seeded_folder(size) as folder:
            for repeat in range(repeats):
                server.control(do="forget")
                person = STRANGERS + repeat * 100
                server.control(do="closed", count=1, at_once=1, first_person=person)
                with processes.the_bot(server, folder) as process:
                    server.until("answered", 1)
                    took = server.report()["latencies"][0]
                    first.setdefault(f"{size:,} chats", []).append(took)
                    time.sleep(0.3)
                    memory.setdefault(f"{size:,} chats", []).append(
                        processes.megabytes(process.pid)
                    )
    found: Figures = {
        "seconds_to_first_answer": _summed(first),
        "megabytes": {name: round(median(item), 1) for name, item in memory.items()},
    }
    if len(sizes) > 1:
        low, high = (median(memory[f"{size:,} chats"]) for size in (sizes[-2], sizes[-1]))
        found["bytes_per_further_chat"] = round((high - low) * 1e6 / (sizes[-1] - sizes[-2]))
    return found


def at_the_free_rate(server: Server, *, chats: int) -> Figures:
    """(f) At 30 a second: how long a broadcast takes, and the fullest second of it."""
    rate = 30
    server.control(do="forget")
    with processes.seeded_folder(chats) as folder:
        found = processes.result_of(processes.subject("alert", server.url, folder, rate))
    times = server.report(times=True)["sends"]
    fullest = max(
        sum(1 for each_time in times if begin <= each_time < begin + 1) for begin in times
    )
    return {
        "seconds": round(found["seconds"], 3),
        "of_the_ideal": round(found["seconds"] / (chats / rate), 4),
        "most_in_one_second": fullest,
    }


def _summed(runs: dict[str, list[float]]) -> dict[str, Any]:
    return {
        name: {
            "median": round(median(found), 3),
            "min": round(min(found), 3),
            "max": round(max(found), 3),
            "runs": len(found),
        }
        for name, found in runs.items()
    }


def _percentiles(seconds: Sequence[float]) -> dict[str, float]:
    ordered = sorted(seconds)

    def at(share: float) -> float:
        return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000, 2)

    return {"p50": at(0.5), "p99": at(0.99), "max": round(ordered[-1] * 1000, 2)}
