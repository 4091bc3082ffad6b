"""What a site is told when it is made."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class SiteOptions:
    """Where the site is reached, and which bot it belongs to."""

    base_url: str = "http://127.0.0.1:8080"
    """The public address, with a path if the site does not have a host of its own."""
    bot_username: str | None = None
    """Without "@"; without it no page leads to Telegram."""
    bot_token: str | None = field(default=None, repr=False)
    """Proves that a person comes from Telegram; without it nobody can follow from a page."""
    requests_per_minute: int = 600
    """What one address may ask for; 0 takes the limit away."""

    @property
    def origin(self) -> str:
        """Scheme and host of the public address."""
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def prefix(self) -> str:
        """The path of the public address, "" for a host of its own."""
        return urlsplit(self.base_url).path.rstrip("/")

    @property
    def host(self) -> str:
        """The host alone, for names that last longer than addresses."""
        return urlsplit(self.base_url).hostname or "localhost"
