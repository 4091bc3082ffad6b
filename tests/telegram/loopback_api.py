"""A tiny Bot API on loopback whose answers a test writes itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web

TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"
ME = {"id": 123456789, "is_bot": True, "first_name": "Bot", "username": "a_bot"}

Answer = Callable[[str, dict[str, Any]], Awaitable[web.StreamResponse]]


def ok(result: Any) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def refused(code: int, description: str, **parameters: Any) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": code, "description": description}
    if parameters:
        body["parameters"] = parameters
    return web.json_response(body, status=code)


def message(params: dict[str, Any], number: int = 1) -> dict[str, Any]:
    chat = int(params["chat_id"])
    kind = {"type": "private"} if chat > 0 else {"type": "supergroup", "title": "G"}
    return {
        "message_id": number,
        "date": 1_700_000_000,
        "chat": {"id": chat, **kind},
        "text": params.get("text", ""),
    }


def refusing(*rules: tuple[str, str]) -> Answer:
    """Answers 400 with a rule's words where the call holds the rule's text."""

    async def answer(method: str, params: dict[str, Any]) -> web.StreamResponse:
        if method == "getMe":
            return ok(ME)
        said = repr({name: param for name, param in params.items() if name != "_request"})
        for text, words in rules:
            if text in said:
                return refused(400, f"Bad Request: {words}")
        return ok(message(params))

    return answer


@dataclass
class LoopbackApi:
    """Answers each call by `answer`; keeps the calls."""

    answer: Answer | None = None
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    files: dict[str, tuple[str, bytes, str]] = field(default_factory=dict)
    url: str = ""

    async def start(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", self._handle)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        await self._runner.cleanup()

    @property
    def base(self) -> str:
        return f"{self.url}/bot"

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        method = request.path.rpartition("/")[2]
        params = await self._params(request)
        self.calls.append((method, params))
        self.times.append(asyncio.get_running_loop().time())
        if self.answer is not None:
            return await self.answer(method, {**params, "_request": request})
        if method == "getMe":
            return ok(ME)
        return ok(message(params, len(self.calls)) if "chat_id" in params else True)

    async def _params(self, request: web.Request) -> dict[str, Any]:
        if request.content_type == "application/json":
            return dict(orjson.loads(await request.read()))
        params: dict[str, Any] = {}
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                self.files[name] = (value.filename, value.file.read(), value.content_type)
            else:
                params[name] = value
        return params
