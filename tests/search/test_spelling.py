"""A word is recognised however it is written."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.search.languages import search_language
from bot.search.normalization import fold
from bot.search.spelling import SAME, SAME_STEM, Spelling, romanised

KNOWN = ("pipeline", "harbour", "commission", "газопровод", "безопасность", "ხელშეკრულება", "2035")


@pytest.fixture(scope="module")
def spelling() -> Spelling:
    return Spelling(map(fold, KNOWN), search_language("en").stem)


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("pipeline", "pipeline"),
        ("pipelines", "pipeline"),
        ("pipline", "pipeline"),
        ("comission", "commission"),
        ("harbours", "harbour"),
        ("gazoprovod", "газопровод"),
        ("bezopasnost", "безопасность"),
        ("bezopastnost", "безопасность"),
        ("khelshekruleba", "ხელშეკრულება"),
        ("2035", "2035"),
    ],
)
def test_a_word_is_recognised(spelling: Spelling, typed: str, known: str) -> None:
    assert next(iter(spelling.meanings(fold(typed)))) == fold(known)


@pytest.mark.parametrize("typed", ["2036", "20", "pipe", "har", "xyzzy", ""])
def test_another_word_is_not(spelling: Spelling, typed: str) -> None:
    assert not [sure for sure in spelling.meanings(typed).values() if sure >= SAME_STEM]


def test_the_same_letters_are_surest(spelling: Spelling) -> None:
    assert spelling.meanings("harbour")["harbour"] == SAME


@given(st.text(max_size=30))
@settings(max_examples=200, deadline=None)
def test_any_text_is_written_in_latin_letters_and_looked_up(text: str) -> None:
    folded = fold(text)
    assert romanised(folded).isascii()
    found = Spelling(KNOWN, search_language("en").stem).meanings(folded)
    assert all(0 < sure <= 1 for sure in found.values())
