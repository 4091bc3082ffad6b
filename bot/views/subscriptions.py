"""What a chat follows: the switches for it, and the way back after a stop."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

from markupsafe import Markup

from bot.agreement.board import Board
from bot.agreement.model import Agreement
from bot.i18n.language import Language
from bot.subscribers.audience import scopes_of
from bot.subscribers.chat import EVERYTHING, ChatKind, Scope, ScopeKind, hears
from bot.views.callbacks import (
    Action,
    Follow,
    FollowAgain,
    FollowAllAgain,
    Place,
    Show,
    Unfollow,
    UnfollowAll,
    View,
)
from bot.views.format import Picked, pick, untranslated
from bot.views.html import bold, code, lines, paragraphs
from bot.views.keyboards import rows_of, to_following, to_topics
from bot.views.message import Button, Message, Reader, Row, Style
from bot.views.pagination import clip, page_of

NOTICE = 200
"""The most characters of a notice over the chat (Bot API, answerCallbackQuery)."""

_LABEL = 48
_LISTED = 40
"""How many subscriptions and exclusions a page names."""
_ON_A_PAGE = 12
_MOST = 90
"""Buttons for what was followed: with the others that stays below Telegram's 100."""

_LETTERS = {ScopeKind.EVERYTHING: "e", ScopeKind.TOPIC: "t", ScopeKind.PROVISION: "p"}


def exists(agreement: Agreement, scope: Scope) -> bool:
    """Whether the agreement has what a scope names."""
    named = _named(scope)
    match named.kind:
        case ScopeKind.EVERYTHING:
            return True
        case ScopeKind.TOPIC:
            return agreement.topic(named.id) is not None
        case _:
            return agreement.provision(named.id) is not None


def topics_of(agreement: Agreement, scope: Scope) -> tuple[str, ...]:
    """The topics that a provision belongs to; none where the scope is no provision."""
    provision = agreement.provision(scope.id) if scope.kind is ScopeKind.PROVISION else None
    return provision.topics if provision else ()


def scope_label(language: Language, agreement: Agreement, scope: Scope) -> str:
    """What a scope covers or leaves out, as it stands in a list."""
    scope = _named(scope)
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
    return f"{_LETTERS[scope.kind]}:{scope.id}".rstrip(":")


def subscriptions_page(
    reader: Reader,
    board: Board,
    rules: frozenset[Scope],
    number: int = 0,
    pause: Markup | None = None,
    *,
    may_change: bool = True,
) -> Message:
    """All that this thread follows, and switches; further pages have those of the provisions.

    `pause` says that nothing can be sent for now. A member who may not change it sees no switch.
    """
    language, agreement = reader.language, board.agreement
    here = Place(View.SUBSCRIPTIONS, "", number)
    if not any(not scope.excludes for scope in rules):
        listed = lines(
            bold(language.gettext("Nothing is followed here yet.")),
            language.gettext(
                "Follow everything, a topic or a single provision:"
                " whenever its status changes, a message comes."
            ),
        )
    else:
        listed = lines(bold(language.gettext("Followed here")), *rule_lines(reader, board, rules))
    if not may_change:
        hint = language.gettext("Only admins of this chat can change them.")
        return Message(paragraphs(listed, pause, hint))

    def switch(scope: Scope, on: bool) -> Action:  # noqa: FBT001 - a state of the switch
        return Follow(scope, here) if on else Unfollow(scope, here)

    def turn(page: int) -> Action:
        return Show(Place(View.SUBSCRIPTIONS, "", page))

    rows = list(switches(reader, board, rules, number, switch, turn))
    if number == 0:
        if rules:
            stop = "🔕 " + language.gettext("Stop all alerts")
            rows.append((Button(stop, UnfollowAll(), style=Style.DANGER),))
        rows.append((Button(language.gettext("Settings"), Show(Place(View.SETTINGS))),))
    hint = language.gettext("Tap to switch on (✓) or off.")
    note = untranslated(language, _titles(language, agreement, scopes_in_order(agreement, rules)))
    return Message(paragraphs(listed, pause, hint, note), tuple(rows))


def rule_lines(reader: Reader, board: Board, rules: frozenset[Scope]) -> Iterator[str]:
    """A line for everything that is followed (🔔) or left out (🔕)."""
    language, agreement = reader.language, board.agreement
    scopes = [
        scope
        for scope in scopes_in_order(agreement, rules)
        if scope.opposite not in rules or scope.excludes or scope == EVERYTHING
    ]
    for scope in scopes[:_LISTED]:
        yield f"{_bell(scope)} {_short(language, agreement, scope)}"
    more = len(scopes) - _LISTED
    if more > 0:
        yield language.ngettext("And {n} more.", "And {n} more.", more)


def switches(
    reader: Reader,
    board: Board,
    rules: frozenset[Scope],
    number: int,
    switch: Callable[[Scope, bool], Action],
    turn: Callable[[int], Action],
) -> Iterator[Row]:
    """Switches for everything, the topics and the provisions with a rule of their own.

    From page 1 on: for each provision, a few to a page.
    """
    language, agreement = reader.language, board.agreement

    def button(scope: Scope, width: int) -> Button:
        on = hears(
            rules,
            scopes_of(scope.id, topics_of(agreement, scope))
            if scope.kind is ScopeKind.PROVISION
            else {EVERYTHING, scope},
        )
        label = clip(scope_label(language, agreement, scope), width)
        return Button(f"✓ {label}" if on else label, switch(scope, not on))

    def provisions(page: int) -> Button:
        return Button(language.gettext("Single provisions") + " ›", turn(page))

    if number == 0:
        yield (button(EVERYTHING, _LABEL),)
        topics = [Scope(ScopeKind.TOPIC, topic.id) for topic in agreement.topics]
        yield from rows_of([button(scope, 30) for scope in topics[: 2 * _LISTED]], 2)
        own = dict.fromkeys(map(_named, scopes_in_order(agreement, rules)))
        extra = [scope for scope in own if scope != EVERYTHING and scope not in topics]
        for scope in extra[:_ON_A_PAGE]:
            yield (button(scope, _LABEL),)
        yield (provisions(1),)
        return
    page = page_of(board.provisions, number - 1, _ON_A_PAGE)
    for provision in page.items:
        yield (button(Scope(ScopeKind.PROVISION, provision.id), _LABEL),)
    labels = {page.number: "‹", page.number + 2: "›"}
    yield tuple(Button(label, turn(to)) for to, label in labels.items() if 0 <= to <= page.count)


def _titles(language: Language, agreement: Agreement, scopes: Iterable[Scope]) -> Iterable[Picked]:
    for scope in map(_named, scopes):
        topic, provision = agreement.topic(scope.id), agreement.provision(scope.id)
        named = topic if scope.kind is ScopeKind.TOPIC else provision
        if named is not None:
            yield pick(named.title, language)


def switched_notice(reader: Reader, agreement: Agreement, scope: Scope, *, on: bool) -> str:
    """The scope is followed from now on, or is not any more."""
    label = scope_label(reader.language, agreement, scope)
    if on:
        return clip(reader.language.gettext("Now following: {scope}", scope=label), NOTICE)
    return clip(reader.language.gettext("No longer followed: {scope}", scope=label), NOTICE)


def not_followed(reader: Reader, board: Board, scopes: Iterable[Scope]) -> Markup:
    """That these were not followed here, so that nothing was to be stopped."""
    language, agreement = reader.language, board.agreement
    names = language.join(
        _short(language, agreement, scope) for scope in scopes_in_order(agreement, scopes)
    )
    return language.html("Not followed here: {names}", names=bold(names))


def stopped_page(reader: Reader, board: Board, ended: Collection[Scope]) -> Message:
    """What was followed until now, and buttons to follow it again."""
    gettext, agreement = reader.language.gettext, board.agreement
    if not ended:
        return Message(
            lines(gettext("Nothing is followed here, so no alerts come.")), ((to_topics(reader),),)
        )
    again = [
        Button(f"{_bell(scope)} {_short(reader.language, agreement, scope)}", FollowAgain(scope))
        for scope in scopes_in_order(agreement, ended)[:_MOST]
    ]
    listed = (f"• {button.label[2:]}" if "🔔" in button.label else button.label for button in again)
    everything: Row = (
        Button(gettext("Follow all of it again"), FollowAllAgain(), style=Style.PRIMARY),
    )
    return Message(
        paragraphs(
            bold(gettext("Stopped. No alerts come here any more.")),
            lines(gettext("What was followed:"), *listed),
        ),
        (*((everything,) if len(again) > 1 else ()), *rows_of(again, 2), (to_topics(reader),)),
    )


def followed_again(reader: Reader) -> str:
    """All that was stopped is followed as it was before."""
    return reader.language.gettext("All is followed again as before.")


def left_briefing(reader: Reader, scope: Scope) -> Message:
    """What is followed here has left the briefing: no more alerts about it will come."""
    language = reader.language
    rows: tuple[Row, ...] = ()
    if reader.kind is not ChatKind.CHANNEL:
        rows = ((to_following(reader),),)
    return Message(
        lines(
            language.html("No longer in the briefing: {id}", id=code(scope.id)),
            language.gettext("It was followed here. No more alerts about it will come."),
        ),
        rows,
        silent=True,
    )


def scopes_in_order(agreement: Agreement, follows: Iterable[Scope]) -> list[Scope]:
    """Everything first, then topics and provisions as the agreement lists them."""
    topics = [topic.id for topic in agreement.topics]
    numbers = {provision.id: provision.number for provision in agreement.provisions}

    def place(scope: Scope) -> tuple[int, int, str]:
        named = _named(scope)
        if named.kind is ScopeKind.EVERYTHING:
            return 0, 0, ""
        if named.kind is ScopeKind.TOPIC:
            return 1, topics.index(scope.id) if scope.id in topics else len(topics), scope.id
        return 2, numbers.get(scope.id, max(numbers.values()) + 1), scope.id

    return sorted(follows, key=place)


def _named(scope: Scope) -> Scope:
    """The scope itself, or what an exclusion leaves out."""
    return scope.opposite if scope.excludes else scope


def _bell(scope: Scope) -> str:
    return "🔕" if scope.excludes else "🔔"


def _short(language: Language, agreement: Agreement, scope: Scope) -> str:
    return clip(scope_label(language, agreement, scope), _LABEL)
