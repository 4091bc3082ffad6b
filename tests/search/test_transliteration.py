from __future__ import annotations

import pytest

from bot.search.normalization import fold
from bot.search.transliteration import in_other_script


@pytest.mark.parametrize(
    ("typed", "other"),
    [
        ("bezopasnost", "безопасност"),
        ("zheleznaya", "железная"),
        ("doroga", "дорога"),
        ("тиҹарәт", "ticaret"),
        ("дәһлиз", "dehliz"),
        ("мүдафиә", "mudafie"),
    ],
)
def test_the_other_alphabet(typed: str, other: str) -> None:
    assert other in in_other_script(fold(typed))


@pytest.mark.parametrize("word", ["", "2025", "naïve1"])
def test_what_no_other_alphabet_has(word: str) -> None:
    assert in_other_script(word) == ()
