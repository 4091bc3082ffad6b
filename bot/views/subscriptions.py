"""What a chat follows, and the short words about following."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from markupsafe import Markup

from bot.agreement.board import Board
from bot.agreement.model import Agreement
from bot.i18n.language import Language
from bot.subscribers.chat import EVERYTHING, ChatKind, Scope, ScopeKind
from bot.subscribers.schedule import Rhythm, Schedule
from bot.views.callbacks import Follow, Pace, Place, Show, Unfollow, UnfollowAll, View
from bot.views.format import Picked, pick, untranslated
from bot.views.html import bold, code, lines, paragraphs
from bot.views.message import Button, Message, Reader, Row, Style
from bot.views.pagination import clip

NOTICE = 200
"""The most characters of a notice over the chat (Bot API, answerCallbackQuery)."""

_TITLE = 48
_LISTED = 45
"""How many subscriptions a page lists: two buttons each, below Telegram's 100."""

_LETTERS = {ScopeKind.EVERYTHING: "e", ScopeKind.TOPIC: "t", ScopeKind.PROVISION: "p"}


def exists(agreement: Agreement, scope: Scope) -> bool:
    """Whether the agreement has what a scope names."""
    if scope.kind is ScopeKind.EVERYTHING:
        return True
    named = scope.opposite if scope.excludes else scope
    if named.kind is ScopeKind.TOPIC:
        return agreement.topic(named.id) is not None
    return agreement.provision(named.id) is not None


def scope_label(language: Language, agreement: Agreement, scope: Scope) -> str:
    """What a scope covers, as it stands in a list."""
    if scope.kind is ScopeKind.EVERYTHING:
        return language.gettext("Everything")
    if scope.kind is ScopeKind.TOPIC:
        topic = agreement.topic(scope.id)
        if topic is not None:
            return f"{topic.symbol} {pick(topic.title, language)}"
    else:
        provision = agreement.provision(scope.id)
        if provision is not None:
            return f"{provision.number}. {pick(provision.title, language)}"
    return language.gettext("{id} (no longer in the briefing)", id=scope.id)


def scope_value(scope: Scope) -> str:
    """The form of a scope that `Configure` reads back: ``e``, ``t:ID``, ``p:ID``."""
    return f"{_LETTERS[scope.kind]}:{scope.id}"


def subscriptions_page(
    reader: Reader,
    board: Board,
    follows: frozenset[Scope],
    paces: Mapping[Scope, Schedule] | None = None,
    pause: Markup | None = None,
) -> Message:
    """All that this chat, or this thread of it, follows, with buttons to stop and to add.

    `paces` holds the schedules of those that have one of their own; `pause` says that nothing can
    be sent for now.
    """
    language = reader.language
    heading = language.gettext("Followed here")
    scopes = scopes_in_order(board.agreement, follows)
    labels = [_short(language, board.agreement, scope) for scope in scopes[:_LISTED]]
    more = len(scopes) - len(labels)
    if scopes:
        own = {
            scope: rhythm_name(language, schedule.rhythm)
            for scope, schedule in (paces or {}).items()
        }
        listed = lines(
            bold(heading),
            *(
                f"🔔 {label} · {own[scope]}" if scope in own else f"🔔 {label}"
                for scope, label in zip(scopes, labels, strict=False)
            ),
        )
    else:
        listed = lines(
            bold(language.gettext("Nothing is followed here yet.")),
            language.gettext(
                "Follow everything, a topic or a single provision:"
                " whenever its status changes, a message comes."
            ),
        )
    rest = language.ngettext("And {n} more.", "And {n} more.", more) if more else None
    stops: list[Row] = [
        (
            Button("🔕 " + label, Unfollow(scope, Place(View.SUBSCRIPTIONS))),
            Button("🕘 " + language.gettext("How often?"), Pace(scope)),
        )
        for scope, label in zip(scopes, labels, strict=False)
    ]
    note = untranslated(language, _titles(language, board.agreement, scopes[:_LISTED]))
    return Message(paragraphs(listed, rest, pause, note), (*stops, *_general(reader, follows)))


def _titles(language: Language, agreement: Agreement, scopes: Iterable[Scope]) -> Iterable[Picked]:
    for scope in scopes:
        topic, provision = agreement.topic(scope.id), agreement.provision(scope.id)
        named = topic if scope.kind is ScopeKind.TOPIC else provision
        if named is not None:
            yield pick(named.title, language)


def _general(reader: Reader, follows: frozenset[Scope]) -> Iterable[Row]:
    gettext, here = reader.language.gettext, Place(View.SUBSCRIPTIONS)
    if EVERYTHING not in follows:
        everything = Button(
            "🔔 " + gettext("Follow everything"), Follow(EVERYTHING, here), style=Style.PRIMARY
        )
        yield (everything, Button(gettext("Follow a topic"), Show(Place(View.TOPICS))))
    if follows:
        yield (Button("🔕 " + gettext("Stop all alerts"), UnfollowAll(), style=Style.DANGER),)
    yield (Button(gettext("Settings"), Show(Place(View.SETTINGS))),)


def followed_notice(reader: Reader, agreement: Agreement, scope: Scope) -> str:
    """The scope is followed from now on."""
    label = scope_label(reader.language, agreement, scope)
    return clip(reader.language.gettext("Now following: {scope}", scope=label), NOTICE)


def unfollowed_notice(reader: Reader, agreement: Agreement, scope: Scope) -> str:
    """The scope is not followed any more."""
    label = scope_label(reader.language, agreement, scope)
    return clip(reader.language.gettext("No longer followed: {scope}", scope=label), NOTICE)


def stopped_notice(reader: Reader, agreement: Agreement, scopes: Iterable[Scope]) -> str:
    """All these scopes are not followed any more; none were if there are none."""
    language = reader.language
    labels = [
        scope_label(language, agreement, scope) for scope in scopes_in_order(agreement, scopes)
    ]
    if not labels:
        return language.gettext("This was not followed here any more.")
    text = language.gettext("No longer followed: {scope}", scope=language.join(labels))
    return clip(text, NOTICE)


def left_briefing(reader: Reader, scope: Scope) -> Message:
    """What is followed here has left the briefing: no more alerts about it will come."""
    language = reader.language
    rows: tuple[Row, ...] = ()
    if reader.kind is not ChatKind.CHANNEL:
        label = language.gettext("What is followed")
        rows = ((Button(label, Show(Place(View.SUBSCRIPTIONS), anew=True)),),)
    return Message(
        lines(
            language.html("No longer in the briefing: {id}", id=code(scope.id)),
            language.gettext("It was followed here. No more alerts about it will come."),
        ),
        rows,
        silent=True,
    )


def rhythm_name(language: Language, rhythm: Rhythm) -> str:
    """A rhythm in a word or two."""
    return {
        Rhythm.AT_ONCE: language.gettext("Immediately"),
        Rhythm.DAILY: language.gettext("Daily"),
        Rhythm.WEEKLY: language.gettext("Weekly"),
    }[rhythm]


def _short(language: Language, agreement: Agreement, scope: Scope) -> str:
    return clip(scope_label(language, agreement, scope), _TITLE)


def scopes_in_order(agreement: Agreement, follows: Iterable[Scope]) -> list[Scope]:
    """Everything first, then topics and provisions as the agreement lists them."""
    topics = [topic.id for topic in agreement.topics]
    numbers = {provision.id: provision.number for provision in agreement.provisions}

    def place(scope: Scope) -> tuple[int, int, str]:
        if scope.kind is ScopeKind.EVERYTHING:
            return 0, 0, ""
        if scope.kind is ScopeKind.TOPIC:
            return 1, topics.index(scope.id) if scope.id in topics else len(topics), scope.id
        return 2, numbers.get(scope.id, max(numbers.values()) + 1), scope.id

    return sorted(follows, key=place)
