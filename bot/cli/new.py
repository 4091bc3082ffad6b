"""new: a folder with a small content file to start from, and questions to try it with."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer
from babel import Locale, UnknownLocaleError

from bot.agreement.content import read_text
from bot.cli.common import end, write_file
from bot.clock import system_clock
from bot.views.commands import RESERVED

_PLAIN = re.compile(r"\w[\w ,.()'’–-]*")
_LONGEST_ID = 24

_CONTENT = """\
# {title}
# What stands after a # is for you; the bot does not read it. docs/authors.md is the guide.
# Look through the file with:  briefing-bot check {file}
# Try it with:                 briefing-bot demo --content {file}

id: {id}                # never changes: people follow what is under it
title:{title_texts}
short_title:{title_texts}
date: {date}            # when it was signed: 2025-08-22, 2025-08 or 2025
languages: [{languages}]     # every text is given in each of these
about:{about}

parties:
{parties}
# Countries or groups that publishers and people belong to.
sides:
{sides}
# Who is answerable for words: newspapers, ministries, agencies.
publishers:
  - id: first_source
    name:{publisher}
    side: elsewhere
    # kind: state, near_state or independent. Leave it out where it is not known.

# Where the text can be read.
sources:
  - title: The text of the agreement
    url: https://example.org/text
    publisher: first_source
    language: {first}

# What people ask about. A command is typed after the slash: /trade
topics:
  - id: trade
    command: trade
    symbol: "📦"
    title:{topic}

# What was promised: copy the block from "- id" to the end for each further promise.
provisions:
  - id: first_promise   # never changes
    number: 1           # its place in lists
    topics: [trade]
    title:{promise}
    text:{text}
    origin: clause      # clause, attributed, statement, listed or related: see docs/content.md
    # What people call it when they ask; five to ten a language are enough.
    keywords:{keywords}
    checked_on: {today}   # up to which day you looked at sources
    history:            # what happened, the oldest first; an announcement is never an occurrence
      - date: {date}
        kind: announcement
        status: announced   # done, started, advanced and so on need evidence
        note:{note}
        evidence:
          - url: https://example.org/text
            publisher: first_source
            language: {first}
"""


def new(
    folder: Annotated[Path, typer.Argument(help="The folder to make.")],
    title: Annotated[str, typer.Option(prompt="Title of the agreement", help="Its title.")],
    parties: Annotated[
        str, typer.Option(prompt="Parties, with commas between", help="Who agreed: A, B.")
    ],
    date: Annotated[
        str, typer.Option(prompt="Signed on (2025-08-22, 2025-08 or 2025)", help="When.")
    ],
    languages: Annotated[
        str, typer.Option(prompt="Codes of its languages (en, fr)", help="Codes: en, fr.")
    ],
) -> None:
    """Make a small content file to start from, with comments, and questions to try it with."""
    codes = _codes(languages)
    file, questions = folder / "content.yaml", folder / "questions.yaml"
    if file.exists() or questions.exists():
        end(f"{folder}: there is a content file already.")
    names = [name.strip() for name in parties.split(",") if name.strip()] or end("Name a party.")
    text = _content(title.strip(), names, date.strip(), codes, file)
    read_text(text, RESERVED, is_yaml=True)
    folder.mkdir(parents=True, exist_ok=True)
    write_file(file, text)
    write_file(questions, _questions(codes))
    typer.echo(f"{file}: replace what is in it by your agreement; docs/authors.md is the guide.")
    typer.echo(f"Then:  briefing-bot check {file}")
    typer.echo(f"       briefing-bot demo --content {file}")
    typer.echo(f"       briefing-bot ask --content {file} --batch {questions} --expect")


def _codes(given: str) -> list[str]:
    codes = list(dict.fromkeys(code.strip() for code in given.split(",") if code.strip()))
    for code in codes:
        try:
            Locale.parse(code, sep="-")
        except (UnknownLocaleError, ValueError):
            end(f"{code}: this is not the code of a language. Write it like en, fr or pt-BR.")
    return codes or end("Name a language.")


def _content(
    title: str, parties: Sequence[str], date: str, codes: Sequence[str], file: Path
) -> str:
    def texts(say: Callable[[str], str], indent: int) -> str:
        return "".join(f"\n{' ' * indent}{code}: {_scalar(say(code))}" for code in codes)

    def todo(what: str, indent: int) -> str:
        return texts(lambda code: f"TO DO {code} – {what}", indent)

    ids: list[str] = []
    for name in parties:
        ids.append(_identifier(name, ids, "party"))
    pairs = list(zip(ids, parties, strict=True))
    sides = [*pairs, ("elsewhere", "Elsewhere")]
    return _CONTENT.format(
        id=_identifier(title, [], "agreement"),
        file=file,
        title=title,
        title_texts=texts(lambda _: title, 2),
        date=date,
        languages=", ".join(codes),
        first=codes[0],
        today=system_clock().date(),
        about=todo("what the agreement is, in two or three sentences.", 2),
        parties="".join(
            f"  - id: {party}\n    name:{texts(lambda _, name=name: name, 6)}\n"  # type: ignore[misc]
            for party, name in pairs
        ),
        sides="".join(
            f"  - id: {side}\n    title:{texts(lambda _, name=name: name, 6)}\n"  # type: ignore[misc]
            for side, name in sides
        ),
        publisher=texts(lambda _: "A publisher", 6),
        topic=texts(lambda _: "Trade", 6),
        promise=todo("what it is about, without a verb", 6),
        text=todo("what was promised, in one short sentence.", 6),
        keywords="".join(f"\n      {code}: [trade, customs]" for code in codes),
        note=todo("what happened, in one sentence.", 10),
    )


def _questions(codes: Sequence[str]) -> str:
    """Two questions a language, and what to do with them."""
    head = """\
# Questions as people ask them. "expect" has the ids of the provisions that answer; it is empty
# where nothing in the agreement does.
"""
    asked = (("What about trade?", "[first_promise]"), ("Who won the football match?", "[]"))
    return head + "".join(
        f"- lang: {code}\n  q: {question}\n  expect: {wanted}\n"
        for code in codes
        for question, wanted in asked
    )


def _scalar(text: str) -> str:
    """A text as YAML, in quotes where it needs them."""
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def _identifier(name: str, taken: Sequence[str], otherwise: str) -> str:
    """An id made of a name: "Peru & Chile" is peru_chile."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("ı", "i"))
    letters = re.sub(r"[^a-z0-9]+", "_", plain.encode("ascii", "ignore").decode()).strip("_")
    wanted = letters[:_LONGEST_ID].rstrip("_") if letters[:1].isalpha() else otherwise
    found, number = wanted, 2
    while found in taken:
        found, number = f"{wanted[: _LONGEST_ID - 3]}_{number}", number + 1
    return found
