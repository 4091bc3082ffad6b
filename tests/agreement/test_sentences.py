from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.agreement.sentences import first_sentence, opening, utf16_length


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("They repair it. Each pays half.", "They repair it."),
        ("Only one", "Only one"),
        ("Is it so? Yes.", "Is it so?"),
        ("“It will shine.” So they said.", "“It will shine.”"),
        ("It costs 2.5 bn. More is to come.", "It costs 2.5 bn."),
        ("J. Smith said so. Nobody else did.", "J. Smith said so."),
        ("2. Madde bunu söyler. Başka yok.", "2. Madde bunu söyler."),
        ("15. maddesi gereğince çalışır. İş biter.", "15. maddesi gereğince çalışır."),
        ("Since 2021. Then more.", "Since 2021."),
        ("Обещано, т. е. сказано. Но не сделано.", "Обещано, т. е. сказано."),
        ("Şəhər yenidən qurulur. Ölkə kömək edir.", "Şəhər yenidən qurulur."),
    ],
)
def test_the_first_sentence(text: str, first: str) -> None:
    assert first_sentence(text) == first


def test_an_opening_is_whole_sentences_that_have_room() -> None:
    text = "One two. Three four. Five."
    assert opening(text, 2, 100) == "One two. Three four."
    assert opening(text, 9, 100) == text
    assert opening(text, 2, 19) == "One two."
    assert opening(text, 2, 1) == "One two."
    assert opening("", 2, 1) == ""


@given(st.text(max_size=60))
def test_it_begins_the_text(text: str) -> None:
    assert text.startswith(first_sentence(text))


def test_length_is_counted_in_utf16() -> None:
    assert [utf16_length(text) for text in ("", "aş", "🏗", "\ud83d")] == [0, 2, 2, 1]
