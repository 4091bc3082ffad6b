from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from loopback_api import ME, TOKEN, LoopbackApi, message, ok, refused
from telegram.error import BadRequest, NetworkError, RetryAfter
from telegram.ext import ExtBot

from bot.alerts.rate_scheduler import Priority, RateBucket
from bot.telegram.rate_limiter import RateLimiter, bucket_of
from bot.telegram.transport import AiohttpRequest, NeverSent

ALERT = Priority.ALERT


@asynccontextmanager
async def paced_bot(api: LoopbackApi, **limits) -> AsyncIterator[ExtBot]:
    bot = ExtBot(
        TOKEN,
        base_url=api.base,
        request=AiohttpRequest(),
        get_updates_request=AiohttpRequest(connections=1),
        rate_limiter=RateLimiter(**limits),
    )
    async with bot:
        api.calls.clear()
        api.times.clear()
        yield bot


def first_times(times: int, response):
    """Answers so many messages by `response`, then as usual."""
    left = [times]

    async def answer(method, params):
        if method == "getMe":
            return ok(ME)
        if left[0]:
            left[0] -= 1
            return response()
        return ok(message(params) if "chat_id" in params else True)

    return answer


@pytest.mark.parametrize(
    ("endpoint", "data", "bucket"),
    [
        ("sendMessage", {"chat_id": 5}, RateBucket(5)),
        ("sendMessage", {"chat_id": "-5"}, RateBucket(-5)),
        ("sendDocument", {"chat_id": "@Channel"}, RateBucket("@channel")),
        ("copyMessage", {"chat_id": 5, "from_chat_id": 6}, RateBucket(5)),
        ("editMessageText", {"chat_id": 5}, RateBucket(5, counted=False)),
        ("deleteMessage", {"chat_id": 5}, RateBucket(5, counted=False)),
        ("editMessageText", {"inline_message_id": "a"}, None),
        ("sendChatAction", {"chat_id": 5}, None),
        ("getChatMember", {"chat_id": 5}, None),
        ("answerCallbackQuery", {"callback_query_id": "1"}, None),
        ("setMyCommands", {}, None),
    ],
)
def test_what_waits_for_what(endpoint, data, bucket):
    assert bucket_of(endpoint, data) == bucket


async def test_the_rate_is_kept(api: LoopbackApi):
    async with paced_bot(api, rate=100) as bot:
        await asyncio.gather(
            *(bot.send_message(chat, "x", rate_limit_args=ALERT) for chat in range(1, 41))
        )
    assert api.times[-1] - api.times[0] >= 0.3  # 0.39, but for a first call that was late


async def test_the_rate_changes_also_for_those_who_wait(api: LoopbackApi):
    async with paced_bot(api, rate=1000) as bot:
        bot.rate_limiter.allow(0)
        sending = [asyncio.create_task(bot.send_message(chat, "x")) for chat in range(1, 6)]
        await asyncio.sleep(0.1)
        assert not api.calls
        assert bot.rate_limiter.rate == 0
        bot.rate_limiter.allow(20)
        await asyncio.gather(*sending)
    assert api.times[-1] - api.times[0] >= 3.5 / 20


async def test_a_rate_that_has_run_out_leaves_one_a_second(api: LoopbackApi):
    now = asyncio.get_running_loop().time
    async with paced_bot(api, rate=1000) as bot:
        bot.rate_limiter.allow(0, now() + 0.1)
        async with asyncio.timeout(60):
            await bot.send_message(1, "x")
            began = now()
            await bot.send_message(2, "x")
        assert now() - began > 0.9
        assert bot.rate_limiter.rate == 1
        bot.rate_limiter.allow(1000, now() + 9)
        async with asyncio.timeout(0.9):
            await bot.send_message(3, "x")


async def test_an_answer_goes_before_alerts_that_wait(api: LoopbackApi):
    async with paced_bot(api, rate=20) as bot:
        alerts = [
            asyncio.create_task(bot.send_message(chat, "alert", rate_limit_args=ALERT))
            for chat in range(1, 20)
        ]
        await asyncio.sleep(0.12)
        await bot.send_message(99, "answer")
        await asyncio.gather(*alerts)
    assert [params["text"] for _, params in api.calls].index("answer") < len(alerts) / 2


async def test_toasts_and_questions_do_not_wait(api: LoopbackApi):
    async with paced_bot(api, rate=0.01) as bot:
        await bot.send_message(1, "x")
        async with asyncio.timeout(60):
            for _ in range(10):
                await bot.answer_callback_query("q")


async def test_an_answer_waits_out_a_short_flood_wait(api: LoopbackApi):
    async with paced_bot(api) as bot:
        api.answer = first_times(1, lambda: refused(429, "Too Many Requests", retry_after=1))
        await bot.send_message(5, "x")
    assert len(api.calls) == 2
    assert api.times[1] - api.times[0] >= 1.0


async def test_a_long_flood_wait_is_not_slept_out_and_concerns_one_chat(api: LoopbackApi):
    async with paced_bot(api, chat_seconds=0) as bot:
        api.answer = first_times(1, lambda: refused(429, "Too Many Requests", retry_after=900))
        async with asyncio.timeout(60):
            for _ in range(2):
                with pytest.raises(RetryAfter) as caught:
                    await bot.send_message(5, "x")
                assert 890 < caught.value.retry_after.total_seconds() < 901
            with pytest.raises(RetryAfter):
                await bot.edit_message_text("x", 5, 1)
            await bot.send_message(6, "x")
    assert [params["chat_id"] for _, params in api.calls] == [5, 6]


async def test_an_alert_never_sleeps_out_a_flood_wait(api: LoopbackApi):
    async with paced_bot(api) as bot:
        api.answer = first_times(1, lambda: refused(429, "Too Many Requests", retry_after=2))
        async with asyncio.timeout(1.9):
            with pytest.raises(RetryAfter):
                await bot.send_message(5, "x", rate_limit_args=ALERT)
    assert len(api.calls) == 1


async def test_a_menu_waits_out_a_short_flood_wait(api: LoopbackApi):
    async with paced_bot(api) as bot:
        api.answer = first_times(1, lambda: refused(429, "Too Many Requests", retry_after=1))
        assert await bot.set_my_commands([("start", "Start")])
        api.answer = first_times(9, lambda: refused(429, "Too Many Requests", retry_after=30))
        with pytest.raises(RetryAfter):
            await bot.set_my_commands([("start", "Start")])
    assert len(api.calls) == 3


async def test_an_answer_survives_a_server_s_hiccup_and_an_alert_is_given_back(api: LoopbackApi):
    async with paced_bot(api, chat_seconds=0.01) as bot:
        api.answer = first_times(1, lambda: refused(502, "Bad Gateway"))
        await bot.send_message(5, "x")
        assert len(api.calls) == 2
        api.answer = first_times(1, lambda: refused(502, "Bad Gateway"))
        with pytest.raises(NetworkError):
            await bot.send_message(5, "x", rate_limit_args=ALERT)
        assert len(api.calls) == 3


async def test_hiccups_are_not_waited_out_for_ever(api: LoopbackApi):
    async with paced_bot(api, chat_seconds=0.01) as bot:
        api.answer = first_times(9, lambda: refused(500, "Internal Server Error"))
        with pytest.raises(NetworkError):
            await bot.send_message(5, "x")
    assert len(api.calls) == 3


async def test_what_may_have_been_sent_and_what_is_refused_is_not_sent_again(api: LoopbackApi):
    async with paced_bot(api, chat_seconds=0.01) as bot:

        async def cut(method, params):
            params["_request"].transport.abort()
            return ok(True)

        api.answer = cut
        with pytest.raises(NetworkError):
            await bot.send_message(5, "x")
        api.answer = first_times(9, lambda: refused(400, "Bad Request: chat not found"))
        with pytest.raises(BadRequest):
            await bot.send_message(5, "x")
    assert len(api.calls) == 2


async def test_at_the_end_alerts_are_given_back_unsent_and_answers_still_go(api: LoopbackApi):
    async with paced_bot(api, rate=5) as bot:
        alerts = [
            asyncio.create_task(bot.send_message(chat, "alert", rate_limit_args=ALERT))
            for chat in range(1, 60)
        ]
        await asyncio.sleep(0.05)
        answer = asyncio.create_task(bot.send_message(99, "answer"))
        await asyncio.sleep(0)
        bot.rate_limiter.hurry()
        results = await asyncio.gather(*alerts, return_exceptions=True)
        assert sum(isinstance(result, RetryAfter) for result in results) == 58
        assert (await answer).chat_id == 99
        with pytest.raises(RetryAfter):
            await bot.send_message(100, "alert", rate_limit_args=ALERT)
        assert (await bot.send_message(101, "answer")).chat_id == 101
    assert [params["chat_id"] for _, params in api.calls] == [1, 99, 101]


async def test_at_the_end_nobody_waits_out_a_pause(api: LoopbackApi):
    async with paced_bot(api) as bot:
        api.answer = first_times(9, lambda: refused(429, "Too Many Requests", retry_after=30))
        waiting = asyncio.create_task(bot.send_message(5, "x"))
        await asyncio.sleep(0.2)
        assert len(api.calls) == 1
        assert not waiting.done()
        bot.rate_limiter.hurry()
        with pytest.raises(RetryAfter):
            await waiting


async def test_shutdown_lets_nobody_wait(api: LoopbackApi):
    async with paced_bot(api, rate=1) as bot:
        answers = [asyncio.create_task(bot.send_message(chat, "x")) for chat in range(1, 9)]
        await asyncio.sleep(0.1)
        await bot.rate_limiter.shutdown()
        results = await asyncio.gather(*answers, return_exceptions=True)
        assert sum(isinstance(result, RetryAfter) for result in results) == 7
        await bot.rate_limiter.initialize()
        await bot.send_message(50, "x")


async def test_who_gives_up_waiting_leaves_no_trace(api: LoopbackApi):
    async with paced_bot(api, rate=50) as bot:
        await bot.send_message(1, "x")
        for _ in range(3):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.005):
                    await bot.send_message(1, "x")
        limiter = bot.rate_limiter
        assert not limiter._waiting
        await bot.send_message(2, "x")
    assert len(api.calls) == 2


async def test_a_failed_connection_is_tried_again_for_an_answer():
    limiter = RateLimiter(chat_seconds=0.01)
    tries = []

    async def call():
        tries.append(1)
        if len(tries) < 3:
            raise NeverSent("no connection")
        return True

    assert await limiter.process_request(call, (), {}, "sendMessage", {"chat_id": 5}, None)
    assert len(tries) == 3
