from __future__ import annotations

import pytest

from bot.agreement.vocabulary import BEGINNING, SAME, SAME_STEM, SHORT_BEGINNING, TYPO, Vocabulary


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    known = Vocabulary()
    for word, language in [
        ("railway", "en"),
        ("exercises", "en"),
        ("gas", "en"),
        ("kule", "tr"),
        ("demiryolu", "tr"),
        ("təlimlər", "az"),
        ("безопасность", "ru"),
        ("2025", "en"),
    ]:
        known.add(word, language)
    known.close()
    return known


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
        ("rialway", "railway", TYPO),
        ("demriyollu", "demiryolu", TYPO),
    ],
)
def test_how_a_word_is_recognised(
    vocabulary: Vocabulary, typed: str, known: str, likelihood: float
) -> None:
    assert vocabulary.meanings(typed)[known] >= likelihood


@pytest.mark.parametrize("typed", ["gaz", "ga", "road", "2026", "weather", "kul", ""])
def test_what_is_not_near_enough_is_not_known(vocabulary: Vocabulary, typed: str) -> None:
    assert not vocabulary.meanings(typed)
