"""Processor time for what a person can type: of the search, and of a step of the event loop.

    python benchmarks/texts.py

Each text has 4,000 characters (tests/hostile_texts.py). "limit" and "first parts" run on the event
loop; "search" runs in a thread where the question is long.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1] / "tests")]

from hostile_texts import hostile_texts

from bot.agreement.board import Board
from bot.agreement.content import load_file
from bot.i18n.catalogs import load_languages
from bot.paths import content_file, locales_folder
from bot.search import Search
from bot.search.answering import answer_question
from bot.search.questions import limited, parse
from bot.views.timezone_picker import zones_called

TODAY = date(2026, 7, 1)
ORDINARY = {"an ordinary question": "Is the railway to Nakhchivan finished?"}


def main() -> None:
    agreement = load_file(content_file())
    board, search = Board(agreement), Search(agreement)
    russian = load_languages(locales_folder())["ru"]
    measures: dict[str, Callable[[str], object]] = {
        "limit": limited,
        "parts": lambda text: parse(text, TODAY),
        "search": lambda text: answer_question(board, search, text),
        "zone": lambda text: zones_called(russian, text[:500]),
    }
    for measure in measures.values():
        measure("a first question")
    print(f"{'ms of processor time':<42}" + "".join(f"{name:>9}" for name in measures))
    for name, text in {**ORDINARY, **hostile_texts()}.items():
        took = (_milliseconds(measure, text) for measure in measures.values())
        print(f"{name:<42}" + "".join(f"{item:>9.2f}" for item in took))


def _milliseconds(measure: Callable[[str], object], text: str) -> float:
    began = time.thread_time()
    measure(text)
    return (time.thread_time() - began) * 1000


if __name__ == "__main__":
    main()
