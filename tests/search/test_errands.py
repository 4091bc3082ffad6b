"""Words that are asked of any bot."""

from __future__ import annotations

import pytest

from bot.search.lexicon import is_errand
from bot.search.normalization import fold
from bot.search.transliteration import in_other_script
from bot.search.verbs import is_verb


@pytest.mark.parametrize("word", ["weather", "biletləri", "fiyatı", "погода", "зарплаты"])
def test_an_errand_is_known_in_every_language(word: str) -> None:
    assert is_errand(fold(word))


@pytest.mark.parametrize("word", ["quota", "herring", "liman", "порт"])
def test_a_subject_of_agreements_is_none(word: str) -> None:
    assert not is_errand(fold(word))


@pytest.mark.parametrize(
    ("latin", "cyrillic"),
    [
        ("ucheniya", "учения"),
        ("voennye", "военные"),
        ("diaspora", "диаспора"),
        ("energiya", "энергия"),
    ],
)
def test_russian_in_latin_letters_has_its_endings(latin: str, cyrillic: str) -> None:
    assert fold(cyrillic) in in_other_script(latin)


@pytest.mark.parametrize("word", ["yenilenmesi", "təkmilləşdirilməsi", "tikir", "olunsa"])
def test_the_noun_of_a_verb_and_its_present_are_verbs(word: str) -> None:
    assert is_verb(fold(word))
