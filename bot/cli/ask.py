"""`briefing-bot ask`: a question, or a file of questions, answered in the terminal."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.agreement.board import Board
from bot.agreement.content import load_file
from bot.cli.common import end, settings_for_a_command
from bot.paths import content_file
from bot.search import Search
from bot.search.answering import Answered, answer_question

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

    @property
    def languages(self) -> tuple[str, ...]:
        """Those that the content is written in."""
        return self._board.agreement.languages

    def language(self, typed: str) -> str | None:
        """That of the content which is meant, its first for ""; None if it has no such."""
        known = {language.lower(): language for language in self.languages}
        return known.get(typed.lower()) if typed else self.languages[0]

    def answer(self, text: str) -> Answered:
        """What the content has on a question; "this month" is today's."""
        today = datetime.now(UTC).date()
        return answer_question(self._board, self._search, text, today=today)

    def title(self, provision_id: str, language: str) -> str:
        """A provision's title in one of the content's languages."""
        provision = self._board.provision(provision_id)
        titles = dict(provision.title) if provision else {}
        return titles.get(language, provision_id)


def ask(
    text: Annotated[str, typer.Argument(help="The question, in any language.")] = "",
    lang: Annotated[
        str, typer.Option(help="The language of the titles shown; the content's first if left out.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,  # noqa: FBT002
    batch: Annotated[
        Path | None, typer.Option(help='A file with a line {"lang": …, "q": …} a question.')
    ] = None,
    content: Annotated[
        Path | None, typer.Option(help="The content file; that of the settings if left out.")
    ] = None,
) -> None:
    """Answer a question as the bot would: the decision, the provisions in order, and why."""
    if bool(text.strip()) == (batch is not None):
        raise typer.BadParameter("Type a question, or name a file with --batch.")
    asking = Asking(content or settings_for_a_command().content or content_file())
    if batch is not None:
        try:
            for line in answers(asking, batch):
                typer.echo(line)
        except ValueError as error:
            end(str(error))
        return
    language = asking.language(lang)
    if language is None:
        known = ", ".join(asking.languages)
        raise typer.BadParameter(f"The content has no language {lang!r}, only {known}.")
    if as_json:
        typer.echo(json.dumps(timed(asking, language, text), ensure_ascii=False))
    else:
        typer.echo("\n".join(lines(asking, language, asking.answer(text))))


def answers(asking: Asking, batch: Path) -> Iterator[str]:
    """A JSON line for each line of a file; empty lines are passed over.

    Raises:
        OSError: the file cannot be read.
        ValueError: a line is not a JSON object with "q", a text; those before it were answered.
    """
    with batch.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                written = line.decode("utf-8-sig" if number == 1 else "utf-8").strip()
                if not written:
                    continue
                text, language = _asked(json.loads(written))
            except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
                raise ValueError(f'{batch}:{number}: not {{"lang": …, "q": …}} in UTF-8') from error
            yield json.dumps(timed(asking, language, text), ensure_ascii=False)


def _asked(line: Any) -> tuple[str, str]:  # noqa: ANN401 - as JSON has it
    """The question of a line, and its language.

    Raises:
        ValueError, TypeError, KeyError, AttributeError: it is something else.
    """
    text, language = line["q"], line.get("lang", "")
    text.encode(), language.encode()  # half of a character is not text
    return text, language


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
        "provisions": [match.provision_id for match in found.matches],
        "scores": [match.score for match in found.matches],
        "topics": list(found.topics),
        "why": {match.provision_id: list(match.why()) for match in found.matches},
        "filter": {
            "statuses": [status.value for status in query.statuses],
            "since": query.since.isoformat() if query.since else None,
            "until": query.until.isoformat() if query.until else None,
            "latest": query.latest,
            "relaxed": answered.relaxed,
        }
        if query.is_filtered
        else None,
        "intent": query.intent.value if query.intent else None,
    }


def lines(asking: Asking, language: str, answered: Answered) -> Iterator[str]:
    """The answer as text: the decision, then a line a provision with its score and why."""
    found, query = answered.findings, answered.query
    yield f"decision: {found.decision.value}"
    if query.is_filtered:
        asked = [status.value for status in query.statuses] + ["latest"] * query.latest
        days = f" {query.since} to {query.until}" if query.since else ""
        left = " (nothing fits it; found without it)" if answered.relaxed else ""
        yield f"filter: {', '.join(asked)}{days}{left}"
    if query.intent:
        yield f"intent: {query.intent.value}"
    for number, match in enumerate(found.matches, 1):
        title = asking.title(match.provision_id, language)
        yield f"{number}. {match.provision_id}  {match.score:.2f}  {title}"
        yield from (f"     {reason}" for reason in match.why())
    if found.topics:
        yield f"topics: {', '.join(found.topics)}"
