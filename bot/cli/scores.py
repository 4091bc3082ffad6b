"""How well a file of questions is answered: the table of `briefing-bot ask --batch FILE --expect`.

A question with no expected provision is one that the content has nothing on.
"""

from __future__ import annotations

import codecs
import contextlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.agreement.content import YAML_ENDINGS
from bot.search import Decision, SearchResults

_FIRST = 3


@dataclass(frozen=True, slots=True)
class Question:
    """A line of a question file."""

    language: str
    text: str
    expect: tuple[str, ...] | None
    """Ids of the provisions that are a right first answer; None where the file does not say."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A question with its answer."""

    question: Question
    found: SearchResults

    @property
    def is_answerable(self) -> bool:
        """Whether the content has something on it."""
        return bool(self.question.expect)

    def among(self, first: int) -> bool:
        """Whether an expected provision is among the first ones that were shown."""
        expect = self.question.expect or ()
        return any(match.provision_id in expect for match in self.found.matches[:first])

    @property
    def is_wrong(self) -> bool:
        """Whether its line is one to look at."""
        if self.is_answerable:
            return not self.among(1)
        return self.found.decision is Decision.ANSWER


def read_questions(file: Path) -> Iterator[Question]:
    """The questions of a file: YAML, a JSON object a line, or one JSON list of objects.

    Raises:
        OSError: the file cannot be read.
        ValueError: a row is something else, and which; those before it were given.
    """
    content = file.read_bytes().removeprefix(codecs.BOM_UTF8)
    rows = _yaml_rows(content) if file.suffix in YAML_ENDINGS else _rows(content)
    for number, row in enumerate(rows, 1):
        try:
            if not isinstance(row, bytes):
                yield _read(row)
            elif row.strip():
                yield _read(json.loads(row.decode()))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise ValueError(f'{file}:{number}: not {{"lang": …, "q": …}} in UTF-8') from error


def _yaml_rows(content: bytes) -> list[Any]:
    from bot.agreement.yaml_text import read_yaml  # noqa: PLC0415 - few files are YAML

    found, _ = read_yaml(content.decode())
    return found if isinstance(found, list) else [found]


def _rows(content: bytes) -> list[Any]:
    """The objects of a list, or lines that are not parsed yet."""
    if content.lstrip().startswith(b"["):
        with contextlib.suppress(ValueError, RecursionError):
            if found := json.loads(content):
                return list(found)
    return content.splitlines()


def _read(row: Any) -> Question:  # noqa: ANN401 - as JSON has it
    text, language = row.get("q") or row["question"], row.get("lang") or row.get("language", "")
    text.encode(), language.encode()  # half of a character is not text
    expect = row.get("expect")
    return Question(language, text, None if expect is None else tuple(map(str, expect)))


def table(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """A row a language, and one for all."""
    yield (
        "language   asked  top-1  top-3  declined wrongly"
        "   unanswerable  declined rightly  offered  answered"
    )
    languages = dict.fromkeys(outcome.question.language for outcome in outcomes)
    for name in (*languages, "all") if len(languages) > 1 else languages:
        mine = [item for item in outcomes if name in {"all", item.question.language}]
        good = [item for item in mine if item.is_answerable]
        foreign = [item for item in mine if not item.is_answerable]
        yield (
            f"{name or '?':10} {len(good):5}"
            f" {_share(item.among(1) for item in good):>6}"
            f" {_share(item.among(_FIRST) for item in good):>6}"
            f" {_share(item.found.decision is Decision.DECLINE for item in good):>17}"
            f" {len(foreign):14}"
            + "".join(
                f" {_share(item.found.decision is decision for item in foreign):>{width}}"
                for decision, width in (
                    (Decision.DECLINE, 17),
                    (Decision.OFFER, 8),
                    (Decision.ANSWER, 9),
                )
            )
        )


def _share(facts: Iterable[bool]) -> str:
    known = list(facts)
    return f"{100 * sum(known) / len(known):.1f}%" if known else "-"
