"""The Bot API through a SOCKS5 proxy: a real one on loopback."""

from __future__ import annotations

import pytest
from loopback_api import ME, TOKEN, LoopbackApi
from socks_server import SocksServer
from telegram import Bot, InputFile

from bot.telegram.transport import AiohttpRequest, AnswerLost, NeverSent

API = "http://bot-api.invalid"
"""A name that nobody but the proxy can look up."""


def port_of(api: LoopbackApi) -> int:
    return int(api.url.rpartition(":")[2])


def bot_through(proxy: str | None, api_url: str = API) -> Bot:
    return Bot(
        TOKEN,
        base_url=f"{api_url}/bot",
        request=AiohttpRequest(proxy=proxy),
        get_updates_request=AiohttpRequest(connections=1, proxy=proxy),
    )


@pytest.mark.parametrize("scheme", ["socks5", "socks5h", "SOCKS5"])
async def test_calls_and_files_go_through_the_proxy_that_looks_up_the_name(
    api: LoopbackApi, scheme: str
):
    async with (
        SocksServer(port_of(api)) as proxy,
        bot_through(f"{scheme}://127.0.0.1:{proxy.port}") as bot,
    ):
        for _ in range(3):
            await bot.send_message(5, "İşıq")
        await bot.send_document(5, InputFile(b"a,b", filename="a.csv"))
    assert bot.username == ME["username"]
    assert api.files["document"][1] == b"a,b"
    assert proxy.asked == [("bot-api.invalid", 80)]  # connections are kept


async def test_a_proxy_with_a_login(api: LoopbackApi):
    async with SocksServer(port_of(api), login=(b"user", b"pass@word")) as proxy:
        async with bot_through(f"socks5://user:pass%40word@127.0.0.1:{proxy.port}") as bot:
            assert bot.username == ME["username"]
        for wrong in ("user:hidden@", ""):
            async with AiohttpRequest(proxy=f"socks5://{wrong}127.0.0.1:{proxy.port}") as request:
                with pytest.raises(NeverSent) as caught:
                    await request.post(f"{API}/bot{TOKEN}/getMe")
            assert "hidden" not in str(caught.value)


@pytest.mark.parametrize("fault", ["refuses", "hangs_up"])
async def test_where_the_proxy_makes_no_connection_nothing_was_sent(api: LoopbackApi, fault: str):
    async with SocksServer(port_of(api), **{fault: True}) as proxy:
        request = AiohttpRequest(proxy=f"socks5://127.0.0.1:{proxy.port}")
        async with request:
            with pytest.raises(NeverSent, match="SOCKS"):
                await request.post(f"{API}/bot{TOKEN}/sendMessage")
    assert api.calls == []


async def test_a_proxy_that_is_not_there(api: LoopbackApi):
    async with AiohttpRequest(proxy="socks5://127.0.0.1:9") as request:
        with pytest.raises(NeverSent):
            await request.post(f"{API}/bot{TOKEN}/sendMessage")


async def test_no_tls_beyond_the_proxy_is_a_request_that_was_never_sent(api: LoopbackApi):
    async with (
        SocksServer(port_of(api)) as proxy,
        AiohttpRequest(proxy=f"socks5://127.0.0.1:{proxy.port}") as request,
    ):
        with pytest.raises(NeverSent, match="SSL"):
            await request.post(f"https://bot-api.invalid/bot{TOKEN}/sendMessage")
    assert proxy.asked == [("bot-api.invalid", 443)]


async def test_a_connection_that_breaks_after_the_request_may_have_taken_effect(api: LoopbackApi):
    async def answer(method, params):
        params["_request"].transport.abort()

    api.answer = answer
    async with (
        SocksServer(port_of(api)) as proxy,
        AiohttpRequest(proxy=f"socks5://127.0.0.1:{proxy.port}") as request,
    ):
        with pytest.raises(AnswerLost):
            await request.post(f"{API}/bot{TOKEN}/sendMessage")


async def test_the_environment_s_socks_proxy_is_for_others_than_this_machine(
    api: LoopbackApi, monkeypatch: pytest.MonkeyPatch
):
    async with SocksServer(port_of(api)) as proxy:
        monkeypatch.setenv("ALL_PROXY", f"socks5://127.0.0.1:{proxy.port}")
        for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
            monkeypatch.delenv(name, raising=False)
        for url in (API, api.url):
            async with bot_through(None, url) as bot:
                assert bot.username == ME["username"]
        assert len(proxy.asked) == 1
