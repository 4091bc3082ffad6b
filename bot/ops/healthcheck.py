"""Ask the bot's own web server whether the process lives, for a container's health check.

It is a program of its own, ``python -m bot.ops.healthcheck``, and imports only the standard
library: it runs every few seconds, and the commands take a second to import.
"""

from __future__ import annotations

import http.client
import os
import ssl
import sys
from collections.abc import Mapping

_DEFAULT = "127.0.0.1:8080"
_TIMEOUT = 4.0
"""Seconds to wait for an answer."""

_ANY = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - addresses to ask in place of these


def main() -> int:
    """Print the answer of /healthz in one line; return 0 if the process lives, otherwise 1."""
    try:
        status, text = ask(os.environ)
    except (OSError, http.client.HTTPException, ValueError) as error:
        status, text = 0, f"{_address(os.environ)}: {str(error) or type(error).__name__}"
    print(text.partition("\n")[0])  # noqa: T201 - what `docker inspect` shows
    return 0 if status == http.client.OK else 1


def _address(environment: Mapping[str, str]) -> str:
    given = environment.get("BRIEFING_LISTEN") or environment.get("BRIEFING_WEB") or _DEFAULT
    return given.strip("\"' ")  # an --env-file hands quotes on as they are


def ask(environment: Mapping[str, str]) -> tuple[int, str]:
    """Return the status and text of /healthz.

    Raises:
        OSError, HTTPException, ValueError: nobody answers at the address of the settings.
    """
    name, _, port = _address(environment).rpartition(":")
    host = name.strip("[]")
    host = _ANY.get(host, host)
    connection = http.client.HTTPConnection(host, int(port), timeout=_TIMEOUT)
    if environment.get("BRIEFING_TLS_CERTIFICATE"):
        # The certificate is for the public name; this connection stays within the machine.
        trusting = ssl.create_default_context()
        trusting.check_hostname = False
        trusting.verify_mode = ssl.CERT_NONE
        connection = http.client.HTTPSConnection(
            host, int(port), timeout=_TIMEOUT, context=trusting
        )
    try:
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        return answer.status, answer.read(200).decode(errors="replace")
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
