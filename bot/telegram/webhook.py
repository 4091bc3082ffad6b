"""Telegram calls in: the endpoint of a webhook, and how Telegram is told of it.

An update is answered with 200 as soon as the inbox has it durably; until then Telegram delivers
it again. What comes together is written together.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
import structlog
import telegram
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from bot.storage.batching import Batcher
from bot.storage.errors import StoreError
from bot.storage.inbox import Accepted, Inbox
from bot.telegram.updates import ReceivingError, ReceivingHealth

_log = structlog.get_logger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
LARGEST_UPDATE = 1024 * 1024
"""Bytes of an update, at most; Telegram's own are a few thousand."""
_MOST_NEWER = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook as Telegram is told of it (Bot API, setWebhook)."""

    url: str
    """The public address."""
    secret: str = field(repr=False)
    """What Telegram repeats with each update, so that nobody else can make one up."""
    connections: int = 40
    """Updates that Telegram delivers at once, at most."""
    certificate: Path | None = None
    """The public certificate of a server whose certificate nobody has signed."""
    path: str | None = None
    """The path at which a proxy asks this process; that of the address if left out."""

    @property
    def own_path(self) -> str:
        """The path of the endpoint in this process."""
        return self.path or urlsplit(self.url).path or "/"


def secret_of(token: str) -> str:
    """A secret that every process with the bot's token comes to by itself."""
    return hmac.new(token.encode(), b"webhook of the briefing bot", hashlib.sha256).hexdigest()


async def set_hook(bot: telegram.Bot, hook: Hook, allowed: tuple[str, ...]) -> None:
    """Tell Telegram to deliver updates there from now on. What waits is kept.

    Raises:
        TelegramError: Telegram does not take the address or the certificate.
        OSError: the certificate cannot be read.
    """
    certificate = None
    if hook.certificate is not None:
        content = await asyncio.to_thread(hook.certificate.read_bytes)
        certificate = telegram.InputFile(content, filename="certificate.pem")
    await bot.set_webhook(
        hook.url,
        certificate=certificate,
        max_connections=hook.connections,
        allowed_updates=list(allowed),
        secret_token=hook.secret,
    )


class Acceptor:
    """Puts updates into the inbox: those that come while it is written, together after that.

    Args:
        inbox: Where updates are kept.
        accepted: Called when something has been put there.
        health: Is told of every success and failure.
    """

    def __init__(self, inbox: Inbox, accepted: Callable[[], None], health: ReceivingHealth) -> None:
        self._inbox = inbox
        self._health = health
        self._tell = accepted
        self._together = Batcher(self._write)

    async def accept(self, update: Accepted) -> None:
        """Keep an update, durably when this returns.

        Raises:
            StoreError: it was not kept.
        """
        await self._together.ask(update)

    async def _write(self, updates: Sequence[Accepted]) -> Sequence[None]:
        try:
            await self._inbox.accept_updates(updates)
        except StoreError:
            self._health.failed(ReceivingError.STORE)
            raise
        self._health.accepted()
        self._tell()
        return [None] * len(updates)


class Endpoint:
    """What Telegram posts updates to."""

    def __init__(self, secret: str, acceptor: Acceptor) -> None:
        self._secret = secret.encode()
        self._acceptor = acceptor

    async def answer(self, request: Request) -> Response:
        """Accept an update: 200 once it is kept; 503 where it cannot be now, and comes again."""
        given = request.headers.get(SECRET_HEADER, "").encode(errors="replace")
        if not hmac.compare_digest(given, self._secret):
            return _status(HTTPStatus.UNAUTHORIZED)
        try:
            body = await _body(request)
        except ClientDisconnect:
            return _status(HTTPStatus.BAD_REQUEST)
        if body is None:
            _log.warning("an update is too large, and refused")
            return _status(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        update = read_update(body)
        if update is None:
            return _status(HTTPStatus.BAD_REQUEST)
        try:
            await self._acceptor.accept(update)
        except StoreError as error:
            _log.error("an update is not accepted", update=update.update_id, error=str(error))
            return _status(HTTPStatus.SERVICE_UNAVAILABLE)
        return _status(HTTPStatus.OK)


def read_update(body: bytes) -> Accepted | None:
    """An update with its number, and whose it is; None for anything else."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(document, dict):
        return None
    number = document.get("update_id")
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < _MOST_NEWER:
        return None
    content = next((item for name, item in document.items() if name != "update_id"), None)
    return Accepted(number, _lane(content, number), body)


def _lane(content: object, number: int) -> int:
    """Whose updates keep their order: the chat's, else the person's, else this one's alone."""
    if isinstance(content, dict):
        message: Any = content.get("message")
        inner = message.get("chat") if isinstance(message, dict) else None
        for whose in (content.get("chat"), inner, content.get("from")):
            if isinstance(whose, dict) and isinstance(whose.get("id"), int):
                return int(whose["id"])
    return number


async def _body(request: Request) -> bytes | None:
    """The body; None where it is too large."""
    told = request.headers.get("content-length", "0")
    if not told.isdecimal() or int(told) > LARGEST_UPDATE:
        return None
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_UPDATE:
            return None
    return bytes(body)


def _status(status: HTTPStatus) -> Response:
    return Response(status_code=status)
