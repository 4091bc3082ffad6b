from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.agreement.filters import Filter
from bot.agreement.status import Status
from bot.i18n.catalogs import load_languages
from bot.subscribers.chat import Scope, ScopeKind
from bot.views.board import board_page
from bot.views.callbacks import Follow, Part, Place, ShowPart, ShowProvision, View, encode
from bot.views.filtering import details_of, named_statuses, time_words
from bot.views.pagination import shown
from bot.views.statuses import status_label
from tests.views import sample

READER = sample.reader()
LONG = "x" * 24


@pytest.mark.parametrize(
    ("since", "until", "words"),
    [
        (date(2026, 3, 6), date(2026, 3, 6), "6 Mar 2026"),
        (date(2026, 3, 1), date(2026, 3, 6), "1 Mar 2026 – 6 Mar 2026"),
        (date(2026, 2, 1), date(2026, 2, 28), "February 2026"),
        (date(2025, 1, 1), date(2025, 12, 31), "2025"),
        (date(2025, 1, 1), date(2026, 12, 31), "1 Jan 2025 – 31 Dec 2026"),
        (date(2025, 1, 1), None, "Since 1 Jan 2025"),
        (date.min, date(2025, 1, 1), "Until 1 Jan 2025"),
    ],
)
def test_a_time_in_words(since: date, until: date | None, words: str) -> None:
    assert time_words(sample.ENGLISH, since, until) == words


def test_a_filter_is_shown_in_words() -> None:
    only = Filter("light", (Status.ANNOUNCED, Status.DONE))
    page = board_page(READER, sample.board(), 0, only)
    text = shown(page.html)
    assert "Only: 💡 Light · Announced or Done" in text
    assert "1 provision\n" in text
    assert "2. A ferry" in text
    assert "1. A common lamp" not in text
    assert sample.button(page, "2").action == ShowProvision("ferry", Place(View.BOARD, str(only)))


@given(st.integers(0, 24), st.integers(1, 24), st.booleans())
def test_no_button_is_too_long(topic: int, provision: int, is_dated: bool) -> None:
    days = (date(2026, 3, 1), date(2026, 3, 31)) if is_dated else (None, None)
    only = Filter(LONG[:topic], tuple(Status), *days)
    ferry = sample.board().provisions[1].model_copy(update={"id": LONG[:provision]})
    action = details_of(ferry, Place(View.BOARD, str(only), 99))
    encode(action)
    encode(ShowPart(ferry.id, Part.HISTORY, 99, action.back))
    encode(Follow(Scope(ScopeKind.PROVISION, ferry.id), action.back))


@pytest.mark.parametrize("code", ["en", "az", "tr", "ru"])
def test_statuses_are_known_by_their_names(code: str) -> None:
    language = load_languages(Path(__file__).parents[2] / "locales")[code]
    for status in Status:
        label = status_label(language, status)
        assert named_statuses(language, f"energy {label.upper()}") == ((status,), "energy")
    assert named_statuses(language, "energy") == ((), "energy")
