"""What is read of a question, however it was typed."""

from __future__ import annotations

import pytest
from hostile_texts import hostile_texts
from hypothesis import given
from hypothesis import strategies as st

from bot.search.normalization import fold, words
from bot.search.questions import LONGEST_WORD, MOST_WORDS, limited

_EXPANDING = st.text(st.sampled_from("ﷺﬃßİ각é\u0301\u0345aя9'’ -.,\n"), max_size=300)


@given(st.text(max_size=300) | _EXPANDING)
def test_any_text_has_few_words_and_short_ones_when_folded(text: str) -> None:
    _check(limited(text * 20))


@pytest.mark.parametrize("text", hostile_texts().values(), ids=hostile_texts())
def test_a_hostile_text_has_few_words_and_short_ones_when_folded(text: str) -> None:
    _check(limited(text))


@given(st.text(max_size=200))
def test_to_limit_twice_changes_nothing(text: str) -> None:
    assert limited(limited(text)) == limited(text)


@pytest.mark.parametrize(
    "question",
    ["Is the railway finished?", "№ 7?", "Dəmir yolu hansı ildə tikiləcək?", "что с границей?"],
)
def test_what_people_ask_stays_as_it_is(question: str) -> None:
    assert limited(question) == question


def _check(text: str) -> None:
    read = words(text)
    assert len(read) <= MOST_WORDS
    assert all(len(fold(word)) <= LONGEST_WORD for word in read)
    assert len(text) <= 60 * 40 + 61 * 31
