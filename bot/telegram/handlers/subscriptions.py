"""Following: everything, a topic or a provision, for a chat or one thread of a forum."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from markupsafe import Markup

from bot.agreement.suggestions import nearest
from bot.agreement.user_input import fold
from bot.subscribers.audience import switched
from bot.subscribers.chat import EVERYTHING, Chat, Scope, ScopeKind
from bot.telegram.context import BotContext
from bot.telegram.handlers.topics import Topics
from bot.telegram.permissions import Permissions
from bot.telegram.request import Answer, Request
from bot.telegram.router import Conversation
from bot.telegram.stop_words import COMMANDS, asks_to_stop
from bot.views import replies
from bot.views.alerts import alert_message
from bot.views.callbacks import (
    Follow,
    FollowAgain,
    FollowAllAgain,
    Mute,
    Place,
    Unfollow,
    UnfollowAll,
    View,
    decode,
)
from bot.views.html import paragraphs
from bot.views.message import Message
from bot.views.subscriptions import (
    followed_again,
    not_followed,
    scope_label,
    stopped_page,
    switched_notice,
    topics_of,
)

_SEPARATORS = re.compile(r"[,;\n]")
_MARKS = re.compile(r"[^\w*]+")
_AND = frozenset({"and", "və", "ve", "и", "&", "+"})
_MOST_WORDS = 8
"""Words of a name of a topic."""
_HERE = Place(View.SUBSCRIPTIONS)


class Subscriptions:
    """Commands, words and buttons that change what a thread follows.

    What was followed before a stop is not kept. It stands on the buttons of the answer, which
    Telegram hands back when one of them is pressed.
    """

    def __init__(self, context: BotContext, topics: Topics, permissions: Permissions) -> None:
        self._context = context
        self._topics = topics
        self._permissions = permissions

    def conversation(self) -> Conversation:
        """What it takes."""
        names = ("subscriptions", "following", *COMMANDS)
        return Conversation(
            commands={"start": self._start, "subscribe": self._subscribe, "stop": self._stop},
            aliases={"unsubscribe": self._unsubscribe, **dict.fromkeys(names, self._page)},
            actions={
                Follow: self._switch,
                Unfollow: self._switch,
                UnfollowAll: self._stop_all,
                FollowAgain: self._follow_again,
                FollowAllAgain: self._follow_all_again,
                Mute: self._mute,
            },
        )

    async def take(self, request: Request) -> Message | None:
        """Show what is followed to somebody who asks for an end in their own words."""
        return await self._page(request) if asks_to_stop(request.text) else None

    def named(self, text: str) -> tuple[list[Scope], list[str]]:
        """The scopes that a person names, and the words that name none.

        A scope is "all", a topic by its command or its title, a provision by its id, number or
        title; in any of the bot's languages and however it is cased. Several stand side by side,
        with or without commas.
        """
        names = self._names()
        whole = _plain(text)
        if whole in names:
            return [names[whole]], []
        found: dict[Scope, None] = {}
        unknown: list[str] = []
        for part in _SEPARATORS.split(text):
            scopes, rest = _in_turn(part.split(), names)
            provision = self._titled(part) if rest else None
            if provision is not None:
                scopes, rest = [provision], []
            found |= dict.fromkeys(scopes)
            unknown += rest
        return list(found), unknown

    def _titled(self, part: str) -> Scope | None:
        """The only provision whose title has all these words, in one of the languages."""
        words = {*_plain(part).split()}
        ids = [
            provision.id
            for provision in self._context.state.agreement.provisions
            if any(words <= {*_plain(title).split()} for title in provision.title.values())
        ]
        return Scope(ScopeKind.PROVISION, ids[0]) if len(ids) == 1 else None

    def _names(self) -> dict[str, Scope]:
        """Every scope by all that it is called."""
        agreement = self._context.state.agreement
        names = {
            _plain(name): Scope(ScopeKind.PROVISION, provision.id)
            for provision in agreement.provisions
            for name in (*provision.title.values(), provision.id, str(provision.number))
        }
        for topic in agreement.topics:
            scope = Scope(ScopeKind.TOPIC, topic.id)
            for name in (topic.id, *topic.names, *topic.title.values()):
                names[_plain(name)] = scope
        everything = (
            scope_label(language, agreement, EVERYTHING)
            for language in self._context.languages.values()
        )
        return names | {_plain(name): EVERYTHING for name in ("all", "*", *everything)}

    async def _start(self, request: Request) -> Message | None:
        """/start, also from a link: ``follow_all``, ``follow_topic_ID`` or ``follow_provision_ID``.

        A link with ``?startgroup=follow_all`` adds the bot to a group, which then follows that.
        """
        kind, _, given = request.text.partition("_")
        if kind != "follow":
            return await self._topics.start(request)
        given = given.removeprefix("topic_").removeprefix("provision_")
        return await self._subscribe(replace(request, text=given))

    async def _page(self, request: Request) -> Message:
        return await self._topics.subscriptions(request)

    async def _subscribe(self, request: Request) -> Message:
        if not request.text:
            return await self._page(request)
        scopes, unknown = self.named(request.text)
        if not scopes:
            return self._unknown(request, request.text)
        if not await self._permissions.may_configure(request):
            return replies.admins_only_settings(request.reader)
        request = await self._switched(request, scopes, on=True)
        return self._with_unknown(request, await self._page(request), unknown)

    async def _unsubscribe(self, request: Request) -> Message:
        if not request.text:
            return await self._page(request)
        scopes, unknown = self.named(request.text)
        vanished = self._followed(request)
        if vanished is not None and not scopes:
            scopes, unknown = [vanished], []
        if not scopes:
            return self._unknown(request, request.text)
        if EVERYTHING in scopes:
            # The parts end as well: it is what the person means.
            return await self._stop(request)
        if not await self._permissions.may_configure(request):
            return replies.admins_only_settings(request.reader)
        before = request.rules
        request = await self._switched(request, scopes, on=False)
        page = await self._page(request)
        if request.rules == before:
            page = _noted(page, not_followed(request.reader, self._context.state.board, scopes))
        return self._with_unknown(request, page, unknown)

    async def _switched(self, request: Request, scopes: Iterable[Scope], *, on: bool) -> Request:
        """Switch scopes on or off in the turn's thread; durable when this returns."""
        agreement, thread_id = self._context.state.agreement, request.address.thread_id

        def switch(chat: Chat) -> Chat:
            for scope in scopes:
                chat = switched(chat, thread_id, scope, topics_of(agreement, scope), on=on)
            return chat

        return await self._context.update_chat(request, switch)

    def _unknown(self, request: Request, given: str) -> Message:
        return replies.unknown_scope(request.reader, given, self._nearest(given))

    def _with_unknown(self, request: Request, page: Message, unknown: Sequence[str]) -> Message:
        """The page, below what of the names is not known."""
        if not unknown:
            return page
        return _noted(page, replies.unknown_names(request.reader, " ".join(unknown)))

    def _followed(self, request: Request) -> Scope | None:
        """What the thread follows under that id, though the briefing has it no more."""
        given = request.text.strip().lower()
        return next((scope for scope in request.follows if scope.id == given), None)

    def _nearest(self, text: str) -> str | None:
        agreement = self._context.state.agreement
        known = {name for topic in agreement.topics for name in topic.names}
        return nearest(text, known | {provision.id for provision in agreement.provisions})

    async def _switch(self, request: Request, action: Follow | Unfollow) -> Answer:
        scope, on = action.scope, isinstance(action, Follow)
        if scope.excludes:
            return Answer(notice=replies.outdated_button(request.reader))
        if on and not self._topics.exists(scope):
            return Answer(notice=replies.vanished(request.reader))
        if not await self._permissions.may_configure(request):
            return Answer(notice=replies.not_allowed(request.reader))
        request = await self._switched(request, [scope], on=on)
        notice = switched_notice(request.reader, self._context.state.agreement, scope, on=on)
        return Answer(await self._page_after(request, action), notice)

    async def _page_after(self, request: Request, action: Follow | Unfollow) -> Message | None:
        """The page that the button stood on, as it is now."""
        scope, back = action.scope, action.back
        if scope.kind is ScopeKind.PROVISION and back.view not in {View.ALERT, View.SUBSCRIPTIONS}:
            return await self._topics.details(request, scope.id, back)
        return await self._topics.page_at(request, back)

    async def _mute(self, request: Request, action: Mute) -> Answer:
        """Leave out the provision alone, whatever it is followed by."""
        if not await self._permissions.may_configure(request):
            return Answer(notice=replies.not_allowed(request.reader))
        alert = await self._topics.alert(action.alert_id)
        if alert is None:
            return Answer(notice=replies.vanished(request.reader))
        scope = Scope(ScopeKind.PROVISION, alert.change.provision_id)
        request = await self._context.update_chat(
            request, lambda chat: chat.following(request.address.thread_id, scope.opposite)
        )
        notice = switched_notice(request.reader, self._context.state.agreement, scope, on=False)
        return Answer(alert_message(request.reader, alert, muted=True), notice)

    async def _stop(self, request: Request) -> Message:
        """End all that the thread follows."""
        if not await self._permissions.may_configure(request):
            return replies.admins_only_settings(request.reader)
        ended = request.rules
        if ended:
            request = await self._context.update_chat(
                request, lambda chat: chat.without(request.address.thread_id)
            )
        return stopped_page(request.reader, self._context.state.board, ended)

    async def _stop_all(self, request: Request, _: UnfollowAll) -> Answer:
        if not await self._permissions.may_configure(request):
            return Answer(notice=replies.not_allowed(request.reader))
        return Answer(await self._stop(request))

    async def _follow_again(self, request: Request, action: FollowAgain) -> Answer:
        return await self._restore(request, [action.scope])

    async def _follow_all_again(self, request: Request, _: FollowAllAgain) -> Answer:
        return await self._restore(request, _ended(request))

    async def _restore(self, request: Request, wanted: Iterable[Scope]) -> Answer:
        if not await self._permissions.may_configure(request):
            return Answer(notice=replies.not_allowed(request.reader))
        board, thread_id = self._context.state.board, request.address.thread_id
        again = [scope for scope in wanted if self._topics.exists(scope)]
        if not again:
            return Answer(notice=replies.vanished(request.reader))

        def restore(chat: Chat) -> Chat:
            for scope in again:
                chat = chat.following(thread_id, scope)
            return chat

        request = await self._context.update_chat(request, restore)
        rest = [scope for scope in _ended(request) if scope not in request.rules]
        if rest:
            on = not again[0].excludes
            notice = switched_notice(request.reader, board.agreement, again[0], on=on)
            return Answer(stopped_page(request.reader, board, rest), notice)
        return Answer(await self._page(request), followed_again(request.reader))


def _ended(request: Request) -> list[Scope]:
    """What the buttons of the pressed message say was followed or left out."""
    actions = map(decode, request.buttons)
    return [action.scope for action in actions if isinstance(action, FollowAgain)]


def _in_turn(words: Sequence[str], names: Mapping[str, Scope]) -> tuple[list[Scope], list[str]]:
    """The scopes that words name one after the other, and the words that name none."""
    found: list[Scope] = []
    unknown: list[str] = []
    while words:
        length = _longest_name(words, names)
        if length:
            found.append(names[_plain(" ".join(words[:length]))])
        elif fold(words[0]) not in _AND:
            unknown.append(words[0])
        words = words[max(length, 1) :]
    return found, unknown


def _plain(name: str) -> str:
    """A name without what people write around it or in another casing."""
    return _MARKS.sub(" ", fold(name)).strip()


def _longest_name(words: Sequence[str], names: Collection[str]) -> int:
    """How many of the first words are the longest name among them; 0 if they are none."""
    lengths = range(min(len(words), _MOST_WORDS), 0, -1)
    return next((length for length in lengths if _plain(" ".join(words[:length])) in names), 0)


def _noted(page: Message, note: Markup) -> Message:
    return replace(page, html=paragraphs(note, page.html))
