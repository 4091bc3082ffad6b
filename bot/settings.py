"""Every setting, in one class, from the environment, a file of secrets, or ``.env``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AnyHttpUrl,
    BaseModel,
    ConfigDict,
    Field,
    PositiveInt,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from bot import setting_checks as checks
from bot.agreement.evidence import Feed
from bot.environment import PREFIX, Environment, read_environment

BUNDLED, NO_EMBEDDINGS = "bundled", "none"
"""Values of BRIEFING_EMBEDDINGS that are no addresses."""
_FREE_RATE = 30
"""Messages a second that cost nothing (Bot API, sendMessage.allow_paid_broadcast)."""


class SettingsWrong(Exception):
    """Some settings are wrong; `problems` names each with what to do."""

    def __init__(self, problems: list[str], *, log_format: str = "console") -> None:
        super().__init__("\n".join(problems))
        self.problems = problems
        self.log_format = log_format
        """The form in which the operator wants it to be logged."""


class Settings(BaseModel):
    """The operator's settings. Each is read from ``BRIEFING_<NAME>``."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, hide_input_in_errors=True, validate_default=True
    )

    token: checks.Token = Field(
        default=None, description="The bot's token, from @BotFather in Telegram."
    )
    token_file: Path | None = Field(
        default=None, description="A file that holds the token, in place of BRIEFING_TOKEN."
    )
    api_url: AnyHttpUrl = Field(
        default=AnyHttpUrl("https://api.telegram.org"),
        description="The Bot API server, e.g. a self-hosted one: http://127.0.0.1:8081.",
    )
    proxy: checks.Proxy | None = Field(
        default=None,
        description="A proxy for requests to the Bot API: http://host:port, or "
        "socks5://user:password@host:port, which also looks up host names.",
    )
    data: Path = Field(default=Path("data"), description="The folder where everything is kept.")
    store: checks.StoreName = Field(
        default=SecretStr("tinydb"),
        description="Where everything is kept: tinydb, which is the data folder and one process, "
        "or a PostgreSQL database, postgresql://user:password@host/name, for any number of them.",
    )
    store_file: Path | None = Field(
        default=None,
        description="A file that holds that address, in place of BRIEFING_STORE.",
    )
    content: Path | None = Field(
        default=None,
        description="The agreement's content file, JSON or YAML; the built-in one if left out.",
    )
    locales: Path | None = Field(
        default=None,
        description="A folder of further catalogs, for languages that the bot does not speak by "
        "itself: fr/LC_MESSAGES/bot.po.",
    )
    embeddings: Annotated[str, checks.Embeddings] = Field(
        default=BUNDLED,
        description="What finds provisions by their meaning: `bundled`, the model that comes with "
        "the bot on Linux (x86-64) and macOS (Apple silicon); the address of an OpenAI-compatible "
        "endpoint, http://127.0.0.1:11434/v1; or `none`, then words alone find them.",
    )
    embeddings_model: str = Field(
        default="", description="The model that is asked for at that endpoint: bge-m3."
    )
    embeddings_key: SecretStr | None = Field(
        default=None, description="The key for that endpoint, if it wants one."
    )
    admins: Annotated[tuple[PositiveInt, ...], checks.Admins] = Field(
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
        description="Send pictures with the board and alerts: each is drawn and "
        "uploaded once in each language.",
    )
    picture_theme: Annotated[Literal["light", "dark"], checks.AnyCase] = Field(
        default="light", description="The ground on which pictures are drawn."
    )
    font: checks.Font | None = Field(
        default=None,
        description="A TrueType or OpenType font for pictures, with letters that the bundled one "
        "lacks (it has Latin, Greek and Cyrillic).",
    )
    rich: bool = Field(
        default=False,
        description="Send the board and provisions as rich messages (Bot API 10.1) with tables "
        "and parts that unfold. Off, as an app too old for them may show nothing.",
    )
    forget_months: int = Field(
        default=12,
        ge=0,
        le=1200,
        description="What is kept of a chat is erased once it could not be reached for so many "
        "months, for instance since its person blocked the bot; 0 keeps it.",
    )
    gaps: bool = Field(
        default=True,
        description="Count questions that found no answer, without who asked, for /gaps; `false` "
        "counts none and erases what was counted.",
    )
    feeds: Annotated[tuple[Feed, ...], checks.Feeds] = Field(
        default=(),
        description="Addresses of RSS, Atom or JSON Feed, besides those of the content, with blanks"
        " between: https://example.org/feed, or with the id of its publisher,"
        " agency=https://example.org/feed. What they bring is suggested to the admins: /inbox.",
    )
    feeds_private: bool = Field(
        default=False,
        description="Also read feeds from servers in private networks.",
    )
    webhook_url: AnyHttpUrl | None = Field(
        default=None,
        description="The public HTTPS address at which Telegram delivers updates, on port 443, 80, "
        "88 or 8443: https://example.org/telegram. Without it the bot polls.",
    )
    webhook_path: checks.UrlPath | None = Field(
        default=None,
        description="The path at which a proxy asks the bot itself for that address, if it changes "
        "it: /telegram.",
    )
    webhook_secret: checks.WebhookSecret | None = Field(
        default=None,
        description="What Telegram repeats with each update; made from the token if left out.",
    )
    webhook_certificate: checks.ReadableFile | None = Field(
        default=None,
        description="The public certificate (PEM) that is sent to Telegram where the server's is "
        "signed by nobody.",
    )
    webhook_connections: int = Field(
        default=40, ge=1, le=100, description="Updates that Telegram delivers at once, at most."
    )
    listen: checks.Place | None = Field(
        default=None,
        description="Where the bot serves the webhook, the board, /healthz, /readyz and /metrics: "
        "127.0.0.1:8080. Without it nowhere, or there with a webhook. Let a proxy pass on the "
        "webhook and the board only.",
    )
    metrics_listen: checks.Place | None = Field(
        default=None,
        description="Where the bot serves /metrics and /readyz, over HTTP, in place of "
        "BRIEFING_LISTEN: 127.0.0.1:9090. /healthz is served at both.",
    )
    tls_certificate: checks.ReadableFile | None = Field(
        default=None,
        description="The certificate (PEM) with which it serves HTTPS itself, without a proxy. A "
        "renewed one is taken within a minute.",
    )
    tls_key: checks.ReadableFile | None = Field(
        default=None, description="The key of that certificate."
    )
    trusted_proxies: Annotated[tuple[str, ...], checks.Networks] = Field(
        default=(),
        description="Addresses or networks (10.0.0.0/8) of proxies whose X-Forwarded headers are "
        "believed, separated by commas.",
    )
    board_url: AnyHttpUrl | None = Field(
        default=None,
        description="The public address of the board on the web; with it the bot serves the board.",
    )
    web: checks.Place | None = Field(
        default=None,
        description="Serve the board on the web here, 127.0.0.1:8080: BRIEFING_LISTEN and "
        "BRIEFING_BOARD_URL in one, for a look without a public address.",
    )
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], checks.AnyCaseUpper] = Field(
        default="INFO", description="How much is logged."
    )
    log_format: Annotated[Literal["console", "json"], checks.AnyCase] = Field(
        default="console", description="Logs for a person, or one JSON object a line."
    )

    @property
    def serves_public(self) -> bool:
        """Whether there is something to serve besides /metrics."""
        return any((self.listen, self.webhook_url, self.board_url))

    # Each fault is found by the field that has it, as all fields are looked at in any case: what
    # the model as a whole refuses would be told only once everything else is right.

    @field_validator("token_file")
    @classmethod
    def _token_file_holds_one(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        if value is not None and info.data.get("token") is None:
            checks.check_token(checks.text_in(value))
        return value

    @field_validator("store_file")
    @classmethod
    def _store_file_holds_one(cls, value: Path | None) -> Path | None:
        if value is not None:
            checks.check_store(checks.text_in(value))
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

    @field_validator("webhook_url")
    @classmethod
    def _telegram_delivers_there(
        cls, value: AnyHttpUrl | None, info: ValidationInfo
    ) -> AnyHttpUrl | None:
        if value is not None and "api_url" in info.data:
            checks.check_webhook(value, info.data["api_url"])
        return value

    @field_validator("tls_key")
    @classmethod
    def _tls_is_whole(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        certificate = info.data.get("tls_certificate")
        if "tls_certificate" in info.data and (certificate is None) != (value is None):
            raise ValueError(f"{PREFIX}TLS_CERTIFICATE and {PREFIX}TLS_KEY need each other")
        if value is not None and certificate is not None:
            checks.check_key(certificate, value)
        return value

    @model_validator(mode="after")
    def _serve_the_board(self) -> Self:
        if self.web is not None:
            object.__setattr__(self, "listen", self.listen or self.web)
            address = self.board_url or AnyHttpUrl(f"http://{self.web}")
            object.__setattr__(self, "board_url", address)
        return self

    @model_validator(mode="after")
    def _read_files(self) -> Self:
        if self.token is None and self.token_file is not None:
            object.__setattr__(self, "token", SecretStr(checks.text_in(self.token_file)))
        if "store" not in self.model_fields_set and self.store_file is not None:
            object.__setattr__(self, "store", SecretStr(checks.text_in(self.store_file)))
        return self


def read_settings(**overrides: Any) -> Settings:  # noqa: ANN401 - values of any field
    """The settings of this environment; `overrides` win.

    Raises:
        SettingsWrong: names every wrong setting at once.
    """
    found = _environment()
    given = {name: value for name, value in overrides.items() if value is not None}
    problems = list(found.problems)
    try:
        settings = Settings(**{**found.values, **given})
    except ValidationError as error:
        problems += [checks.sentence(entry, Settings.model_fields) for entry in error.errors()]
    if problems:
        wanted = found.values.get("log_format", "console").lower()
        raise SettingsWrong(list(dict.fromkeys(problems)), log_format=wanted)
    return settings


def misspelt_settings() -> tuple[str, ...]:
    """A sentence for each variable that looks like a setting and is none."""
    return _environment().warnings


def _environment() -> Environment:
    return read_environment(Settings.model_fields, os.environ, Path(".env"))
