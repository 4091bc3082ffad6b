"""Telegram calls in: the endpoint of a webhook, and how Telegram is told of it.

An update is answered with 200 as soon as the inbox has it durably; until then Telegram delivers
it again. What comes together is written together.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

import orjson
import structlog
import telegram
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from bot.storage.batching import Batcher
from bot.storage.errors import StoreError
from bot.storage.protocol import Accepted, Inbox
from bot.telegram.updates import (
    ReceivingError,
    ReceivingHealth,
    UpdateUnreadable,
    accepted_form,
    number_of,
)

_log = structlog.get_logger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
LARGEST_UPDATE = 1024 * 1024
"""Bytes of an update, at most; Telegram's own are a few thousand."""


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
        """Accept an update: 200 once it is kept or set aside; 503 where it must come again."""
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
        document = _parsed(body)
        try:
            update = accepted_form(document)
        except UpdateUnreadable as error:
            number = number_of(document)
            _log.error("an unreadable update is set aside", update=number, problem=str(error))
            # An update that is refused comes again and again.
            return _status(HTTPStatus.BAD_REQUEST if number is None else HTTPStatus.OK)
        try:
            await self._acceptor.accept(update)
        except StoreError as error:
            _log.error("an update is not accepted", update=update.update_id, error=str(error))
            return _status(HTTPStatus.SERVICE_UNAVAILABLE)
        return _status(HTTPStatus.OK)


def _parsed(body: bytes) -> object:
    """The JSON of a body, with what orjson refuses as well; None where it is not JSON."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        try:
            return json.loads(body)
        except (ValueError, RecursionError):
            return None


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
