"""The bot's web server: open while Telegram is away, in two places, with a renewed certificate."""

from __future__ import annotations

import asyncio
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from bot.app import running_bot
from bot.playground.clock import PlayClock
from bot.playground.faults import Fault
from bot.playground.server import Playground
from bot.settings import SettingsWrong, read_settings
from bot.web import server

TOKEN = "700000001:a-token-of-one-with-a-front-door"


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    made = Playground(TOKEN, PlayClock())
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
def settings(playground: Playground, tmp_path: Path) -> Callable[..., object]:
    def made(**overrides: object) -> object:
        values = {
            "token": TOKEN,
            "api_url": playground.url,
            "data": tmp_path / "data",
            "listen": f"127.0.0.1:{free_port()}",
            "pictures": False,
        }
        return read_settings(**(values | overrides))

    return made


async def asked(url: str, context: ssl.SSLContext | None = None) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(url, ssl=context or True) as answer:
        return answer.status, await answer.text()


async def answered(url: str) -> tuple[int, str]:
    """What is answered as soon as somebody listens."""
    async with asyncio.timeout(60):
        while True:
            try:
                return await asked(url)
            except aiohttp.ClientConnectorError:
                await asyncio.sleep(0.05)


@asynccontextmanager
async def starting(settings: object) -> AsyncIterator[asyncio.Task[None]]:
    """A bot that may never get as far as being at work."""
    works = asyncio.Event()

    async def run() -> None:
        async with running_bot(settings):
            works.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(run())
    task.works = works
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_health_and_board_are_served_while_telegram_is_away(playground, settings) -> None:
    fault = playground.faults.add(Fault("error", method="getMe", code=502, description="Bad"))
    chosen = settings(board_url="http://127.0.0.1/board/")
    url = f"http://{chosen.listen}"
    async with starting(chosen) as task:
        assert await answered(f"{url}/healthz") == (200, '{"status":"alive"}')
        status, text = await asked(f"{url}/readyz")
        assert (status, "Telegram is not reached yet" in text) == (503, True)
        status, page = await asked(f"{url}/board/en/")
        assert (status, "briefing_bot" in page) == (200, False)
        assert (await asked(f"{url}/metrics"))[0] == 200
        playground.faults.remove(fault)
        await asyncio.wait_for(task.works.wait(), 60)
        assert await asked(f"{url}/readyz") == (200, '{"status":"ready"}')
        assert "briefing_bot" in (await asked(f"{url}/board/en/"))[1]


async def test_updates_are_accepted_before_telegram_is_reached(playground, settings) -> None:
    fault = playground.faults.add(Fault("error", method="getMe", code=502, description="Bad"))
    port = free_port()
    secret = "s3cret"
    chosen = settings(
        listen=f"127.0.0.1:{port}",
        webhook_url=f"http://127.0.0.1:{port}/hook",
        webhook_secret=secret,
    )
    playground.world.person(7, "Seven", "en", started=True)
    async with starting(chosen) as task:
        await answered(f"http://127.0.0.1:{port}/healthz")
        update = {
            "update_id": 5,
            "message": {
                "message_id": 1,
                "date": 1_700_000_000,
                "chat": {"id": 7, "type": "private", "first_name": "Seven"},
                "from": {"id": 7, "is_bot": False, "first_name": "Seven"},
                "text": "/help",
                "entities": [{"type": "bot_command", "offset": 0, "length": 5}],
            },
        }
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.post(f"http://127.0.0.1:{port}/hook", json=update) as answer,
        ):
            assert answer.status == 200
        playground.faults.remove(fault)
        await asyncio.wait_for(task.works.wait(), 60)
        await playground.world.wait_for(lambda: playground.world.answers(7) or None, 60)


async def test_a_port_that_is_taken_is_known_before_telegram_is_asked(playground, settings) -> None:
    chosen = settings()
    host, port = chosen.listen.split(":")
    with (
        socket.create_server((host, int(port))),
        pytest.raises(OSError, match="Address already in use") as caught,
    ):
        async with running_bot(chosen):
            pass
    assert caught.value.filename == chosen.listen
    assert not [call for call in playground.calls if call.method == "getMe"]


async def test_figures_can_be_served_elsewhere_than_the_board(playground, settings) -> None:
    inside = f"127.0.0.1:{free_port()}"
    chosen = settings(board_url="http://127.0.0.1/", metrics_listen=inside)
    async with running_bot(chosen) as bot:
        for path, outer, inner in (
            ("/healthz", 200, 200),
            ("/readyz", 404, 200),
            ("/metrics", 404, 200),
            ("/en/", 200, 404),
        ):
            assert (await asked(bot.url + path))[0] == outer, path
            assert (await asked(f"http://{inside}{path}"))[0] == inner, path


async def test_figures_alone(playground, settings) -> None:
    inside = f"127.0.0.1:{free_port()}"
    async with running_bot(settings(listen=None, metrics_listen=inside)) as bot:
        assert bot.url is None
        assert "briefing_store_seconds" in (await asked(f"http://{inside}/metrics"))[1]


def certificate_for(folder: Path, name: str) -> tuple[Path, Path]:
    """A self-signed certificate of this name, and its key."""
    files = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", f"/CN={name}", "-keyout", files[1]),
            *("-addext", "subjectAltName=IP:127.0.0.1", "-out", files[0]),
        ],
        check=True,
        capture_output=True,
    )
    return files


def name_served_at(port: int) -> str:
    """The name in the certificate that is served just now."""
    text = ssl.get_server_certificate(("127.0.0.1", port))
    command = ["openssl", "x509", "-noout", "-subject"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
    return done.stdout.strip().rpartition("=")[2].strip()


async def served_name(port: int) -> str:
    return await asyncio.to_thread(name_served_at, port)


async def test_a_renewed_certificate_is_taken_without_a_restart(
    playground, settings, tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr(server, "_LOOK", 0.05)
    cert, key = certificate_for(tmp_path, "first")
    chosen = settings(tls_certificate=cert, tls_key=key)
    port = int(chosen.listen.rpartition(":")[2])
    async with running_bot(chosen) as bot:
        assert bot.url.startswith("https://")
        assert await served_name(port) == "first"
        cert.write_text("half of it")
        await asyncio.sleep(0.3)
        assert await served_name(port) == "first"
        certificate_for(tmp_path, "second")
        names = [await served_name(port)]
        for _ in range(100):
            if names[-1] == "second":
                break
            await asyncio.sleep(0.05)
            names.append(await served_name(port))
        assert names[-1] == "second"
        context = ssl.create_default_context(cafile=cert)
        assert (await asked(f"{bot.url}/healthz", context))[0] == 200


def test_a_key_of_another_certificate_is_a_wrong_setting(settings, tmp_path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    cert, _ = certificate_for(tmp_path / "a", "a")
    _, key = certificate_for(tmp_path / "b", "b")
    with pytest.raises(SettingsWrong, match="does not fit BRIEFING_TLS_CERTIFICATE"):
        settings(tls_certificate=cert, tls_key=key)
