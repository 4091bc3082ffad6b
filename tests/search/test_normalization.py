from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.search.normalization import fold, lower, words


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("ENERJİ", "enerji"),
        ("ışık", "isik"),
        ("IŞIK", "isik"),
        ("İHA", "iha"),
        ("Ağac əkilməsi", "agac ekilmesi"),
        ("Ёлки и чай", "елки и чаи"),
        ("Straße", "strasse"),
        ("İ", "i"),
    ],
)
def test_one_letter_for_what_is_typed_in_several_ways(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@given(st.text(alphabet="abcçdeəfgğhxıijkqlmnoöprsştuüvyzABCÇDEƏFGĞHXIİJKQLMNOÖPRSŞTUÜVYZёйЁЙ"))
def test_folding_knows_no_case_and_folds_once(text: str) -> None:
    assert fold(text.upper()) == fold(text.lower()) == fold(text)
    assert fold(fold(text)) == fold(text)


def test_lower_case_takes_one_code_point_a_letter() -> None:
    assert lower("İIıi") == "iiıi"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            unicodedata.normalize("NFD", "Şuşada müdafiə, твёрдый йод"),
            ["Şuşada", "müdafiə", "твёрдый", "йод"],
        ),
        ("i\u0307ha", ["iha"]),
        ("rail\u00adway \ufeffrail\u200dway", ["railway", "railway"]),
        ("2025-ci ildə, 2025-м году", ["2025", "ildə", "2025", "году"]),
        ("2025-civil", ["2025", "civil"]),
        ("What's up?", ["What", "up"]),
        ("Ali'nin evi", ["Ali", "evi"]),
        ("free-trade (25 billion)", ["free", "trade", "25", "billion"]),
        ("snake_case", ["snake", "case"]),
        ("…", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected
