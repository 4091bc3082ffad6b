"""The loopback Bot API server: HTTP in, the world changed, the Bot API's answers out."""

from __future__ import annotations

import asyncio
import hmac
import socket
import struct
import time
from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote, urlsplit

import orjson
from aiohttp import StreamReader, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import RawRequestMessage

from bot.playground.clock import PlayClock
from bot.playground.errors import ApiError, broken
from bot.playground.faults import Fault, FaultKind, Faults
from bot.playground.methods import METHODS
from bot.playground.model import Call, Json, Upload, User, Violation
from bot.playground.pages import Pages
from bot.playground.validate import Validator, load_table
from bot.playground.webhook import WebhookDelivery
from bot.playground.world import World

_MAX_BODY = 52_428_800  # bytes; uploads of 50 MB (Bot API, "Sending files")
_JSON = {"Content-Type": "application/json"}
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_CUT_OFF = 599  # never on the wire: the connection is gone
_CUT_BEFORE = frozenset({FaultKind.RESET_BEFORE, FaultKind.TIMEOUT})
_CUT_AFTER = frozenset({FaultKind.RESET_AFTER, FaultKind.TIMEOUT_AFTER})


class Playground:
    """A Bot API server on loopback with its world, its faults and its chat page.

    Args:
        token: What the bot is to call with.
        clock: The time there.
        username: The bot's.
        name: The bot's, before it gives itself another.
        texts: What the page says around the phones, by language code: its `name`, and its `texts`
            by their English wording. Without them it speaks English.

    Attributes:
        calls: every call received, in the order they were answered; polls that went well left out.
        violations: the calls outside the Bot API's description.
        retry_seconds: the first pause before a webhook delivery is tried again; it doubles.
    """

    def __init__(
        self,
        token: str,
        clock: PlayClock,
        *,
        username: str = "briefing_bot",
        name: str = "Bot",
        texts: Mapping[str, Json] | None = None,
    ) -> None:
        number = token.partition(":")[0]
        bot_id = int(number) if number.isdecimal() else 1
        self.token = token
        self.clock = clock
        self.world = World(clock, User(bot_id, name, username=username, is_bot=True))
        self.faults = Faults()
        self.calls: list[Call] = []
        self.violations: list[Violation] = []
        self.retry_seconds = 0.1
        self.url = ""
        self._closing = asyncio.Event()
        self._runner: web.ServerRunner | None = None
        self._validator: Validator | None = None
        self._pages = Pages(self.world, self._closing, texts)
        self._webhook = WebhookDelivery(self)

    async def start(self, port: int = 0) -> None:
        """Listen on 127.0.0.1; port 0 takes a free one. `url` says where.

        Raises:
            OSError: the port is taken.
        """
        self._validator = Validator(await asyncio.to_thread(load_table))
        server = web.Server(
            self._serve,
            request_factory=_request,
            handler_cancellation=True,
            access_log=None,
        )
        self._runner = web.ServerRunner(server, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        host, bound = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{bound}"
        self._webhook.start()

    async def stop(self) -> None:
        """Close every connection; waiting polls are answered."""
        self._closing.set()
        await self._webhook.stop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def perform(self, given: str, raw: Json, uploads: dict[str, Upload]) -> object:
        """Check and play one call, as if it had come over HTTP.

        Raises:
            ApiError: it is refused.
        """
        method, params = self._checked(given, raw, uploads)
        return self._played(method, params)

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        if not _is_local(request):
            return _failure(ApiError("Forbidden: only from this machine", code=403))
        path = request.rel_url.raw_path
        if not path.startswith("/bot"):
            if path.startswith("/file/bot"):
                return self._download(unquote(path))
            return await self._pages.serve(request)
        token, _, method = unquote(path[4:]).partition("/")
        if not method:
            return _failure(ApiError("Not Found", code=404))
        if not hmac.compare_digest(token.encode(), self.token.encode()):
            return _failure(ApiError("Unauthorized", code=401))
        raw, uploads = await _arguments(request)
        return await self._call(request, method, raw, uploads)

    async def _call(
        self, request: web.BaseRequest, given: str, raw: Json, uploads: dict[str, Upload]
    ) -> web.StreamResponse:
        arrived, params, status = time.monotonic(), raw, 0
        try:
            method, params = self._checked(given, raw, uploads)
            fault = self.faults.striking(method, params)
            if fault is not None:
                await self._before(request, fault)
            if method == "getUpdates":
                return _success(await self.world.updates.poll(params, self._closing))
            response = _success(self._played(method, params))
            if fault is not None and fault.kind in _CUT_AFTER:
                await self._cut(request, fault)
            else:
                status = response.status
        except ApiError as error:
            response = _failure(error)
            status = 0 if error.code == _CUT_OFF else error.code
        finally:
            if given != "getUpdates" or status:
                call = Call(given, params, self.clock.now(), status, arrived)
                self.calls.append(call)
                self.world.changed()
        return response

    def _checked(self, given: str, raw: Json, uploads: dict[str, Upload]) -> tuple[str, Json]:
        if self._validator is None:
            raise RuntimeError("the playground is not started")
        try:
            method = self._validator.name(given)
            params = self._validator.check(method, raw, uploads)
            _require_simulated(method)
        except ApiError as error:
            self._note(given, raw, error)
            raise
        return method, params

    def _played(self, method: str, params: Json) -> object:
        try:
            return METHODS[method](self.world, params)
        except ApiError as error:
            self._note(method, params, error)
            raise

    def _note(self, method: str, params: Json, error: ApiError) -> None:
        if error.violation:
            self.violations.append(Violation(method, params, error.description))

    async def _before(self, request: web.BaseRequest, fault: Fault) -> None:
        if fault.kind == FaultKind.ERROR:
            raise ApiError(fault.description, code=fault.code, parameters=fault.parameters)
        if fault.kind == FaultKind.DELAY:
            await asyncio.sleep(fault.seconds)
        elif fault.kind in _CUT_BEFORE:
            await self._cut(request, fault)
            raise ApiError("the connection is cut", code=_CUT_OFF)

    async def _cut(self, request: web.BaseRequest, fault: Fault) -> None:
        """Reset the connection, or keep it open in silence until the client or we give up."""
        if fault.kind in {FaultKind.TIMEOUT, FaultKind.TIMEOUT_AFTER}:
            await self._closing.wait()
        if request.transport is not None:
            connection = request.transport.get_extra_info("socket")
            if connection is not None:
                linger = struct.pack("ii", 1, 0)  # close with a reset, not in an orderly way
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            request.transport.abort()

    def _download(self, path: str) -> web.StreamResponse:
        token, _, name = path.removeprefix("/file/bot").partition("/")
        if not hmac.compare_digest(token.encode(), self.token.encode()):
            return _failure(ApiError("Unauthorized", code=401))
        file = self.world.files.at(name)
        if file is None:
            return _failure(ApiError("Not Found", code=404))
        return web.Response(body=file.upload.content, content_type="application/octet-stream")


def _is_local(request: web.BaseRequest) -> bool:
    """Whether a program of this machine or the chat page asks, whatever the path.

    A browser sends the name that it looked up as `Host`, which may have been rebound to loopback,
    and the page that asks as `Origin`, which may be of another server on loopback.
    """
    host, origin = request.headers.get("Host", ""), request.headers.get("Origin")
    if urlsplit(f"//{host}").hostname not in _LOOPBACK:
        return False
    return origin is None or urlsplit(origin).netloc == host


def _require_simulated(method: str) -> None:
    if method not in METHODS and method != "getUpdates":
        raise broken(f"method {method} is not simulated by the playground")


def _success(result: object) -> web.Response:
    return web.Response(body=b'{"ok":true,"result":' + orjson.dumps(result) + b"}", headers=_JSON)


def _failure(error: ApiError) -> web.Response:
    answer: Json = {"ok": False, "error_code": error.code, "description": error.description}
    if error.parameters:
        answer["parameters"] = error.parameters
    return web.Response(body=orjson.dumps(answer), headers=_JSON, status=error.code)


def _request(
    message: RawRequestMessage,
    payload: StreamReader,
    protocol: web.RequestHandler,
    writer: AbstractStreamWriter,
    task: asyncio.Task[None],
) -> web.BaseRequest:
    loop = asyncio.get_running_loop()
    return web.BaseRequest(
        message, payload, protocol, writer, task, loop, client_max_size=_MAX_BODY
    )


async def _arguments(request: web.BaseRequest) -> tuple[Json, dict[str, Upload]]:
    """The parameters of a call: query, form, multipart or JSON (Bot API, "Making requests")."""
    raw: Json = dict(request.query) if request.rel_url.raw_query_string else {}
    uploads: dict[str, Upload] = {}
    kind = request.content_type
    if kind == "multipart/form-data":
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                content = await asyncio.to_thread(value.file.read)
                uploads[name] = Upload(value.filename, content, value.content_type)
            else:
                raw[name] = value
        return raw, uploads
    if not request.can_read_body:
        return raw, uploads
    body = await request.read()
    if kind == "application/json":
        try:
            given = orjson.loads(body)
        except orjson.JSONDecodeError:
            given = None
        raw.update(given if isinstance(given, dict) else {})
    else:
        raw.update(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    return raw, uploads
