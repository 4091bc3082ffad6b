"""The commands that set, show and remove the webhook."""

from __future__ import annotations

import asyncio

import orjson
import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.playground.clock import PlayClock
from bot.playground.server import Playground
from bot.telegram.updates import ALLOWED_UPDATES
from bot.telegram.webhook import secret_of

TOKEN = "700000001:a-token-of-one-who-sets-a-webhook"
URL = "https://127.0.0.1:8443/hook"


@pytest.fixture
async def run(monkeypatch):
    playground = Playground(TOKEN, PlayClock())
    await playground.start()
    for name, value in {"TOKEN": TOKEN, "API_URL": playground.url, "WEBHOOK_URL": URL}.items():
        monkeypatch.setenv(f"BRIEFING_{name}", value)

    async def command(*arguments):
        return await asyncio.to_thread(CliRunner().invoke, app, ["webhook", *arguments])

    command.playground = playground
    yield command
    await playground.stop()


async def test_it_is_set_with_a_secret_and_shown_and_removed(run):
    updates = run.playground.world.updates
    assert (await run("set")).exit_code == 0
    assert updates.webhook["url"] == URL
    assert updates.webhook["secret_token"] == secret_of(TOKEN)
    assert updates.allowed == set(ALLOWED_UPDATES)
    shown = await run("show")
    assert URL in shown.output
    assert secret_of(TOKEN) not in shown.output
    assert orjson.loads((await run("show", "--json")).output)["url"] == URL
    assert (await run("remove")).exit_code == 0
    assert updates.webhook is None
    assert "polls" in (await run("show")).output


async def test_what_waits_is_dropped_only_when_told(run):
    updates = run.playground.world.updates
    updates.pending.append({"update_id": 1})
    await run("remove")
    assert updates.pending
    await run("remove", "--drop")
    assert not updates.pending


async def test_a_certificate_goes_with_it(run, monkeypatch, tmp_path):
    file = tmp_path / "cert.pem"
    monkeypatch.setenv("BRIEFING_WEBHOOK_CERTIFICATE", str(file))
    assert (await run("set")).exit_code == 78
    file.write_text("-----BEGIN CERTIFICATE-----")
    done = await run("set")
    assert done.exit_code == 0, done.output
    call = next(each_call for each_call in run.playground.calls if each_call.method == "setWebhook")
    assert call.params.get("certificate")
    assert not run.playground.violations


async def test_its_faults_are_said(run, monkeypatch):
    monkeypatch.setenv("BRIEFING_WEBHOOK_URL", "http://example.org/x")
    refused = await run("set")
    assert refused.exit_code == 1
    assert "https" in refused.output
    monkeypatch.setenv("BRIEFING_WEBHOOK_URL", "")
    assert (await run("set")).exit_code == 78
    monkeypatch.setenv("BRIEFING_TOKEN", TOKEN[:-3] + "abc")
    assert "BotFather" in (await run("show")).output


def test_webhook_mode_needs_an_address(monkeypatch):
    monkeypatch.setenv("BRIEFING_TOKEN", TOKEN)
    monkeypatch.delenv("BRIEFING_WEBHOOK_URL", raising=False)
    result = CliRunner().invoke(app, ["run", "--webhook"])
    assert result.exit_code == 78
    assert "BRIEFING_WEBHOOK_URL" in result.output
