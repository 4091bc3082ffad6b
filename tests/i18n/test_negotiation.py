from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n.negotiation import negotiate

OURS = ("az", "en", "ru", "tr")


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("az", "az"),
        ("az-AZ", "az"),
        ("az-Latn", "az"),
        ("az-Latn-AZ", "az"),
        ("az_AZ", "az"),
        ("azj", "az"),
        ("az-RU", "az"),
        ("az-Cyrl", "en"),
        ("az-Arab-IR", "en"),
        ("tr-TR", "tr"),
        ("TR", "tr"),
        ("ru-RU", "ru"),
        ("ru-Cyrl-KZ", "ru"),
        ("en-GB", "en"),
        ("uk", "en"),
        ("be", "en"),
        ("zh", "en"),
        ("zh-hans", "en"),
        ("crh", "en"),
        ("tr-", "en"),
        ("x", "en"),
        ("", "en"),
        ("🇹🇷", "en"),
    ],
)
def test_a_tag_finds_its_language(tag: str, expected: str) -> None:
    assert negotiate([tag], OURS) == expected


def test_the_own_choice_comes_before_the_clients() -> None:
    assert negotiate(["tr", "ru-RU"], OURS) == "tr"
    assert negotiate([None, "ru-RU"], OURS) == "ru"
    assert negotiate(["de", "ru-RU"], OURS) == "ru"
    assert negotiate([None, None], OURS) == "en"
    assert negotiate([], OURS) == "en"


def test_a_script_and_a_region_choose_among_varieties() -> None:
    offered = ("en", "pt", "pt-BR", "zh-Hans", "zh-Hant")
    assert negotiate(["pt-BR"], offered) == "pt-BR"
    assert negotiate(["pt-AO"], offered) == "pt"
    assert negotiate(["zh-TW"], offered) == "zh-Hant"
    assert negotiate(["zh-SG"], offered) == "zh-Hans"


def test_without_english_it_is_the_first() -> None:
    assert negotiate(["de"], ("tr", "ru")) == "tr"
    with pytest.raises(ValueError, match="no language"):
        negotiate(["de"], ())


@given(st.lists(st.none() | st.text(max_size=12)))
def test_whatever_a_client_says_a_language_is_found(tags: list[str | None]) -> None:
    assert negotiate(tags, OURS) in OURS
