"""Following: everything, a topic or a provision, for a chat or one thread of a forum."""

from __future__ import annotations

from bot.agreement.nearest import nearest
from bot.agreement.typed import fold
from bot.messages import notices
from bot.messages.actions import Follow, Place, StopAlerts, Unfollow, UnfollowAll, View
from bot.messages.alerts import alert_message
from bot.messages.model import Message
from bot.messages.subscriptions import (
    followed_notice,
    scope_label,
    stopped_notice,
    unfollowed_notice,
)
from bot.subscribers.matching import scopes_of
from bot.subscribers.model import EVERYTHING, Scope, ScopeKind
from bot.telegram.desk import Desk
from bot.telegram.rights import Rights
from bot.telegram.router import Conversation
from bot.telegram.topics import Topics
from bot.telegram.turn import Answer, Turn


class Subscriptions:
    """Commands and buttons that change what a thread follows."""

    def __init__(self, desk: Desk, topics: Topics, rights: Rights) -> None:
        self._desk = desk
        self._topics = topics
        self._rights = rights

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

    async def follow(self, turn: Turn, scope: Scope) -> Turn:
        """Follow a scope in the turn's thread; durable when this returns."""
        return await self._desk.update_chat(
            turn, lambda chat: chat.following(turn.address.thread_id, scope)
        )

    async def unfollow(self, turn: Turn, scope: Scope | None = None) -> Turn:
        """Stop following a scope, or all, in the turn's thread."""
        return await self._desk.update_chat(
            turn, lambda chat: chat.without(turn.address.thread_id, scope)
        )

    def exists(self, scope: Scope) -> bool:
        """Whether the agreement has what the scope names."""
        agreement = self._desk.briefing.agreement
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
        agreement = self._desk.briefing.agreement
        everything = (
            fold(scope_label(language, agreement, EVERYTHING))
            for language in self._desk.languages.values()
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

    async def _page(self, turn: Turn) -> Message:
        return self._topics.subscriptions(turn)

    async def _subscribe(self, turn: Turn) -> Message:
        return await self._by_command(turn, stop=False)

    async def _unsubscribe(self, turn: Turn) -> Message:
        return await self._by_command(turn, stop=True)

    async def _by_command(self, turn: Turn, *, stop: bool) -> Message:
        if not turn.text:
            return await self._page(turn)
        scope = self.named(turn.text) or (self._followed(turn) if stop else None)
        if scope is None:
            return notices.unknown_scope(turn.reader, turn.text, self._nearest(turn.text))
        if not await self._rights.may_configure(turn):
            return notices.admins_only_settings(turn.reader)
        if stop:
            # "unsubscribe all" ends the parts as well: it is what the person means.
            turn = await self.unfollow(turn, None if scope == EVERYTHING else scope)
        else:
            turn = await self.follow(turn, scope)
        return self._topics.subscriptions(turn)

    def _followed(self, turn: Turn) -> Scope | None:
        """What the thread follows under that id, though the briefing has it no more."""
        followed = turn.chat.follows(turn.address.thread_id)
        return next((scope for scope in followed if scope.id == turn.text.strip().lower()), None)

    def _nearest(self, text: str) -> str | None:
        agreement = self._desk.briefing.agreement
        known = {one for topic in agreement.topics for one in topic.names}
        return nearest(text, known | {one.id for one in agreement.provisions})

    async def _follow(self, turn: Turn, action: Follow) -> Answer:
        if not self.exists(action.scope):
            return Answer(notice=notices.vanished(turn.reader))
        if not await self._rights.may_configure(turn):
            return Answer(notice=notices.not_allowed(turn.reader))
        turn = await self.follow(turn, action.scope)
        notice = followed_notice(turn.reader, self._desk.briefing.agreement, action.scope)
        return Answer(await self._page_after(turn, action), notice)

    async def _unfollow(self, turn: Turn, action: Unfollow) -> Answer:
        if not await self._rights.may_configure(turn):
            return Answer(notice=notices.not_allowed(turn.reader))
        turn = await self.unfollow(turn, action.scope)
        notice = unfollowed_notice(turn.reader, self._desk.briefing.agreement, action.scope)
        return Answer(await self._page_after(turn, action), notice)

    async def _page_after(self, turn: Turn, action: Follow | Unfollow) -> Message | None:
        """The page that the button stood on, as it is now."""
        scope, back = action.scope, action.back
        if scope.kind is ScopeKind.PROVISION and back.view not in {View.ALERT, View.SUBSCRIPTIONS}:
            return await self._topics.details(turn, scope.id, back)
        return await self._topics.page_at(turn, back)

    async def _unfollow_all(self, turn: Turn, _: UnfollowAll) -> Answer:
        if not await self._rights.may_configure(turn):
            return Answer(notice=notices.not_allowed(turn.reader))
        turn = await self.unfollow(turn)
        return Answer(await self._topics.page_at(turn, Place(View.SUBSCRIPTIONS)))

    async def _stop_alerts(self, turn: Turn, action: StopAlerts) -> Answer:
        if not await self._rights.may_configure(turn):
            return Answer(notice=notices.not_allowed(turn.reader))
        alert = await self._desk.store.alert(action.alert_id)
        if alert is None:
            return Answer(notice=notices.vanished(turn.reader))
        covering = scopes_of(alert.change.provision_id, alert.topics)
        stopped = covering & turn.follows
        for scope in sorted(stopped):
            await self.unfollow(turn, scope)
        notice = stopped_notice(turn.reader, self._desk.briefing.agreement, stopped)
        return Answer(alert_message(turn.reader, alert, stopped=True), notice)
