from __future__ import annotations

import pytest

from bot.agreement.suggestions import nearest

KNOWN = ["start", "status", "settings", "subscribe", "unsubscribe", "topics", "energy"]


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("energy", "energy"),
        ("enrgy", "energy"),
        ("ENERGY", "energy"),
        ("strat", "start"),
        ("topic", "topics"),
        ("suscribe", "subscribe"),
        ("setings", "settings"),
    ],
)
def test_the_name_that_was_meant(given: str, meant: str) -> None:
    assert nearest(given, KNOWN) == meant


@pytest.mark.parametrize("given", ["", "x", "weather", "42", "🎉"])
def test_nothing_is_near(given: str) -> None:
    assert nearest(given, KNOWN) is None
    assert nearest(given, []) is None
