"""Dates as sources give them: a day, only a month, or only a year."""

from __future__ import annotations

import calendar
import re
from datetime import date
from functools import total_ordering
from typing import Annotated, Any

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

_FORM = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


@total_ordering
class PartialDate:
    """A calendar date of the precision that its source gives (ISO 8601-1, 5.2.2.3).

    Two dates are ordered by their first day; of two with the same first day the vaguer
    one comes first.
    """

    __slots__ = ("day", "month", "year")

    def __init__(self, year: int, month: int | None = None, day: int | None = None) -> None:
        if day is not None and month is None:
            raise ValueError("a day needs its month")
        date(year, month or 1, day or 1)  # raises ValueError for a date that no calendar has
        self.year, self.month, self.day = year, month, day

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Read ``2025``, ``2025-08`` or ``2025-08-22``.

        Raises:
            ValueError: the text has another form, or no calendar has such a date.
        """
        found = _FORM.fullmatch(text.strip())
        if found is None:
            raise ValueError("a date is written 2025-08-22, 2025-08 or 2025")
        return cls(*(int(part) for part in found.groups() if part is not None))

    @classmethod
    def of(cls, day: date) -> PartialDate:
        """The full date of a day."""
        return cls(day.year, day.month, day.day)

    @property
    def first(self) -> date:
        """The first day that it can mean."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last(self) -> date:
        """The last day that it can mean."""
        month = self.month or 12
        return date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    def __str__(self) -> str:
        parts = (
            f"{self.year:04}",
            self.month and f"{self.month:02}",
            self.day and f"{self.day:02}",
        )
        return "-".join(part for part in parts if part)

    def __repr__(self) -> str:
        return f"PartialDate.parse({str(self)!r})"

    def __hash__(self) -> int:
        return hash((self.year, self.month, self.day))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PartialDate) and self._key == other._key

    def __lt__(self, other: PartialDate) -> bool:
        return self._key < other._key

    @property
    def _key(self) -> tuple[int, int, int]:
        return self.year, self.month or 0, self.day or 0


def _validate(value: Any) -> PartialDate:  # noqa: ANN401 - pydantic hands over what the file holds
    if isinstance(value, PartialDate):
        return value
    if isinstance(value, date):
        return PartialDate.of(value)
    if not isinstance(value, str):
        raise PydanticCustomError("string_type", "a date is written as text", {})
    try:
        return PartialDate.parse(value)
    except ValueError as error:
        raise PydanticCustomError("bad_date", "{problem}", {"problem": str(error)}) from error


PartialDateField = Annotated[
    PartialDate,
    PlainValidator(_validate),
    PlainSerializer(str, return_type=str),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$",
            "description": "A day (2025-08-22), a month (2025-08) or a year (2025).",
        }
    ),
]
"""A `PartialDate` as a field of a pydantic model; text in JSON."""
