from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.subscribers.chat import EVERYTHING, Scope, ScopeKind
from bot.views.callbacks import (
    LONGEST,
    NOWHERE,
    Action,
    Adjust,
    Audit,
    Cancel,
    ChooseLanguage,
    ClearGaps,
    Close,
    Configure,
    Edit,
    Follow,
    Forget,
    Mute,
    Place,
    Show,
    ShowGaps,
    ShowProvision,
    Undo,
    Unfollow,
    UnfollowAll,
    View,
    decode,
    encode,
)

ids = st.from_regex(r"[a-z][a-z0-9_]{0,23}", fullmatch=True)
pages = st.integers(0, 999)
numbers = st.integers(-(2**52), 2**52)
scopes = st.just(EVERYTHING) | st.builds(
    Scope, st.sampled_from([ScopeKind.TOPIC, ScopeKind.PROVISION]), ids
)
places = (
    st.just(NOWHERE)
    | st.builds(Place, st.sampled_from(View), st.just(""), pages)
    | st.builds(Place, st.just(View.TOPIC), ids, pages)
    | st.builds(Place, st.just(View.ALERT), st.integers(1, 10**9).map(str))
)
languages = st.sampled_from(["", "auto", "en", "az", "zh-Hant", "pt-BR"])
scope_values = st.sampled_from(["e", "t:energy", "p:" + "x" * 24])
rhythms = st.sampled_from(["", "off", "at_once", "daily", "weekly"])
wishes = st.sampled_from(["when", "rhythm", "hour", "day", "quiet", "zone", "mute", "pace", ""])
zones = st.sampled_from(["America/Argentina/ComodRivadavia", "Asia/Baku", "UTC"])
wished = rhythms | zones | st.from_regex(r"-?[0-9]{1,3}([.\-][0-9]{1,2})?", fullmatch=True)
actions: st.SearchStrategy[Action] = st.one_of(
    st.builds(Show, places, st.booleans()),
    st.builds(ShowProvision, ids, places, st.booleans()),
    st.builds(Follow, scopes, places),
    st.builds(Unfollow, scopes, places),
    st.just(UnfollowAll()),
    st.builds(Mute, st.integers(1, 10**9)),
    st.builds(ChooseLanguage, languages),
    st.builds(Adjust, wishes, wished),
    st.builds(Cancel, st.integers(1, 2**31)),
    st.builds(Forget, st.booleans()),
    st.builds(
        Configure,
        numbers,
        st.sampled_from(["", "lang", "follow", "unfollow"]),
        languages | scope_values,
    ),
    st.builds(Configure, numbers, wishes, wished),
    st.builds(Edit, numbers, st.just("at"), st.just("2026-11-25T09:00+04:00")),
    st.builds(
        Edit,
        numbers,
        st.sampled_from(["provision", "status", "confirm", "source"]),
        ids | languages,
    ),
    st.builds(Undo, st.integers(1, 2**31), st.booleans()),
    st.builds(Audit, pages),
    st.builds(ShowGaps, pages),
    st.builds(ClearGaps, st.booleans()),
    st.just(Close()),
)


@settings(max_examples=300)
@given(actions)
def test_what_a_button_does_survives_its_text_form(action: Action) -> None:
    text = encode(action)
    assert decode(text) == action
    assert len(text.encode()) <= LONGEST


@given(st.text() | st.from_regex(r"[a-z]{1,2}(:[a-z0-9\-]{0,5}){0,5}", fullmatch=True))
def test_any_text_is_an_action_or_none(text: str) -> None:
    action = decode(text)
    assert action is None or encode(action) == text


def test_the_form_is_stable() -> None:
    """Buttons of old messages keep working after an update."""
    back = Place(View.TOPIC, "energy", 1)
    assert encode(ShowProvision("lamp", back)) == "p:lamp:t:energy:1"
    assert encode(Follow(EVERYTHING, Place(View.BOARD))) == "f:e::b"
    assert encode(Show(Place(View.LATEST, page=2))) == "s:l::2"
    assert encode(Close()) == "x"
    assert encode(Adjust("quiet", "22-8")) == "w:quiet:22-8"
    assert encode(Mute(12)) == "sa:12"
    assert encode(ShowProvision("lamp", anew=True)) == "p:lamp::::1"


def test_a_channels_subscription_is_read_back() -> None:
    assert Configure(-5, "follow", "p:lamp").scope == Scope(ScopeKind.PROVISION, "lamp")
    assert Configure(-5, "follow", "q:lamp").scope is None


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            ":",
            "f:q:x",
            "f:t",
            "f:e:x",
            "s:zz",
            "s:b::-1",
            "s:b::01",
            "s:b::x",
            "x:y",
            "un:1:2",
        ),
        *("p:" + "y" * 70, "s:b::" + "9" * 5000, "\ud800"),
    ],
)
def test_what_no_button_said_is_refused(text: str) -> None:
    assert decode(text) is None


@pytest.mark.parametrize(
    "action",
    [ShowProvision("x" * 70), ShowProvision("a:b"), Edit(1, "a:b", "c"), Edit(1, "note", "c:")],
)
def test_what_could_not_be_read_back_is_not_written(action: Action) -> None:
    with pytest.raises(ValueError, match="no button can carry"):
        encode(action)
