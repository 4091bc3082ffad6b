"""The board as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.agreement.dates import PartialDate
from bot.agreement.model import Evidence, Origin, Provision, Remark, StatusEntry, Topic, Wording
from bot.agreement.status import Status
from bot.messages.text import as_of, status_label, status_meaning
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
        as_of=str(as_of(edition.board)),
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
            and (wanted.status is None or one.current.status is wanted.status)
        )
    )


def provision(edition: Edition, one: Provision) -> models.ApiProvision:
    """All that is known of a provision."""
    return models.ApiProvision(
        **_summary(edition, one),
        text=one.text,
        announced=_wording(one.wordings.announced, None),
        published=_wording(one.wordings.published, one.origin),
        difference=one.wordings.note,
        target=one.target,
        deadline=str(one.deadline) if one.deadline else None,
        conflicts=_remarks(one.conflicts),
        context=_remarks(one.context),
        history=tuple(_entry(entry) for entry in one.history),
    )


def changes(edition: Edition, wanted: Wanted = Wanted()) -> models.ApiChanges:
    """The newest changes of the provisions that are asked for."""
    here = _neutral(edition)
    found = [
        models.ApiChange(
            provision=one.id,
            number=one.number,
            title=one.title,
            before=before.status,
            entry=_entry(entry),
            updated=updated(here, one, entry),
            pages=_pages(edition, provision_path, one.id),
        )
        for one in edition.board.provisions
        for before, entry in zip(one.history, one.history[1:], strict=False)
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
        counts=Counter(each.current.status for each in found),
        pages=_pages(edition, topic_path, one.id),
    )


def _summary(edition: Edition, one: Provision) -> dict[str, object]:
    return {
        "id": one.id,
        "number": one.number,
        "title": one.title,
        "topics": one.topics,
        "origin": one.origin,
        "current": _entry(one.current),
        "url": edition.addresses.absolute(f"{API}/provisions/{one.id}"),
        "pages": _pages(edition, provision_path, one.id),
    }


def _pages(edition: Edition, path: Callable[[str, str], str], identifier: str) -> Mapping[str, str]:
    absolute = edition.addresses.absolute
    return {code: absolute(path(code, identifier)) for code in edition.languages}


def _entry(entry: StatusEntry) -> models.ApiEntry:
    return models.ApiEntry(
        status=entry.status,
        reason=entry.reason,
        date=str(entry.date),
        as_of=str(entry.as_of or entry.date),
        note=entry.note,
        sources=_sources(entry.evidence),
    )


def _remarks(remarks: Sequence[Remark]) -> tuple[models.ApiRemark, ...]:
    return tuple(models.ApiRemark(text=one.text, sources=_sources(one.evidence)) for one in remarks)


def _sources(evidence: Iterable[Evidence]) -> tuple[models.ApiSource, ...]:
    return tuple(
        models.ApiSource(
            url=str(one.url),
            publisher=one.publisher,
            date=str(one.date) if one.date else None,
            side=one.side,
            quote=one.quote,
            language=one.language,
        )
        for one in evidence
    )


def _wording(one: Wording | None, origin: Origin | None) -> models.ApiWording | None:
    """`origin` is that of the words where they name none themselves."""
    if one is None:
        return None
    return models.ApiWording(
        text=one.text,
        language=one.language,
        url=str(one.url),
        publisher=one.publisher,
        exact=one.exact,
        origin=one.origin or origin,
    )
