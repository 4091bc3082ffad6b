"""Following: everything, a topic or a provision, for a chat or one thread of a forum."""

from __future__ import annotations

from bot.agreement.suggestions import nearest
from bot.agreement.user_input import fold
from bot.subscribers.audience import scopes_of
from bot.subscribers.chat import EVERYTHING, Scope, ScopeKind
from bot.telegram.context import BotContext
from bot.telegram.handlers.topics import Topics
from bot.telegram.permissions import Permissions
from bot.telegram.request import Answer, Request
from bot.telegram.router import Conversation
from bot.views import replies
from bot.views.alerts import alert_message
from bot.views.callbacks import Follow, Place, StopAlerts, Unfollow, UnfollowAll, View
from bot.views.message import Message
from bot.views.subscriptions import followed_notice, scope_label, stopped_notice, unfollowed_notice


class Subscriptions:
    """Commands and buttons that change what a thread follows."""

    def __init__(self, context: BotContext, topics: Topics, permissions: Permissions) -> None:
        self._context = context
        self._topics = topics
        self._permissions = permissions

    def conversation(self) -> Conversation:
        """What it takes."""
        return Conversation(
            commands={
                "subscribe": self._subscribe,
                "unsubscribe": self._unsubscribe,
                "subscriptions": self._page,
            },
            actions={
                Follow: self._follow,
                Unfollow: self._unfollow,
                UnfollowAll: self._unfollow_all,
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

    def exists(self, scope: Scope) -> bool:
        """Whether the agreement has what the scope names."""
        agreement = self._context.state.agreement
        match scope.kind:
            case ScopeKind.EVERYTHING:
                return True
            case ScopeKind.TOPIC:
                return agreement.topic(scope.id) is not None
            case ScopeKind.PROVISION:
                return agreement.provision(scope.id) is not None

    def named(self, text: str) -> Scope | None:
        """The scope that a person names.

        That is "all", a topic by its command or its title, a provision by its id or number; words
        in any of the bot's languages and however they are cased.
        """
        given = fold(text.strip()).removeprefix("/").removeprefix("#")
        agreement = self._context.state.agreement
        everything = (
            fold(scope_label(language, agreement, EVERYTHING))
            for language in self._context.languages.values()
        )
        if given in {"all", "everything", "*", *everything}:
            return EVERYTHING
        for topic in agreement.topics:
            names = (topic.id, *topic.names, *topic.title.values())
            if given in {fold(name) for name in names}:
                return Scope(ScopeKind.TOPIC, topic.id)
        for provision in agreement.provisions:
            if given in {provision.id, str(provision.number)}:
                return Scope(ScopeKind.PROVISION, provision.id)
        return None

    async def _page(self, request: Request) -> Message:
        return self._topics.subscriptions(request)

    async def _subscribe(self, request: Request) -> Message:
        return await self._by_command(request, stop=False)

    async def _unsubscribe(self, request: Request) -> Message:
        return await self._by_command(request, stop=True)

    async def _by_command(self, request: Request, *, stop: bool) -> Message:
        if not request.text:
            return await self._page(request)
        scope = self.named(request.text) or (self._followed(request) if stop else None)
        if scope is None:
            return replies.unknown_scope(request.reader, request.text, self._nearest(request.text))
        if not await self._permissions.may_configure(request):
            return replies.admins_only_settings(request.reader)
        if stop:
            # "unsubscribe all" ends the parts as well: it is what the person means.
            request = await self.unfollow(request, None if scope == EVERYTHING else scope)
        else:
            request = await self.follow(request, scope)
        return self._topics.subscriptions(request)

    def _followed(self, request: Request) -> Scope | None:
        """What the thread follows under that id, though the briefing has it no more."""
        followed = request.chat.follows(request.address.thread_id)
        return next((scope for scope in followed if scope.id == request.text.strip().lower()), None)

    def _nearest(self, text: str) -> str | None:
        agreement = self._context.state.agreement
        known = {name for topic in agreement.topics for name in topic.names}
        return nearest(text, known | {provision.id for provision in agreement.provisions})

    async def _follow(self, request: Request, action: Follow) -> Answer:
        if not self.exists(action.scope):
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

    async def _unfollow_all(self, request: Request, _: UnfollowAll) -> Answer:
        if not await self._permissions.may_configure(request):
            return Answer(notice=replies.not_allowed(request.reader))
        request = await self.unfollow(request)
        return Answer(await self._topics.page_at(request, Place(View.SUBSCRIPTIONS)))

    async def _stop_alerts(self, request: Request, action: StopAlerts) -> Answer:
        if not await self._permissions.may_configure(request):
            return Answer(notice=replies.not_allowed(request.reader))
        alert = await self._context.store.alert(action.alert_id)
        if alert is None:
            return Answer(notice=replies.vanished(request.reader))
        covering = scopes_of(alert.change.provision_id, alert.topics)
        stopped = covering & request.follows
        for scope in sorted(stopped):
            await self.unfollow(request, scope)
        notice = stopped_notice(request.reader, self._context.state.agreement, stopped)
        return Answer(alert_message(request.reader, alert, stopped=True), notice)
