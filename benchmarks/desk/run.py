"""How well the desk tells relevant news from other news: python benchmarks/desk/run.py."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from bot.agreement.content import load_file
from bot.embedding import BundledModel, understand
from bot.feeds import desk
from bot.paths import content_file
from bot.search import Search

HERE = Path(__file__).parent


def headlines() -> Iterator[list[Any]]:
    """Language, line, label, headline, lead. Each second line of a file is held out."""
    for file in sorted(HERE.glob("*.tsv")):
        for number, line in enumerate(file.read_text().splitlines()):
            yield [file.stem, number, *line.split("\t")]


def measured(search: Search) -> None:
    found = []
    began = time.process_time()
    for language, number, label, headline, lead in headlines():
        scored, by_meaning = desk.scores(search, headline, lead)
        found.append((language, number % 2, label, scored))
    took = (time.process_time() - began) / len(found)
    limit = desk.SURE if by_meaning else desk.SURE_BY_WORDS
    print(f"\n{'words and meaning' if by_meaning else 'words alone'}, threshold {limit}")
    for half, name in ((0, "tuning"), (1, "held out")):
        for code in ("en", "az", "tr", "ru", None):
            rows = [row for row in found if row[1] == half and code in {row[0], None}]
            show(name, code, rows, limit)
    share = took * 10_000 / 864
    print(f"{took * 1000:.1f} ms of processor time an item; 10,000 a day: {share:.2f} % of a core")
    if "--thresholds" in sys.argv:
        for step in range(-20, 60):
            limit = step / 20
            show(f"at {limit:.2f}", None, [row for row in found if row[1] == 0], limit)
    if "--misses" in sys.argv:
        misses(found, limit)


def show(name: str, code: str | None, rows: list[Any], limit: float) -> None:
    relevant = [row for row in rows if row[2] not in {"-", "~"}]
    others = [row for row in rows if row[2] in {"-", "~"}]
    near = [row for row in others if row[2] == "~"]
    hit = [row for row in relevant if row[3] and row[3][0][1] >= limit]
    first = [row for row in hit if row[3][0][0] == row[2]]
    false = [row for row in others if row[3] and row[3][0][1] >= limit]
    print(
        f"{name:9} {code or 'all':4} recall {len(hit) / len(relevant):6.1%} of {len(relevant)},"
        f" first right {len(first) / max(1, len(hit)):6.1%},"
        f" false {len(false) / len(others):5.1%} of {len(others)}"
        f" (near misses {sum(row in false for row in near)} of {len(near)})"
    )


def misses(found: list[Any], limit: float) -> None:
    """Only of the tuning half."""
    texts = {(code, number): text for code, number, _, *text in headlines()}
    places = [(code, number) for code, number, *_ in headlines()]
    for place, (_, half, label, scored) in zip(places, found, strict=True):
        best = scored[0] if scored else ("", 0.0)
        wrong = (best[1] >= limit) == (label in {"-", "~"}) or (
            label not in {"-", "~"} and best[0] != label
        )
        if half == 0 and wrong:
            print(f"{place[0]} {label:20} {best[0]:20} {best[1]:.2f} {texts[place]}")


async def main() -> None:
    search = Search(load_file(content_file()))
    measured(search)
    with tempfile.TemporaryDirectory() as folder:
        await understand(search, BundledModel(), Path(folder))
    measured(search)


if __name__ == "__main__":
    asyncio.run(main())
