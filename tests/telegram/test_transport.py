from __future__ import annotations

import asyncio
import logging
import socket
import traceback
from datetime import UTC, datetime
from io import BytesIO

import pytest
from aiohttp import web
from loopback_api import ME, TOKEN, LoopbackApi, message, ok, refused
from telegram import Bot, InputFile
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TimedOut,
)
from telegram.request import RequestData

from bot.alerts.model import Result
from bot.telegram.error_mapping import outcome_of
from bot.telegram.proxies import ProxyUnknown
from bot.telegram.transport import (
    AiohttpRequest,
    AnswerLate,
    AnswerLost,
    AnswerUnreadable,
    NeverSent,
)


def bot_at(url: str, **options) -> Bot:
    return Bot(
        TOKEN,
        base_url=url,
        request=AiohttpRequest(**options),
        get_updates_request=AiohttpRequest(connections=1),
    )


def everything_said(error: BaseException) -> str:
    """Whatever a log could show of an error: itself, its causes, its context, its traceback."""
    shown = "".join(traceback.format_exception(error))
    while error is not None:
        shown += repr(error) + str(error) + repr(error.args)
        error = error.__cause__ or error.__context__
    return shown


async def test_calls_and_answers(api: LoopbackApi):
    async with bot_at(api.base) as bot:
        sent = await bot.send_message(5, "İşıq 💡", disable_notification=True)
    assert bot.username == ME["username"]
    assert (sent.chat_id, sent.text) == (5, "İşıq 💡")
    assert api.calls[-1] == (
        "sendMessage",
        {"chat_id": 5, "text": "İşıq 💡", "disable_notification": True},
    )


async def test_files_go_as_a_form_with_their_names(api: LoopbackApi):
    async with bot_at(api.base) as bot:
        await bot.send_document(5, InputFile(b"a,b", filename="öhdəlik.csv"), caption="Hə")
        await bot.send_document(5, BytesIO(b"from a handle"), filename="x.bin")
    assert api.calls[1][1]["caption"] == "Hə"
    assert api.files["document"][:2] == ("x.bin", b"from a handle")


async def test_half_a_surrogate_pair_is_no_reason_to_fail(api: LoopbackApi):
    async def answer(method, params):
        return web.Response(body=b'{"ok": true, "result": "\\ud83d \xff"}')

    api.answer = answer
    async with AiohttpRequest() as request:
        data = RequestData()
        assert await request.post(f"{api.base}{TOKEN}/x", data) == "\ud83d �"
    api.answer = None
    async with bot_at(api.base) as bot:
        await bot.send_message(5, "half \ud83d")
    assert api.calls[-1][1]["text"] == "half ?"


async def test_a_download(api: LoopbackApi):
    async def answer(method, params):
        return web.Response(body=b"bytes")

    api.answer = answer
    async with AiohttpRequest() as request:
        assert await request.retrieve(f"{api.url}/file/bot{TOKEN}/photos/a.jpg") == b"bytes"


@pytest.mark.parametrize(
    ("response", "kind"),
    [
        (lambda: refused(400, "Bad Request: chat not found"), BadRequest),
        (lambda: refused(403, "Forbidden: bot was blocked by the user"), Forbidden),
        (lambda: refused(401, "Unauthorized"), InvalidToken),
        (lambda: refused(404, "Not Found"), InvalidToken),
        (lambda: refused(409, "Conflict: terminated by other getUpdates request"), Conflict),
        (lambda: refused(429, "Too Many Requests: retry after 3", retry_after=3), RetryAfter),
        (lambda: refused(400, "Bad Request: upgraded", migrate_to_chat_id=-9), ChatMigrated),
        (lambda: refused(500, "Internal Server Error: restart"), NetworkError),
        (lambda: web.Response(status=502, text="<html>Bad Gateway</html>"), NetworkError),
        (lambda: web.Response(text="not json"), AnswerUnreadable),
        (lambda: web.Response(status=302, headers={"Location": "/elsewhere"}), NetworkError),
    ],
)
async def test_refusals_become_the_library_s_errors(api: LoopbackApi, response, kind):
    async def answer(method, params):
        if method == "getMe":
            return ok(ME)
        return response()

    api.answer = answer
    async with bot_at(api.base) as bot:
        with pytest.raises(kind) as caught:
            await bot.send_message(5, "x")
    assert type(caught.value) is kind
    assert TOKEN not in everything_said(caught.value)


async def test_a_proxy_s_error_page_is_not_repeated(api: LoopbackApi):
    async def answer(method, params):
        return web.Response(status=503, text=f"<p>cannot fetch {params['_request'].url}</p>")

    api.answer = answer
    async with AiohttpRequest() as request:
        with pytest.raises(NetworkError) as caught:
            await request.post(f"{api.base}{TOKEN}/sendMessage")
    assert str(caught.value) == "Service Unavailable (503)"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409])
@pytest.mark.parametrize("page", ["<html>Access denied</html>", '{"error": "denied"}', ""])
async def test_what_a_proxy_refuses_says_nothing_of_the_chat_or_the_bot(
    api: LoopbackApi, status: int, page: str
):
    async def answer(method, params):
        return ok(ME) if method == "getMe" else web.Response(status=status, text=page)

    api.answer = answer
    async with bot_at(api.base) as bot:
        with pytest.raises(NeverSent, match=f"Not Telegram has answered: {status}") as caught:
            await bot.send_message(5, "x")
    assert outcome_of(caught.value, datetime.now(UTC)).result is Result.RETRY
    assert TOKEN not in everything_said(caught.value)


async def failing(api: LoopbackApi, handler) -> NetworkError:
    async def answer(method, params):
        return ok(ME) if method == "getMe" else await handler(params["_request"])

    api.answer = answer
    async with bot_at(api.base, read_timeout=0.2) as bot:
        with pytest.raises(NetworkError) as caught:
            await bot.send_message(5, "x")
    assert TOKEN not in everything_said(caught.value)
    return caught.value


async def cut(request: web.Request) -> web.Response:
    request.transport.abort()
    return web.Response()


async def cut_halfway(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "100"})
    await response.prepare(request)
    await response.write(b'{"ok": true')
    request.transport.close()
    return response


async def dawdle(request: web.Request) -> web.Response:
    await asyncio.sleep(5)
    return ok(True)


async def test_a_connection_cut_after_the_request_is_ambiguous(api: LoopbackApi):
    assert type(await failing(api, cut)) is AnswerLost


async def test_half_an_answer_is_ambiguous(api: LoopbackApi):
    assert type(await failing(api, cut_halfway)) is AnswerLost


async def test_no_answer_in_time_is_ambiguous(api: LoopbackApi):
    error = await failing(api, dawdle)
    assert isinstance(error, AnswerLate)
    assert isinstance(error, TimedOut)


@pytest.mark.parametrize("host", ["127.0.0.1:{free}", "no-such-host.invalid"])
async def test_no_connection_means_never_sent(host):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    async with AiohttpRequest(connect_timeout=2) as request:
        with pytest.raises(NeverSent) as caught:
            await request.post(f"http://{host.format(free=free)}/bot{TOKEN}/getMe")
    assert TOKEN not in everything_said(caught.value)


async def test_a_certificate_that_nobody_vouches_for_means_never_sent(api: LoopbackApi):
    async with AiohttpRequest() as request:
        with pytest.raises(NeverSent):  # plain HTTP is no TLS at all
            await request.post(f"{api.base.replace('http:', 'https:')}{TOKEN}/getMe")


async def test_no_free_connection_in_time_means_never_sent(api: LoopbackApi):
    async def answer(method, params):
        await asyncio.sleep(0.5)
        return ok(True)

    api.answer = answer
    options = {"connections": 1, "pool_timeout": 0.05, "connect_timeout": 0.05}
    async with AiohttpRequest(**options) as request:
        url = f"{api.base}{TOKEN}/x"
        first = asyncio.create_task(request.post(url))
        await asyncio.sleep(0.02)
        with pytest.raises(NeverSent) as caught:
            await request.post(url)
        assert await first is True
    assert TOKEN not in everything_said(caught.value)
    assert len(api.calls) == 1


async def test_a_call_s_own_timeout_wins_over_the_default(api: LoopbackApi):
    async def answer(method, params):
        await asyncio.sleep(0.15)
        return ok(True)

    api.answer = answer
    async with AiohttpRequest(read_timeout=0.05) as request:
        assert request.read_timeout == 0.05
        url = f"{api.base}{TOKEN}/x"
        assert await request.post(url, read_timeout=2) is True
        assert await request.post(url, read_timeout=None) is True
        with pytest.raises(AnswerLate):
            await request.post(url)


async def test_long_polling_waits_as_long_as_it_asked_for(api: LoopbackApi):
    async def answer(method, params):
        await asyncio.sleep(0.3)
        return ok([])

    api.answer = answer
    request = AiohttpRequest(read_timeout=0.1)
    bot = Bot(TOKEN, base_url=api.base, request=AiohttpRequest(), get_updates_request=request)
    async with request:
        assert await bot.get_updates(timeout=1) == ()


async def test_open_and_closed_more_than_once(api: LoopbackApi):
    request = AiohttpRequest()
    url = f"{api.base}{TOKEN}/x"
    with pytest.raises(NeverSent):
        await request.post(url)
    for _ in range(2):
        await request.initialize()
        await request.initialize()
        assert await request.post(url) is True
        await request.shutdown()
        await request.shutdown()
    with pytest.raises(NeverSent):
        await request.post(url)


async def test_the_explicit_proxy_is_asked(api: LoopbackApi):
    async with AiohttpRequest(proxy=api.url) as request:
        assert await request.post(f"http://bot-api.invalid/bot{TOKEN}/x") is True


async def test_the_environment_s_proxy_is_asked_but_not_for_this_machine(
    api: LoopbackApi, monkeypatch
):
    monkeypatch.setenv("all_proxy", api.url)
    monkeypatch.setenv("no_proxy", "spared.invalid")
    monkeypatch.delenv("http_proxy", raising=False)
    monkeypatch.delenv("https_proxy", raising=False)
    async with AiohttpRequest() as request:
        assert await request.post(f"http://bot-api.invalid/bot{TOKEN}/x") is True
        with pytest.raises(NeverSent):
            await request.post(f"http://spared.invalid/bot{TOKEN}/x")
        with pytest.raises(NeverSent):
            await request.post(f"http://127.0.0.1:1/bot{TOKEN}/x")


def test_a_proxy_of_another_protocol_is_refused_at_once(monkeypatch):
    with pytest.raises(ProxyUnknown, match="socks4://") as caught:
        AiohttpRequest(proxy="socks4://user:hidden@127.0.0.1:9050")
    assert "hidden" not in str(caught.value)
    monkeypatch.setenv("all_proxy", "ftp://127.0.0.1:9050")
    with pytest.raises(ProxyUnknown, match="ALL_PROXY"):
        AiohttpRequest()


async def test_many_calls_share_a_few_connections(api: LoopbackApi):
    peers = set()

    async def answer(method, params):
        peers.add(params["_request"].transport.get_extra_info("peername"))
        await asyncio.sleep(0)
        return ok(message({"chat_id": 1}))

    api.answer = answer
    async with AiohttpRequest(connections=4) as request:
        await asyncio.gather(*(request.post(f"{api.base}{TOKEN}/x") for _ in range(40)))
    assert len(api.calls) == 40
    assert len(peers) <= 4


async def test_debug_logs_of_libraries_do_not_show_more(api: LoopbackApi, caplog):
    caplog.set_level(logging.DEBUG, logger="aiohttp")
    await failing(api, cut)
    assert TOKEN not in caplog.text
