"""Read RSS, Atom and JSON Feed into items. Slow for large feeds: call it in a thread."""

from __future__ import annotations

import hashlib
import html
import io
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import feedparser  # type: ignore[import-untyped]
import orjson

from bot.feeds.fetching import FeedFails, Fetched
from bot.feeds.model import Item

MOST = 500
"""Items of a feed that are looked at."""
_LEAD = 1000
_HEADLINE = 300
_TAG = re.compile(r"<[^>]*>")
_CODE = re.compile(r"^[a-z]{2,3}(?=[-_]|$)")


def parse_feed(fetched: Fetched) -> list[Item]:
    """The items of a feed, each once, as many as are looked at.

    Raises:
        FeedFails: it is not a feed, or it is broken from its first item on.
    """
    body = fetched.body or b""
    is_json = "json" in fetched.content_type or body.lstrip()[:1] == b"{"
    found = (_json_items if is_json else _xml_items)(body, fetched)
    items: dict[str, Item] = {}
    for item in found:
        items.setdefault(item.id, item)
        if len(items) == MOST:
            break
    return list(items.values())


def _xml_items(body: bytes, fetched: Fetched) -> Iterator[Item]:
    headers = {"content-type": fetched.content_type, "content-location": fetched.url}
    try:
        # A file object: text would be taken for an address or the name of a file.
        found = feedparser.parse(io.BytesIO(body), response_headers=headers)
    except Exception as error:  # feedparser's own faults, of any kind, on hostile documents
        raise FeedFails(f"cannot be parsed: {type(error).__name__}") from error
    if not found.get("version") and not found.entries:
        raise FeedFails("not a feed")
    if found.get("bozo") and not found.entries and body.strip():
        problem = found.get("bozo_exception")
        raise FeedFails(f"broken XML: {str(problem)[:120]}")
    spoken = _language(found.feed.get("language"))
    for entry in found.entries:
        # `entry.get` warns where a date of one kind would stand for one of the other.
        dates = (entry[name] for name in ("published_parsed", "updated_parsed") if name in entry)
        source = entry.get("source") or {}
        item = _item(
            guid=entry.get("id", ""),
            url=urljoin(fetched.url, entry.get("link") or ""),
            headline=_plain(entry.get("title")),
            lead=_plain(entry.get("summary")),
            day=_day(next(filter(None, dates), None)),
            language=_language(entry.get("title_detail", {}).get("language")) or spoken,
            origin=_plain(source.get("title")),
        )
        if item is not None:
            yield item


def _json_items(body: bytes, fetched: Fetched) -> Iterator[Item]:
    try:
        document = orjson.loads(body)
    except ValueError as error:
        raise FeedFails(f"broken JSON: {error}") from error
    version = document.get("version") if isinstance(document, dict) else None
    if not isinstance(version, str) or "jsonfeed.org" not in version:
        raise FeedFails("not a feed")
    entries = document.get("items")
    for entry in entries if isinstance(entries, list) else ():
        if not isinstance(entry, dict):
            continue
        text = entry.get("summary") or entry.get("content_text") or entry.get("content_html")
        item = _item(
            guid=str(entry.get("id") or ""),
            url=urljoin(fetched.url, _text(entry, "url") or _text(entry, "external_url")),
            headline=_plain(entry.get("title")),
            lead=_plain(text),
            day=_iso_day(_text(entry, "date_published") or _text(entry, "date_modified")),
            language=_language(entry.get("language") or document.get("language")),
            origin=_elsewhere(entry),
        )
        if item is not None:
            yield item


def _item(
    *,
    guid: str,
    url: str,
    headline: str,
    lead: str,
    day: date | None,
    language: str | None,
    origin: str,
) -> Item | None:
    """An item, or None where it has no words or no address that a reader can open."""
    headline, lead = headline or lead[:_HEADLINE], lead[:_LEAD]
    parts = urlsplit(url)
    if not headline or parts.scheme not in {"http", "https"} or not parts.hostname:
        return None
    # Some feeds repeat an id for different items: the address and the headline tell these apart.
    told_by = "\n".join((guid, url, headline))
    key = hashlib.sha256(told_by.encode(errors="replace")).hexdigest()[:16]
    return Item(key, url, _cut(headline), lead, day, language, origin[:120])


def _cut(text: str) -> str:
    return text if len(text) <= _HEADLINE else text[: _HEADLINE - 1].rstrip() + "…"


def _plain(value: object) -> str:
    """A text without markup, in one line."""
    if not isinstance(value, str):
        return ""
    bare = html.unescape(_TAG.sub(" ", value[: 20 * _LEAD]))
    clean = "".join(letter if letter.isprintable() else " " for letter in bare)
    return " ".join(clean.split())


def _text(entry: Mapping[str, Any], name: str) -> str:
    value = entry.get(name)
    return value if isinstance(value, str) else ""


def _elsewhere(entry: Mapping[str, Any]) -> str:
    """The host of the page that an item of a JSON Feed is about, if it is another one."""
    own, other = (urlsplit(_text(entry, name)).hostname for name in ("url", "external_url"))
    return other.removeprefix("www.") if own and other and own != other else ""


def _language(value: object) -> str | None:
    found = _CODE.match(value.strip().lower()) if isinstance(value, str) else None
    return found[0] if found else None


def _day(moment: object) -> date | None:
    try:
        return date(*moment[:3]) if isinstance(moment, tuple) else None
    except (TypeError, ValueError):
        return None


def _iso_day(text: str) -> date | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.astimezone(UTC).date() if moment.tzinfo else moment.date()
