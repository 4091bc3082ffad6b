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
    NOTICE,
    followed_notice,
    scope_label,
    stopped_notice,
    subscriptions_page,
    unfollowed_notice,
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
    assert button(page, "Follow everything").action == Follow(EVERYTHING, HERE)
    assert button(page, "Follow a topic").action == Show(Place(View.TOPICS))
    assert not any(isinstance(each_button.action, UnfollowAll) for each_button in buttons(page))


def test_what_is_followed_is_listed_in_the_agreements_order() -> None:
    page = subscriptions_page(reader(), board(), frozenset({OARS, FERRY, LIGHT, GONE}))
    check(page)
    assert shown(page.html).splitlines() == [
        "Followed here",
        "🔔 💡 Light",
        "🔔 2. A ferry between the shores",
        "🔔 3. Oars for everyone",
        "🔔 gone (no longer in the briefing)",
    ]
    stops = [
        each_button.action
        for each_button in buttons(page)
        if isinstance(each_button.action, Unfollow)
    ]
    assert stops == [Unfollow(item, HERE) for item in (LIGHT, FERRY, OARS, GONE)]
    assert button(page, "Stop all").action == UnfollowAll()


def test_who_follows_everything_is_not_offered_it_again() -> None:
    page = subscriptions_page(reader(kind=ChatKind.GROUP), board(), frozenset({EVERYTHING}))
    check(page)
    assert not any(isinstance(each_button.action, Follow) for each_button in buttons(page))
    assert button(page, "Stop all alerts").action == UnfollowAll()
    assert button(page, "Everything").action == Unfollow(EVERYTHING, HERE)


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
    assert shown(page.html).endswith("And 30 more.")


def test_labels_of_scopes() -> None:
    labels = [scope_label(ENGLISH, agreement(), item) for item in (EVERYTHING, LIGHT, FERRY)]
    assert labels == ["Everything", "💡 Light", "2. A ferry between the shores"]
    nothing = Scope(ScopeKind.TOPIC, "none")
    assert scope_label(ENGLISH, agreement(), nothing) == "none (no longer in the briefing)"


def test_notices_are_short() -> None:
    assert followed_notice(reader(), agreement(), LIGHT) == "Now following: 💡 Light"
    assert unfollowed_notice(reader(), agreement(), LIGHT) == "No longer followed: 💡 Light"
    gone = unfollowed_notice(reader(), agreement(), GONE)
    assert gone == "No longer followed: gone (no longer in the briefing)"
    stopped = stopped_notice(reader(), agreement(), {FERRY, LIGHT})
    assert stopped == "No longer followed: 💡 Light and 2. A ferry between the shores"
    assert stopped_notice(reader(), agreement(), ()) == "This was not followed here any more."
    many = [Scope(ScopeKind.TOPIC, f"none_{n}") for n in range(20)]
    assert len(stopped_notice(reader(), agreement(), many)) <= NOTICE


def test_every_word_comes_from_the_catalog() -> None:
    for follows in (frozenset(), frozenset({LIGHT, FERRY}), frozenset({EVERYTHING})):
        page = subscriptions_page(reader(GREEK), board(spelling=in_greek_letters), follows)
        check_translated(page)
