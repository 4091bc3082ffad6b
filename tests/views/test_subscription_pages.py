from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from sample import (
    ENGLISH,
    GREEK,
    agreement,
    board,
    button,
    buttons,
    check,
    check_translated,
    in_greek_letters,
    reader,
)

from bot.subscribers.chat import EVERYTHING, ChatKind, Scope, ScopeKind
from bot.views.callbacks import Follow, Place, Show, Unfollow, UnfollowAll, View, encode
from bot.views.pagination import shown
from bot.views.subscriptions import (
    scope_label,
    subscriptions_page,
    switched_notice,
)

LIGHT = Scope(ScopeKind.TOPIC, "light")
FERRY = Scope(ScopeKind.PROVISION, "ferry")
OARS = Scope(ScopeKind.PROVISION, "oars")
GONE = Scope(ScopeKind.PROVISION, "gone")
HERE = Place(View.SUBSCRIPTIONS)


def test_nothing_followed_yet_says_what_can_be() -> None:
    page = subscriptions_page(reader(), board(), frozenset())
    check(page)
    assert "Nothing is followed here yet." in shown(page.html)
    assert button(page, "Everything").action == Follow(EVERYTHING, HERE)
    assert button(page, "Light").action == Follow(LIGHT, HERE)
    further = Place(View.SUBSCRIPTIONS, "", 1)
    assert button(page, "Single provisions").action == Show(further)
    assert not any(isinstance(each_button.action, UnfollowAll) for each_button in buttons(page))
    page = subscriptions_page(reader(), board(), frozenset(), 1)
    check(page)
    assert button(page, "2. A ferry").action == Follow(FERRY, further)


def test_what_is_followed_is_listed_in_the_agreements_order() -> None:
    page = subscriptions_page(reader(), board(), frozenset({OARS, FERRY.opposite, LIGHT, GONE}))
    check(page)
    assert shown(page.html).splitlines()[:5] == [
        "Followed here",
        "🔔 💡 Light",
        "🔕 2. A ferry between the shores",
        "🔔 3. Oars for everyone",
        "🔔 gone (no longer in the briefing)",
    ]
    assert button(page, "✓ 💡 Light").action == Unfollow(LIGHT, HERE)
    assert button(page, "2. A ferry between the shores").action == Follow(FERRY, HERE)
    assert button(page, "✓ 3. Oars").action == Unfollow(OARS, HERE)
    assert button(page, "✓ gone").action == Unfollow(GONE, HERE)
    assert button(page, "Stop all").action == UnfollowAll()


def test_who_follows_everything_can_leave_out_a_part() -> None:
    rules = frozenset({EVERYTHING, LIGHT.opposite})
    page = subscriptions_page(reader(kind=ChatKind.GROUP), board(), rules)
    check(page)
    assert button(page, "✓ Everything").action == Unfollow(EVERYTHING, HERE)
    assert button(page, "💡 Light").action == Follow(LIGHT, HERE)
    assert not buttons(subscriptions_page(reader(), board(), rules, may_change=False))


@given(st.sets(st.from_regex(r"\A[a-z][a-z0-9_]{0,23}\Z"), max_size=150))
@settings(max_examples=20, deadline=None)
def test_however_much_is_followed_it_can_be_sent(ids: set[str]) -> None:
    follows = frozenset(Scope(ScopeKind.PROVISION, item) for item in ids)
    page = subscriptions_page(reader(), board(), follows)
    check(page)
    assert all(
        len(encode(each_button.action).encode()) <= 64
        for each_button in buttons(page)
        if each_button.action
    )


def test_many_subscriptions_are_cut_with_a_count() -> None:
    follows = frozenset(Scope(ScopeKind.PROVISION, f"none_{n}") for n in range(75))
    page = subscriptions_page(reader(), board(), follows)
    check(page)
    assert shown(page.html).splitlines()[-3] == "And 35 more."


def test_labels_of_scopes() -> None:
    labels = [scope_label(ENGLISH, agreement(), item) for item in (EVERYTHING, LIGHT, FERRY)]
    assert labels == ["Everything", "💡 Light", "2. A ferry between the shores"]
    nothing = Scope(ScopeKind.TOPIC, "none")
    assert scope_label(ENGLISH, agreement(), nothing) == "none (no longer in the briefing)"


def test_notices_are_short() -> None:
    on, off = (switched_notice(reader(), agreement(), LIGHT, on=on) for on in (True, False))
    assert (on, off) == ("Now following: 💡 Light", "No longer followed: 💡 Light")
    gone = switched_notice(reader(), agreement(), GONE, on=False)
    assert gone == "No longer followed: gone (no longer in the briefing)"


def test_every_word_comes_from_the_catalog() -> None:
    for follows in (frozenset(), frozenset({LIGHT, FERRY}), frozenset({EVERYTHING})):
        page = subscriptions_page(reader(GREEK), board(spelling=in_greek_letters), follows)
        check_translated(page)
