"""Reads settings from the environment and from a file named .env, and names misspelt ones."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from dotenv import dotenv_values
from dotenv.parser import parse_stream
from rapidfuzz import fuzz, process

PREFIX = "BRIEFING_"

_ALIKE = 85
"""The likeness (0 to 100) from which another variable counts as a misspelt setting."""
_QUOTES = ("'", '"')


@dataclass(frozen=True, slots=True)
class Environment:
    """What the operator has set."""

    values: Mapping[str, str]
    """By the names of the settings in the code: ``token`` for ``BRIEFING_TOKEN``."""
    problems: tuple[str, ...] = ()
    """What could not be read, in sentences."""
    warnings: tuple[str, ...] = ()
    """Names that mean nothing, in sentences."""


def read_environment(
    known: Collection[str], variables: Mapping[str, str], file: Path
) -> Environment:
    """Read what is set, in any case of letters. Variables win over the file. Empty is not set.

    Args:
        known: The names of all settings in the code.
        variables: The process's environment.
        file: The file named .env; it may be missing.
    """
    from_file, problems = _read_file(file)
    # An --env-file of a container engine hands quotes on as they are.
    named = {**_upper(from_file), **{name: _bare(text) for name, text in _upper(variables).items()}}
    values = {name: named.get(f"{PREFIX}{name.upper()}", "") for name in known}
    return Environment(
        {name: text for name, text in values.items() if text},
        tuple(problems),
        tuple(_misspelt({f"{PREFIX}{name.upper()}" for name in known}, named)),
    )


def _read_file(file: Path) -> tuple[dict[str, str], list[str]]:
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except (FileNotFoundError, IsADirectoryError):
        return {}, []
    except OSError as error:
        return {}, [f"{file} cannot be read: {error.strerror}"]
    except UnicodeDecodeError:
        return {}, [f"{file} is not text in UTF-8: save it as UTF-8"]
    wrong = [entry.original.line for entry in parse_stream(StringIO(text)) if entry.error]
    if wrong:
        return {}, [f"{file}, line {line}: write NAME=value" for line in wrong]
    found = dotenv_values(stream=StringIO(text))
    return {name: value.strip() for name, value in found.items() if value is not None}, []


def _upper(values: Mapping[str, str]) -> dict[str, str]:
    return {name.upper(): value for name, value in values.items()}


def _bare(text: str) -> str:
    """A value without blanks around it and without one pair of quotes."""
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in _QUOTES:
        return text[1:-1].strip()
    return text


def _misspelt(known: Collection[str], named: Collection[str]) -> list[str]:
    found = []
    for name in sorted(set(named) - set(known)):
        nearest = process.extractOne(name, known, scorer=fuzz.ratio, score_cutoff=_ALIKE)
        if nearest is not None:
            found.append(f"{name} is not a setting. Did you mean {nearest[0]}?")
        elif name.startswith(PREFIX):
            found.append(f"{name} is not a setting. It has no effect.")
    return found
