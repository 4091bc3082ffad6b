"""The end of all alerts of a thread, in whatever words it is asked for, and the way back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.subscribers.chat import EVERYTHING, Chat, Scope, ScopeKind
from bot.subscribers.preferences import paced
from bot.subscribers.schedule import Rhythm
from bot.telegram.context import BotContext
from bot.telegram.handlers.topics import Topics
from bot.telegram.permissions import Permissions
from bot.telegram.request import Answer, Request
from bot.telegram.router import Conversation
from bot.telegram.stop_words import COMMANDS, asks_to_stop
from bot.views import replies
from bot.views.callbacks import FollowAgain, FollowAllAgain, FollowOthers, UnfollowAll, decode
from bot.views.message import Message
from bot.views.stopping import followed_again, stopped_page
from bot.views.subscriptions import followed_notice


class Stopping:
    """Commands, words and buttons that end all that a thread follows.

    Nothing of it is kept. What was followed stands on the buttons of the answer, which Telegram
    hands back when one of them is pressed.
    """

    def __init__(self, context: BotContext, topics: Topics, permissions: Permissions) -> None:
        self._context = context
        self._topics = topics
        self._permissions = permissions

    def conversation(self) -> Conversation:
        """What it takes."""
        return Conversation(
            commands={"stop": self.stop},
            aliases=dict.fromkeys(COMMANDS, self._offer),
            actions={
                UnfollowAll: self._stop_all,
                FollowAgain: self._follow_again,
                FollowAllAgain: self._follow_all_again,
                FollowOthers: self._follow_others,
            },
        )

    async def take(self, request: Request) -> Message | None:
        """Show what is followed to somebody who asks for an end in their own words."""
        return await self._offer(request) if asks_to_stop(request.text) else None

    async def stop(self, request: Request) -> Message:
        """End all that the thread follows."""
        if not await self._permissions.may_configure(request):
            return replies.admins_only_settings(request.reader)
        return await self._stopped(request)

    async def _offer(self, request: Request) -> Message:
        return self._topics.subscriptions(request)

    async def _stop_all(self, request: Request, _: UnfollowAll) -> Answer:
        if not await self._permissions.may_configure(request):
            return Answer(notice=replies.not_allowed(request.reader))
        return Answer(await self._stopped(request))

    async def _stopped(self, request: Request) -> Message:
        thread_id, ended = request.address.thread_id, dict[Scope, Rhythm | None]()

        def stop(chat: Chat) -> Chat:
            own = chat.schedules
            ended.clear()  # it may be called again
            for scope in chat.follows(thread_id):
                schedule = own.get((thread_id, scope))
                ended[scope] = schedule.rhythm if schedule else None
            return chat.without(thread_id)

        if request.follows:
            request = await self._context.update_chat(request, stop)
        return stopped_page(request.reader, self._context.state.board, ended)

    async def _follow_again(self, request: Request, action: FollowAgain) -> Answer:
        return await self._restore(request, [action])

    async def _follow_all_again(self, request: Request, _: FollowAllAgain) -> Answer:
        return await self._restore(request, _ended(request))

    async def _restore(self, request: Request, wanted: Iterable[FollowAgain]) -> Answer:
        if not await self._permissions.may_configure(request):
            return Answer(notice=replies.not_allowed(request.reader))
        board, thread_id = self._context.state.board, request.address.thread_id
        again = [item for item in wanted if self._topics.exists(item.scope)]
        if not again:
            return Answer(notice=replies.vanished(request.reader))

        def restore(chat: Chat) -> Chat:
            added = {(thread_id, item.scope) for item in again}
            chat = replace(chat, subscriptions=chat.subscriptions | added)
            for entry in again:
                if entry.rhythm:
                    chat = paced(chat, thread_id, entry.scope, Rhythm(entry.rhythm))
            return chat

        request = await self._context.update_chat(request, restore)
        rest = {
            item.scope: Rhythm(item.rhythm) if item.rhythm else None
            for item in _ended(request)
            if item.scope not in request.follows
        }
        if rest:
            notice = followed_notice(request.reader, board.agreement, again[0].scope)
            return Answer(stopped_page(request.reader, board, rest), notice)
        return Answer(self._topics.subscriptions(request), followed_again(request.reader))

    async def _follow_others(self, request: Request, action: FollowOthers) -> Answer:
        """Follow all topics but one, or but those of a provision, in place of everything."""
        if not await self._permissions.may_configure(request):
            return Answer(notice=replies.not_allowed(request.reader))
        agreement, thread_id = self._context.state.agreement, request.address.thread_id
        left_out = {action.scope.id}
        if action.scope.kind is ScopeKind.PROVISION:
            provision = agreement.provision(action.scope.id)
            left_out = set(provision.topics if provision else ())
        if EVERYTHING not in request.follows or not left_out & {
            topic.id for topic in agreement.topics
        }:
            return Answer(notice=replies.outdated_button(request.reader))

        def follow(chat: Chat) -> Chat:
            schedule = chat.schedules.get((thread_id, EVERYTHING))
            chat = chat.without(thread_id, EVERYTHING).without(thread_id, action.scope)
            for topic in agreement.topics:
                scope = Scope(ScopeKind.TOPIC, topic.id)
                if topic.id in left_out:
                    chat = chat.without(thread_id, scope)
                elif (thread_id, scope) not in chat.subscriptions:
                    chat = chat.following(thread_id, scope).scheduled(thread_id, scope, schedule)
            return chat

        request = await self._context.update_chat(request, follow)
        return Answer(self._topics.subscriptions(request), replies.saved(request.reader))


def _ended(request: Request) -> list[FollowAgain]:
    """What the buttons of the pressed message say was followed."""
    actions = map(decode, request.buttons)
    return [
        action
        for action in actions
        if isinstance(action, FollowAgain) and _is_rhythm(action.rhythm)
    ]


def _is_rhythm(value: str) -> bool:
    return not value or value in {rhythm.value for rhythm in Rhythm}
