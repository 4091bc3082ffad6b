"""python-telegram-bot runs unchanged against the playground."""

from __future__ import annotations

import asyncio
import contextlib

import pytest
from aiohttp import web
from telegram import (
    Bot,
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputFile,
    InputTextMessageContent,
)
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
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    InlineQueryHandler,
)
from telegram.request import HTTPXRequest

from bot.playground.faults import Fault, flood

TOKEN = "700:play-token"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0"
    "000003010100c9fe92ef0000000049454e44ae426082"
)


def builder(playground):
    return (
        Application.builder()
        .token(TOKEN)
        .base_url(f"{playground.url}/bot")
        .base_file_url(f"{playground.url}/file/bot")
    )


@contextlib.asynccontextmanager
async def a_bot(playground):
    request = HTTPXRequest(read_timeout=0.5)
    async with Bot(TOKEN, base_url=f"{playground.url}/bot", request=request,
                   base_file_url=f"{playground.url}/file/bot") as bot:  # fmt: skip
        yield bot


@contextlib.asynccontextmanager
async def polling(application):
    async with application:
        await application.updater.start_polling(timeout=1, bootstrap_retries=0)
        await application.start()
        yield application
        await application.updater.stop()
        await application.stop()


async def test_a_command_a_button_and_an_edit_by_polling(playground, world):
    async def start(update, _context):
        keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("More", callback_data="m:1")]])
        await update.message.reply_html("<b>Salam</b> &amp; welcome", reply_markup=keyboard)

    async def more(update, _context):
        await update.callback_query.answer("Opened")
        await update.callback_query.edit_message_text("<i>More</i>", parse_mode="HTML")

    application = builder(playground).build()
    application.add_handlers([CommandHandler("start", start), CallbackQueryHandler(more)])
    world.person(11, "Aygün", "az")
    async with polling(application):
        await world.say(11, "/start")
        await world.wait_for(lambda: world.answers(11))
        sent = world.messages(11)[-1]
        assert sent["text"] == "Salam & welcome"
        assert sent["html"] == "<b>Salam</b> &amp; welcome"
        assert sent["entities"] == [{"type": "bold", "offset": 0, "length": 5}]
        query = await world.press(11, 11, sent["message_id"], "m:1")
        assert (await world.toast(query)).text == "Opened"
        await world.wait_for(lambda: world.messages(11)[-1]["text"] == "More")
        assert "reply_markup" not in world.messages(11)[-1]
    assert playground.violations == []


async def test_inline_queries(playground, world):
    async def answer(update, _context):
        content = InputTextMessageContent("<b>Railway</b>", parse_mode="HTML")
        await update.inline_query.answer([InlineQueryResultArticle("1", "Railway", content)])

    application = builder(playground).build()
    application.add_handler(InlineQueryHandler(answer))
    world.person(11, "Aygün", "az", started=True)
    async with polling(application):
        results = await world.inline(11, "rail")
        assert [result["title"] for result in results] == ["Railway"]
        await world.choose(11, 11, results[0])
        assert world.messages(11)[-1]["entities"][0]["type"] == "bold"


async def test_pictures_and_documents_are_kept(playground, world):
    world.person(11, "Aygün", "az", started=True)
    async with a_bot(playground) as bot:
        message = await bot.send_photo(11, InputFile(PNG, "board.png"), caption="<b>x</b>",
                                       parse_mode="HTML")  # fmt: skip
        file = await bot.get_file(message.photo[-1].file_id)
        assert bytes(await file.download_as_bytearray()) == PNG
        again = await bot.send_photo(11, message.photo[-1].file_id)
        assert again.photo[-1].file_id == message.photo[-1].file_id
        await bot.send_document(11, InputFile(b"{}", "data.json"))
        with pytest.raises(BadRequest, match="Image_process_failed"):
            await bot.send_photo(11, InputFile(b"no picture", "x.png"))
        await bot.edit_message_caption(11, message.message_id, caption="new")
    assert world.messages(11)[0]["caption"] == "new"


async def test_where_the_bot_may_not_write(playground, world):
    world.person(11, "Aygün", "az")
    world.person(12, "Blocked", started=True)
    world.person(13, "Gone", started=True)
    group = world.group(-1001, "Group", [12]).id
    old = world.group(-5, "Old", [12], supergroup=False).id
    world.block(12, True)
    world.deactivate(13)
    world.remove_bot(group, by=12)
    new = world.migrate(old)
    async with a_bot(playground) as bot:
        for chat_id, words in (
            (11, "can't initiate conversation"),
            (12, "bot was blocked by the user"),
            (13, "user is deactivated"),
            (group, "kicked from the supergroup chat"),
        ):
            with pytest.raises(Forbidden, match=words):
                await bot.send_message(chat_id, "x")
        with pytest.raises(ChatMigrated) as moved:
            await bot.send_message(old, "x")
        assert moved.value.new_chat_id == new
        with pytest.raises(BadRequest, match="Chat not found"):
            await bot.send_message(999, "x")
        await bot.send_message(new, "x")
    assert playground.violations == []


async def test_threads_of_a_forum(playground, world):
    world.person(12, "Owner", started=True)
    world.group(-1001, "Forum", [12], forum=True)
    world.thread(-1001, 7, "News")
    async with a_bot(playground) as bot:
        sent = await bot.send_message(-1001, "x", message_thread_id=7)
        assert sent.message_thread_id == 7
        world.close_thread(-1001, 7)
        with pytest.raises(BadRequest, match="Topic_closed"):
            await bot.send_message(-1001, "x", message_thread_id=7)
        world.delete_thread(-1001, 7)
        with pytest.raises(BadRequest, match="Message thread not found"):
            await bot.send_message(-1001, "x", message_thread_id=7)


async def test_edits_that_change_nothing_and_answers_given_twice(playground, world):
    world.person(11, "Aygün", started=True)
    async with a_bot(playground) as bot:
        keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("a", callback_data="a")]])
        sent = await bot.send_message(11, "x", reply_markup=keyboard)
        with pytest.raises(BadRequest, match="Message is not modified"):
            await bot.edit_message_text("x", 11, sent.message_id, reply_markup=keyboard)
        query = await world.press(11, 11, sent.message_id, "a")
        await bot.answer_callback_query(query)
        with pytest.raises(BadRequest, match="Query is too old"):
            await bot.answer_callback_query(query)
        with pytest.raises(BadRequest, match="Message to be replied not found"):
            await bot.send_message(11, "x", reply_to_message_id=999)
        await bot.delete_message(11, sent.message_id)
        with pytest.raises(BadRequest, match="Message to edit not found"):
            await bot.edit_message_text("y", 11, sent.message_id)
    hi = await world.say(11, "hi")
    with pytest.raises(ValueError, match="has no button"):
        await world.press(11, 11, hi["message_id"], "zz")


async def test_faults(playground, world, monkeypatch):
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    world.person(11, "Aygün", started=True)
    async with a_bot(playground) as bot:
        playground.faults.add(flood(17, method="sendMessage", times=1))
        with pytest.raises(RetryAfter) as slow:
            await bot.send_message(11, "one")
        assert slow.value.retry_after.seconds == 17
        playground.faults.add(Fault("reset_before", times=1))
        with pytest.raises(NetworkError):
            await bot.send_message(11, "two")
        playground.faults.add(Fault("reset_after", times=1))
        with pytest.raises(NetworkError):
            await bot.send_message(11, "three")
        playground.faults.add(Fault("timeout", chat_id=11, times=1))
        with pytest.raises(TimedOut):
            await bot.send_message(11, "four")
        playground.faults.add(Fault("delay", seconds=0.01, every=2))
        await bot.send_message(11, "five")
    assert [message["text"] for message in world.messages(11)] == ["three", "five"]
    assert next(call.status for call in playground.calls if call.method == "sendMessage") == 429


async def test_calls_outside_the_description_are_refused_and_recorded(playground, world):
    world.person(11, "Aygün", started=True)
    async with a_bot(playground) as bot:
        for words, call in (
            ("Message is too long", lambda: bot.send_message(11, "x" * 4097)),
            ("Button_data_invalid", lambda: bot.send_message(11, "x", reply_markup=(
                InlineKeyboardMarkup([[InlineKeyboardButton("a", callback_data="é" * 33)]])))),
            ('unsupported start tag "x" at byte offset 2',
             lambda: bot.send_message(11, "é<x>", parse_mode="HTML")),
            ('has no parameter "nonsense"',
             lambda: bot.send_message(11, "x", api_kwargs={"nonsense": 1})),
            ("Bot_command_invalid", lambda: bot.set_my_commands([BotCommand("Start", "x")])),
            ("not simulated", lambda: bot.send_dice(11)),
        ):  # fmt: skip
            with pytest.raises(BadRequest, match=words):
                await call()
    assert len(playground.violations) == 6
    assert world.messages(11) == []


async def test_a_wrong_token(playground):
    with pytest.raises(InvalidToken):
        async with Bot("700:wrong", base_url=f"{playground.url}/bot"):
            pass


async def test_two_pollers_conflict(playground, world):
    async with a_bot(playground) as one, a_bot(playground) as two:
        first = asyncio.create_task(one.get_updates(timeout=5))
        await asyncio.sleep(0.05)
        world.person(11, "Aygün")
        second = asyncio.create_task(two.get_updates(timeout=5))
        with pytest.raises(Conflict):
            await first
        await world.say(11, "hi")
        assert [update.message.text for update in await second] == ["hi"]


async def test_webhook_with_secret_retry_and_order(playground, world, unused_tcp_port):
    """Refused deliveries come again; those of one chat one after another."""
    seen = []
    replies = [503, 200, 200]

    async def hook(request):
        assert request.headers["X-Telegram-Bot-Api-Secret-Token"] == "s3cret"
        update = await request.json()
        seen.append(update["message"]["text"])
        status = replies.pop(0)
        if status == 200:
            answer = {"method": "sendMessage", "chat_id": 11, "text": "in the answer"}
            return web.json_response(answer)
        return web.Response(status=status)

    world.person(11, "Aygün")
    playground.retry_seconds = 0.01
    async with a_bot(playground) as bot:
        url = f"http://127.0.0.1:{unused_tcp_port}/hook"
        await bot.set_webhook(url, secret_token="s3cret")
        await world.say(11, "one")
        await world.say(11, "two")
        await world.wait_for(lambda: "last_error_message" in (world.updates.webhook or {}))
        assert (await bot.get_webhook_info()).pending_update_count == 2
        with pytest.raises(Conflict):
            await bot.get_updates()
        runner = web.ServerRunner(web.Server(hook))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", unused_tcp_port).start()
        await world.wait_for(lambda: not world.updates.pending)
        await runner.cleanup()
        with pytest.raises(BadRequest, match="an https url must be provided"):
            await bot.set_webhook("http://example.com/hook")
        world.webhooks = frozenset()
        with pytest.raises(BadRequest, match="does not deliver to this address"):
            await bot.set_webhook(url)
    assert seen == ["one", "one", "two"]
    assert [message["text"] for message in world.answers(11)] == ["in the answer"] * 2
