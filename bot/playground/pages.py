"""The chat page and what it asks for: /, /page/… and /play/…."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote

import orjson
from aiohttp import web

from bot.playground.errors import ApiError
from bot.playground.model import ADMINISTRATOR, CREATOR, MEMBER, Json
from bot.playground.views import clock_view, event_view, result_view, state_view
from bot.playground.world import World

_FOLDER = Path(__file__).with_name("page")
_FILE = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+")
_TYPES = {
    "html": "text/html", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml",
    "png": "image/png", "json": "application/json", "woff2": "font/woff2",
}  # fmt: skip
_SAFE = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline';"
        " frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
_HEARTBEAT_SECONDS = 15.0
_ANSWER_SECONDS = 10.0
_ALBUM = 2
"""Pictures of an album."""

Action = Callable[[Json], Awaitable[Json]]


class Pages:
    """Serves the page and drives the world for it."""

    def __init__(
        self, world: World, closing: asyncio.Event, texts: Mapping[str, Json] | None = None
    ) -> None:
        self._world = world
        self._texts = dict(texts or {})
        self._closing = closing
        self._results: dict[tuple[int, str], Json] = {}
        self._actions: dict[str, Action] = {
            "say": self._say,
            "send": self._send,
            "edit": self._edit,
            "press": self._press,
            "inline": self._inline,
            "choose": self._choose,
            "block": self._block,
            "clock": self._clock,
            "member": self._member,
        }

    async def serve(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer everything that is not the Bot API."""
        path = unquote(request.rel_url.raw_path)
        if request.method == "POST" and path.startswith("/play/"):
            return await self._act(request, path.removeprefix("/play/"))
        if request.method != "GET":
            return web.Response(status=405)
        if path == "/play/events":
            return await self._events(request)
        if path.startswith("/play/"):
            return self._look(request, path.removeprefix("/play/"))
        return await _static("index.html" if path == "/" else path.removeprefix("/page/"))

    def _look(self, request: web.BaseRequest, path: str) -> web.StreamResponse:
        if path == "state":
            return _json(state_view(self._world))
        if path == "texts":
            return _json(self._texts)
        if path == "commands":
            return self._commands(request)
        return self._file(path.removeprefix("file/"))

    async def _act(self, request: web.BaseRequest, name: str) -> web.StreamResponse:
        action = self._actions.get(name)
        if action is None:
            return web.Response(status=404)
        if request.content_type != "application/json":
            return web.Response(status=415)  # a form of another site cannot send JSON
        try:
            given = orjson.loads(await request.read())
            return _json(await action(given))
        except (KeyError, TypeError, ValueError, orjson.JSONDecodeError, ApiError) as error:
            return _json({"error": f"{type(error).__name__}: {error}"}, status=400)
        except TimeoutError:
            return _json({"error": "the bot did not answer"}, status=504)

    async def _say(self, given: Json) -> Json:
        chat = self._world.chats.get(given.get("chat_id") or 0)
        if chat is not None and chat.type == "channel":
            post = await self._world.publish(chat.id, given["text"])
            return {"message_id": post["message_id"]}
        message = await self._world.say(
            given["user_id"],
            given["text"],
            given.get("chat_id"),
            given.get("thread_id"),
            given.get("reply_to"),
        )
        return {"message_id": message["message_id"]}

    async def _send(self, given: Json) -> Json:
        """What is not a text: a sticker, a voice message, an album, a forwarded post."""
        user_id, chat_id = given["user_id"], given["chat_id"]
        match given["kind"]:
            case "sticker":
                await self._world.send_sticker(user_id, chat_id=chat_id)
            case "voice":
                await self._world.send_voice(user_id, chat_id)
            case "album":
                album = secrets.token_hex(8)
                for _ in range(_ALBUM):
                    await self._world.send_photo(user_id, chat_id=chat_id, album=album)
            case "forward":
                await self._world.forward(user_id, given["text"], given["channel"], chat_id)
            case kind:
                raise ValueError(f"nobody can send a {kind}")
        return {}

    async def _edit(self, given: Json) -> Json:
        await self._world.edit(
            given["user_id"], given["chat_id"], given["message_id"], given["text"]
        )
        return {}

    async def _press(self, given: Json) -> Json:
        query_id = await self._world.press(
            given["user_id"], given["chat_id"], given["message_id"], given["data"], stale=True
        )
        toast = await self._world.toast(query_id, _ANSWER_SECONDS)
        return {"toast": toast.text, "alert": toast.alert, "url": toast.url}

    async def _inline(self, given: Json) -> Json:
        user_id = given["user_id"]
        answer = await self._world.inline_answer(
            user_id, given["query"], given.get("offset", ""), timeout=_ANSWER_SECONDS
        )
        for result in answer["results"]:
            self._results[user_id, result["id"]] = result
        views = [result_view(result) for result in answer["results"]]
        return {"results": views, "next_offset": answer.get("next_offset", "")}

    async def _choose(self, given: Json) -> Json:
        result = self._results[given["user_id"], given["result_id"]]
        message = await self._world.choose(given["user_id"], given["chat_id"], result)
        return {"message_id": message["message_id"]}

    async def _block(self, given: Json) -> Json:
        self._world.block(given["user_id"], bool(given["blocked"]))
        return {}

    async def _clock(self, given: Json) -> Json:
        self._world.clock.advance(timedelta(seconds=given["seconds"]))
        view = clock_view(self._world)
        self._world.emit("clock", **view)
        return view

    async def _member(self, given: Json) -> Json:
        world, chat_id, status = self._world, given["chat_id"], given["status"]
        by = given.get("by") or next(
            user_id for user_id in world.chats[chat_id].members if user_id in world.users
        )
        if "user_id" in given and given["user_id"] != world.bot.id:
            world.set_member(chat_id, given["user_id"], status, by)
        elif status in {CREATOR, ADMINISTRATOR, MEMBER}:
            world.add_bot(chat_id, by, status)
        else:
            world.remove_bot(chat_id, by, status)
        return {}

    def _commands(self, request: web.BaseRequest) -> web.StreamResponse:
        try:
            user = self._world.users[int(request.query["user_id"])]
            chat = self._world.chats[int(request.query.get("chat_id", user.id))]
        except (KeyError, ValueError):
            return web.Response(status=404)
        status = self._world.status(chat, user.id)
        return _json(self._world.profile.commands_for(user, chat, status))

    def _file(self, file_id: str) -> web.StreamResponse:
        file = self._world.files.get(file_id)
        if file is None:
            return web.Response(status=404)
        picture = file.upload.content_type in {"image/png", "image/jpeg", "image/webp"}
        headers = dict(_SAFE)
        if not picture:
            headers["Content-Disposition"] = "attachment"
        kind = file.upload.content_type if picture else "application/octet-stream"
        return web.Response(body=file.upload.content, content_type=kind, headers=headers)

    async def _events(self, request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        events: asyncio.Queue[bytes] = asyncio.Queue()
        end = self._world.listen(
            lambda event: events.put_nowait(orjson.dumps(event_view(self._world, event)))
        )
        closing = asyncio.ensure_future(self._closing.wait())
        try:
            await response.prepare(request)
            await response.write(b"retry: 1000\n\n")
            while not closing.done():
                await self._write_next(response, events, closing)
        except ConnectionError:
            return response  # the page was closed
        finally:
            end()
            closing.cancel()
        return response

    async def _write_next(
        self,
        response: web.StreamResponse,
        events: asyncio.Queue[bytes],
        closing: asyncio.Task[Literal[True]],
    ) -> None:
        getting = asyncio.ensure_future(events.get())
        waiting: set[asyncio.Future[Any]] = {getting, closing}
        try:
            done, _ = await asyncio.wait(
                waiting, timeout=_HEARTBEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            getting.cancel()
        if getting in done:
            await response.write(b"data: " + getting.result() + b"\n\n")
        elif not done:
            await response.write(b": still here\n\n")


def _json(value: object, status: int = 200) -> web.Response:
    return web.Response(
        body=orjson.dumps(value), status=status, content_type="application/json", headers=_SAFE
    )


async def _static(name: str) -> web.StreamResponse:
    if not _FILE.fullmatch(name):
        return web.Response(status=404)
    try:
        content = await asyncio.to_thread((_FOLDER / name).read_bytes)
    except FileNotFoundError:
        return web.Response(status=404)
    kind = _TYPES.get(name.rsplit(".", 1)[-1], "application/octet-stream")
    charset = "utf-8" if kind.startswith("text/") else None
    return web.Response(body=content, content_type=kind, charset=charset, headers=_SAFE)
