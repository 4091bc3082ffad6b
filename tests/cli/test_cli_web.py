"""The commands that show the board to browsers."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from typer.testing import CliRunner

from bot.cli import app

LIGHTHOUSE = Path(__file__).parents[1] / "fixtures" / "lighthouse.json"


def environment(tmp_path) -> dict[str, str]:
    return {"BRIEFING_CONTENT": str(LIGHTHOUSE), "BRIEFING_DATA": str(tmp_path / "data")}


def test_export(tmp_path) -> None:
    folder = tmp_path / "site"
    done = CliRunner().invoke(
        app, ["export-site", str(folder), "--no-pictures"], env=environment(tmp_path)
    )
    assert done.exit_code == 0, done.output
    assert (folder / "tr" / "index.html").read_text().startswith("<!DOCTYPE html>")
    assert "files" in done.output


def test_a_faulty_content_file_is_named_with_its_line(tmp_path) -> None:
    faulty = tmp_path / "faulty.json"
    faulty.write_text('{\n"id": }')
    env = environment(tmp_path) | {"BRIEFING_CONTENT": str(faulty)}
    for command in (["export-site", str(tmp_path / "site")], ["web"]):
        done = CliRunner().invoke(app, command, env=env)
        assert done.exit_code == 78
        assert f"{faulty}:2" in done.output


def test_an_address_that_is_none_is_said(tmp_path) -> None:
    for given in (
        "board.example",
        "foo",
        "javascript:alert(1)",
        "https://a.example/?b",
        "https://",
    ):
        for command in (["export-site", str(tmp_path / "site")], ["web"]):
            done = CliRunner().invoke(
                app, [*command, "--base-url", given], env=environment(tmp_path)
            )
            assert done.exit_code == 2, given
            assert "https://" in done.output
    assert not (tmp_path / "site").exists()


def test_a_bots_name_may_have_its_sign(tmp_path) -> None:
    folder = tmp_path / "site"
    command = ["export-site", str(folder), "--no-pictures", "--bot"]
    done = CliRunner().invoke(app, [*command, "@briefing_bot"], env=environment(tmp_path))
    assert done.exit_code == 0, done.output
    assert 'href="https://t.me/briefing_bot' in (folder / "en" / "index.html").read_text()
    done = CliRunner().invoke(app, [*command, "t.me/briefing"], env=environment(tmp_path))
    assert done.exit_code == 2


def test_a_port_that_is_taken_is_said(tmp_path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = CliRunner().invoke(app, ["web", "--port", port], env=environment(tmp_path))
    assert (done.exit_code, done.output) == (1, f"127.0.0.1:{port}: Address already in use\n")


def test_the_site_runs_until_it_is_told_to_stop(tmp_path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = "import typer; from bot.cli.web import web; typer.run(web)"
    with subprocess.Popen(
        [sys.executable, "-c", command, "--port", str(port)],
        env=os.environ | environment(tmp_path),
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert str(port) in process.stdout.readline()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/en/") as page:
            assert b"Lantern Strait Accord" in page.read()
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    assert process.returncode == 0
    assert time.monotonic() - began < 40
