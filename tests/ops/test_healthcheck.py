"""The container's health check, against a real server, with and without TLS."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys

import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from bot.web.server import serving


async def healthcheck(**environment: str) -> tuple[int, str, str]:
    """The exit code and what is printed."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-m", "bot.ops.healthcheck"),
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


def site(status: int = 200, text: str = '{"status":"alive"}') -> Starlette:
    async def answer(_):
        return Response(text, status)

    return Starlette(routes=[Route("/healthz", answer)])


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2].strip("/"))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("certificate")
    files = folder / "cert.pem", folder / "key.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=bot.example"
    subprocess.run(
        [*command.split(), "-out", files[0], "-keyout", files[1]], check=True, capture_output=True
    )
    return files


@pytest.mark.parametrize("address", ["0.0.0.0:{}", "127.0.0.1:{}", '"127.0.0.1:{}"'])
async def test_a_live_process_is_healthy(address):
    async with serving(site(), "127.0.0.1", 0) as url:
        listen = address.format(port_of(url))
        assert await healthcheck(BRIEFING_LISTEN=listen) == (0, '{"status":"alive"}\n', "")


async def test_a_server_with_tls_is_asked_with_tls(certificate):
    async with serving(site(), "127.0.0.1", 0, certificate=certificate) as url:
        listen = f"0.0.0.0:{port_of(url)}"
        code, out, err = await healthcheck(
            BRIEFING_LISTEN=listen, BRIEFING_TLS_CERTIFICATE=str(certificate[0])
        )
        assert (code, out, err) == (0, '{"status":"alive"}\n', "")
        code, out, err = await healthcheck(BRIEFING_LISTEN=listen)
        assert (code, len(out.splitlines()), err) == (1, 1, "")


async def test_a_failure_is_one_line():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        listen = f"127.0.0.1:{probe.getsockname()[1]}"
        code, out, err = await healthcheck(BRIEFING_LISTEN=listen)
    assert (code, err) == (1, "")
    assert out == f"{listen}: [Errno 111] Connection refused\n"
    async with serving(site(503, "stopping\nnow"), "127.0.0.1", 0) as url:
        assert await healthcheck(BRIEFING_LISTEN=f"0.0.0.0:{port_of(url)}") == (1, "stopping\n", "")
