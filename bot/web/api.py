"""The board as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from functools import lru_cache
from urllib.parse import urlencode

import orjson

from bot.agreement.dates import PartialDate
from bot.agreement.events import Event
from bot.agreement.evidence import Evidence, Origin, Publisher, Remark, Wording
from bot.agreement.model import Provision, Topic
from bot.agreement.status import Status
from bot.search.answering import Answered
from bot.views.statuses import status_label, status_meaning
from bot.web import api_models as models
from bot.web.addresses import API, provision_path, topic_path
from bot.web.changelog import LogEntry, event_anchor
from bot.web.page_context import Edition
from bot.web.search_page import found_provisions


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of a list is asked for."""

    topic: str | None = None
    status: Status | None = None
    since: PartialDate | None = None
    limit: int = 500
    offset: int = 0

    @property
    def query(self) -> dict[str, str]:
        """The same as parameters of an address."""
        given = {"topic": self.topic, "status": self.status, "since": self.since}
        found = {name: str(value) for name, value in given.items() if value is not None}
        return found | {"limit": str(self.limit), "offset": str(self.offset)}


@dataclass(frozen=True, slots=True)
class Line:
    """An entry of a list as it is sent: lists are put together from lines that are kept."""

    topics: tuple[str, ...]
    status: Status | None
    moment: datetime | None
    body: bytes


def agreement(edition: Edition) -> models.ApiAgreement:
    """The agreement, and how things stand."""
    found = edition.board.agreement
    return models.ApiAgreement(
        id=found.id,
        title=found.title,
        short_title=found.short_title,
        about=found.about,
        parties=tuple(models.ApiParty(id=party.id, name=party.name) for party in found.parties),
        date=str(found.date),
        as_of=str(edition.board.newest_event),
        newest_event=str(edition.board.newest_event),
        last_recorded=edition.board.last_recorded,
        languages=found.languages,
        provisions=len(found.provisions),
        counts=edition.board.counts(),
        sources=tuple(
            models.ApiTextSource(
                title=source.title,
                url=str(source.url),
                publisher=source.publisher,
                language=source.language,
                note=source.note,
            )
            for source in found.sources
        ),
    )


def statuses(edition: Edition) -> models.ApiStatuses:
    """The whole vocabulary."""
    counts, languages = edition.board.counts(), edition.languages.values()
    return models.ApiStatuses(
        statuses=tuple(
            models.ApiStatus(
                id=status,
                label={language.code: status_label(language, status) for language in languages},
                meaning={language.code: status_meaning(language, status) for language in languages},
                count=counts.get(status, 0),
            )
            for status in Status
        )
    )


def topics(edition: Edition) -> models.ApiTopics:
    """Every topic."""
    return models.ApiTopics(
        topics=tuple(_topic(edition, topic) for topic in edition.board.agreement.topics)
    )


@lru_cache(maxsize=2)
def provision_lines(edition: Edition) -> tuple[Line, ...]:
    """Every provision as a list shows it."""
    return tuple(
        Line(
            each_provision.topics,
            each_provision.status,
            None,
            models.ApiProvisionSummary(**_summary(edition, each_provision))
            .model_dump_json()
            .encode(),
        )
        for each_provision in edition.board.provisions
    )


def provision(edition: Edition, each_provision: Provision) -> models.ApiProvision:
    """All that is known of a provision."""
    wordings = tuple(_wording(wording) for wording in each_provision.wordings)
    return models.ApiProvision(
        **_summary(edition, each_provision),
        text=each_provision.text,
        wordings=wordings,
        announced=next((found for found in wordings if found.origin is Origin.LISTED), None),
        published=next((found for found in wordings if found.origin is not Origin.LISTED), None),
        difference=each_provision.difference,
        target=each_provision.target,
        deadline=str(each_provision.deadline) if each_provision.deadline else None,
        expected=str(each_provision.expected) if each_provision.expected else None,
        conflicts=_remarks(edition, each_provision.conflicts),
        context=_remarks(edition, each_provision.context),
        history=tuple(_entry(edition, each_provision, event) for event in each_provision.history),
    )


@lru_cache(maxsize=2)
def change_lines(edition: Edition) -> tuple[Line, ...]:
    """Every change, the newest first."""
    return tuple(
        Line(entry.provision.topics, entry.event.status, entry.moment, _change(edition, entry))
        for entry in edition.log
        if not entry.is_opening
    )


def found(edition: Edition, answered: Answered) -> bytes:
    """What a search found."""
    results = answered.findings
    answer = models.ApiSearch(
        decision=results.decision,
        provisions=tuple(
            models.ApiProvisionSummary(**_summary(edition, each_provision))
            for each_provision in found_provisions(edition.board, answered)
        ),
        topics=results.topics,
    )
    return answer.model_dump_json().encode()


def listed(edition: Edition, name: str, lines: Sequence[Line], wanted: Wanted) -> bytes:
    """A list: the part that is asked for, how many there are, and where it goes on."""
    start = None
    if since := wanted.since:
        start = datetime.combine(since.first, time(), UTC)
    found = [
        line
        for line in lines
        if (wanted.topic is None or wanted.topic in line.topics)
        and (wanted.status is None or line.status is wanted.status)
        and (start is None or (line.moment is not None and line.moment >= start))
    ]
    end = wanted.offset + wanted.limit
    shown = b",".join(line.body for line in found[wanted.offset : end])
    after = None
    if end < len(found):
        query = urlencode(replace(wanted, offset=end).query)
        after = edition.addresses.absolute(f"{API}/{name}") + f"?{query}"
    rest = b'"total":%d,"next":%b' % (len(found), orjson.dumps(after))
    return b'{"%b":[%b],%b}' % (name.encode(), shown, rest)


def _change(edition: Edition, entry: LogEntry) -> bytes:
    provision, before = entry.provision, entry.latest.before
    found = models.ApiChange(
        provision=provision.id,
        number=provision.number,
        title=provision.title,
        before=before.status if before else None,
        entry=_entry(edition, provision, entry.event),
        updated=entry.moment,
        is_correction=entry.correction is not None,
        pages=_pages(edition, provision_path, provision.id),
    )
    return found.model_dump_json().encode()


def _topic(edition: Edition, topic: Topic) -> models.ApiTopic:
    found = edition.board.of_topic(topic.id)
    return models.ApiTopic(
        id=topic.id,
        title=topic.title,
        provisions=tuple(each.id for each in found),
        counts=Counter(each.status for each in found if each.status),
        pages=_pages(edition, topic_path, topic.id),
    )


def _summary(edition: Edition, each_provision: Provision) -> dict[str, object]:
    standing = each_provision.standing
    return {
        "id": each_provision.id,
        "number": each_provision.number,
        "title": each_provision.title,
        "topics": each_provision.topics,
        "origin": each_provision.origin,
        "status": each_provision.status,
        "since": str(standing.since) if standing else None,
        "last_event": str(each_provision.last_event.date),
        "checked_on": str(each_provision.checked_on),
        "current": _entry(edition, each_provision, each_provision.shown_by),
        "url": edition.addresses.absolute(f"{API}/provisions/{each_provision.id}"),
        "pages": _pages(edition, provision_path, each_provision.id),
    }


def _pages(edition: Edition, path: Callable[[str, str], str], identifier: str) -> Mapping[str, str]:
    absolute = edition.addresses.absolute
    return {code: absolute(path(code, identifier)) for code in edition.languages}


def _entry(edition: Edition, provision: Provision, event: Event) -> models.ApiEntry:
    correction = event.correction
    return models.ApiEntry(
        id=event_anchor(provision, event),
        status=event.status,
        reason=event.reason,
        kind=event.kind,
        date=str(event.date),
        as_of=str(event.date),
        note=event.note,
        people=event.people,
        sources=_sources(edition, event.evidence),
        correction=models.ApiCorrection(on=str(correction.on), reason=correction.reason)
        if correction
        else None,
    )


def _remarks(edition: Edition, remarks: Sequence[Remark]) -> tuple[models.ApiRemark, ...]:
    return tuple(
        models.ApiRemark(text=remark.text, sources=_sources(edition, remark.evidence))
        for remark in remarks
    )


def _sources(edition: Edition, evidence: Iterable[Evidence]) -> tuple[models.ApiSource, ...]:
    return tuple(
        _source(edition.board.publishers.get(source.publisher), source) for source in evidence
    )


def _source(publisher: Publisher | None, evidence: Evidence) -> models.ApiSource:
    return models.ApiSource(
        url=evidence.url,
        publisher=evidence.publisher,
        publisher_name=publisher.name if publisher else {},
        via=evidence.via,
        headline=evidence.headline,
        date=str(evidence.date) if evidence.date else None,
        side=publisher.side if publisher else None,
        kind=publisher.kind if publisher else None,
        quote=evidence.quote,
        language=evidence.language,
        translation=evidence.translation,
        archived=evidence.archived,
    )


def _wording(wording: Wording) -> models.ApiWording:
    return models.ApiWording(
        text=wording.text,
        language=wording.language,
        url=wording.url,
        publisher=wording.publisher,
        exact=wording.exact,
        origin=wording.of,
        translation=wording.translation,
    )
