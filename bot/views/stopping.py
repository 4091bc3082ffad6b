"""That no alerts come any more, and how they come again; what still covers a part of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from markupsafe import Markup

from bot.agreement.board import Board
from bot.subscribers.chat import EVERYTHING, Scope, ScopeKind
from bot.subscribers.schedule import Rhythm
from bot.views.callbacks import (
    FollowAgain,
    FollowAllAgain,
    FollowOthers,
    Place,
    Show,
    Unfollow,
    UnfollowAll,
    View,
)
from bot.views.html import bold, lines, paragraphs
from bot.views.keyboards import rows_of
from bot.views.message import Button, Message, Reader, Row, Style
from bot.views.pagination import clip
from bot.views.subscriptions import rhythm_name, scope_label, scopes_in_order

_MOST = 90
"""Buttons for what was followed: with the others that stays below Telegram's 100."""
_LABEL = 48


def stopped_page(reader: Reader, board: Board, ended: Mapping[Scope, Rhythm | None]) -> Message:
    """What was followed until now, each with its own rhythm, and buttons to follow it again."""
    gettext = reader.language.gettext
    if not ended:
        return Message(
            lines(gettext("Nothing is followed here, so no alerts come.")), (_topics(reader),)
        )
    labels = {
        scope: clip(scope_label(reader.language, board.agreement, scope), _LABEL)
        for scope in scopes_in_order(board.agreement, ended)[:_MOST]
    }
    listed = (_listed(reader, label, ended[scope]) for scope, label in labels.items())
    again = [
        Button("🔔 " + label, FollowAgain(scope, ended[scope] or ""))
        for scope, label in labels.items()
    ]
    everything: Row = (
        Button(gettext("Follow all of it again"), FollowAllAgain(), style=Style.PRIMARY),
    )
    return Message(
        paragraphs(
            bold(gettext("Stopped. No alerts come here any more.")),
            lines(gettext("What was followed:"), *listed),
        ),
        (*((everything,) if len(again) > 1 else ()), *rows_of(again, 2), _topics(reader)),
    )


def followed_again(reader: Reader) -> str:
    """All that was stopped is followed as it was before."""
    return reader.language.gettext("All is followed again as before.")


def covered_page(reader: Reader, board: Board, scope: Scope, by: Iterable[Scope]) -> Message:
    """That something comes by way of what it is a part of, and how to leave it out."""
    language, agreement = reader.language, board.agreement
    label = clip(scope_label(language, agreement, scope), _LABEL)
    wider = scopes_in_order(agreement, by)
    names = language.join(clip(scope_label(language, agreement, item), _LABEL) for item in wider)
    text = language.html(
        "{part} is part of {whole}, which is followed here. So its alerts still come.",
        part=bold(label),
        whole=bold(names),
    )
    rows: list[Row] = []
    if EVERYTHING in wider:
        others = language.gettext("All topics but {topics}", topics=_left_out(reader, board, scope))
        rows.append((Button(clip(others, _LABEL * 2), FollowOthers(scope)),))
    rows += [
        (_stop(clip(scope_label(language, agreement, item), _LABEL), item),)
        for item in wider
        if item != EVERYTHING
    ]
    rows.append(
        (Button("🔕 " + language.gettext("Stop all alerts"), UnfollowAll(), style=Style.DANGER),)
    )
    back = Button(language.gettext("What is followed"), Show(Place(View.SUBSCRIPTIONS)))
    return Message(paragraphs(text), (*rows, (back,)))


def not_followed(reader: Reader, board: Board, scopes: Iterable[Scope]) -> Markup:
    """That these were not followed here, so that nothing was to be stopped."""
    language, agreement = reader.language, board.agreement
    names = language.join(
        clip(scope_label(language, agreement, scope), _LABEL)
        for scope in scopes_in_order(agreement, scopes)
    )
    return language.html("Not followed here: {names}", names=bold(names))


def _left_out(reader: Reader, board: Board, scope: Scope) -> str:
    """The topic, or the topics that a provision belongs to."""
    language, agreement = reader.language, board.agreement
    provision = agreement.provision(scope.id) if scope.kind is ScopeKind.PROVISION else None
    topics = provision.topics if provision else (scope.id,)
    return language.join(
        scope_label(language, agreement, Scope(ScopeKind.TOPIC, topic)) for topic in topics
    )


def _stop(label: str, scope: Scope) -> Button:
    return Button("🔕 " + label, Unfollow(scope, Place(View.SUBSCRIPTIONS)))


def _listed(reader: Reader, label: str, rhythm: Rhythm | None) -> str:
    return f"🔕 {label} · {rhythm_name(reader.language, rhythm)}" if rhythm else f"🔕 {label}"


def _topics(reader: Reader) -> Row:
    return (Button(reader.language.gettext("Topics"), Show(Place(View.TOPICS))),)
