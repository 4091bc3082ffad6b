"""Following from a page that is open inside Telegram: POST /app/follow."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Literal, Protocol
from urllib.parse import parse_qsl

import orjson
import structlog
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from bot.clock import Clock
from bot.i18n.negotiation import negotiate
from bot.storage.errors import StoreError
from bot.subscribers.chat import EVERYTHING, Chat, ChatKind, Scope, ScopeKind
from bot.subscribers.repository import ChatRepository
from bot.views.subscriptions import exists
from bot.web.page_cache import PageCache
from bot.web.page_context import PageContext
from bot.web.responses import Kind, plain

LONGEST = 4096
"""More characters than Telegram ever sends."""
OLDEST = timedelta(hours=1)
_CLOCKS_DIFFER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts."""

    id: int
    language: str | None
    may_be_written_to: bool


class NotProven(Exception):
    """The data is not Telegram's, or too old."""


def person_of(init_data: str, token: str, now: datetime) -> Person:
    """The person that Telegram vouches for.

    Raises:
        NotProven: the data is malformed, changed, another bot's, or older than an hour.
    """
    if len(init_data) > LONGEST:
        raise NotProven("too long")
    try:
        pairs = parse_qsl(init_data, keep_blank_values=True, strict_parsing=True)
    except ValueError as error:
        raise NotProven("no fields") from error
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise NotProven("a field is repeated")
    given = fields.pop("hash", "")
    checked = "\n".join(f"{name}={value}" for name, value in sorted(fields.items()))
    secret = hmac.new(b"WebAppData", token.encode(), hashlib.sha256).digest()
    right = hmac.new(secret, checked.encode(errors="surrogatepass"), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(right.encode(), given.encode(errors="surrogatepass")):
        raise NotProven("the hash differs")
    return _person(fields, now)


def _person(fields: dict[str, str], now: datetime) -> Person:
    try:
        made = datetime.fromtimestamp(int(fields["auth_date"]), now.tzinfo)
        user = orjson.loads(fields["user"])
        identifier = int(user["id"])
        language = user.get("language_code")
        reachable = user.get("allows_write_to_pm") is True
    except (KeyError, ValueError, TypeError, AttributeError, OverflowError, OSError) as error:
        raise NotProven("fields are missing") from error
    if now - made > OLDEST:
        raise NotProven("too old")
    if made - now > _CLOCKS_DIFFER:
        raise NotProven("from the future")
    return Person(identifier, language if isinstance(language, str) else None, reachable)


class Unreachable(Exception):
    """The bot may not write to this person, who never started it or has blocked it."""


class Follows(Protocol):
    """What a person follows."""

    async def of(self, person: Person) -> frozenset[Scope]:
        """The scopes that the person's own chat follows."""

    async def follow(self, person: Person, scope: Scope) -> frozenset[Scope]:
        """Follow one more; durable when it returns.

        Raises:
            Unreachable: no message would arrive.
        """

    async def unfollow(self, person: Person, scope: Scope) -> frozenset[Scope]:
        """Follow one less."""


class StoredFollows:
    """The same chats that the bot writes to: a private chat has its person's id."""

    def __init__(self, chats: ChatRepository, clock: Clock) -> None:
        self._chats, self._clock = chats, clock

    async def of(self, person: Person) -> frozenset[Scope]:
        """See `Follows`."""
        return _scopes(await self._chats.chat(person.id))

    async def follow(self, person: Person, scope: Scope) -> frozenset[Scope]:
        """See `Follows`."""
        known = await self._chats.chat(person.id)
        reachable = known is not None and known.active
        if not reachable and not person.may_be_written_to:
            raise Unreachable
        now = self._clock()

        def change(kept: Chat | None) -> Chat:
            chat = kept or Chat(person.id, ChatKind.PRIVATE)
            if person.language:
                chat = chat.spoken(person.language)
            return chat.reached(now).following(None, scope)

        return _scopes(await self._chats.update_chat(person.id, change))

    async def unfollow(self, person: Person, scope: Scope) -> frozenset[Scope]:
        """See `Follows`."""
        return _scopes(
            await self._chats.update_chat(
                person.id, lambda kept: kept.without(None, scope) if kept else None
            )
        )


def _scopes(chat: Chat | None) -> frozenset[Scope]:
    return frozenset(chat.follows(None)) if chat is not None and chat.active else frozenset()


_log = structlog.get_logger(__name__)

_LARGEST = 16 * 1024
"""A request has at most so many bytes."""


class Wish(BaseModel):
    """What the page sends."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    init_data: Annotated[str, StringConstraints(max_length=LONGEST)]
    scope: Annotated[str, StringConstraints(max_length=64)]
    act: Literal["look", "follow", "unfollow"]
    language: Annotated[str, StringConstraints(max_length=35)]


class FollowEndpoint:
    """Acts for the person that Telegram vouches for, and for nobody else."""

    def __init__(self, cache: PageCache, follows: Follows, token: str, clock: Clock) -> None:
        self._cache, self._follows, self._token, self._clock = cache, follows, token, clock

    async def answer(self, request: Request) -> Response:
        """Look at what is followed, follow, or stop following."""
        # A form of another site cannot send JSON, and a script of one is not let in (CORS).
        if request.headers.get("content-type", "").partition(";")[0] != "application/json":
            return _say(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        try:
            wish = Wish.model_validate_json(await _body(request))
            scope = Scope.parse(wish.scope)
        except (ValidationError, ValueError, ClientDisconnect):
            return _say(HTTPStatus.BAD_REQUEST)
        edition = self._cache.edition()
        code = negotiate([wish.language], edition.languages)
        here = edition.here(edition.languages[code], "/app/follow")
        if scope.excludes or not exists(edition.board.agreement, scope):
            return _say(HTTPStatus.NOT_FOUND)
        try:
            person = person_of(wish.init_data, self._token, self._clock())
        except NotProven as error:
            _log.info("a mini app's data was refused", reason=str(error))
            notice = here.language.gettext("Please open this page from the bot once more.")
            return _say(HTTPStatus.FORBIDDEN, notice=notice)
        return await self._act(here, person, scope, wish.act)

    async def _act(self, here: PageContext, person: Person, scope: Scope, act: str) -> Response:
        gettext = here.language.gettext
        try:
            match act:
                case "follow":
                    follows = await self._follows.follow(person, scope)
                case "unfollow":
                    follows = await self._follows.unfollow(person, scope)
                case _:
                    follows = await self._follows.of(person)
        except Unreachable:
            notice = gettext("Start the bot first: it may not write to you yet.")
            return _say(HTTPStatus.CONFLICT, notice=notice)
        except StoreError as error:
            _log.error("following was not kept", problem=str(error))
            notice = gettext("It could not be saved. Please try again later.")
            return _say(HTTPStatus.SERVICE_UNAVAILABLE, notice=notice)
        state, label = _state(here, scope, follows)
        notice = ""
        if act == "follow":
            notice = gettext("Followed: whenever the status changes, a message comes.")
        elif act == "unfollow":
            notice = gettext("No longer followed.")
        return _say(HTTPStatus.OK, state=state, label=label, notice=notice)


def _state(here: PageContext, scope: Scope, follows: frozenset[Scope]) -> tuple[str, str]:
    """Whether it is followed, and what the button says."""
    gettext = here.language.gettext
    if scope in follows:
        return "followed", gettext("Stop following")
    provision = here.board.provision(scope.id)
    wider = {EVERYTHING}
    if scope.kind is ScopeKind.PROVISION and provision is not None:
        wider |= {Scope(ScopeKind.TOPIC, topic) for topic in provision.topics}
    if wider & follows:
        return "covered", gettext("Already following")
    return "open", gettext("Follow")


async def _body(request: Request) -> bytes:
    """The request's body, read no further than it may be long.

    Raises:
        ValueError: it is longer.
        ClientDisconnect: the reader went away.
    """
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LARGEST:
            raise ValueError("too large")
    return body


def _say(status: HTTPStatus, **answer: str) -> Response:
    response = plain(orjson.dumps(answer), status, Kind.JSON, content_type=Kind.JSON.media_type)
    del response.headers["Access-Control-Allow-Origin"]  # other sites have no business here
    return response
