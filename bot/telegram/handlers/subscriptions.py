"""Following: everything, a topic or a provision, for a chat or one thread of a forum."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from markupsafe import Markup

from bot.agreement.suggestions import nearest
from bot.agreement.user_input import fold
from bot.subscribers.audience import scopes_of
from bot.subscribers.chat import EVERYTHING, Chat, Scope, ScopeKind
from bot.telegram.context import BotContext
from bot.telegram.handlers.stopping import Stopping
from bot.telegram.handlers.topics import Topics
from bot.telegram.permissions import Permissions
from bot.telegram.request import Answer, Request
from bot.telegram.router import Conversation
from bot.views import replies
from bot.views.alerts import alert_message
from bot.views.callbacks import Follow, StopAlerts, Unfollow, View
from bot.views.html import paragraphs
from bot.views.message import Message
from bot.views.stopping import covered_page, not_followed
from bot.views.subscriptions import followed_notice, scope_label, stopped_notice, unfollowed_notice

_SEPARATORS = re.compile(r"[,;\n]")
_AND = frozenset({"and", "və", "ve", "и", "&", "+"})
_MOST_WORDS = 8
"""Words of a name of a topic."""


class Subscriptions:
    """Commands and buttons that change what a thread follows."""

    def __init__(
        self, context: BotContext, topics: Topics, permissions: Permissions, stopping: Stopping
    ) -> None:
        self._context = context
        self._topics = topics
        self._permissions = permissions
        self._stopping = stopping

    def conversation(self) -> Conversation:
        """What it takes."""
        return Conversation(
            commands={
                "start": self._start,
                "subscribe": self._subscribe,
                "unsubscribe": self._unsubscribe,
                "subscriptions": self._page,
            },
            actions={
                Follow: self._follow,
                Unfollow: self._unfollow,
                StopAlerts: self._stop_alerts,
            },
        )

    async def follow(self, request: Request, scope: Scope) -> Request:
        """Follow a scope in the turn's thread; durable when this returns."""
        return await self._context.update_chat(
            request, lambda chat: chat.following(request.address.thread_id, scope)
        )

    async def unfollow(self, request: Request, scope: Scope | None = None) -> Request:
        """Stop following a scope, or all, in the turn's thread."""
        return await self._context.update_chat(
            request, lambda chat: chat.without(request.address.thread_id, scope)
        )

    def named(self, text: str) -> tuple[list[Scope], list[str]]:
        """The scopes that a person names, and the words that name none.

        A scope is "all", a topic by its command or its title, a provision by its id or number; in
        any of the bot's languages and however it is cased. Several stand side by side, with or
        without commas.
        """
        names = self._names()
        whole = _plain(text)
        if whole in names:
            return [names[whole]], []
        found: dict[Scope, None] = {}
        unknown: list[str] = []
        for part in _SEPARATORS.split(text):
            words = part.split()
            while words:
                length = _longest_name(words, names)
                if length:
                    found[names[_plain(" ".join(words[:length]))]] = None
                elif fold(words[0]) not in _AND:
                    unknown.append(words[0])
                words = words[max(length, 1) :]
        return list(found), unknown

    def _names(self) -> dict[str, Scope]:
        """Every scope by all that it is called."""
        agreement = self._context.state.agreement
        names = {
            name: Scope(ScopeKind.PROVISION, provision.id)
            for provision in agreement.provisions
            for name in (_plain(provision.id), str(provision.number))
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
        return self._topics.subscriptions(request)

    async def _subscribe(self, request: Request) -> Message:
        if not request.text:
            return await self._page(request)
        scopes, unknown = self.named(request.text)
        if not scopes:
            return self._unknown(request, request.text)
        if not await self._permissions.may_configure(request):
            return replies.admins_only_settings(request.reader)

        def follow(chat: Chat) -> Chat:
            for scope in scopes:
                chat = chat.following(request.address.thread_id, scope)
            return chat

        request = await self._context.update_chat(request, follow)
        return self._with_unknown(request, self._topics.subscriptions(request), unknown)

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
            return await self._stopping.stop(request)
        if not await self._permissions.may_configure(request):
            return replies.admins_only_settings(request.reader)
        before = request.follows

        def end(chat: Chat) -> Chat:
            for scope in scopes:
                chat = chat.without(request.address.thread_id, scope)
            return chat

        if before & {*scopes}:
            request = await self._context.update_chat(request, end)
        return self._with_unknown(request, self._after(request, scopes, before), unknown)

    def _after(
        self, request: Request, scopes: Sequence[Scope], before: frozenset[Scope]
    ) -> Message:
        """The page after some scopes were to be ended: what still covers one of them, if any."""
        board = self._context.state.board
        for scope in scopes:
            wider = self._wider(scope) & request.follows
            if wider:
                return covered_page(request.reader, board, scope, wider)
        page = self._topics.subscriptions(request)
        others = [scope for scope in scopes if scope not in before]
        return _noted(page, not_followed(request.reader, board, others)) if others else page

    def _wider(self, scope: Scope) -> frozenset[Scope]:
        """The scopes that a scope is a part of."""
        provision = self._context.state.agreement.provision(scope.id)
        if scope.kind is ScopeKind.PROVISION and provision is not None:
            return scopes_of(scope.id, provision.topics) - {scope}
        return frozenset({EVERYTHING})

    def _unknown(self, request: Request, given: str) -> Message:
        return replies.unknown_scope(request.reader, given, self._nearest(given))

    def _with_unknown(self, request: Request, page: Message, unknown: Sequence[str]) -> Message:
        """The page, below what of the names is not known."""
        if not unknown:
            return page
        return _noted(page, replies.unknown_names(request.reader, " ".join(unknown)))

    def _followed(self, request: Request) -> Scope | None:
        """What the thread follows under that id, though the briefing has it no more."""
        followed = request.chat.follows(request.address.thread_id)
        return next((scope for scope in followed if scope.id == request.text.strip().lower()), None)

    def _nearest(self, text: str) -> str | None:
        agreement = self._context.state.agreement
        known = {name for topic in agreement.topics for name in topic.names}
        return nearest(text, known | {provision.id for provision in agreement.provisions})

    async def _follow(self, request: Request, action: Follow) -> Answer:
        if not self._topics.exists(action.scope):
            return Answer(notice=replies.vanished(request.reader))
        if not await self._permissions.may_configure(request):
            return Answer(notice=replies.not_allowed(request.reader))
        request = await self.follow(request, action.scope)
        notice = followed_notice(request.reader, self._context.state.agreement, action.scope)
        return Answer(await self._page_after(request, action), notice)

    async def _unfollow(self, request: Request, action: Unfollow) -> Answer:
        if not await self._permissions.may_configure(request):
            return Answer(notice=replies.not_allowed(request.reader))
        request = await self.unfollow(request, action.scope)
        notice = unfollowed_notice(request.reader, self._context.state.agreement, action.scope)
        return Answer(await self._page_after(request, action), notice)

    async def _page_after(self, request: Request, action: Follow | Unfollow) -> Message | None:
        """The page that the button stood on, as it is now."""
        scope, back = action.scope, action.back
        if scope.kind is ScopeKind.PROVISION and back.view not in {View.ALERT, View.SUBSCRIPTIONS}:
            return await self._topics.details(request, scope.id, back)
        return await self._topics.page_at(request, back)

    async def _stop_alerts(self, request: Request, action: StopAlerts) -> Answer:
        if not await self._permissions.may_configure(request):
            return Answer(notice=replies.not_allowed(request.reader))
        alert = await self._topics.alert(action.alert_id)
        if alert is None:
            return Answer(notice=replies.vanished(request.reader))
        covering = scopes_of(alert.change.provision_id, alert.topics)
        stopped = covering & request.follows
        for scope in sorted(stopped):
            await self.unfollow(request, scope)
        notice = stopped_notice(request.reader, self._context.state.agreement, stopped)
        return Answer(alert_message(request.reader, alert, stopped=True), notice)


def _plain(name: str) -> str:
    """A name without what people write around it or in another casing."""
    return " ".join(fold(name).removeprefix("/").lstrip("#№").split())


def _longest_name(words: Sequence[str], names: Collection[str]) -> int:
    """How many of the first words are the longest name among them; 0 if they are none."""
    lengths = range(min(len(words), _MOST_WORDS), 0, -1)
    return next((length for length in lengths if _plain(" ".join(words[:length])) in names), 0)


def _noted(page: Message, note: Markup) -> Message:
    return replace(page, html=paragraphs(note, page.html))
