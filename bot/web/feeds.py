"""Atom feeds (RFC 4287): one for everything, one for a topic, one for a provision.

Ids are tag URIs (RFC 4151). An entry's id rests on what it tells (provision, status, date,
sources), so that a change keeps it when an editor copies it into the content file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, time
from xml.etree.ElementTree import Element, SubElement, tostring

from markupsafe import escape

from bot.agreement.board import Latest
from bot.agreement.model import Provision, Topic
from bot.agreement.sentences import first_sentence
from bot.views.format import Picked
from bot.views.statuses import correction_text, what_changed
from bot.web.addresses import board_path, provision_path, topic_path
from bot.web.changelog import LogEntry, event_anchor, event_number
from bot.web.citing import publisher_of
from bot.web.components import publisher_name
from bot.web.page_context import PageContext
from bot.web.rendering import assets

MOST = 50
"""How many entries a feed has."""
_ATOM = "http://www.w3.org/2005/Atom"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_SINCE = "2026"
"""The year in which ids of this form began (RFC 4151, 2.1: an authority and a date)."""
_CONTROLS = {code: None for code in (*range(32), 0xFFFE, 0xFFFF) if code not in {9, 10, 13}}
"""What XML 1.0 has no place for (2.2)."""


def feed_of_all(here: PageContext) -> bytes:
    """Every change."""
    title = here.pick(here.board.agreement.title)
    return _feed(here, title, "", board_path(here.code), here.board.provisions)


def feed_of_topic(here: PageContext, topic: Topic) -> bytes:
    """The changes in a topic."""
    page = topic_path(here.code, topic.id)
    found = here.board.of_topic(topic.id)
    return _feed(here, here.pick(topic.title), f"/topics/{topic.id}", page, found)


def feed_of_provision(here: PageContext, provision: Provision) -> bytes:
    """The whole history of a provision, with how it began."""
    page = provision_path(here.code, provision.id)
    name = f"/provisions/{provision.id}"
    return _feed(here, here.pick(provision.title), name, page, [provision], opening=True)


def _feed(
    here: PageContext,
    title: Picked,
    name: str,
    page: str,
    provisions: Iterable[Provision],
    *,
    opening: bool = False,
) -> bytes:
    ids = {provision.id for provision in provisions}
    entries = [
        entry
        for entry in here.edition.log
        if entry.provision.id in ids and (opening or not entry.is_opening)
    ][:MOST]
    agreement = here.board.agreement
    feed = Element("feed", {"xmlns": _ATOM, _XML_LANG: here.code})
    _text(feed, "id", f"{_tag(here)}/{here.code}{name}")
    _text(feed, "title", here.language.gettext("{title}: changes", title=title))
    brand = here.pick(agreement.short_title).text
    _text(feed, "subtitle", brand)
    start = datetime.combine(agreement.date.first, time(), UTC)
    moments = [entry.moment for entry in entries]
    _text(feed, "updated", _moment(max(moments, default=start)))
    _text(SubElement(feed, "author"), "name", publisher_of(here) or brand)
    if licence := agreement.publication.licence:
        _text(feed, "rights", f"{licence.name}: {licence.url}")
    _text(feed, "icon", here.absolute(assets()["icon.svg"].path))
    _link(feed, "self", here.absolute(here.path), "application/atom+xml")
    _link(feed, "alternate", here.absolute(page), "text/html")
    SubElement(feed, "generator").text = "briefing-bot"
    for entry in entries:
        _entry(here, feed, entry)
    body: bytes = tostring(feed, encoding="utf-8")
    style = here.link(assets()["feed.css"].path)
    # A browser shows the feed to people by this style sheet.
    return (
        b'<?xml version="1.0" encoding="utf-8"?>\n<?xml-stylesheet href="%b" type="text/css"?>\n%b'
        % (
            escape(style).encode(),
            body,
        )
    )


def _entry(here: PageContext, feed: Element, told: LogEntry) -> None:
    latest, provision, entry = told.latest, told.provision, told.event
    title = here.pick(provision.title)
    element = SubElement(feed, "entry")
    own = f"{provision.id}/{_event_id(latest)}" + ("/corrected" if told.correction else "")
    _text(element, "id", f"{_tag(here)}/{here.code}/provisions/{own}")
    shown = entry if told.correction else entry.model_copy(update={"correction": None})
    step = what_changed(here.language, latest.before, shown)
    _text(element, "title", f"{provision.number}. {title}: {step}")
    _text(element, "published", _moment(told.moment))
    _text(element, "updated", _moment(told.moment))
    page = provision_path(here.code, provision.id) + "#" + event_anchor(provision, entry)
    _link(element, "alternate", here.absolute(page), "text/html")
    for source in {str(found.url): found for found in entry.evidence}.values():
        link = _link(element, "related", str(source.url))
        link.set("title", publisher_name(here, source).translate(_CONTROLS))
    for topic_id in provision.topics:
        topic = here.board.agreement.topic(topic_id)
        if topic is not None:
            label = here.pick(topic.title).text.translate(_CONTROLS)
            SubElement(element, "category", {"term": topic.id, "label": label})
    if told.correction is not None:
        _text(element, "summary", correction_text(here.language, told.correction))
        return
    words = here.pick(entry.note) if entry.note else here.pick(provision.text)
    summary = _text(element, "summary", words.text if entry.note else first_sentence(words.text))
    if words.other:
        summary.set(_XML_LANG, words.other)


def _event_id(latest: Latest) -> str:
    entry = latest.entry
    urls = sorted(str(source.url) for source in entry.evidence)
    mark = hashlib.sha256("\n".join(urls).encode()).hexdigest()[:10]
    again = event_number(latest.provision.history, entry)
    return f"{entry.date}/{entry.status or entry.kind}/{mark}" + (f"/{again + 1}" if again else "")


def _tag(here: PageContext) -> str:
    return f"tag:{here.edition.options.host},{_SINCE}:{here.board.agreement.id}"


def _moment(value: datetime) -> str:
    return value.strftime("%Y-%m-%dT%H:%M:%SZ")


def _text(parent: Element, name: str, text: str) -> Element:
    element = SubElement(parent, name)
    element.text = text.translate(_CONTROLS)
    return element


def _link(parent: Element, rel: str, href: str, media_type: str | None = None) -> Element:
    attributes = {"rel": rel, "href": href} | ({"type": media_type} if media_type else {})
    return SubElement(parent, "link", attributes)
