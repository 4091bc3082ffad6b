"""How well questions are answered, and how fast: `python benchmarks/search/run.py`.

The agreements of this folder with their questions, then the shipped content with unseen.jsonl, as
tables (`bot.cli.scores`), and the time that a question takes with 30 and with 5,000 provisions.
--words leaves the model out; --all asks the 6,000 questions of questions.jsonl as well; --misses
shows what went wrong in the agreements for development.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from benchmarks.search.generated import generated
from bot.agreement.board import Board
from bot.agreement.content import load_file
from bot.agreement.model import Agreement
from bot.cli.scores import Outcome, Question, read_questions, table
from bot.embedding import BundledModel, understand
from bot.search import Search
from bot.search.answering import answer_question
from bot.search.embedder import passages_of, titles_of
from bot.search.meaning import Meaning

HERE = Path(__file__).parent
CONTENT = HERE.parents[1] / "content" / "provisions.json"
CACHE = Path(tempfile.gettempdir()) / "briefing-bot-benchmark"
"""Where vectors are kept between runs."""
DEVELOPMENT = ("climate", "peace", "trade")
TODAY = date(2026, 3, 11)
LARGE = 5_000


def search_over(agreement: Agreement, model: BundledModel | None) -> Search:
    search = Search(agreement)
    if model is not None:
        asyncio.run(understand(search, model, CACHE))
    return search


def ask(search: Search, questions: Sequence[Question]) -> list[Outcome]:
    board = Board(search.agreement)
    return [
        Outcome(question, answer_question(board, search, question.text, today=TODAY).findings)
        for question in questions
    ]


def report(name: str, outcomes: Sequence[Outcome], *, misses: bool = False) -> None:
    print(f"\n{name}", *table(outcomes), sep="\n")
    for outcome in outcomes if misses else ():
        if outcome.is_wrong:
            found = [(match.provision_id, match.score) for match in outcome.found.matches[:3]]
            print(
                f"  {outcome.question.language} {outcome.question.text!r}:"
                f" {outcome.found.decision} {found}, not {outcome.question.expect}"
            )


def speed(search: Search, questions: Sequence[Question], model: BundledModel | None) -> str:
    """Milliseconds of processor time of this thread, and of the clock, per question."""
    board = Board(search.agreement)
    gc.collect()
    cpu, wall = [], []
    for question in questions:
        start, worked = time.perf_counter(), time.thread_time()
        answer_question(board, search, question.text, today=TODAY)
        cpu.append(1000 * (time.thread_time() - worked))
        wall.append(1000 * (time.perf_counter() - start))
    cpu.sort()
    wall.sort()
    at = len(cpu) * 99 // 100
    middle = len(cpu) // 2
    by = "words and meaning" if model else "words"
    return (
        f"{len(search.agreement.provisions)} provisions, {by}:"
        f" p50 {wall[middle]:.1f} ms, p99 {wall[at]:.1f} ms, p99 of processor time {cpu[at]:.1f} ms"
    )


def with_vectors_of_some(search: Search, model: BundledModel) -> None:
    """Give a large agreement vectors without hours of work: those of a few texts, repeated."""
    agreement = search.agreement
    some = model.passages(passages_of(agreement)[:400])
    count = len(passages_of(agreement))
    titles = [model.question(title) for title in titles_of(agreement)]
    passages = [some[number % len(some)] for number in range(count)]
    search.meaning = Meaning(model, len(agreement.provisions), passages, titles)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--words", action="store_true")
    options.add_argument("--all", action="store_true")
    options.add_argument("--misses", action="store_true")
    options.add_argument("--no-speed", action="store_true")
    chosen = options.parse_args()
    model = None if chosen.words else BundledModel()
    every = []
    for name in DEVELOPMENT:
        search = search_over(load_file(HERE / f"{name}.json"), model)
        outcomes = ask(search, list(read_questions(HERE / f"{name}.jsonl")))
        report(name, outcomes, misses=chosen.misses)
        every += outcomes
    report("climate, peace and trade together", every)
    water = search_over(load_file(HERE / "water.json"), model)
    report("water, held out", ask(water, list(read_questions(HERE / "water.jsonl"))))
    agreement = load_file(CONTENT)
    search = search_over(agreement, model)
    unseen = list(read_questions(HERE / "unseen.jsonl"))
    for file in ("unseen", "shipped", "questions") if chosen.all else ("unseen", "shipped"):
        report(
            f"shipped content, {file}.jsonl",
            ask(search, list(read_questions(HERE / f"{file}.jsonl"))),
        )
    if not chosen.no_speed:
        print("\n" + speed(search_over(agreement, model), unseen, model))
        start = time.perf_counter()
        large = Search(generated(agreement, LARGE))
        print(f"index of {LARGE} provisions: {time.perf_counter() - start:.2f} s")
        if model is not None:
            with_vectors_of_some(large, model)
        print(speed(large, unseen, model))


if __name__ == "__main__":
    main()
