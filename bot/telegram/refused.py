"""Calls without the features that a server is too old for, which it tells by refusing them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from telegram.error import BadRequest

from bot.messages.model import Message
from bot.telegram.features import Feature, blamed, without

_log = structlog.get_logger(__name__)

Sent = TypeVar("Sent")


class Refused:
    """What a server has refused so far: later messages do without it from the start."""

    def __init__(self) -> None:
        self._refused: frozenset[Feature] = frozenset()

    async def fitting(self, call: Callable[[Message], Awaitable[Sent]], message: Message) -> Sent:
        """Make a call with as much of the message as the server takes.

        Raises:
            TelegramError: the call failed for another reason than a feature.
        """
        return await self.without(lambda features: call(without(message, features)), message)

    async def without(
        self, call: Callable[[frozenset[Feature]], Awaitable[Sent]], message: Message
    ) -> Sent:
        """Make a call that is told which features of the message to leave out.

        Raises:
            TelegramError: the call failed for another reason than a feature.
        """
        dropped: frozenset[Feature] = frozenset()
        while True:
            try:
                sent = await call(self._refused | dropped)
            except BadRequest as error:
                more = blamed(error.message, message, self._refused | dropped)
                if not more:
                    raise
                dropped |= more
            else:
                # Only now is it known that the feature was at fault and not the message.
                self._remember(dropped)
                return sent

    def _remember(self, refused: frozenset[Feature]) -> None:
        if refused - self._refused:
            self._refused |= refused
            _log.warning("the server refuses features", features=sorted(self._refused))
