"""Measure the bot's speed:  python -m benchmarks [a b …] [--json FILE]  (see README.md)."""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks import measures
from benchmarks.processes import PEERS, Server, serving

MEASURES: dict[str, Callable[[Server, int], dict[str, Any]]] = {
    "a": lambda server, repeats: measures.pipeline(
        server, chats=10_000, repeats=repeats, concurrency=(16,)
    ),
    "b": lambda server, repeats: measures.answering(
        server, commands=1500, repeats=max(1, repeats - 1)
    ),
    "c": lambda server, _: measures.during_broadcast(server, seconds=10),
    "d": lambda _, repeats: measures.bookkeeping(sizes=(1000, 10_000, 100_000), repeats=repeats),
    "e": lambda server, repeats: measures.starting(
        server, sizes=(10_000, 100_000), repeats=repeats
    ),
    "f": lambda server, _: measures.at_the_free_rate(server, chats=300),
}
TITLES = {
    "a": "(a) an alert to 10,000 chats, records included; peers: bare send_message",
    "b": "(b) commands answered by long polling",
    "c": "(c) a person's wait while an alert goes out at 1,000 a second",
    "d": "(d) bookkeeping of one delivery",
    "e": "(e) start, and memory once it has answered",
    "f": "(f) an alert to 300 chats at 30 a second",
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("measures", nargs="*", default=[], metavar="a…f", help="which; all if none")
    parser.add_argument("--repeats", type=int, default=3, help="runs of each (3)")
    parser.add_argument("--json", type=Path, default=Path("build/benchmarks.json"), dest="file")
    arguments = parser.parse_args()
    if not PEERS.exists():
        print("The peers are not installed (make bench does it): measured without them.\n")
    found: dict[str, Any] = {"machine": _machine()}
    print("  ".join(f"{name}: {value}" for name, value in found["machine"].items()))
    with serving() as server:
        for name in arguments.measures or MEASURES:
            began = time.perf_counter()
            found[name] = MEASURES[name](server, arguments.repeats)
            print(f"\n{TITLES[name]}   [{time.perf_counter() - began:.0f} s]")
            _show(found[name])
    arguments.file.parent.mkdir(parents=True, exist_ok=True)
    arguments.file.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
    print(f"\nWritten to {arguments.file}")


def _show(figures: dict[str, Any]) -> None:
    for name, figure in figures.items():
        label = name.replace("_", " ")
        if not isinstance(figure, dict):
            print(f"  {label:<42} {figure:>10}")
            continue
        print(f"  {label}")
        for which, item in figure.items():
            cells = item if isinstance(item, dict) else {"": item}
            shown = "   ".join(f"{key} {value:,.4g}".strip() for key, value in cells.items())
            print(f"    {which:<38} {shown}")


def _machine() -> dict[str, Any]:
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "cores": len(os.sched_getaffinity(0)),
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "aiohttp": version("aiohttp"),
        "python-telegram-bot": version("python-telegram-bot"),
    }


if __name__ == "__main__":
    main()
