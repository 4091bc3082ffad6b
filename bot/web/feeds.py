"""Atom feeds (RFC 4287): one for everything, one for a topic, one for a provision.

Ids are tag URIs (RFC 4151). An entry's id rests on what it tells (provision, status, date,
sources), so that a change keeps it when an editor copies it into the content file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from xml.etree.ElementTree import Element, SubElement, tostring

from bot.agreement.board import Latest, same_event
from bot.agreement.events import Correction, Event
from bot.agreement.model import Provision, Topic
from bot.agreement.sentences import first_sentence
from bot.views.format import Picked
from bot.views.statuses import correction_text, what_changed
from bot.web.addresses import board_path, provision_path, topic_path
from bot.web.components import publisher_name
from bot.web.page_context import PageContext

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


def updated(here: PageContext, provision: Provision, entry: Event) -> datetime:
    """When an entry became known: when it was recorded, else the first day that it speaks of."""
    for change in here.board.changes:
        if change.undoes is not None:
            continue  # what stands again was known before
        if change.provision_id == provision.id and same_event(change.after, entry):
            return change.made_at.astimezone(UTC).replace(microsecond=0)
    return datetime.combine(entry.date.first, time(), UTC)


def _feed(
    here: PageContext,
    title: Picked,
    name: str,
    page: str,
    provisions: Iterable[Provision],
    *,
    opening: bool = False,
) -> bytes:
    entries = _newest(here, provisions, opening=opening)
    agreement = here.board.agreement
    feed = Element("feed", {"xmlns": _ATOM, _XML_LANG: here.code})
    _text(feed, "id", f"{_tag(here)}/{here.code}{name}")
    _text(feed, "title", here.language.gettext("{title}: changes", title=title))
    brand = here.pick(agreement.short_title).text
    _text(feed, "subtitle", brand)
    start = datetime.combine(agreement.date.first, time(), UTC)
    moments = [told.moment for told in entries]
    _text(feed, "updated", _moment(max(moments, default=start)))
    _text(SubElement(feed, "author"), "name", brand)
    _link(feed, "self", here.absolute(here.path), "application/atom+xml")
    _link(feed, "alternate", here.absolute(page), "text/html")
    SubElement(feed, "generator").text = "briefing-bot"
    for told in entries:
        _entry(here, feed, told)
    body: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return body


@dataclass(frozen=True, slots=True)
class _Told:
    """What one entry of a feed tells: an event, or that it was corrected."""

    latest: Latest
    moment: datetime
    correction: Correction | None = None


def _newest(here: PageContext, provisions: Iterable[Provision], *, opening: bool) -> list[_Told]:
    """The newest events; a correction is an entry of its own, and bumps no other."""
    found = []
    for provision in provisions:
        for event in provision.history[0 if opening else 1 :]:
            latest = Latest(provision, event)
            found.append(_Told(latest, updated(here, provision, event)))
            if event.correction is not None:
                moment = _corrected_at(here, provision, event, event.correction)
                found.append(_Told(latest, moment, event.correction))

    def key(told: _Told) -> tuple[datetime, int, int]:
        history = told.latest.provision.history
        place = next(at for at, event in enumerate(history) if event is told.latest.entry)
        return told.moment, -told.latest.provision.number, place

    return sorted(found, key=key, reverse=True)[:MOST]


def _corrected_at(
    here: PageContext, provision: Provision, event: Event, correction: Correction
) -> datetime:
    """When an event was corrected: when that was recorded, else the day that the content names."""
    changes = here.board.changes
    undone = {
        change.id
        for change in changes
        if change.provision_id == provision.id and same_event(change.after, event)
    }
    recorded = [change.made_at for change in changes if change.undoes in undone]
    if recorded:
        return max(recorded).astimezone(UTC).replace(microsecond=0)
    return datetime.combine(correction.on.first, time(), UTC)


def _entry(here: PageContext, feed: Element, told: _Told) -> None:
    latest, provision, entry = told.latest, told.latest.provision, told.latest.entry
    title = here.pick(provision.title)
    element = SubElement(feed, "entry")
    own = f"{provision.id}/{_event_id(latest)}" + ("/corrected" if told.correction else "")
    _text(element, "id", f"{_tag(here)}/{here.code}/provisions/{own}")
    shown = entry if told.correction else entry.model_copy(update={"correction": None})
    step = what_changed(here.language, latest.before, shown)
    _text(element, "title", f"{provision.number}. {title}: {step}")
    _text(element, "updated", _moment(told.moment))
    _link(element, "alternate", here.absolute(provision_path(here.code, provision.id)), "text/html")
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
    same = [known for known in latest.provision.history if same_event(known, entry)]
    again = next(at for at, known in enumerate(same) if known is entry)
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
