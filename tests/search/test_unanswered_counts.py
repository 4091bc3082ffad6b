from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.search.unanswered import (
    LONGEST,
    MOST,
    Gap,
    GapCount,
    checksum,
    counted,
    gaps,
    normalised,
    oldest,
)

TODAY = date(2026, 3, 6)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("  Weather,\ntomorrow?? ", "weather tomorrow"),
        ("HAVA sabah necə olacaq?", "hava sabah nece olacaq"),
        ("Какая погода в 2026 году?", "какая погода в 2026 году"),
        ("don't", "don t"),
        ("a/b and 3.5 km", "a b and 3 5 km"),
    ],
)
def test_words_are_counted_as_they_are_compared(question: str, text: str) -> None:
    assert normalised(question) == text


@pytest.mark.parametrize(
    "question",
    [
        *("write to anna.k@example.org", "who is @anna_k?", "see https://example.org/x"),
        *("www.example.org", "example.com says", "t.me/anna", "example.com.tr"),
        *("call +994 50 123-45-67", "(012) 345 67", "my card 4169 7388 1111 2222", "FIN 5ABC12345"),
        *("born 12.05.1990", "", "?!", "2026", "🎉", "x" * (LONGEST + 1)),
    ],
)
def test_what_may_be_personal_is_not_counted(question: str) -> None:
    assert normalised(question) is None


@given(st.text(max_size=200))
def test_whatever_is_counted_is_short_and_plain(question: str) -> None:
    text = normalised(question)
    if text is not None:
        assert 0 < len(text) <= LONGEST
        assert "@" not in text
        assert not text.startswith("#")


def test_a_text_asked_once_is_a_checksum() -> None:
    assert counted({"my secret": 1, "weather": 2}, []) == {checksum("my secret"): 1, "weather": 2}
    assert "secret" not in checksum("my secret")
    again = [GapCount(checksum("my secret"), TODAY, 1)]
    assert counted({"my secret": 1}, again) == {"my secret": 1}
    known = [GapCount("weather", TODAY - timedelta(days=9), 2)]
    assert counted({"weather": 1}, known) == {"weather": 1}


def test_no_more_is_kept_than_there_is_room_for() -> None:
    full = [GapCount(f"text {n}", TODAY, 1) for n in range(MOST)]
    assert counted({"new": 2, "text 5": 1}, full) == {"text 5": 1}
    assert counted({"new": 2, "newer": 2}, full[1:]) == {"new": 2}


def test_counts_of_all_days_and_of_the_checksum_add_up() -> None:
    rows = [
        GapCount(checksum("weather"), TODAY - timedelta(days=3), 1),
        GapCount("weather", TODAY - timedelta(days=1), 2),
        GapCount("weather", TODAY - timedelta(days=91), 50),
        GapCount(checksum("secret"), TODAY, 1),
        GapCount("football", TODAY, 3),
        GapCount("chess", oldest(TODAY), 9),
    ]
    assert gaps(rows, TODAY) == [
        Gap("chess", 9, oldest(TODAY)),
        Gap("football", 3, TODAY),
        Gap("weather", 3, TODAY - timedelta(days=1)),
    ]
