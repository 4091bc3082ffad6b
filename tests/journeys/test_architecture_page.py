"""The journeys in docs/architecture.md are those that the program takes."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from stage import DENIZ, EMMA, Stage

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def named(heading: str) -> set[str]:
    """The files that a section of the page names."""
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return set(re.findall(r"`([\w/]+\.py)`", section))


@contextmanager
def passed() -> Iterator[set[str]]:
    """The files of the bot in which a function is called meanwhile on the event loop."""
    found: set[str] = set()
    folder = str(ROOT / "bot") + "/"

    def look(frame: FrameType, event: str, _: object) -> None:
        name = frame.f_code.co_filename
        if event == "call" and name.startswith(folder):
            found.add(name.removeprefix(folder))

    sys.setprofile(look)
    try:
        yield found
    finally:
        sys.setprofile(None)


async def test_a_question_takes_the_way_that_the_page_shows(stage: Stage) -> None:
    await stage.say(EMMA, "/start")
    with passed() as files:
        await stage.say(EMMA, "Is the railway open?")
    assert named("A question")
    assert sorted(named("A question") - files) == []


async def test_a_change_takes_the_way_that_the_page_shows(stage: Stage) -> None:
    await stage.say(EMMA, "/subscribe all")
    await stage.say(DENIZ, "/subscribe all")
    stage.world.block(DENIZ, True)
    with passed() as files:
        await stage.change()
        await stage.settle()
        await stage.idle()
    assert named("A change")
    assert sorted(named("A change") - files) == []
