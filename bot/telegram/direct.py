"""Messages whose request is JSON already: past the library's objects, not past its seams.

The rate limiter has its say, the request goes out by the same connections, and errors are the
library's own. What is left out is the turning of buttons into objects and back, and of the answer
into a `telegram.Message` that nobody looks at: half the cost of a message.
"""

from __future__ import annotations

from typing import Any

from telegram.error import TelegramError
from telegram.ext import BaseRateLimiter, ExtBot

from bot.subscribers.chat import Address
from bot.telegram.rate_limiter import Paced
from bot.telegram.transport import AiohttpRequest

SEND, SEND_PHOTO = "sendMessage", "sendPhoto"


class Direct:
    """Sends what is written already."""

    def __init__(
        self, base_url: str, request: AiohttpRequest, limiter: BaseRateLimiter[Any]
    ) -> None:
        self._base_url = base_url
        self._request = request
        self._limiter = limiter

    async def send(self, method: str, address: Address, body: bytes, paced: Paced) -> int:
        """Make a call when it is its turn; say the id of the message sent.

        Raises:
            NotWanted: when its turn came nobody wanted it.
            TelegramError: what it means for the chat is told by `bot.telegram.error_mapping`.
        """
        answer = await self._limiter.process_request(
            self._request.post_json,
            (f"{self._base_url}/{method}", body),
            {},
            method,
            {"chat_id": address.chat_id},
            paced,
        )
        number = answer.get("message_id") if isinstance(answer, dict) else None
        if not isinstance(number, int):
            # It says that all went well, and tells of no message.
            raise TelegramError("Invalid server response")
        return number


def direct_of(bot: ExtBot[Any]) -> Direct | None:
    """The direct way of a bot; None where it has another request back end, or no rate limiter."""
    request, limiter = bot.request, bot.rate_limiter
    if not isinstance(request, AiohttpRequest) or limiter is None:
        return None
    return Direct(bot.base_url, request, limiter)
