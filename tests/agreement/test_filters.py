from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.agreement.board import Board
from bot.agreement.content import load_file
from bot.agreement.filters import NO_FILTER, Filter
from bot.agreement.status import Status

BOARD = Board(load_file(Path(__file__).parents[1] / "fixtures" / "lighthouse.json"))
DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@st.composite
def filters(draw) -> Filter:
    statuses = draw(st.sets(st.sampled_from(Status)))
    days = draw(st.none() | st.tuples(DAYS, DAYS)) or (None, None)
    topic = draw(st.just("") | st.from_regex(r"[a-z][a-z0-9_]{0,23}", fullmatch=True))
    return Filter(topic, tuple(status for status in Status if status in statuses), *days)


@given(filters())
def test_a_filter_survives_its_text_form(one: Filter) -> None:
    assert Filter.parse(str(one)) == one
    assert len(str(one)) <= 37
    assert ":" not in str(one)


@pytest.mark.parametrize(
    "text", [".", "a..", "..0", "a.b.c.d", ".zzzzz", "..zzzzzz-1", ".-1", "..zzzzzzzzz"]
)
def test_what_is_no_filter_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of whatever part
        Filter.parse(text)


def test_without_a_filter_everything_is_shown() -> None:
    assert NO_FILTER.provisions(BOARD) == BOARD.provisions
    assert str(NO_FILTER) == ""
    assert not NO_FILTER


def test_topics_statuses_and_times_narrow_it_down() -> None:
    topic = BOARD.agreement.topics[0].id
    assert Filter(topic).provisions(BOARD) == BOARD.of_topic(topic)
    for status, count in BOARD.counts().items():
        found = Filter(statuses=(status,)).provisions(BOARD)
        assert len(found) == count
        assert {item.status for item in found} == {status}
    newest = BOARD.latest(1)[0]
    day = newest.entry.date.last
    assert newest.provision in Filter(since=day, until=day).provisions(BOARD)
    never = Filter(since=date(1990, 1, 1), until=date(1990, 12, 31))
    assert never.provisions(BOARD) == ()
    assert never.news(BOARD) == []
