"""Rich messages (Bot API 10.1, sendRichMessage), where they are wanted and the server takes them.

A server that refuses them gets plain messages from then on.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from telegram.error import BadRequest, InvalidToken

from bot.agreement.sentences import utf16_length
from bot.telegram.error_mapping import is_message_gone, is_unchanged
from bot.telegram.rate_limiter import Paced
from bot.views.message import Message
from bot.views.pagination import shown
from bot.views.rich import LONGEST

_log = structlog.get_logger(__name__)

Call = Callable[[str, Mapping[str, Any], Paced], Awaitable[Any]]
"""Calls a method of the Bot API with parameters, when its turn has come."""
_SEND, _EDIT = "sendRichMessage", "editMessageText"
_SERVER_TOO_OLD = ("rich", "method not found", "message text is empty", "unknown parameter")
"""Words with which a server refuses what it does not know, and not this one message."""


class RichMessages:
    """Makes the rich form of a call, or says that the plain one has to do."""

    def __init__(self, call: Call, *, wanted: bool) -> None:
        self._make = call
        self._wanted = wanted

    def takes(self, message: Message) -> bool:
        """Whether a message would be sent in a rich form."""
        return self._wanted and message.rich is not None

    async def send(self, message: Message, parameters: Mapping[str, Any], paced: Paced) -> object:
        """Send a message in its rich form; None: send the plain one.

        Raises:
            TelegramError: the call failed for another reason than its form.
        """
        return await self._call(_SEND, message, parameters, paced)

    async def edit(self, message: Message, parameters: Mapping[str, Any], paced: Paced) -> bool:
        """Put the rich form in place of a text; False: put the plain one.

        Raises:
            TelegramError: the call failed for another reason than its form.
        """
        return await self._call(_EDIT, message, parameters, paced) is not None

    async def _call(
        self, method: str, message: Message, parameters: Mapping[str, Any], paced: Paced
    ) -> object:
        if not self._wanted or message.rich is None:
            return None
        html = message.rich()
        if utf16_length(shown(html)) > LONGEST:
            return None
        try:
            return await self._make(
                method, {**parameters, "rich_message": {"html": str(html)}}, paced
            )
        except InvalidToken as error:  # the library's name for 404: the method is unknown
            self._remember(error.message)
        except BadRequest as error:
            if is_unchanged(error) or is_message_gone(error):
                raise
            if any(words in error.message.lower() for words in _SERVER_TOO_OLD):
                self._remember(error.message)
            else:
                _log.warning("a rich message was refused", error=error.message)
        return None

    def _remember(self, problem: str) -> None:
        self._wanted = False
        _log.warning("the server refuses rich messages: from now on plain ones", error=problem)
