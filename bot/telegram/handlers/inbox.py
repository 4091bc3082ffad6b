"""/inbox and the daily message: what the feeds brought, for an admin to decide."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import structlog
import telegram

from bot.agreement.dates import PartialDate
from bot.agreement.draft import StatusDraft
from bot.agreement.evidence import Feed, Origin
from bot.feeds.desk import Group, evidence, open_groups
from bot.feeds.model import DeskWish, Suggestion, Verdict
from bot.subscribers.chat import Address
from bot.telegram.context import BotContext
from bot.telegram.handlers.status_editor import StatusEditor
from bot.telegram.request import Answer, Request
from bot.telegram.router import Conversation
from bot.views import replies
from bot.views.callbacks import DigestHour, Judge, ShowInbox
from bot.views.inbox import AT_ONCE, LATER, OFF, failing_feed, hour_page, inbox_page
from bot.views.message import Message

_log = structlog.get_logger(__name__)

_HOURS = {str(hour): hour for hour in range(24)} | {OFF: None, AT_ONCE: None}
MOST = 10
"""Suggestions of a daily message; /inbox shows all."""


class Inbox:
    """Lets admins decide on suggestions."""

    def __init__(self, context: BotContext, editor: StatusEditor) -> None:
        self._context, self._editor = context, editor

    def conversation(self) -> Conversation:
        """What it takes."""
        return Conversation(
            admin_commands={"inbox": self._show},
            admin_actions={
                ShowInbox: self._turn_page,
                Judge: self._judge,
                DigestHour: self._choose_hour,
            },
        )

    async def _show(self, request: Request) -> Message:
        return await self._page(request, 0)

    async def _turn_page(self, request: Request, action: ShowInbox) -> Answer:
        return Answer(await self._page(request, action.page))

    async def _choose_hour(self, request: Request, action: DigestHour) -> Answer:
        if not action.hour:
            return Answer(hour_page(request.reader))
        if action.hour not in _HOURS:
            return Answer(notice=replies.outdated_button(request.reader))
        wish = await desk_wish(self._context, request.user_id)
        update = {"hour": _HOURS[action.hour], "at_once": action.hour == AT_ONCE}
        await _keep_wish(self._context, request.user_id, wish.model_copy(update=update))
        return Answer(await self._page(request, 0))

    async def _judge(self, request: Request, action: Judge) -> Answer:
        kept = await self._context.store.suggestions()
        chosen = next((item for item in kept if item.id == action.suggestion), None)
        if chosen is None:
            return Answer(notice=replies.outdated_button(request.reader))
        group = [item for item in kept if item.group == chosen.group]
        if action.verdict == LATER:
            tomorrow = request.reader.now.date() + timedelta(days=1)
            due = datetime.combine(tomorrow, time(), request.reader.now.tzinfo)
            await self._context.store.decide(
                [item.model_copy(update={"due": due}) for item in group if item.is_open]
            )
            return Answer(await self._page(request, 0))
        if action.verdict not in set(Verdict):
            return Answer(notice=replies.outdated_button(request.reader))
        wizard = None
        if action.verdict == Verdict.DRAFT:  # before it is decided: a press may come again
            wizard = await self._editor.begin(request, self._draft(chosen))
        update = {"verdict": Verdict(action.verdict)}
        await self._context.store.decide([item.model_copy(update=update) for item in group])
        if wizard is not None:
            return Answer(wizard, anew=True, put_away=True)
        return Answer(await self._page(request, 0))

    def _draft(self, item: Suggestion) -> StatusDraft:
        provision = self._context.state.whole.provision(item.provision_id)
        has_status = provision is not None and provision.origin is not Origin.RELATED
        return StatusDraft(
            token=0,
            provision_id=item.provision_id if has_status else None,
            date=PartialDate.of(item.day),
            source=item.url,
            found=evidence(item),
        )

    async def _page(self, request: Request, page: int) -> Message:
        groups = open_groups(await self._context.store.suggestions(), self._context.clock())
        wish = await desk_wish(self._context, request.user_id)
        board = self._context.state.whole
        return inbox_page(request.reader, board, groups, page, wish=wish)


class DeskDigest:
    """Sends each admin what is new, once a day, at the hour that the admin chose."""

    def __init__(self, context: BotContext) -> None:
        self._context = context

    async def send_due(self) -> None:
        """Send what is due now. What was sent is noted after that: see `docs/alerts.md`."""
        groups: list[Group] | None = None
        for admin in sorted(self._context.admins):
            wish = await desk_wish(self._context, admin)
            reader = await self._context.reader_of(admin)
            if not _is_due(wish, reader.now):
                continue
            if groups is None:
                kept = await self._context.store.suggestions()
                groups = open_groups(kept, self._context.clock())
            if new := _new(groups, wish):
                board = self._context.state.whole
                page = inbox_page(reader, board, new[:MOST], 0, wish=wish)
                try:
                    await self._context.api.send(Address(admin), page)
                except telegram.error.Forbidden as error:
                    _log.info("an admin cannot be reached", error=type(error).__name__)
                except telegram.error.TelegramError as error:
                    _log.warning("suggestions were not sent", error=type(error).__name__)
                    continue
            elif wish.at_once:
                continue
            sent = wish.model_copy(update={"sent_at": self._context.clock()})
            await _keep_wish(self._context, admin, sent)

    async def tell_failing(self, feed: Feed, problem: str) -> None:
        """Tell the admins of a feed that cannot be read."""
        await self._context.tell_admins(lambda reader: [failing_feed(reader, feed, problem)])


def _is_due(wish: DeskWish, now: datetime) -> bool:
    """Whether the hour of a day has come that has had no message yet."""
    if wish.at_once:
        return True
    if wish.hour is None or now.hour < wish.hour:
        return False
    return wish.sent_at is None or wish.sent_at.astimezone(now.tzinfo).date() < now.date()


def _new(groups: list[Group], wish: DeskWish) -> list[Group]:
    """The groups that were in no message of this admin: with something due since the last one."""
    since = wish.sent_at
    return [
        group
        for group in groups
        if since is None or any(item.is_open and item.due > since for item in group.suggestions)
    ]


async def desk_wish(context: BotContext, admin: int) -> DeskWish:
    """What an admin wishes, or what goes for all."""
    kept = await context.store.remembered(f"desk:{admin}")
    return DeskWish() if kept is None else DeskWish.model_validate_json(kept)


async def forget_desk_wish(context: BotContext, admin: int) -> None:
    """Put the defaults in place of what an admin wishes."""
    if await desk_wish(context, admin) != DeskWish():
        await _keep_wish(context, admin, DeskWish())


async def _keep_wish(context: BotContext, admin: int, wish: DeskWish) -> None:
    await context.store.remember(f"desk:{admin}", wish.model_dump_json())
