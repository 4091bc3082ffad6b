from __future__ import annotations

import pytest

from bot.search.vocabulary import BEGINNING, SAME, SAME_STEM, SHORT_BEGINNING, TYPO, Vocabulary


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary(
        [
            "railway",
            "exercises",
            "gas",
            "kule",
            "demiryolu",
            "telimler",
            "безопасность",
            "железная",
            "2025",
        ]
    )


@pytest.mark.parametrize(
    ("typed", "known", "likelihood"),
    [
        ("Railway", "railway", SAME),
        ("telimler", "telimler", SAME),
        ("exercise", "exercises", SAME_STEM),
        ("railways", "railway", SAME_STEM),
        ("безопасности", "безопасность", SAME_STEM),
        ("demiryolunun", "demiryolu", SAME_STEM),
        ("demiryolumuzdan", "demiryolu", BEGINNING),
        ("demir", "demiryolu", BEGINNING),
        ("kulesi", "kule", SHORT_BEGINNING),
        ("bezopasnost", "безопасность", TYPO),
        ("jeleznaya", "железная", TYPO),
        ("rialway", "railway", TYPO),
        ("demriyollu", "demiryolu", TYPO),
    ],
)
def test_how_a_word_is_recognised(
    vocabulary: Vocabulary, typed: str, known: str, likelihood: float
) -> None:
    assert vocabulary.meanings(typed)[known] >= likelihood


@pytest.mark.parametrize("typed", ["gaz", "ga", "road", "2026", "weather", "kuz", ""])
def test_what_is_not_near_enough_is_not_known(vocabulary: Vocabulary, typed: str) -> None:
    assert not vocabulary.meanings(typed)
