"""The board as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.agreement.changes import Latest
from bot.agreement.dates import PartialDate
from bot.agreement.events import Event
from bot.agreement.evidence import Evidence, Origin, Publisher, Remark, Wording
from bot.agreement.model import Provision, Topic
from bot.agreement.status import Status
from bot.messages.statuses import status_label, status_meaning
from bot.web import api_models as models
from bot.web.addresses import API, provision_path, topic_path
from bot.web.feeds import updated
from bot.web.here import Edition, Here


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which provisions or changes are asked for."""

    topic: str | None = None
    status: Status | None = None
    since: PartialDate | None = None
    limit: int = 100


def agreement(edition: Edition) -> models.ApiAgreement:
    """The agreement, and how things stand."""
    found = edition.board.agreement
    return models.ApiAgreement(
        id=found.id,
        title=found.title,
        short_title=found.short_title,
        about=found.about,
        parties=tuple(models.ApiParty(id=one.id, name=one.name) for one in found.parties),
        date=str(found.date),
        as_of=str(edition.board.newest_event),
        newest_event=str(edition.board.newest_event),
        last_recorded=edition.board.last_recorded,
        languages=found.languages,
        provisions=len(found.provisions),
        counts=edition.board.counts(),
        sources=tuple(
            models.ApiTextSource(
                title=one.title,
                url=str(one.url),
                publisher=one.publisher,
                language=one.language,
                note=one.note,
            )
            for one in found.sources
        ),
    )


def statuses(edition: Edition) -> models.ApiStatuses:
    """The whole vocabulary."""
    counts, languages = edition.board.counts(), edition.languages.values()
    return models.ApiStatuses(
        statuses=tuple(
            models.ApiStatus(
                id=status,
                label={one.code: status_label(one, status) for one in languages},
                meaning={one.code: status_meaning(one, status) for one in languages},
                count=counts.get(status, 0),
            )
            for status in Status
        )
    )


def topics(edition: Edition) -> models.ApiTopics:
    """Every topic."""
    return models.ApiTopics(
        topics=tuple(_topic(edition, one) for one in edition.board.agreement.topics)
    )


def provisions(edition: Edition, wanted: Wanted = Wanted()) -> models.ApiProvisions:
    """The provisions of a topic, at a status, or all."""
    return models.ApiProvisions(
        provisions=tuple(
            models.ApiProvisionSummary(**_summary(edition, one))
            for one in edition.board.provisions
            if (wanted.topic is None or wanted.topic in one.topics)
            and (wanted.status is None or one.status is wanted.status)
        )
    )


def provision(edition: Edition, one: Provision) -> models.ApiProvision:
    """All that is known of a provision."""
    wordings = tuple(_wording(wording) for wording in one.wordings)
    return models.ApiProvision(
        **_summary(edition, one),
        text=one.text,
        wordings=wordings,
        announced=next((found for found in wordings if found.origin is Origin.LISTED), None),
        published=next((found for found in wordings if found.origin is not Origin.LISTED), None),
        difference=one.difference,
        target=one.target,
        deadline=str(one.deadline) if one.deadline else None,
        expected=str(one.expected) if one.expected else None,
        conflicts=_remarks(edition, one.conflicts),
        context=_remarks(edition, one.context),
        history=tuple(_entry(edition, event) for event in one.history),
    )


def changes(edition: Edition, wanted: Wanted = Wanted()) -> models.ApiChanges:
    """The newest changes of the provisions that are asked for."""
    here = _neutral(edition)
    found = [
        models.ApiChange(
            provision=one.id,
            number=one.number,
            title=one.title,
            before=(latest.before.status if latest.before else None),
            entry=_entry(edition, entry),
            updated=updated(here, one, entry),
            pages=_pages(edition, provision_path, one.id),
        )
        for one in edition.board.provisions
        for entry in one.history[1:]
        for latest in [Latest(one, entry)]
        if (wanted.topic is None or wanted.topic in one.topics)
        and (wanted.status is None or entry.status is wanted.status)
        and (wanted.since is None or updated(here, one, entry) >= _start(wanted.since))
    ]
    found.sort(key=lambda one: (-one.updated.timestamp(), one.number))
    return models.ApiChanges(changes=tuple(found[: wanted.limit]))


def _start(since: PartialDate) -> datetime:
    return datetime(since.year, since.month or 1, since.day or 1, tzinfo=UTC)


def _neutral(edition: Edition) -> Here:
    language = next(iter(edition.languages.values()))
    return edition.here(language, API)


def _topic(edition: Edition, one: Topic) -> models.ApiTopic:
    found = edition.board.of_topic(one.id)
    return models.ApiTopic(
        id=one.id,
        title=one.title,
        provisions=tuple(each.id for each in found),
        counts=Counter(each.status for each in found if each.status),
        pages=_pages(edition, topic_path, one.id),
    )


def _summary(edition: Edition, one: Provision) -> dict[str, object]:
    standing = one.standing
    return {
        "id": one.id,
        "number": one.number,
        "title": one.title,
        "topics": one.topics,
        "origin": one.origin,
        "status": one.status,
        "since": str(standing.since) if standing else None,
        "last_event": str(one.last_event.date),
        "checked_on": str(one.checked_on),
        "current": _entry(edition, one.shown_by),
        "url": edition.addresses.absolute(f"{API}/provisions/{one.id}"),
        "pages": _pages(edition, provision_path, one.id),
    }


def _pages(edition: Edition, path: Callable[[str, str], str], identifier: str) -> Mapping[str, str]:
    absolute = edition.addresses.absolute
    return {code: absolute(path(code, identifier)) for code in edition.languages}


def _entry(edition: Edition, event: Event) -> models.ApiEntry:
    correction = event.correction
    return models.ApiEntry(
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
    return tuple(_source(edition.board.publishers.get(one.publisher), one) for one in evidence)


def _source(publisher: Publisher | None, one: Evidence) -> models.ApiSource:
    return models.ApiSource(
        url=one.url,
        publisher=one.publisher,
        publisher_name=publisher.name if publisher else {},
        via=one.via,
        headline=one.headline,
        date=str(one.date) if one.date else None,
        side=publisher.side if publisher else None,
        kind=publisher.kind if publisher else None,
        quote=one.quote,
        language=one.language,
        translation=one.translation,
        archived=one.archived,
    )


def _wording(one: Wording) -> models.ApiWording:
    return models.ApiWording(
        text=one.text,
        language=one.language,
        url=one.url,
        publisher=one.publisher,
        exact=one.exact,
        origin=one.of,
        translation=one.translation,
    )
