"""Kill a process at each call of the operating system that changes a data folder: a script.

It runs the same changes again and again, each time in a new process that ends at a later call. At
a write only half of the data is written before the end. After each it opens the folder and checks
that everything that was acknowledged is there, and of what was not all or nothing.

    python kill_at_each_step.py FOLDER
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from bot.storage.tinydb.database import Database

CALLS = ("pwrite", "fsync", "ftruncate", "rename", "replace", "link", "unlink", "open")
KILLED = 9
DROPPED, ERASED = 5, 7
"""So many changes are acknowledged when the words are dropped, and when the chat is erased."""


def steps(database: Database, acknowledge: Callable[[], None]) -> None:
    """Changes of every sort, each acknowledged when it is durable."""

    def put(number: int) -> None:
        database["chats"].put(number, {"number": number, "title": f"Qala {number}!"})
        acknowledge()

    put(1)
    put(2)
    database["inbox"].put(1, {"document": "zzyzx"})
    acknowledge()
    database.storage.checkpoint()
    put(3)
    database["inbox"].drop(1)
    acknowledge()
    database["chats"].drop(1)
    acknowledge()
    database.erase()
    acknowledge()
    put(4)
    database.close()


def state(database: Database) -> tuple[frozenset[int], bool]:
    return frozenset(row["number"] for row in database["chats"]), bool(database["inbox"].raw)


def end_at(number: int) -> None:
    """Let the process end at a call, with half a write done."""
    left = [number]

    def wrapped(name: str) -> Callable[..., object]:
        real = getattr(os, name)

        def call(*arguments: object, **others: object) -> object:
            left[0] -= 1
            if left[0] == 0:
                if name == "pwrite":
                    descriptor, data, place = arguments
                    real(descriptor, bytes(data)[: len(data) // 2], place)
                os._exit(KILLED)
            return real(*arguments, **others)

        return call

    for name in CALLS:
        setattr(os, name, wrapped(name))


def child(folder: Path, number: int, told: int) -> None:
    end_at(number)
    steps(Database(folder), lambda: os.write(told, b"."))
    os._exit(0)


def main(place: Path) -> None:
    expected: list[tuple[frozenset[int], bool]] = []
    database = Database(place / "whole")
    expected.append(state(database))
    steps(database, lambda: expected.append(state(database)))
    number = 0
    while True:
        number += 1
        folder = place / str(number)
        reader, writer = os.pipe()
        if (process := os.fork()) == 0:
            child(folder, number, writer)
        os.close(writer)
        _, status = os.waitpid(process, 0)
        told = len(os.read(reader, 1000))
        os.close(reader)
        opened = Database(folder)
        found = state(opened)
        assert found in expected[told : told + 2], (number, told, found)
        opened.close()
        if told >= DROPPED:
            for file in folder.iterdir():
                assert b"zzyzx" not in file.read_bytes(), (number, file)
        if told >= ERASED:
            for file in folder.iterdir():
                assert b"Qala 1!" not in file.read_bytes(), (number, file)
        shutil.rmtree(folder)
        if os.waitstatus_to_exitcode(status) == 0:
            sys.stdout.write(f"{number}\n")
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]))
