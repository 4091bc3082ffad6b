"""Notices that the bot is deaf: it can send, and no updates arrive.

Then /readyz fails, metrics show it, and the admins are told once, until updates arrive again.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import nan
from time import monotonic

import structlog
import telegram
from pydantic import AnyHttpUrl

from bot.storage.errors import StoreError
from bot.telegram.context import BotContext
from bot.telegram.updates import ReceivingError, ReceivingHealth
from bot.views.deafness import Deafness, deaf_page

_log = structlog.get_logger(__name__)

DEAF_AFTER = 300.0
"""Seconds without a successful getUpdates, or with errors of the webhook, from which it is deaf."""
_CONFLICTS = 5
"""Conflicts within `DEAF_AFTER` that show another poller, though some polls succeed."""
_LOOK = 15.0
"""Seconds between two looks."""
_ASK = 60.0
"""Seconds between two questions to Telegram about the webhook."""
_TOLD = "deafness told"
"""The name under which it is remembered that the admins know."""

_KINDS = {
    ReceivingError.CONFLICT: Deafness.CONFLICT,
    ReceivingError.STORE: Deafness.STORE,
}

_UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)
"""What the library raises for an answer in a form that it does not know."""


@dataclass(frozen=True, slots=True)
class ReceivingFigures:
    """What a monitor shows. What does not apply is not a number."""

    deaf: float
    polls: float
    poll_age_seconds: float = nan
    accepted_age_seconds: float = nan
    webhook_pending: float = nan
    webhook_error_age_seconds: float = nan


class ReceivingWatch:
    """Looks at how updates arrive.

    Args:
        context: Reaches the admins.
        health: The facts.
        webhook_url: Where Telegram is to deliver; None for long polling.
        now: The seconds of a clock that only goes forward.
    """

    def __init__(
        self,
        context: BotContext,
        health: ReceivingHealth,
        webhook_url: AnyHttpUrl | None,
        now: Callable[[], float] = monotonic,
    ) -> None:
        self._context, self._health, self._now = context, health, now
        self._url = None if webhook_url is None else str(webhook_url)
        self._webhook: telegram.WebhookInfo | None = None
        self._asked_at = -_ASK
        self._wrong_since: float | None = None
        self._conflicts: deque[float] = deque(maxlen=_CONFLICTS)
        self._conflicts_seen = 0

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            try:
                await self.look()
            except StoreError as error:
                _log.warning("the admins are not told that no updates arrive", error=str(error))
            await asyncio.sleep(_LOOK)

    async def look(self) -> None:
        """Ask Telegram about the webhook if it is time, and tell the admins what is wrong."""
        self._count_conflicts()
        if self._url is not None and self._now() - self._asked_at >= _ASK:
            await self._ask()
        deafness = self.deafness()
        told = bool(await self._context.store.remembered(_TOLD))
        if deafness is not None and not told:
            _log.error("no updates arrive", reason=deafness.value)
            await self._tell(deafness)
        elif told and self._is_well():
            _log.info("updates arrive again")
            await self._context.store.remember(_TOLD, "")

    async def _tell(self, deafness: Deafness) -> None:
        """Tell the admins, or try again later if none can be reached."""
        detail = self._webhook.last_error_message or "" if self._webhook else ""
        store = self._context.store
        await store.remember(_TOLD, deafness.value)  # first, or another process tells them as well
        if not await self._context.tell_admins(
            lambda reader: [deaf_page(reader, deafness, detail)]
        ):
            await store.remember(_TOLD, "")

    def deafness(self) -> Deafness | None:
        """Why no updates arrive; None where they do, or have failed only for a short while."""
        if self._url is not None:
            since = self._wrong_since
            if since is not None and self._now() - since >= DEAF_AFTER:
                return self._webhook_fault()
            return None
        error = self._health.error or ReceivingError.UNREACHABLE
        if (self._health.poll_age or 0.0) >= DEAF_AFTER:
            return _KINDS.get(error, Deafness.UNREACHABLE)
        if len(self._conflicts) == _CONFLICTS and self._now() - self._conflicts[0] < DEAF_AFTER:
            return Deafness.CONFLICT
        return None

    def _is_well(self) -> bool:
        """Whether updates are known to arrive, and not only not known not to."""
        if self.deafness() is not None:
            return False
        if self._url is not None:
            return self._webhook is not None and self._webhook_fault() is None
        health = self._health
        return health.polls and health.received and health.error is None

    async def check(self) -> str:
        """The same for /readyz."""
        deafness = self.deafness()
        return "" if deafness is None else f"no updates arrive: {deafness.value}"

    def figures(self) -> ReceivingFigures:
        """How it is now."""
        deaf = float(self.deafness() is not None)
        age, accepted = self._health.poll_age, self._health.accepted_age
        if self._url is None:
            polls = float(self._health.polls)
            return ReceivingFigures(deaf, polls, nan if age is None else age)
        info = self._webhook
        failed = info.last_error_date if info else None
        return ReceivingFigures(
            deaf,
            polls=0.0,
            accepted_age_seconds=nan if accepted is None else accepted,
            webhook_pending=nan if info is None else info.pending_update_count,
            webhook_error_age_seconds=nan if failed is None else self._age(failed).total_seconds(),
        )

    async def _ask(self) -> None:
        self._asked_at = self._now()
        try:
            self._webhook = await self._context.bot.get_webhook_info()
        except (telegram.error.TelegramError, *_UNREADABLE) as error:
            _log.debug("Telegram was not asked about the webhook", error=type(error).__name__)
            return
        if self._webhook_fault() is None:
            self._wrong_since = None
        elif self._wrong_since is None:
            self._wrong_since = self._now()

    def _webhook_fault(self) -> Deafness | None:
        info = self._webhook
        if info is None:
            return None
        if info.url != self._url:
            return Deafness.ELSEWHERE
        failed = info.last_error_date
        recent = failed is not None and self._age(failed) < timedelta(seconds=DEAF_AFTER)
        return Deafness.WEBHOOK if recent and info.pending_update_count else None

    def _age(self, moment: datetime) -> timedelta:
        return self._context.clock() - moment

    def _count_conflicts(self) -> None:
        new = self._health.conflicts - self._conflicts_seen
        self._conflicts_seen = self._health.conflicts
        self._conflicts.extend([self._now()] * min(new, _CONFLICTS))
