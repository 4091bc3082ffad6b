"""The bot behind a webhook: Telegram delivers, and everything is as with polling."""

from __future__ import annotations

import asyncio
import io
import re
import socket
from contextlib import asynccontextmanager

import aiohttp
import orjson
import pytest
from telegram.error import BadRequest

from bot.app import running_bot
from bot.playground.clock import PlayClock
from bot.playground.faults import Fault
from bot.playground.server import Playground
from bot.settings import read_settings
from bot.telegram.webhook import LARGEST_UPDATE, SECRET_HEADER, secret_of

TOKEN = "700000001:a-token-of-one-behind-a-webhook"
ADMIN, EMMA = 1, 424242


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@asynccontextmanager
async def hooked(data, playground=None, **overrides):
    playground = playground or Playground(TOKEN, PlayClock())
    playground.world.person(ADMIN, "Admin", "en")
    playground.world.person(EMMA, "Emma", "en", started=True)
    await playground.start()
    port = free_port()
    values = {
        "token": TOKEN,
        "api_url": playground.url,
        "data": data,
        "admins": str(ADMIN),
        "chat_seconds": 0,
        "pictures": False,
        "listen": f"127.0.0.1:{port}",
        "webhook_url": f"http://127.0.0.1:{port}/hook/here",
    }
    try:
        async with running_bot(read_settings(**(values | overrides)), playground.clock.now) as bot:
            yield playground, bot
    finally:
        await playground.stop()


@pytest.fixture
async def hook(tmp_path):
    async with (
        hooked(tmp_path / "data", board_url="http://127.0.0.1/board/") as (playground, bot),
        aiohttp.ClientSession() as session,
    ):
        yield playground, bot, session


async def answered(playground, count: int = 1) -> None:
    await playground.world.wait_for(
        lambda: len(playground.world.answers(EMMA)) >= count or None, 60
    )


def posted(text: str = "/start", number: int = 5) -> bytes:
    person = {"id": EMMA, "first_name": "Emma", "is_bot": False, "language_code": "en"}
    chat = {"id": EMMA, "type": "private", "first_name": "Emma"}
    message = {"message_id": 9, "date": 1, "chat": chat, "from": person, "text": text}
    return orjson.dumps({"update_id": number, "message": message})


async def post(session, bot, body=None, path="/hook/here", **headers):
    given = {SECRET_HEADER: secret_of(TOKEN), "Content-Type": "application/json", **headers}
    async with session.post(bot.url + path, data=body or posted(), headers=given) as answer:
        return answer.status


async def test_an_update_is_delivered_handled_and_erased(hook, tmp_path):
    playground, bot, _ = hook
    info = playground.world.updates.webhook
    assert info["secret_token"] == secret_of(TOKEN)
    await playground.world.say(EMMA, "What about the railway?")
    await answered(playground)
    files = tmp_path / "data"
    async with asyncio.timeout(60):  # it is counted out first, then erased beside the event loop
        while (await bot.context.store.inbox()).count:  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.01)
    assert not any(b"What about the railway" in file.read_bytes() for file in files.iterdir())


async def test_the_order_within_a_chat_is_kept(hook):
    playground, _, _ = hook
    for number in range(10):
        await playground.world.say(EMMA, f"/provision {901 + number}")  # there are none
    await answered(playground, 10)
    texts = [answer["text"] for answer in playground.world.answers(EMMA)]
    numbers = [int(re.search(r"\d+", text)[0]) for text in texts]
    assert numbers == list(range(901, 911)), texts


async def test_an_update_that_comes_twice_is_handled_once(hook):
    playground, bot, session = hook
    for _ in range(3):
        assert await post(session, bot) == 200
    await answered(playground)
    await asyncio.sleep(0.1)
    assert await post(session, bot) == 200
    await asyncio.sleep(0.1)
    assert len(playground.world.answers(EMMA)) == 1


async def test_nobody_else_can_make_up_an_update(hook):
    playground, bot, session = hook
    for secret in ("", "wrong", secret_of(TOKEN)[:-1], "é"):
        assert await post(session, bot, **{SECRET_HEADER: secret}) == 401
    async with session.post(bot.url + "/hook/here", data=posted()) as answer:
        assert answer.status == 401
    await asyncio.sleep(0.05)
    assert not playground.world.answers(EMMA)


async def test_what_is_no_update_is_refused(hook):
    _, bot, session = hook
    for body in (b"{", b"[]", b"1", b'{"update_id":"x"}', b'{"update_id":true}'):
        assert await post(session, bot, body) == 400, body


async def test_an_update_of_a_kind_that_nobody_knows_is_passed_over(hook):
    playground, bot, session = hook
    assert await post(session, bot, b'{"update_id":7,"brand_new":{"from":{"id":3}}}') == 200
    assert await post(session, bot, b'{"update_id":8,"message":{"text":1}}') == 200
    assert await post(session, bot) == 200
    await answered(playground)


async def test_a_large_body_is_refused(hook):
    _, bot, session = hook
    body = b'{"update_id":1,"x":"' + b"x" * LARGEST_UPDATE + b'"}'
    assert await post(session, bot, io.BytesIO(body)) == 413

    async def parts():
        for _ in range(200):
            yield b"x" * 10_000

    assert await post(session, bot, parts()) == 413


async def test_only_posts_are_taken_there(hook):
    _, bot, session = hook
    async with session.get(bot.url + "/hook/here") as answer:
        assert answer.status in {404, 405}


async def test_health_metrics_and_the_board_stand_beside_it(hook):
    playground, bot, session = hook
    await playground.world.say(EMMA, "What about the railway?")
    await playground.world.say(EMMA, "qwertyuiop zxcvbnm")
    await answered(playground, 2)
    for path in ("/healthz", "/readyz"):
        async with session.get(bot.url + path) as answer:
            assert answer.status == 200, await answer.text()
    async with session.get(bot.url + "/metrics") as answer:
        text = await answer.text()
    assert 'briefing_update_seconds_count{kind="message"} 2.0' in text
    assert 'briefing_searches_total{decision="decline"} 1.0' in text
    assert "briefing_leading 1.0" in text
    assert 'briefing_telegram_calls_total{method="sendMessage",result="ok"} 2.0' in text
    assert 'briefing_store_seconds_count{call="accept_updates"}' in text
    assert str(EMMA) not in text
    async with session.get(bot.url + "/board/en/") as answer:
        assert answer.status == 200


async def test_a_store_that_refuses_makes_telegram_come_again(hook, monkeypatch):
    from bot.storage.errors import StoreFull
    from bot.storage.tinydb.storage import JournalStorage

    playground, bot, session = hook
    append = JournalStorage.append

    def full(*_):
        raise StoreFull("no room")

    monkeypatch.setattr(JournalStorage, "append", full)
    assert await post(session, bot) == 503
    monkeypatch.setattr(JournalStorage, "append", append)
    assert await post(session, bot) == 200
    await answered(playground)


async def test_the_proxy_path_can_be_another(tmp_path):
    async with (
        hooked(tmp_path, webhook_path="/inner") as (_, bot),
        aiohttp.ClientSession() as session,
    ):
        assert await post(session, bot, path="/inner") == 200
        assert await post(session, bot) == 404


async def test_what_was_accepted_and_not_handled_is_handled_after_a_stop(tmp_path):
    data = tmp_path / "data"
    async with hooked(data) as (playground, bot):
        stuck = playground.faults.add(Fault("timeout", method="sendMessage"))
        async with aiohttp.ClientSession() as session:
            assert await post(session, bot) == 200
        async with asyncio.timeout(60):
            while not stuck.hits:  # noqa: ASYNC110 - nothing tells
                await asyncio.sleep(0.01)
    async with hooked(data) as (playground, bot):
        await answered(playground)
        await asyncio.sleep(0.1)
        assert len(playground.world.answers(EMMA)) == 1


async def test_leftovers_of_a_webhook_are_handled_by_a_bot_that_polls(tmp_path):
    from bot.storage.protocol import Accepted
    from bot.storage.tinydb import open_store

    store = await open_store(tmp_path, PlayClock().now)
    await store.accept_updates([Accepted(5, EMMA, posted())])
    await store.close()
    async with hooked(tmp_path, webhook_url=None, listen=None) as (playground, _):
        await answered(playground)


async def test_it_says_that_messages_wait_on_disk(hook):
    playground, _, _ = hook
    await playground.world.say(EMMA, "/privacy")
    await answered(playground)
    assert "waits on disk" in playground.world.answers(EMMA)[0]["text"]


async def test_the_webhook_is_set_once_telegram_is_reached(tmp_path):
    playground = Playground(TOKEN, PlayClock())
    playground.faults.add(Fault("error", method="setWebhook", code=502, times=4))
    async with hooked(tmp_path, playground=playground):
        assert playground.world.updates.webhook is not None


async def test_an_address_that_telegram_does_not_take_ends_it(tmp_path):
    with pytest.raises(BadRequest):
        async with hooked(tmp_path, webhook_url="http://example.org/x"):
            pass
