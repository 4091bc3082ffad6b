from __future__ import annotations

import asyncio
import logging
import sys
import threading
import warnings
from collections.abc import Iterator
from io import StringIO

import aiohttp
import httpx
import orjson
import pytest
import structlog
from telegram.error import NetworkError
from telegram.ext import ApplicationBuilder
from telegram.request import HTTPXRequest

from bot.ops.logs import REDACTED, Redactor, set_up_logs
from bot.telegram.transport import AiohttpRequest

TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"
OTHER = "987654321:BBHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1"
SECRET = TOKEN.partition(":")[2]


@pytest.fixture
def logs() -> Iterator[StringIO]:
    """A stream for logs; whatever is set up is put back afterwards."""
    root = logging.getLogger()
    handlers, level, hooks = root.handlers[:], root.level, (sys.excepthook, threading.excepthook)
    named = {
        name: logging.getLogger(name).level
        for name in ("telegram", "httpx", "aiohttp", "httpcore", "asyncio")
    }
    # Another test may have set it up, and pytest taken the warnings back since then.
    logging.captureWarnings(capture=False)
    stream = StringIO()
    yield stream
    logging.captureWarnings(capture=False)
    root.handlers[:], (sys.excepthook, threading.excepthook) = handlers, hooks
    root.setLevel(level)
    for name, old in named.items():
        logging.getLogger(name).setLevel(old)
    structlog.reset_defaults()


@pytest.mark.parametrize(
    "text",
    [
        f"POST https://api.telegram.org/bot{TOKEN}/sendMessage",
        f"GET https://api.telegram.org/file/bot{TOKEN}/a.jpg",
        f"/bot{TOKEN.replace(':', '%3A')}/getMe",
        f"/bot{OTHER}/getMe",
        f"a token {OTHER} and {TOKEN}",
        f"only the secret: {SECRET}",
        repr(TOKEN.encode()),
        "http://127.0.0.1:8081/bot1:short/getMe",
    ],
)
def test_tokens_are_taken_out(text):
    redacted = Redactor(TOKEN)(text)
    assert REDACTED in redacted
    for secret in (SECRET, OTHER.partition(":")[2], "short"):
        assert secret not in redacted


def test_other_texts_stay_as_they_are():
    text = "2026-03-01T12:00:00 update=41 chat:12345 https://a.example/botany/12:30"
    assert Redactor(TOKEN)(text) == Redactor()(text) == text


def fail(private: str) -> None:
    raise ValueError(private[:20] if private != TOKEN else TOKEN) from KeyError(f"/bot{TOKEN}/")


async def fail_in_every_way(base: str) -> None:
    """Failing requests by every library in use, and errors that hold the token."""
    bot = structlog.get_logger("bot.somewhere")
    for request in (AiohttpRequest(connect_timeout=1), HTTPXRequest()):
        async with request:
            try:
                await request.post(f"{base}/bot{TOKEN}/sendMessage")
            except NetworkError:
                bot.exception("it failed", url=f"{base}/bot{TOKEN}/x", token=TOKEN)
    async with aiohttp.ClientSession() as session:
        try:
            await session.get(f"{base}/bot{TOKEN}/x", timeout=aiohttp.ClientTimeout(connect=1e-9))
        except Exception:
            logging.getLogger("other").exception("%s %r", TOKEN, {"at": TOKEN.encode()})
    async with httpx.AsyncClient() as client:
        try:
            await client.get(f"{base}/bot{TOKEN}/x")
        except httpx.HTTPError:
            bot.debug("httpx failed", exc_info=True)
    try:
        fail(TOKEN)
    except ValueError as error:
        bot.error("chained", error=error, exc_info=True)
        sys.excepthook(ValueError, error, error.__traceback__)
    logging.getLogger("bad").info("%d %s", TOKEN)  # noqa: PLE1206 - it must fail
    loop = asyncio.get_running_loop()
    loop.call_exception_handler({"message": f"lost {TOKEN}", "exception": ValueError(TOKEN)})
    warnings.warn(f"careful with {TOKEN}", stacklevel=1)
    thread = threading.Thread(target=int, args=(TOKEN,))
    thread.start()
    thread.join()


@pytest.mark.parametrize("form", ["console", "json"])
@pytest.mark.parametrize("token", [TOKEN, None])
async def test_the_token_never_appears_however_much_is_logged(logs, form, token, capfd):
    set_up_logs("DEBUG", form, token=token, stream=logs)
    for name in ("telegram", "httpx", "httpcore", "aiohttp", "asyncio"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    application = ApplicationBuilder().token(TOKEN).base_url("http://127.0.0.1:1/bot").build()
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        with pytest.raises(NetworkError):
            await application.bot.initialize()
        await application.bot.shutdown()
        await fail_in_every_way("http://127.0.0.1:1")
    said = logs.getvalue() + "".join(capfd.readouterr())
    assert SECRET not in said
    assert said.count(REDACTED) > 10
    for part in ("it failed", "chained", "stopped by an error", "a thread was stopped", "careful"):
        assert part in said
    assert "a line of bad could not be logged" in said


def test_a_line_for_a_machine(logs):
    set_up_logs("INFO", "json", token=TOKEN, stream=logs)
    with structlog.contextvars.bound_contextvars(update=7):
        structlog.get_logger("bot.x").info("sent", chat="İ", number=1)
        logging.getLogger("lib").warning("careful %s", "now")
    structlog.get_logger("bot.x").debug("not heard")
    first, second = (orjson.loads(line) for line in logs.getvalue().splitlines())
    assert first.pop("timestamp").endswith("Z")
    assert first == {
        "event": "sent", "chat": "İ", "number": 1, "update": 7, "level": "info", "logger": "bot.x"
    }  # fmt: skip
    assert (second["event"], second["update"], second["logger"]) == ("careful now", 7, "lib")


def test_a_line_for_a_person(logs):
    set_up_logs("INFO", "console", token=TOKEN, stream=logs)
    structlog.get_logger("bot.x").info("sent", number=1)
    line = logs.getvalue()
    assert "sent" in line
    assert "number=1" in line
    assert "\x1b" not in line, "no colours where nobody sees them"


def test_libraries_keep_people_s_words_to_themselves(logs):
    set_up_logs("DEBUG", "json", token=TOKEN, stream=logs)
    for name in ("telegram.ext.ExtBot", "httpx", "aiohttp.access"):
        logging.getLogger(name).debug("what a person wrote")
    logging.getLogger("telegram.ext.Updater").error("a failure")
    assert "wrote" not in logs.getvalue()
    assert "a failure" in logs.getvalue()


def test_local_variables_are_not_shown(logs):
    set_up_logs("INFO", "console", token=TOKEN, stream=logs)
    private = "only the start of this may be shown: what a person wrote"
    try:
        fail(private)
    except ValueError:
        structlog.get_logger("bot.x").exception("failed")
    assert "failed" in logs.getvalue()
    assert "what a person wrote" not in logs.getvalue()


def test_setting_up_again_takes_the_place_of_the_first(logs):
    set_up_logs("INFO", "json", token=None, stream=StringIO())
    set_up_logs("INFO", "json", token=None, stream=logs)
    structlog.get_logger("bot.x").info("once")
    assert logs.getvalue().count("once") == 1


def test_a_key_board_interrupt_is_no_error(logs, capsys):
    set_up_logs("INFO", "json", token=None, stream=logs)
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert logs.getvalue() == ""
    assert "KeyboardInterrupt" in capsys.readouterr().err


def test_a_password_with_an_at_sign_is_taken_out_whole() -> None:
    said = Redactor()("no host in postgresql://user:hid@den@host/name, try a@b")
    assert said == "no host in postgresql://[password]@host/name, try a@b"
