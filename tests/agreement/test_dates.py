from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.agreement.dates import PartialDate

partial_dates = st.dates().flatmap(
    lambda day: st.sampled_from(
        [
            PartialDate(day.year),
            PartialDate(day.year, day.month),
            PartialDate(day.year, day.month, day.day),
        ]
    )
)


@given(partial_dates)
def test_a_written_date_reads_back(when: PartialDate) -> None:
    assert PartialDate.parse(str(when)) == when


@given(partial_dates)
def test_it_means_a_span_of_days(when: PartialDate) -> None:
    assert when.first <= when.last


@pytest.mark.parametrize("text", ["", "2025-13", "2025-02-30", "22.08.2025", "2025-8", "0000"])
def test_what_no_calendar_has_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        PartialDate.parse(text)


def test_the_vaguer_date_comes_first() -> None:
    vague, month, day = (PartialDate.parse(text) for text in ("2025", "2025-01", "2025-01-01"))
    assert vague < month < day
    assert month.last == date(2025, 1, 31)
