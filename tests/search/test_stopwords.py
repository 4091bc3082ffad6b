from __future__ import annotations

import pytest

from bot.search.languages import is_of_any_agreement, is_stop_word
from bot.search.normalization import fold, words


@pytest.mark.parametrize(
    "question",
    [
        "what does the agreement say about",
        "tell me please",
        "bəyannamədə nə var",
        "bu anlaşma hakkında bilgi".removesuffix(" bilgi"),
        "что говорится в соглашении",
        "расскажите пожалуйста",
        "isn't it without itself",
        "хотя нужен ли сам",
        "çünkü eğer itibaren",
    ],
)
def test_the_words_of_asking_say_nothing(question: str) -> None:
    folded = [fold(word) for word in words(question)]
    assert all(is_stop_word(item) or is_of_any_agreement(item) for item in folded)


@pytest.mark.parametrize("word", ["treatment", "gas", "trade", "savunma", "qaz", "оборона", "mart"])
def test_the_words_of_a_subject_do(word: str) -> None:
    assert not is_stop_word(fold(word))
