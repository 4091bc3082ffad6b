"""How well questions are answered, and how fast: `python benchmarks/search/run.py`.

Reads questions.jsonl: {"lang", "q", "accepts"} a line, `accepts` the provisions that are a right
first answer, none where the content has nothing on it. A question is in the test half by a
checksum of its text unless it says so ("half"); the test half is for reporting only. With
--misses what went wrong in the tuning half is shown; --file measures another file as a whole.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
import time
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from benchmarks.search.generated import generated
from bot.agreement.board import Board
from bot.agreement.content import load_file
from bot.agreement.model import Agreement
from bot.search import Decision, Search
from bot.search.answering import Answered, answer_question

HERE = Path(__file__).parent
CONTENT = HERE.parents[1] / "content" / "provisions.json"
LARGE = 5_000


@dataclass(frozen=True)
class Question:
    """A line of a question file."""

    lang: str
    q: str
    accepts: tuple[str, ...]
    half: str


def _half(q: str) -> str:
    return "test" if zlib.crc32(q.encode()) % 2 else "tuning"


@dataclass(frozen=True)
class Outcome:
    """A question with its answer."""

    question: Question
    answered: Answered
    ms: float
    cpu_ms: float

    @property
    def ids(self) -> list[str]:
        return [match.provision_id for match in self.answered.findings.matches]

    @property
    def declined(self) -> bool:
        return self.answered.findings.decision is Decision.DECLINE

    def among(self, first: int) -> bool:
        return any(item in self.question.accepts for item in self.ids[:first])


def read(path: Path) -> list[Question]:
    lines = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line)
    return [
        Question(
            line["lang"], line["q"], tuple(line["accepts"]), line.get("half") or _half(line["q"])
        )
        for line in lines
    ]


def ask(board: Board, search: Search, questions: Iterable[Question]) -> list[Outcome]:
    outcomes = []
    for question in questions:
        start, worked = time.perf_counter(), time.thread_time()
        answered = answer_question(board, search, question.q, today=date(2026, 3, 11))
        spent = time.perf_counter() - start
        cpu = time.thread_time() - worked
        outcomes.append(Outcome(question, answered, spent * 1000, cpu * 1000))
    return outcomes


def report(name: str, outcomes: Sequence[Outcome]) -> None:
    print(f"\n{name}")
    print(
        "lang  asked  top-1  top-3  declined-wrongly  unanswerable  declined-rightly"
        "   p50   p99  cpu99"
    )
    languages = dict.fromkeys(outcome.question.lang for outcome in outcomes)
    for lang in (*languages, "all"):
        mine = [outcome for outcome in outcomes if lang in {"all", outcome.question.lang}]
        good = [item for item in mine if item.question.accepts]
        foreign = [item for item in mine if not item.question.accepts]
        print(
            f"{lang:4} {len(good):6} {_share(row.among(1) for row in good)}"
            f" {_share(row.among(3) for row in good)} {_share(row.declined for row in good):>17}"
            f" {len(foreign):13} {_share(row.declined for row in foreign):>17}"
            f" {_percentile(row.ms for row in mine)[50]:5.1f}"
            f" {_percentile(row.ms for row in mine)[99]:5.1f}"
            f" {_percentile(row.cpu_ms for row in mine)[99]:6.1f}"
        )


def misses(outcomes: Iterable[Outcome]) -> None:
    for outcome in outcomes:
        is_wrong = not outcome.among(1) if outcome.question.accepts else not outcome.declined
        if is_wrong:
            found = outcome.answered.findings
            why = [f"{match.provision_id} {match.score} {match.why()}" for match in found.matches]
            wanted = " ".join(outcome.question.accepts) or "nothing"
            print(
                f"{outcome.question.lang} {outcome.question.q!r}: "
                f"{found.decision} {why[:2]}, not {wanted}"
            )


def _built(agreement: Agreement) -> tuple[float, float]:
    """Seconds that an index takes, and those of the processor."""
    start, worked = time.perf_counter(), time.process_time()
    Search(agreement)
    return time.perf_counter() - start, time.process_time() - worked


def _share(facts: Iterable[bool]) -> str:
    known = list(facts)
    return f"{100 * sum(known) / len(known):5.1f}%" if known else "     -"


def _percentile(times: Iterable[float]) -> dict[int, float]:
    spent = sorted(times)
    return {item: spent[min(len(spent) - 1, len(spent) * item // 100)] for item in (50, 99)}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--file", type=Path)
    options.add_argument("--misses", action="store_true")
    options.add_argument("--no-large", action="store_true")
    chosen = options.parse_args()
    agreement = load_file(CONTENT)
    board = Board(agreement)
    Search(agreement)  # what is read once a process (names of countries, word lists) is read here
    start = time.perf_counter()
    search = Search(agreement)
    print(f"{len(agreement.provisions)} provisions: index in {time.perf_counter() - start:.3f} s")
    questions = read(chosen.file or HERE / "questions.jsonl")
    outcomes = ask(board, search, questions)
    for half in ("tuning", "test") if chosen.file is None else ("",):
        mine = [outcome for outcome in outcomes if half in {"", outcome.question.half}]
        report(half or str(chosen.file), mine)
        if chosen.misses and half != "test":
            misses(mine)
    if not chosen.no_large:
        large = generated(agreement, LARGE)
        built, cpu_built = min(_built(large) for _ in range(3))
        search = Search(large)
        gc.collect()  # what building left behind
        outcomes = ask(Board(large), search, questions)
        wall = _percentile(outcome.ms for outcome in outcomes)
        cpu = _percentile(outcome.cpu_ms for outcome in outcomes)[99]
        print(
            f"\n{LARGE} provisions: index in {built:.2f} s ({cpu_built:.2f} s cpu),"
            f" p50 {wall[50]:.1f} ms, p99 {wall[99]:.1f} ms, cpu p99 {cpu:.1f} ms"
        )


if __name__ == "__main__":
    main()
