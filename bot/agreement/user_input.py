"""What a person types, read as a provision, a date or an address."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from pydantic import TypeAdapter, ValidationError
from pydantic_core import Url as ParsedUrl
from rapidfuzz import fuzz, process

from bot.agreement.board import Board
from bot.agreement.dates import PartialDate
from bot.agreement.fields import Url
from bot.agreement.model import Provision

_NEAR = 80
_HOST_LENGTH = 120  # it stands as the publisher, a `Label`
_DAY_FIRST = re.compile(r"(?:(\d{1,2})[./])?(\d{1,2})[./](\d{4})")
_PARTS = re.compile(r"[^\s,.]+")
_ORDINAL = re.compile(r"(\d{1,2}|\d{4})(?:st|nd|rd|th|-?го|-?е)?")
_YEAR = 4
_YEAR_WORDS = frozenset({"of", "г", "год", "года", "il", "ilin", "yılı", "yıl", "yil", "yili"})
"""What stands with a year in the languages of the bot."""
_BARE_URL = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,}(?:/\S*)?")
_NUMBER = re.compile(r"[#№]?([0-9]{1,6})")
_URL: TypeAdapter[str] = TypeAdapter(Url)


class NotOneProvision(LookupError):
    """The words name no provision, or several: those are in `candidates`, by number."""

    def __init__(self, given: str, candidates: tuple[str, ...] = ()) -> None:
        super().__init__(given)
        self.given, self.candidates = given, candidates


def fold(text: str) -> str:
    """The text without what casing makes of it in any language: İ, I, ı and i are one letter."""
    return text.casefold().replace("i\N{COMBINING DOT ABOVE}", "i").replace("ı", "i")


def find_provision(given: str, board: Board) -> Provision:
    """The provision that is meant: by id, number, a part of the id, a topic, or nearly so.

    A shorter form counts only where one provision alone fits it.

    Raises:
        NotOneProvision: none fits, or several do.
    """
    word = fold(given.strip()).replace("-", "_")
    candidates: tuple[str, ...] = ()
    for found in _attempts(word, board):
        if len(found) == 1:
            return found[0]
        candidates = candidates or tuple(item.id for item in found)
    raise NotOneProvision(given, candidates)


def _attempts(word: str, board: Board) -> Iterator[tuple[Provision, ...]]:
    every = board.provisions
    number = _NUMBER.fullmatch(word)
    yield tuple(item for item in every if item.id == word)
    yield tuple(item for item in every if number and item.number == int(number[1]))
    if len(word) > 1 and not number:
        yield tuple(item for item in every if item.id.startswith(word))
        yield tuple(item for item in every if word in item.id.split("_"))
        yield tuple(item for item in every if word in item.id)
        for topic in board.agreement.topics:
            if word in {topic.id, topic.command, *topic.aliases}:
                yield board.of_topic(topic.id)
        yield _nearest(word, every)


def _nearest(word: str, every: tuple[Provision, ...]) -> tuple[Provision, ...]:
    names = {item.id: item for item in every}
    near = process.extract(word, list(names), scorer=fuzz.ratio, score_cutoff=_NEAR, limit=3)
    best = [name for name, score, _ in near if score == near[0][1]]
    return tuple(names[name] for name in best)


def read_date(
    text: str, days: Mapping[str, date] | None = None, months: Mapping[str, int] | None = None
) -> PartialDate:
    """A date as it is typed: 2025-08-22, 22.08.2025, 22/08/2025, 08.2025, 2025-08, 2025.

    `days` holds words for days, such as "today", and `months` the names of months ("22 August
    2025", "Aug 22, 2025", "август 2025 г."), in whatever casing.

    Raises:
        ValueError: it is not a date.
    """
    word = fold(text.strip())
    for name, day in (days or {}).items():
        if fold(name) == word:
            return PartialDate.of(day)
    turned = _DAY_FIRST.fullmatch(word)
    if turned is None:
        return _in_words(word, months or {}) or PartialDate.parse(word)
    day_of_month, month, year = turned.groups()
    return PartialDate(int(year), int(month), int(day_of_month) if day_of_month else None)


def _in_words(word: str, months: Mapping[str, int]) -> PartialDate | None:
    """A year and a month by its name, with or without a day; None for anything else."""
    names = {fold(name).rstrip("."): number for name, number in months.items()}
    year = month = day = None
    for part in _PARTS.findall(word):
        number = _ORDINAL.fullmatch(part)
        if part in names and month is None:
            month = names[part]
        elif number and len(number[1]) == _YEAR and year is None:
            year = int(number[1])
        elif number and day is None:
            day = int(number[1])
        elif part not in _YEAR_WORDS:
            return None
    return PartialDate(year, month, day) if year and month else None


def looks_like_url(word: str) -> bool:
    """Whether a word may be an address without its ``https://``."""
    return _BARE_URL.fullmatch(word) is not None


def read_url(text: str) -> str:
    """The address of a page that anyone can open, as browsers write it.

    An address without ``https://`` gets it.

    Raises:
        ValueError: it is not http or https, has no public host name, or carries a login.
    """
    try:
        given = text.strip()
        url = _URL.validate_python(given if "://" in given else f"https://{given}")
    except ValidationError as error:
        raise ValueError("an address starts with https:// and a host name") from error
    parts = ParsedUrl(url)
    host = (parts.host or "").strip(".")
    if parts.username or parts.password or "." not in host or len(host) > _HOST_LENGTH:
        raise ValueError("an address has a public host name and no login")
    return url
