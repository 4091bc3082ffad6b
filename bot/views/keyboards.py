"""Buttons and rows that many pages share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from bot.agreement.model import Agreement, Provision
from bot.subscribers.audience import scopes_of
from bot.subscribers.chat import EVERYTHING, ChatKind, Scope, ScopeKind, hears
from bot.views.callbacks import Action, Follow, Place, Show, ShowProvision, Unfollow, View
from bot.views.format import deep_link, pick
from bot.views.message import Button, Reader, Row, Style
from bot.views.pagination import Page, clip

LABEL = 40
"""How many UTF-16 units of a title a button shows."""


def rows_of(buttons: Sequence[Button], width: int) -> tuple[Row, ...]:
    """The buttons in rows of at most `width`, of even length as far as possible."""
    if not buttons:
        return ()
    count = -(-len(buttons) // width)
    width = -(-len(buttons) // count)
    return tuple(tuple(buttons[at : at + width]) for at in range(0, len(buttons), width))


def numbers(provisions: Iterable[Provision], back: Place, width: int = 8) -> tuple[Row, ...]:
    """A button for each provision's details, labelled with its number."""
    return rows_of(
        [
            Button(str(provision.number), ShowProvision(provision.id, back))
            for provision in provisions
        ],
        width,
    )


def turning(page: Page[Any], view: View, identifier: str = "") -> Row:
    """Buttons to the page before and the page after."""
    before, after = page.number - 1, page.number + 1
    buttons = []
    if before >= 0:
        buttons.append(Button("‹", Show(Place(view, identifier, before))))
    if after < page.count:
        buttons.append(Button("›", Show(Place(view, identifier, after))))
    return tuple(buttons)


def topic_buttons(reader: Reader, agreement: Agreement, topics: Iterable[str]) -> list[Button]:
    """A button to each of the topics that the agreement has."""
    found = (agreement.topic(topic_id) for topic_id in topics)
    return [
        Button(
            f"{topic.symbol} {clip(pick(topic.title, reader.language).text, LABEL)}",
            Show(Place(View.TOPIC, topic.id)),
        )
        for topic in found
        if topic is not None
    ]


def to_topics(reader: Reader) -> Button:
    """A button to the list of topics."""
    return Button(reader.language.gettext("Topics"), Show(Place(View.TOPICS)))


def to_board(reader: Reader) -> Button:
    """A button to the board."""
    return Button(reader.language.gettext("Status board"), Show(Place(View.BOARD)))


def to_latest(reader: Reader) -> Button:
    """A button to the last changes."""
    return Button(reader.language.gettext("Latest"), Show(Place(View.LATEST)))


def back_button(reader: Reader, action: Action) -> Button:
    """A button that leads back."""
    return Button(reader.language.gettext("‹ Back"), action)


def to_following(reader: Reader) -> Button:
    """A button to all that the chat follows, as a message of its own."""
    gettext = reader.language.gettext
    label = gettext("What I follow") if reader.in_private else gettext("What is followed")
    return Button(label, Show(Place(View.SUBSCRIPTIONS), anew=True))


def follow_topic(reader: Reader, topic: str, rules: frozenset[Scope], back: Place) -> Row:
    """Follow this topic, or stop following it."""
    scope = Scope(ScopeKind.TOPIC, topic)
    label = reader.language.gettext("Follow this topic")
    return _following(reader, scope, label, {EVERYTHING, scope}, rules, back)


def follow_provision(
    reader: Reader, provision: Provision, rules: frozenset[Scope], back: Place
) -> Row:
    """Follow this provision, stop following it, or mute it where its topic is followed."""
    scope = Scope(ScopeKind.PROVISION, provision.id)
    label = reader.language.gettext("Follow")
    covering = scopes_of(provision.id, provision.topics)
    return _following(reader, scope, label, covering, rules, back)


def follow_everything(reader: Reader, rules: frozenset[Scope], back: Place) -> Row:
    """Follow everything; nothing where that is followed."""
    if EVERYTHING in rules:
        return ()
    label = reader.language.gettext("Follow everything")
    return _following(reader, EVERYTHING, label, {EVERYTHING}, rules, back)


def _following(
    reader: Reader,
    scope: Scope,
    label: str,
    covering: Iterable[Scope],
    rules: frozenset[Scope],
    back: Place,
) -> Row:
    gettext = reader.language.gettext
    if reader.kind is ChatKind.CHANNEL:  # whoever reads a channel does not choose for it
        return ()
    if not reader.in_private:  # members may not choose for the others: each follows in private
        payload = f"follow_{scope.kind}_{scope.id}".rstrip("_")
        return (Button("🔔 " + label, url=deep_link(reader, payload)),)
    if not hears(rules, covering):
        return (Button("🔔 " + label, Follow(scope, back), style=Style.PRIMARY),)
    if scope in rules:
        stop = reader.language.pgettext("button", "Stop following")
    elif scope.kind is ScopeKind.PROVISION:
        stop = gettext("Mute this provision")
    else:
        stop = gettext("Leave this topic out")
    return (Button("🔕 " + stop, Unfollow(scope, back)),)
