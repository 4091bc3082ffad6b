"""A Bot API with next to no cost of its own, in a process of its own.

It answers every send with a whole Message (text, entities, keyboard), as Telegram does, and
keeps the moment of each. It is not a checker: `bot.playground` is that.

    python -m benchmarks.server          prints its port, ends when its input ends

Alongside the Bot API there is POST /control with a JSON body {"do": …}, see `Api.control`.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from collections import deque
from typing import Any, cast

from benchmarks.sample import BOT, KEYBOARD, PAGE, PLAIN

_CHAT = re.compile(rb'chat_id"?(?:(?:\r\n[^\r\n]+)*\r\n\r\n|=|:\s*)"?(-?\d+)')
_OFFSET = re.compile(rb'offset"?(?:\r\n\r\n|=|:\s*)"?(-?\d+)')
_TIMEOUT = re.compile(rb'timeout"?(?:\r\n\r\n|=|:\s*)"?(\d+)')
_LENGTH = re.compile(rb"\r\ncontent-length:\s*(\d+)", re.IGNORECASE)
_MOST = 100
"""Updates in one answer (Bot API, getUpdates.limit)."""

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
_ENTITIES = [
    {"offset": 3, "length": 45, "type": "bold"},
    {"offset": 52, "length": 23, "type": "bold"},
    {"offset": 320, "length": 16, "type": "text_link", "url": "https://example.org/communique"},
]
_PHOTO = [
    {
        "file_id": f"AgACAgIAAxkBAAIC{size}mTn5C0Ad1bLk3xyz0123456789abcdefghijkl-example",
        "file_unique_id": f"AQADAgAT{size}",
        "width": size,
        "height": size // 2,
        "file_size": size * 40,
    }
    for size in (90, 320, 800, 1280)
]


def _message(**content: object) -> bytes:
    """The answer to a send, with places for the message's id and the chat's."""
    result = {
        "message_id": 987654321,
        "from": BOT,
        "chat": {"id": 123123123, "first_name": "Person", "type": "private"},
        "date": 1795000000,
        **content,
        "reply_markup": {"inline_keyboard": KEYBOARD},
    }
    answer = json.dumps({"ok": True, "result": result})
    return answer.replace("987654321", "%d").replace("123123123", "%d").encode()


_SENT = {
    b"sendMessage": _message(text=PLAIN, entities=_ENTITIES),
    b"sendPhoto": _message(photo=_PHOTO, caption=PLAIN, caption_entities=_ENTITIES),
}
_ME = json.dumps(
    {
        "ok": True,
        "result": BOT
        | {
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": True,
        },
    }
).encode()
_TRUE = b'{"ok":true,"result":true}'
_WEBHOOK = json.dumps(
    {"ok": True, "result": {"url": "", "has_custom_certificate": False, "pending_update_count": 0}}
).encode()


class Load:
    """Commands of people: how many are open at once, or how many come a second."""

    def __init__(self, updates: Updates) -> None:
        self._updates = updates
        self.asked: dict[int, float] = {}
        self.latencies: list[float] = []
        self.first = self.last = 0.0
        self._left = 0
        self._person = 0
        self._text = PAGE
        self._task: asyncio.Task[None] | None = None

    def closed(self, count: int, at_once: int, first_person: int, text: str = PAGE) -> None:
        """`count` commands in all, each from another person, `at_once` unanswered at any time."""
        self._begin(count, first_person, text)
        for _ in range(min(at_once, count)):
            self._ask()

    def paced(self, count: int, rate: float, first_person: int, text: str = PAGE) -> None:
        """`count` commands, evenly spaced, whether or not they are answered."""
        self._begin(count, first_person, text)
        self._task = asyncio.create_task(self._pace(count, rate))

    def answered(self, chat_id: int) -> None:
        asked = self.asked.pop(chat_id, None)
        if asked is None:
            return
        self.last = time.perf_counter()
        self.latencies.append(self.last - asked)
        if self._task is None and self._left:
            self._ask()

    def _begin(self, count: int, first_person: int, text: str) -> None:
        self.asked.clear()
        self.latencies.clear()
        self._left, self._person, self._text, self._task = count, first_person, text, None
        self.first = self.last = time.perf_counter()

    async def _pace(self, count: int, rate: float) -> None:
        began = time.perf_counter()
        for number in range(count):
            await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
            self._ask()

    def _ask(self) -> None:
        self._left -= 1
        self._person += 1
        self.asked[self._person] = time.perf_counter()
        self._updates.add(self._person, self._text)


class Updates:
    """What getUpdates gives out, with Telegram's rule of the offset."""

    def __init__(self) -> None:
        self._number = 1000
        self._waiting: deque[tuple[int, bytes]] = deque()
        self._asking: asyncio.Future[None] | None = None

    def add(self, person: int, text: str) -> None:
        self._number += 1
        length = len(text.partition(" ")[0])
        update = {
            "update_id": self._number,
            "message": {
                "message_id": 1,
                "from": {
                    "id": person,
                    "is_bot": False,
                    "first_name": "Person",
                    "language_code": ("en", "az", "tr", "ru")[person % 4],
                },
                "chat": {"id": person, "first_name": "Person", "type": "private"},
                "date": 1795000000,
                "text": text,
                "entities": [{"offset": 0, "length": length, "type": "bot_command"}],
            },
        }
        self._waiting.append((self._number, json.dumps(update).encode()))
        if self._asking is not None and not self._asking.done():
            self._asking.set_result(None)

    def forget(self) -> None:
        self._waiting.clear()

    async def get(self, offset: int, timeout: float) -> bytes:  # noqa: ASYNC109
        while self._waiting and self._waiting[0][0] < offset:
            self._waiting.popleft()
        if not self._waiting and timeout:
            self._asking = asyncio.get_running_loop().create_future()
            try:
                async with asyncio.timeout(timeout):
                    await self._asking
            except TimeoutError:
                pass
        found = [self._waiting[place][1] for place in range(min(_MOST, len(self._waiting)))]
        return b'{"ok":true,"result":[%s]}' % b",".join(found)


class Api:
    """All connections together."""

    def __init__(self) -> None:
        self.updates = Updates()
        self.load = Load(self.updates)
        self.sends: list[float] = []
        self.receivers: list[int] = []
        self.message_id = 0

    def answer(self, method: bytes, body: bytes) -> bytes | asyncio.Task[bytes]:
        if method in _SENT:
            found = _CHAT.search(body)
            chat_id = int(found[1]) if found else 0
            self.sends.append(time.perf_counter())
            self.receivers.append(chat_id)
            self.message_id += 1
            if self.load.asked:
                self.load.answered(chat_id)
            return _SENT[method] % (self.message_id, chat_id)
        if method == b"getUpdates":
            offset, timeout = _OFFSET.search(body), _TIMEOUT.search(body)
            return asyncio.create_task(
                self.updates.get(int(offset[1]) if offset else 0, int(timeout[1]) if timeout else 0)
            )
        if method == b"control":
            return json.dumps(self.control(json.loads(body))).encode()
        if method == b"getMe":
            return _ME
        return _WEBHOOK if method == b"getWebhookInfo" else _TRUE

    def control(self, order: dict[str, Any]) -> object:
        """What the runner asks: forget, closed, paced, report."""
        match order.pop("do"):
            case "forget":
                self.sends.clear()
                self.receivers.clear()
                self.load.asked.clear()
                self.updates.forget()
            case "closed":
                self.load.closed(**order)
            case "paced":
                self.load.paced(**order)
            case "report":
                return {
                    "sends": self.sends if order.get("times") else len(self.sends),
                    "chats": len(set(self.receivers)),
                    "seconds": self.sends[-1] - self.sends[0] if self.sends else 0,
                    "open": len(self.load.asked),
                    "answered": len(self.load.latencies),
                    "answering": self.load.last - self.load.first,
                    "latencies": self.load.latencies,
                }
        return True


class Connection(asyncio.Protocol):
    """One kept connection; requests come one after the other."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, _error: Exception | None) -> None:
        self._transport = None

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        while True:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            length = _LENGTH.search(self._buffer, 0, end + 2)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self._buffer) < whole:
                return
            path = self._buffer[: self._buffer.index(b" ", 6)]
            body, self._buffer = self._buffer[end + 4 : whole], self._buffer[whole:]
            answer = self._api.answer(path.rpartition(b"/")[2], body)
            if isinstance(answer, bytes):
                self._write(answer)
            else:
                answer.add_done_callback(self._write_later)

    def _write_later(self, task: asyncio.Task[bytes]) -> None:
        if not task.cancelled():
            self._write(task.result())

    def _write(self, answer: bytes) -> None:
        if self._transport is not None:
            self._transport.write(_HEAD % (len(answer), answer))


async def main() -> None:
    api = Api()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(api), "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    server.close()


def run() -> None:
    try:
        import uvloop  # noqa: PLC0415 - the leaner the better, but it does without
    except ImportError:
        asyncio.run(main())
    else:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(main())


if __name__ == "__main__":
    run()
