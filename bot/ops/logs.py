"""Logs: structured, for a person or a machine, and never with the bot's token.

Whoever holds the token is the bot. Libraries put it into URLs, and so into messages, errors and
tracebacks. It is taken out at the very end, from the finished line, whatever it came in by.

A line about an update carries its number, bound where the update is handled; see
`structlog.contextvars.bound_contextvars`.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Literal, TextIO

import orjson
import structlog
from structlog.contextvars import merge_contextvars
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, Processor

REDACTED = "[token]"

_TOKEN = re.compile(r"\d{5,}(?::|%3[Aa])[A-Za-z0-9_-]{30,}")
"""The form of any bot's token: its id, and some 35 letters."""
_IN_URL = re.compile(r"(?<=/bot)\d+(?::|%3[Aa])[A-Za-z0-9_-]+")
"""What stands in a URL where a token belongs, however short."""
_PASSWORD = re.compile(r"(?<=://)[^\s/@]*:\S+(?=@)|(?<=[?&]password=)[^&\s\"']+")
"""A password in an address, as that of a database has it, up to the last @ of the word."""
_LONG_ENOUGH = 16
"""Letters from which a part of the token is worth hiding on its own."""

_LIBRARIES = {
    "aiohttp": logging.WARNING,
    "asyncio": logging.INFO,
    "httpcore": logging.WARNING,
    "httpx": logging.WARNING,
    "psycopg.pool": logging.ERROR,
    "telegram": logging.INFO,
}
"""The least level that is heard of a library. Below it they tell whole updates: people's words."""


class Redactor:
    """Takes tokens and passwords out of a text: a known one, and whatever has their form."""

    def __init__(self, token: str | None = None) -> None:
        secret = (token or "").partition(":")[2]
        forms = [token or "", (token or "").replace(":", "%3A")]
        forms += [secret] if len(secret) >= _LONG_ENOUGH else []
        known = [re.escape(form) for form in forms if form]
        self._known = re.compile("|".join(known)) if known else None

    def __call__(self, text: str) -> str:
        """The text without them."""
        if self._known is not None:
            text = self._known.sub(REDACTED, text)
        text = _IN_URL.sub(REDACTED, _TOKEN.sub(REDACTED, text))
        return _PASSWORD.sub("[password]", text)


def set_up_logs(
    level: str,
    form: Literal["console", "json"],
    *,
    token: str | None,
    stream: TextIO | None = None,
) -> None:
    """Send everything that is logged, by structlog or by `logging`, to one stream.

    Errors that nothing caught and warnings are logged as well, so that these too are redacted.

    Args:
        level: The least level of the bot's own lines, by name.
        form: Lines for a person, or one JSON object a line.
        token: The bot's token.
        stream: Where lines go; the standard error stream if left out.
    """
    out = sys.stderr if stream is None else stream
    redact = Redactor(token)
    before: list[Processor] = [
        merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*before, ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = _Handler(out, redact, form)
    handler.setFormatter(_Formatter(redact, before, _last(form, colors=out.isatty())))
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    for name, least in _LIBRARIES.items():
        logging.getLogger(name).setLevel(max(least, root.level))
    logging.captureWarnings(capture=True)
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_uncaught_in_thread


def logs_are_json() -> bool:
    """Whether `set_up_logs` was told to write JSON."""
    handlers = logging.getLogger().handlers
    return any(isinstance(handler, _Handler) and handler.form == "json" for handler in handlers)


def _last(form: str, *, colors: bool) -> list[Processor]:
    if form == "json":
        return [
            ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(_json),
        ]
    plain = structlog.dev.plain_traceback  # the default shows local variables, URLs among them
    return [
        ProcessorFormatter.remove_processors_meta,
        structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=plain),
    ]


def _json(event: EventDict, *, default: Callable[[object], object]) -> str:
    return orjson.dumps(event, default=default, option=orjson.OPT_NON_STR_KEYS).decode()


class _Formatter(ProcessorFormatter):
    def __init__(
        self, redact: Redactor, before: list[Processor], processors: list[Processor]
    ) -> None:
        super().__init__(processors=processors, foreign_pre_chain=before)
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        return self._redact(super().format(record))


class _Handler(logging.StreamHandler[TextIO]):
    """Writes lines; of one that cannot be formatted only the reason, never its arguments."""

    def __init__(self, stream: TextIO, redact: Redactor, form: str) -> None:
        super().__init__(stream)
        self._redact = redact
        self.form = form

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - named by logging
        reason = self._redact(repr(sys.exc_info()[1]))
        try:
            self.stream.write(f"a line of {record.name} could not be logged: {reason}\n")
        except (OSError, ValueError):  # the stream itself is closed or full: nowhere is left
            return


def _log_uncaught(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logging.getLogger("bot").critical("stopped by an error", exc_info=(kind, error, trace))


def _log_uncaught_in_thread(caught: threading.ExceptHookArgs) -> None:
    error = caught.exc_value
    exc_info = (caught.exc_type, error, caught.exc_traceback) if error else None
    logging.getLogger("bot").critical("a thread was stopped by an error", exc_info=exc_info)
