"""`briefing-bot ask`: a question, or a file of questions, answered in the terminal."""

from __future__ import annotations

import asyncio
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
from bot.cli.scores import Outcome, read_questions, table
from bot.embedding import embedder_of, understand
from bot.paths import content_file
from bot.search import Decision, Search
from bot.search.answering import Answered, answer_question
from bot.search.embedder import EmbedderFails
from bot.search.engine import Weighed
from bot.settings import Settings

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

    def understand(self, settings: Settings) -> None:
        """Let the search go by meaning as well, as the bot does; say so where it cannot."""
        try:
            embedder = embedder_of(settings)
            if embedder is not None:
                asyncio.run(understand(self._search, embedder, settings.data))
        except EmbedderFails as error:
            typer.echo(f"By words alone: {error}", err=True)

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

    def provision_at(self, place: int) -> str:
        """The id of a provision by its place in the file."""
        return self._search.agreement.provisions[place].id

    def weighed(self, text: str) -> Weighed:
        """How each provision was weighed against a question."""
        return self._search.weigh(text)

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
        Path | None,
        typer.Option(help='A file with a line {"lang": …, "q": …, "expect": [ids]} a question.'),
    ] = None,
    expect: Annotated[  # noqa: FBT002
        bool,
        typer.Option("--expect", help="The score of --batch, by language, and what went wrong."),
    ] = False,
    content: Annotated[
        Path | None, typer.Option(help="The content file; that of the settings if left out.")
    ] = None,
) -> None:
    """Answer a question as the bot would: the decision, the provisions in order, and why."""
    if bool(text.strip()) == (batch is not None) or (expect and batch is None):
        raise typer.BadParameter("Type a question, or name a file with --batch.")
    settings = settings_for_a_command()
    asking = Asking(content or settings.content or content_file())
    language = asking.language(lang)
    if language is None:
        known = ", ".join(asking.languages)
        raise typer.BadParameter(f"The content has no language {lang!r}, only {known}.")
    asking.understand(settings)
    if batch is not None:
        try:
            for line in scored(asking, batch) if expect else answers(asking, batch):
                typer.echo(line)
        except ValueError as error:
            end(str(error))
    elif as_json:
        typer.echo(json.dumps(timed(asking, language, text), ensure_ascii=False))
    else:
        typer.echo("\n".join(lines(asking, language, text)))


def answers(asking: Asking, batch: Path) -> Iterator[str]:
    """A JSON line for each question of a file.

    Raises:
        OSError: the file cannot be read.
        ValueError: a line is not a question; those before it were answered.
    """
    for question in read_questions(batch):
        yield json.dumps(timed(asking, question.language, question.text), ensure_ascii=False)


def scored(asking: Asking, batch: Path) -> Iterator[str]:
    """The questions that went wrong, then the table of scores.

    Raises:
        OSError: the file cannot be read.
        ValueError: a line is not a question.
    """
    outcomes = [
        Outcome(question, asking.answer(question.text).findings)
        for question in read_questions(batch)
        if question.expect is not None
    ]
    for outcome in outcomes:
        if outcome.is_wrong:
            found = [match.provision_id for match in outcome.found.matches[:3]]
            wanted = ", ".join(outcome.question.expect or ()) or "nothing"
            yield (
                f"{outcome.question.language} {outcome.question.text!r}: {outcome.found.decision}"
                f" {', '.join(found)}; expected {wanted}"
            )
    yield from table(outcomes)


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


def lines(asking: Asking, language: str, text: str) -> Iterator[str]:
    """The answer as text: the decision, then a line a provision with its score and why."""
    answered = asking.answer(text)
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
    if found.decision is not Decision.ANSWER:
        yield from _short_of_an_answer(asking, answered.query.text or text)


def _short_of_an_answer(asking: Asking, text: str) -> Iterator[str]:
    """How far the nearest provision is from an answer, and which words counted."""
    weighed = asking.weighed(text)
    if not weighed.sure:
        yield "why not: no word says what it is about"
        return
    place, best = weighed.sure[0]
    answer, offer = weighed.thresholds
    nearest = asking.provision_at(place)
    yield f"nearest: {nearest}, {best:.2f}; an answer needs {answer:.2f}, an offer {offer:.2f}"
    if weighed.near is not None:
        yield f"     its meaning counts {weighed.near[place]:.2f}"
    for term in weighed.readings.get(place) or weighed.words:
        hit = term.hits.get(place)
        what = "not known" if not term.hits else "elsewhere only"
        if hit is not None:
            what = f"→ {hit.found} ({hit.field.name.lower()}) counts {hit.tells:.2f}"
        yield f"     {term.word} {what}, weight {term.weight:.2f}"
