"""`briefing-bot ask`: a question, or a file of questions, answered in the terminal."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.agreement.answering import Answered, answer_question
from bot.agreement.changes import Board
from bot.agreement.content import load_file
from bot.agreement.faults import ContentFaults
from bot.agreement.search import Search
from bot.cli.common import end, end_over_content, settings_or_end
from bot.resources import content_file

_MILLISECONDS = 1000


class Asking:
    """A content file that is ready for questions."""

    def __init__(self, content: Path) -> None:
        """Read it.

        Raises:
            ContentFaults: the file cannot be read, or something is wrong with it.
        """
        agreement = load_file(content)
        self._board = Board(agreement)
        self._search = Search(agreement)

    def answer(self, text: str) -> Answered:
        """What the content has on a question; "this month" is today's."""
        today = datetime.now(UTC).date()
        return answer_question(self._board, self._search, text, today=today)

    def title(self, provision_id: str, language: str) -> str:
        """A provision's title in a language, in the content's first one where it has none."""
        provision = self._board.provision(provision_id)
        titles = dict(provision.title) if provision else {}
        return titles.get(language) or next(iter(titles.values()), provision_id)


def ask(
    text: Annotated[str, typer.Argument(help="The question, in any language.")] = "",
    lang: Annotated[str, typer.Option(help="The language of the titles shown.")] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,  # noqa: FBT002
    batch: Annotated[
        Path | None, typer.Option(help='A file with a line {"lang": …, "q": …} a question.')
    ] = None,
    content: Annotated[
        Path | None, typer.Option(help="The content file; that of the settings if left out.")
    ] = None,
) -> None:
    """Answer a question as the bot would: the decision, the provisions in order, and why."""
    if not text and batch is None:
        raise typer.BadParameter("Type a question, or name a file with --batch.")
    file = content or settings_or_end().content or content_file()
    try:
        asking = Asking(file)
        if batch is not None:
            for line in answers(asking, batch):
                typer.echo(line)
            return
    except ContentFaults as error:
        end_over_content(file, error)
    except (OSError, ValueError) as error:
        end(f"{batch}: {error}")
    if as_json:
        typer.echo(json.dumps(timed(asking, lang, text), ensure_ascii=False))
    else:
        typer.echo("\n".join(lines(asking, lang, asking.answer(text))))


def answers(asking: Asking, batch: Path) -> Iterator[str]:
    """A JSON line for each line of a file; empty lines are passed over.

    Raises:
        OSError: the file cannot be read.
        ValueError: a line is no JSON object with "q".
    """
    with batch.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                asked = json.loads(line)
                text, language = str(asked["q"]), str(asked.get("lang", ""))
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                raise ValueError(f'{batch}:{number}: not {{"lang": …, "q": …}}') from error
            yield json.dumps(timed(asking, language, text), ensure_ascii=False)


def timed(asking: Asking, language: str, text: str) -> dict[str, Any]:
    """The answer as data, with the milliseconds that it took."""
    start = time.perf_counter()
    answered = asking.answer(text)
    spent = (time.perf_counter() - start) * _MILLISECONDS
    return {"lang": language, "q": text, **_data(answered), "ms": round(spent, 3)}


def _data(answered: Answered) -> dict[str, Any]:
    found, query = answered.findings, answered.query
    return {
        "decision": found.decision.value,
        "provisions": [one.provision_id for one in found.matches],
        "scores": [one.score for one in found.matches],
        "topics": list(found.topics),
        "why": {one.provision_id: list(one.why()) for one in found.matches},
        "filter": {
            "statuses": [one.value for one in query.statuses],
            "since": query.since.isoformat() if query.since else None,
            "until": query.until.isoformat() if query.until else None,
            "latest": query.latest,
            "relaxed": answered.relaxed,
        }
        if query.is_filtered
        else None,
        "aspect": query.aspect.value if query.aspect else None,
    }


def lines(asking: Asking, language: str, answered: Answered) -> Iterator[str]:
    """The answer as text: the decision, then a line a provision with its score and why."""
    found, query = answered.findings, answered.query
    yield f"decision: {found.decision.value}"
    if query.is_filtered:
        asked = [one.value for one in query.statuses] + ["latest"] * query.latest
        days = f" {query.since} to {query.until}" if query.since else ""
        left = " (nothing fits it; found without it)" if answered.relaxed else ""
        yield f"filter: {', '.join(asked)}{days}{left}"
    if query.aspect:
        yield f"aspect: {query.aspect.value}"
    for number, match in enumerate(found.matches, 1):
        title = asking.title(match.provision_id, language)
        yield f"{number}. {match.provision_id}  {match.score:.2f}  {title}"
        yield from (f"     {reason}" for reason in match.why())
    if found.topics:
        yield f"topics: {', '.join(found.topics)}"
