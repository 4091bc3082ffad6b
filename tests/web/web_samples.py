"""What the tests of the site share."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode

from bot.agreement.board import StatusChange
from bot.agreement.dates import PartialDate
from bot.agreement.events import Event
from bot.agreement.evidence import Evidence
from bot.agreement.model import Provision
from bot.agreement.status import Status
from bot.web.page_context import SiteOptions

LIGHTHOUSE = Path(__file__).parents[1] / "fixtures" / "lighthouse.json"
NOW = datetime(2026, 7, 1, 9, tzinfo=UTC)
TOKEN = "700:play-token"
OPTIONS = SiteOptions(
    base_url="https://board.example",
    bot_username="briefing_bot",
    bot_token=TOKEN,
    requests_per_minute=0,
)


def CLOCK() -> datetime:  # noqa: N802 - a constant of these tests
    return NOW


def change(provision: Provision, number: int = 1, **more) -> StatusChange:
    source = Evidence(url="https://news.example/a?b=1&c=2", publisher="News & <Views>")
    after = Event(status=Status.STALLED, date=PartialDate(2026, 6, 30), evidence=(source,))
    return StatusChange(
        id=number,
        provision_id=provision.id,
        before=provision.shown_by,
        after=after,
        made_by=4242424242,
        made_at=NOW,
        **more,
    )


def init_data(token: str = TOKEN, *, at: datetime = NOW, user: object = None, **more: str) -> str:
    """What Telegram puts into a Mini App's address, signed as it signs."""
    person = user or {"id": 77, "language_code": "tr", "allows_write_to_pm": True}
    fields = {
        "auth_date": str(int(at.timestamp())),
        "query_id": "AAE",
        "user": json.dumps(person, ensure_ascii=False),
        **more,
    }
    checked = "\n".join(f"{name}={value}" for name, value in sorted(fields.items()))
    secret = hmac.new(b"WebAppData", token.encode(), hashlib.sha256).digest()
    fields["hash"] = hmac.new(secret, checked.encode(), hashlib.sha256).hexdigest()
    return urlencode(fields)


class Page(HTMLParser):
    """What a test looks at on a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.headings: list[int] = []
        self.attributes: set[str] = set()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append((tag, given))
        self.attributes |= given.keys()
        if "id" in given and tag != "symbol":
            self.ids.append(given["id"])
        self.links += [given[name] for name in ("href", "src") if name in given]
        if tag in {"h1", "h2", "h3", "h4"}:
            self.headings.append(int(tag[1]))

    def inner(self) -> Iterator[str]:
        """Links that stay on the site."""
        return (link for link in self.links if not link.startswith(("http", "#")))
