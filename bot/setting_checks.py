"""Checks of settings, each of which says in a sentence what to write instead."""

from __future__ import annotations

import ipaddress
import re
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, get_args
from urllib.parse import urlsplit

from pydantic import AfterValidator, AnyHttpUrl, BeforeValidator, SecretStr
from pydantic.fields import FieldInfo

from bot.agreement.evidence import Feed
from bot.environment import PREFIX
from bot.storage import database_url

_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{10,}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_PLACE = re.compile(r"(?:\[[0-9A-Fa-f:]+\]|[^:\s]+):(\d{1,5})")
_HIGHEST_PORT = 65_535
_PROXIES = frozenset({"http", "https", "socks5", "socks5h"})
_OFFICIAL = "api.telegram.org"
_WEBHOOK_PORTS = frozenset({443, 80, 88, 8443})
"""Ports to which Telegram delivers (Bot API, setWebhook)."""
_SHOWN = 40
"""Characters of a wrong value that are repeated."""


def _admins(value: Any) -> Any:  # noqa: ANN401 - whatever was given
    if not isinstance(value, str):
        return value
    parts = _parts(value)
    wrong = [part for part in parts if not part.isdecimal() or int(part) == 0]
    if wrong:
        raise ValueError(f"{_listed(wrong)}: write numeric ids of people, separated by commas")
    return parts


def _networks(value: Any) -> Any:  # noqa: ANN401 - whatever was given
    parts = _parts(value) if isinstance(value, str) else value
    wrong = [part for part in parts if not _is_network(part)]
    if wrong:
        raise ValueError(
            f"{_listed(wrong)}: write IP addresses or networks, separated by commas, not names"
        )
    # As they are compared: 10.0.0.7/8 is 10.0.0.0/8.
    return [
        str(ipaddress.ip_network(part, strict=False)) if "/" in part else part for part in parts
    ]


def _place(value: str) -> str:
    found = _PLACE.fullmatch(value)
    if found is None or int(found[1]) > _HIGHEST_PORT:
        raise ValueError("write a host and a port: 127.0.0.1:8080, or [::1]:8080")
    return value


def _path(value: str) -> str:
    if not value.startswith("/"):
        raise ValueError("write a path that begins with /")
    return value


def _proxy(value: str) -> str:
    try:
        parts = urlsplit(value)
        known = parts.scheme in _PROXIES and parts.hostname and parts.port != 0
    except ValueError:
        known = False
    if not known:
        raise ValueError("write http://host:port, or socks5://user:password@host:port")
    return value


def _embeddings(value: str) -> str:
    parts = urlsplit(value)
    if value in {"bundled", "none"} or (parts.scheme in {"http", "https"} and parts.hostname):
        return value
    raise ValueError("write bundled, none, or an address: http://127.0.0.1:11434/v1")


def _readable(value: Path) -> Path:
    try:
        value.open("rb").close()
    except OSError as error:
        raise ValueError(f"{value} cannot be read: {error.strerror}") from None
    return value


def _font(value: Path) -> Path:
    from bot.images.text_metrics import read_font  # noqa: PLC0415 - where a font is named

    read_font(value)
    return value


def _webhook_secret(value: SecretStr) -> SecretStr:
    if not _SECRET.fullmatch(value.get_secret_value()):
        raise ValueError("write 1 to 256 letters, digits, _ and - (Bot API, setWebhook)")
    return value


def _store(value: SecretStr) -> SecretStr:
    check_store(value.get_secret_value())
    return value


def _bare_token(value: Any) -> Any:  # noqa: ANN401 - whatever was given
    return value.strip() or None if isinstance(value, str) else value


def _token(value: SecretStr | None) -> SecretStr | None:
    if value is not None:
        check_token(value.get_secret_value())
    return value


_FEED = re.compile(r"(?:([^\s=/:]{1,60})=)?(https?://\S+)", re.IGNORECASE)


def _feeds(value: Any) -> Any:  # noqa: ANN401 - whatever was given
    if not isinstance(value, str):
        return value
    found = [_FEED.fullmatch(part) for part in value.split()]
    if not all(found):
        raise ValueError(
            "write addresses of feeds with blanks between, each with its publisher if you like:"
            " agency=https://example.org/feed"
        )
    return tuple(
        Feed(url=part[2], publisher=part[1] or (urlsplit(part[2]).hostname or part[2])[:120])
        for part in found
        if part is not None
    )


def _upper(value: Any) -> Any:  # noqa: ANN401 - whatever was given
    return value.upper() if isinstance(value, str) else value


def _lower(value: Any) -> Any:  # noqa: ANN401 - whatever was given
    return value.lower() if isinstance(value, str) else value


Admins, Networks = BeforeValidator(_admins), BeforeValidator(_networks)
Feeds = BeforeValidator(_feeds)
AnyCase, AnyCaseUpper = BeforeValidator(_lower), BeforeValidator(_upper)
Place = Annotated[str, AfterValidator(_place)]
"""A host and a port."""
UrlPath = Annotated[str, AfterValidator(_path)]
Embeddings = AfterValidator(_embeddings)
Proxy = Annotated[str, AfterValidator(_proxy)]
ReadableFile = Annotated[Path, AfterValidator(_readable)]
Font = Annotated[Path, AfterValidator(_readable), AfterValidator(_font)]
WebhookSecret = Annotated[SecretStr, AfterValidator(_webhook_secret)]
StoreName = Annotated[SecretStr, AfterValidator(_store)]
Token = Annotated[SecretStr | None, BeforeValidator(_bare_token), AfterValidator(_token)]


def text_in(path: Path) -> str:
    """The text that a file holds, without blanks around it.

    Raises:
        ValueError: it cannot be read, or is not text.
    """
    try:
        return path.read_text(encoding="utf-8-sig").strip()
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not text in UTF-8") from None


def check_token(text: str) -> None:
    """Whether a text has the form of a bot's token; it is not repeated.

    Raises:
        ValueError: it has not.
    """
    if not _TOKEN.fullmatch(text):
        raise ValueError("this is not a bot token; @BotFather gives one like 123456:ABC-DEF1234ghI")


def check_store(text: str) -> None:
    """Whether a text names a store; it is not repeated.

    Raises:
        ValueError: it names none.
    """
    if text == "tinydb":
        return
    if not text.startswith(("postgresql://", "postgres://")):
        raise ValueError("write tinydb, or postgresql://user:password@host/name")
    if not database_url.is_right(text):
        raise ValueError(database_url.IS_WRONG)


def check_webhook(url: AnyHttpUrl, api_url: AnyHttpUrl) -> None:
    """Whether Telegram delivers to an address. A Bot API server of one's own takes any.

    Raises:
        ValueError: it does not.
    """
    if api_url.host != _OFFICIAL:
        return
    if url.scheme != "https" or url.port not in _WEBHOOK_PORTS:
        raise ValueError("Telegram delivers to https:// on port 443, 80, 88 or 8443 only")


def check_key(certificate: Path, key: Path) -> None:
    """Whether a key belongs to a certificate.

    Raises:
        ValueError: it does not, or one of them cannot be used.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(certificate, key, password="")
    except ssl.SSLError as error:
        said = (error.reason or "not readable").replace("_", " ").lower()
        raise ValueError(
            f"{key} does not fit {PREFIX}TLS_CERTIFICATE, or one of the two is not PEM without a"
            f" password ({said})"
        ) from None


def sentence(error: Mapping[str, Any], fields: Mapping[str, FieldInfo]) -> str:
    """What is wrong with a setting, in place of the library's words."""
    place = str(error["loc"][0]) if error["loc"] else ""  # not which of a setting's parts
    message = str(error["msg"]).removeprefix("Value error, ")
    field = fields.get(place)
    if field is None:
        return message
    if wanted := _wanted(str(error["type"]), field):
        message = f'write {wanted}, not "{str(error["input"])[:_SHOWN]}"'
    return f"{PREFIX}{place.upper()}: {message}"


def _wanted(kind: str, field: FieldInfo) -> str:
    """What belongs there, by the kind of pydantic's error."""
    if kind.startswith("url_"):
        return "an address such as https://example.org"
    if kind.startswith("bool_"):
        return "true or false"
    if kind == "literal_error":
        return " or ".join(get_args(field.annotation))
    if kind.startswith(("int_", "float_", "finite_", "greater_", "less_")):
        return _number(field)
    return ""


def _number(field: FieldInfo) -> str:
    words = ["a whole number" if field.annotation is int else "a number"]
    for name, said in (("ge", "from"), ("gt", "above"), ("le", "to")):
        words += [
            f"{said} {getattr(limit, name):,}" for limit in field.metadata if hasattr(limit, name)
        ]
    return " ".join(words)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _listed(parts: list[str]) -> str:
    return ", ".join(f'"{part[:_SHOWN]}"' for part in parts)


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return text == "*"  # any proxy at all
    return True
