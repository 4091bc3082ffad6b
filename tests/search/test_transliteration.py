from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.search.languages import is_verb, stems, without_endings, without_tense
from bot.search.lexicon import is_generic
from bot.search.normalization import fold
from bot.search.places import Places
from bot.search.transliteration import in_other_script
from bot.search.verbs import is_verb as is_any_verb


@pytest.mark.parametrize(
    ("typed", "stem"),
    [
        ("konsulluğun", "konsulluq"),
        ("birliyin", "birlik"),
        ("təlimlərində", "telim"),
        ("zavodlarından", "zavod"),
        ("dəhlizindən", "dehliz"),
        ("vergisi", "vergi"),
        ("vergileri", "vergi"),
        ("qazın", "qaz"),
        ("ev", "ev"),
    ],
)
def test_azerbaijani_endings_go(typed: str, stem: str) -> None:
    assert without_endings(fold(typed)) == stem


@pytest.mark.parametrize(
    ("typed", "stem"), [("üretilecek", "uret"), ("tikiləcəkmi", "tik"), ("gaz", "gaz")]
)
def test_a_tense_goes(typed: str, stem: str) -> None:
    assert without_tense(fold(typed)) == stem


@pytest.mark.parametrize("word", ["temizliyor", "bitibmi", "начнется", "заседают", "fighting"])
def test_verbs(word: str) -> None:
    assert is_any_verb(fold(word))


@pytest.mark.parametrize("word", ["qiyməti", "budget", "бюджет", "футбол", "price"])
def test_nouns_are_no_verbs(word: str) -> None:
    assert not is_any_verb(fold(word))


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


@given(st.text(max_size=20))
@settings(max_examples=200, deadline=None)
def test_any_text_has_stems_verbs_and_scripts(text: str) -> None:
    folded = fold(text)
    assert all(len(stem) >= 3 for stem in stems(folded))
    assert isinstance(is_verb(folded), bool)
    assert isinstance(is_generic(folded), bool)
    in_other_script(folded)


@pytest.fixture(scope="module")
def places() -> Places:
    return Places(["en", "az", "tr", "ru", "en-x-nowhere"])


@pytest.mark.parametrize(
    "word", ["Germany", "Almaniyaya", "almanya", "Германией", "USA", "Tokyo", "немецкий", "Çin"]
)
def test_places_in_any_language_and_form(places: Places, word: str) -> None:
    assert places.has(word)


@pytest.mark.parametrize("word", ["harbour", "republic", "liman", "островов", "", "x"])
def test_what_is_no_place(places: Places, word: str) -> None:
    assert not places.has(word)
