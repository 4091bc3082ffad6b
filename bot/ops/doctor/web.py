"""The bot's own web server: its ports and its certificate."""

from __future__ import annotations

import errno
import http.client
import socket
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.ops import healthcheck
from bot.ops.doctor.result import CheckResult, fault, note, well
from bot.ops.http_server import DEFAULT_PLACE, is_served
from bot.settings import Settings
from bot.web.server import place

_SOON = timedelta(days=14)
"""How long before a certificate's end it is worth a note."""


def listening(settings: Settings) -> list[CheckResult]:
    """Whether each port is free, or the bot answers there."""
    if not is_served(settings):
        return []
    places = [settings.listen or DEFAULT_PLACE] if settings.serves_public else []
    places += [settings.metrics_listen] if settings.metrics_listen else []
    return [_port(settings, named) for named in places]


def _port(settings: Settings, named: str) -> CheckResult:
    host, port = place(named)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE and _bot_answers(settings, named):
                return well("port", f"the bot answers at {named}")
            advice = "Stop the program that has it, or choose another address and port."
            return fault("port", f"{named}: {error.strerror or error}", advice)
    return well("port", f"{named} is free")


def _bot_answers(settings: Settings, named: str) -> bool:
    secure = settings.tls_certificate is not None and named != settings.metrics_listen
    asked = {"BRIEFING_LISTEN": named, "BRIEFING_TLS_CERTIFICATE": "yes" if secure else ""}
    try:
        return healthcheck.ask(asked) == (http.client.OK, '{"status":"alive"}')
    except (OSError, http.client.HTTPException):
        return False


def certificate(settings: Settings) -> list[CheckResult]:
    """How long the certificate that the bot serves is valid."""
    file, key = settings.tls_certificate, settings.tls_key
    if file is None or key is None:
        return []
    try:
        ends = _end_of(file, key)
    except ssl.SSLError as error:
        said = getattr(error, "verify_message", "") or error.reason or "not usable"
        advice = "Renew it. The bot takes the new file within a minute, without a restart."
        return [fault("certificate", f"{file}: {said}", advice)]
    found = f"{file} is valid until {ends:%Y-%m-%d}"
    if ends - datetime.now(UTC) < _SOON:
        return [note("certificate", found, "Renew it soon.")]
    return [well("certificate", found)]


def _end_of(file: Path, key: Path) -> datetime:
    """The last moment of a certificate's validity, found by a handshake within this process.

    The standard library tells the dates of a verified certificate only.

    Raises:
        ssl.SSLError: it is not valid today, or cannot be used.
    """
    text = file.read_text(encoding="ascii", errors="replace")
    server, client = (
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER),
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
    )
    server.load_cert_chain(file, key)
    client.check_hostname = False
    client.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # it vouches for itself, whoever signed
    first = text.partition("-----END CERTIFICATE-----")
    client.load_verify_locations(cadata=f"{first[0]}{first[1]}\n")
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours, theirs = client.wrap_bio(there, back), server.wrap_bio(back, there, server_side=True)
    for side in (ours, theirs, ours, theirs):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue  # it is the other side's turn
    verified = ours.getpeercert() or {}
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(verified["notAfter"])), UTC)
