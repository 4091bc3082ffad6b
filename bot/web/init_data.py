"""Who opened a Mini App, proven (core.telegram.org/bots/webapps, "Validating data")."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

import orjson

LONGEST = 4096
"""More characters than Telegram ever sends."""
OLDEST = timedelta(hours=1)
_CLOCKS_DIFFER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts."""

    id: int
    language: str | None
    may_be_written_to: bool


class NotProven(Exception):
    """The data is not Telegram's, or too old."""


def person_of(init_data: str, token: str, now: datetime) -> Person:
    """The person that Telegram vouches for.

    Raises:
        NotProven: the data is malformed, changed, another bot's, or older than an hour.
    """
    if len(init_data) > LONGEST:
        raise NotProven("too long")
    try:
        pairs = parse_qsl(init_data, keep_blank_values=True, strict_parsing=True)
    except ValueError as error:
        raise NotProven("no fields") from error
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise NotProven("a field is repeated")
    given = fields.pop("hash", "")
    checked = "\n".join(f"{name}={value}" for name, value in sorted(fields.items()))
    secret = hmac.new(b"WebAppData", token.encode(), hashlib.sha256).digest()
    right = hmac.new(secret, checked.encode(errors="surrogatepass"), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(right.encode(), given.encode(errors="surrogatepass")):
        raise NotProven("the hash differs")
    return _person(fields, now)


def _person(fields: dict[str, str], now: datetime) -> Person:
    try:
        made = datetime.fromtimestamp(int(fields["auth_date"]), now.tzinfo)
        user = orjson.loads(fields["user"])
        identifier = int(user["id"])
        language = user.get("language_code")
        reachable = user.get("allows_write_to_pm") is True
    except (KeyError, ValueError, TypeError, AttributeError, OverflowError, OSError) as error:
        raise NotProven("fields are missing") from error
    if now - made > OLDEST:
        raise NotProven("too old")
    if made - now > _CLOCKS_DIFFER:
        raise NotProven("from the future")
    return Person(identifier, language if isinstance(language, str) else None, reachable)
