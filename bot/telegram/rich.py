"""Rich messages (Bot API 10.1, sendRichMessage), where they are wanted and the server takes them.

The library has no method for them yet, so the calls are made by its raw request.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import structlog
import telegram
from telegram.error import BadRequest, EndPointNotFound
from telegram.ext import ExtBot

from bot.agreement.sentences import utf16_length
from bot.telegram.error_mapping import is_message_gone, is_unchanged
from bot.telegram.rate_limiter import Paced
from bot.views.message import Message
from bot.views.pagination import shown
from bot.views.rich import LONGEST

_log = structlog.get_logger(__name__)

AnyBot: TypeAlias = ExtBot[Any]
_SEND = "sendRichMessage"
_EDIT = "editmessagetext"
"""Not as the library writes it, whose own method knows no rich messages and warns; the Bot API's
methods are case-insensitive (Bot API, "Making requests")."""
_SERVER_TOO_OLD = ("rich", "method not found", "message text is empty", "unknown parameter")
"""Words with which a server refuses what it does not know, and not this one message."""


class RichMessages:
    """Makes the rich form of a call, or says that the plain one has to do."""

    def __init__(self, bot: AnyBot, *, wanted: bool) -> None:
        self._bot = bot
        self._wanted = wanted

    def takes(self, message: Message) -> bool:
        """Whether a message would be sent in a rich form."""
        return self._wanted and message.rich is not None

    async def send(
        self, message: Message, parameters: dict[str, Any], paced: Paced | None
    ) -> telegram.Message | None:
        """Send a message in its rich form; None: send the plain one.

        Raises:
            TelegramError: the call failed for another reason than its form.
        """
        sent = await self._call(_SEND, message, parameters, paced)
        return sent if isinstance(sent, telegram.Message) else None

    async def edit(self, message: Message, parameters: dict[str, Any], paced: Paced | None) -> bool:
        """Put the rich form in place of a text; False: put the plain one.

        Raises:
            TelegramError: the call failed for another reason than its form.
        """
        return await self._call(_EDIT, message, parameters, paced) is not None

    async def _call(
        self, endpoint: str, message: Message, parameters: dict[str, Any], paced: Paced | None
    ) -> object:
        if not self._wanted or message.rich is None:
            return None
        html = message.rich()
        if utf16_length(shown(html)) > LONGEST:
            return None
        given = {name: value for name, value in parameters.items() if value is not None}
        try:
            return await self._bot.do_api_request(
                endpoint,
                api_kwargs={**given, "rich_message": {"html": str(html)}},
                return_type=telegram.Message,
                rate_limit_args=paced,
            )
        except EndPointNotFound as error:
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
