"""Every setting, in one class, from the environment, a file of secrets, or ``.env``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AnyHttpUrl,
    Field,
    PositiveInt,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "BRIEFING_"

_FREE_RATE = 30
"""Messages a second that cost nothing (Bot API, sendMessage.allow_paid_broadcast)."""

_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{10,}")

_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")

_STORE = re.compile(r"tinydb$|postgres(ql)?://")

_PLACE = re.compile(r"(?:\[[0-9A-Fa-f:]+\]|[^:\s]+):(\d{1,5})")
_HIGHEST_PORT = 65_535

_PROXIES = frozenset({"http", "https", "socks5", "socks5h"})


class SettingsWrong(Exception):
    """Some settings are wrong; `problems` names each with what to do."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Settings(BaseSettings):
    """The operator's settings. Each is read from ``BRIEFING_<NAME>``."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    token: SecretStr | None = Field(
        default=None, description="The bot's token, from @BotFather in Telegram."
    )
    token_file: Path | None = Field(
        default=None, description="A file that holds the token, in place of BRIEFING_TOKEN."
    )
    api_url: AnyHttpUrl = Field(
        default=AnyHttpUrl("https://api.telegram.org"),
        description="The Bot API server, e.g. a self-hosted one: http://127.0.0.1:8081.",
    )
    proxy: str | None = Field(
        default=None,
        description="A proxy for requests to the Bot API: http://host:port, or "
        "socks5://user:password@host:port, which also looks up host names.",
    )
    data: Path = Field(default=Path("data"), description="The folder where everything is kept.")
    store: SecretStr = Field(
        default=SecretStr("tinydb"),
        description="Where everything is kept: tinydb, which is the data folder and one process, "
        "or a PostgreSQL database, postgresql://user:password@host/name, for any number of them.",
    )
    content: Path | None = Field(
        default=None, description="The agreement's content file; the built-in one if left out."
    )
    admins: Annotated[tuple[PositiveInt, ...], NoDecode] = Field(
        default=(), description="Numeric ids of the admins, separated by commas."
    )
    undo_minutes: int = Field(
        default=60, ge=1, le=10_080, description="How long a change can be taken back, in minutes."
    )
    window_seconds: float = Field(
        default=60,
        ge=0,
        le=3600,
        description="Changes confirmed within so many seconds reach a chat as one message; "
        "an alert waits so long before it goes out.",
    )
    rate: float = Field(
        default=30,
        gt=0,
        le=1000,
        description="Messages a second over all chats. Telegram allows about 30; more, up to "
        "1,000, only with BRIEFING_PAID_BROADCAST.",
    )
    chat_seconds: float = Field(
        default=1,
        ge=0,
        le=10,
        description="Seconds between two messages in one chat (Telegram wants about one).",
    )
    paid_broadcast: bool = Field(
        default=False,
        validate_default=True,
        description="Send alerts as paid broadcasts: beyond 30 a second Telegram takes 0.1 Stars "
        "a message from the bot's balance, so 10,000 chats cost 1,000 Stars an alert.",
    )
    concurrency: int = Field(
        default=16,
        ge=1,
        le=256,
        description="Deliveries under way at once; as many may come twice after a kill.",
    )
    pictures: bool = Field(
        default=True,
        description="Send pictures with the board, the timeline and alerts: each is drawn and "
        "uploaded once in each language.",
    )
    picture_theme: Literal["light", "dark"] = Field(
        default="light", description="The ground on which pictures are drawn."
    )
    rich: bool = Field(
        default=False,
        description="Send the board and provisions as rich messages (Bot API 10.1) with tables "
        "and parts that unfold. Off, as an app too old for them may show nothing.",
    )
    gaps: bool = Field(
        default=True,
        description="Count questions that found no answer, without who asked, for /gaps; `false` "
        "counts none and erases what was counted.",
    )
    webhook_url: AnyHttpUrl | None = Field(
        default=None,
        description="The public HTTPS address at which Telegram delivers updates, on port 443, 80, "
        "88 or 8443: https://example.org/telegram. Without it the bot polls.",
    )
    webhook_path: str | None = Field(
        default=None,
        pattern="^/",
        description="The path at which a proxy asks the bot itself for that address, if it changes "
        "it: /telegram.",
    )
    webhook_secret: SecretStr | None = Field(
        default=None,
        description="What Telegram repeats with each update; made from the token if left out.",
    )
    webhook_certificate: Path | None = Field(
        default=None,
        description="The public certificate (PEM) that is sent to Telegram where the server's is "
        "signed by nobody.",
    )
    webhook_connections: int = Field(
        default=40, ge=1, le=100, description="Updates that Telegram delivers at once, at most."
    )
    listen: str | None = Field(
        default=None,
        description="Where the bot serves the webhook, the board, /healthz, /readyz and /metrics: "
        "127.0.0.1:8080. Without it nowhere, or there with a webhook. Let a proxy pass on the "
        "webhook and the board only.",
    )
    tls_certificate: Path | None = Field(
        default=None,
        description="The certificate (PEM) with which it serves HTTPS itself, without a proxy.",
    )
    tls_key: Path | None = Field(
        default=None, validate_default=True, description="The key of that certificate."
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Addresses of proxies whose X-Forwarded headers are believed, separated by "
        "commas.",
    )
    board_url: AnyHttpUrl | None = Field(
        default=None,
        description="The public address of the board on the web; with it the bot serves the board.",
    )
    web: str | None = Field(
        default=None,
        description="Serve the board on the web here, 127.0.0.1:8080: BRIEFING_LISTEN and "
        "BRIEFING_BOARD_URL in one, for a look without a public address.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="How much is logged."
    )
    log_format: Literal["console", "json"] = Field(
        default="console", description="Logs for a person, or one JSON object a line."
    )

    @field_validator("admins", "trusted_proxies", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:  # noqa: ANN401 - whatever the environment holds
        if isinstance(value, str):
            return [part.strip() for part in value.split(",") if part.strip()]
        return value

    @field_validator("listen", "web")
    @classmethod
    def _place_has_a_port(cls, value: str | None) -> str | None:
        if value is not None:
            found = _PLACE.fullmatch(value)
            if found is None or int(found[1]) > _HIGHEST_PORT:
                raise ValueError("a host and a port: 127.0.0.1:8080, or [::1]:8080")
        return value

    @field_validator("proxy")
    @classmethod
    def _proxy_is_spoken_to(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                parts = urlsplit(value)
                known = parts.scheme in _PROXIES and parts.hostname and parts.port != 0
            except ValueError:
                known = False
            if not known:
                raise ValueError("http://host:port, or socks5://user:password@host:port")
        return value

    @field_validator("webhook_certificate", "tls_certificate", "tls_key")
    @classmethod
    def _file_can_be_read(cls, value: Path | None) -> Path | None:
        if value is not None:
            try:
                value.open("rb").close()
            except OSError as error:
                raise ValueError(f"{value} cannot be read: {error.strerror}") from None
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _secret_has_its_form(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _SECRET.fullmatch(value.get_secret_value()):
            raise ValueError("1 to 256 letters, digits, _ and - (Bot API, setWebhook)")
        return value

    @field_validator("store")
    @classmethod
    def _store_is_known(cls, value: SecretStr) -> SecretStr:
        if not _STORE.match(value.get_secret_value()):
            raise ValueError("tinydb, or postgresql://user:password@host/name")
        return value

    # Each fault is found by the field that has it, as all fields are looked at in any case: what
    # the model as a whole refuses would be told only once everything else is right.

    @field_validator("token", mode="before")
    @classmethod
    def _token_is_bare(cls, value: Any) -> Any:  # noqa: ANN401 - whatever the environment holds
        return value.strip() or None if isinstance(value, str) else value

    @field_validator("token")
    @classmethod
    def _token_has_its_form(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            _check_token(value.get_secret_value())
        return value

    @field_validator("token_file")
    @classmethod
    def _token_file_holds_one(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        if value is not None and info.data.get("token") is None:
            _token_in(value)
        return value

    @field_validator("paid_broadcast")
    @classmethod
    def _rate_is_allowed(cls, value: bool, info: ValidationInfo) -> bool:  # noqa: FBT001 - pydantic
        if info.data.get("rate", 0) > _FREE_RATE and not value:
            raise ValueError(
                f"{PREFIX}RATE above {_FREE_RATE} needs {PREFIX}PAID_BROADCAST=true, which costs"
                " Stars for each message"
            )
        return value

    @field_validator("tls_key")
    @classmethod
    def _tls_is_whole(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        if (info.data.get("tls_certificate", value) is None) != (value is None):
            raise ValueError(f"{PREFIX}TLS_CERTIFICATE and {PREFIX}TLS_KEY need each other")
        return value

    @model_validator(mode="after")
    def _serve_the_board(self) -> Self:
        if self.web is not None:
            object.__setattr__(self, "listen", self.listen or self.web)
            address = self.board_url or AnyHttpUrl(f"http://{self.web}")
            object.__setattr__(self, "board_url", address)
        return self

    @model_validator(mode="after")
    def _read_token(self) -> Self:
        if self.token is None and self.token_file is not None:
            object.__setattr__(self, "token", SecretStr(_token_in(self.token_file)))
        return self


def _token_in(path: Path) -> str:
    """The token that a file holds.

    Raises:
        ValueError: it cannot be read, or holds none.
    """
    try:
        text = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ValueError(f"it cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ValueError("it is no text") from None
    _check_token(text)
    return text


def _check_token(text: str) -> None:
    if not _TOKEN.fullmatch(text):
        raise ValueError("this is no bot token; @BotFather gives one like 123456:ABC-DEF1234ghIkl")


def read_settings(**overrides: Any) -> Settings:  # noqa: ANN401 - values of any field
    """The settings of this environment; `overrides` win.

    Raises:
        SettingsWrong: names every wrong setting at once.
    """
    try:
        return Settings(**{name: one for name, one in overrides.items() if one is not None})
    except ValidationError as error:
        raise SettingsWrong([_problem(dict(one)) for one in error.errors()]) from None


def _problem(error: dict[str, Any]) -> str:
    place = str(error["loc"][0]) if error["loc"] else ""  # not which of a setting's parts
    message = str(error["msg"]).removeprefix("Value error, ")
    return f"{PREFIX}{place.upper()}: {message}" if place else message
