"""What the JSON API answers with, version 1. Fields are added, never taken away or renamed.

Texts come in every language of the content, by BCP 47 code. Nothing here says who recorded a
change.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from bot.agreement.events import EventKind
from bot.agreement.evidence import Origin, PublisherKind
from bot.agreement.status import Status, UnratedReason
from bot.search.results import Decision

Texts = Mapping[str, str]
_DATE = "A day (2025-08-22), a month (2025-08) or a year (2025)."


class Answer(BaseModel):
    """What every part of an answer shares."""

    model_config = ConfigDict(frozen=True)


class ApiSource(Answer):
    """Who said it, where, on whose side, in which words."""

    url: str
    publisher: str = Field(description="Who is answerable for the words: an id, or a name.")
    publisher_name: Texts
    via: str | None = Field(default=None, description="Who republished it, where it was read.")
    headline: str | None = None
    date: str | None = Field(default=None, description=_DATE)
    side: str | None = None
    kind: PublisherKind | None = Field(
        default=None, description="How near the publisher is to the state of its side."
    )
    quote: str | None = None
    language: str | None = Field(default=None, description="The language of the quote.")
    translation: Texts | None = Field(default=None, description="Our translation of the quote.")
    archived: str | None = Field(default=None, description="A copy in a web archive.")


class ApiStatus(Answer):
    """A value of the status vocabulary."""

    id: Status
    label: Texts
    meaning: Texts
    count: int = Field(description="How many provisions stand at it now.")


class ApiCorrection(Answer):
    """Why an entry no longer holds."""

    on: str = Field(description=_DATE)
    reason: Texts


class ApiEntry(Answer):
    """One entry of a history."""

    id: str = Field(description="Its id on the provision's page: the part after #.")
    status: Status | None = Field(description="None where the event changes no status.")
    reason: UnratedReason | None = Field(default=None, description="Why it is not rated.")
    kind: EventKind
    date: str = Field(description="When it happened. " + _DATE)
    as_of: str = Field(description="The same as `date`, kept for older programs. " + _DATE)
    note: Texts | None = None
    people: tuple[str, ...] = Field(default=(), description="Who said or signed it.")
    sources: tuple[ApiSource, ...]
    correction: ApiCorrection | None = Field(
        default=None, description="Set where the entry turned out to be wrong and counts no more."
    )


class ApiRemark(Answer):
    """A remark with its sources."""

    text: Texts
    sources: tuple[ApiSource, ...]


class ApiWording(Answer):
    """The words of one source."""

    text: str
    language: str
    url: str
    publisher: str
    exact: bool = Field(description="Quoted; false where it is paraphrased.")
    origin: Origin | None = Field(description="What the words are of.")
    translation: Texts | None = Field(default=None, description="Our translation.")


class ApiTopic(Answer):
    """A topic."""

    id: str
    title: Texts
    provisions: tuple[str, ...] = Field(description="Ids of its provisions, by number.")
    counts: Mapping[Status, int]
    pages: Texts = Field(description="Its page in each language of the site.")


class ApiProvisionSummary(Answer):
    """A provision as lists show it."""

    id: str
    number: int
    title: Texts
    topics: tuple[str, ...]
    origin: Origin
    status: Status | None = Field(description="None for a related event, which has no status.")
    since: str | None = Field(description="Since when it stands there. " + _DATE)
    last_event: str = Field(description="The date of its newest event. " + _DATE)
    checked_on: str = Field(description="Up to which day sources were looked at. " + _DATE)
    current: ApiEntry = Field(description="The event that shows the status, else the last one.")
    url: str = Field(description="Its full record in this API.")
    pages: Texts = Field(description="Its page in each language of the site.")


class ApiProvision(ApiProvisionSummary):
    """All that is known of a provision."""

    text: Texts
    wordings: tuple[ApiWording, ...] = Field(description="Printed words, to be compared.")
    announced: ApiWording | None = Field(description="The first of them that is of a list.")
    published: ApiWording | None = Field(description="The first of them that is not.")
    difference: Texts | None
    target: Texts | None
    deadline: str | None = Field(description=_DATE)
    expected: str | None = Field(
        default=None, description="When a source expects it; nobody promised that date. " + _DATE
    )
    conflicts: tuple[ApiRemark, ...]
    context: tuple[ApiRemark, ...]
    history: tuple[ApiEntry, ...] = Field(description="The oldest entry first.")


class ApiParty(Answer):
    """A party to the agreement."""

    id: str
    name: Texts


class ApiTextSource(Answer):
    """A source of the agreement's text."""

    title: str
    url: str
    publisher: str
    language: str
    note: Texts | None


class ApiAgreement(Answer):
    """The agreement, and how things stand."""

    id: str
    title: Texts
    short_title: Texts
    about: Texts
    parties: tuple[ApiParty, ...]
    date: str = Field(description=_DATE)
    as_of: str = Field(description="The same as `newest_event`, kept for older programs. " + _DATE)
    newest_event: str = Field(description="The date of the newest event of any provision. " + _DATE)
    last_recorded: datetime | None = Field(description="When a change was last recorded here.")
    languages: tuple[str, ...]
    provisions: int
    counts: Mapping[Status, int]
    sources: tuple[ApiTextSource, ...]


class ApiChange(Answer):
    """A change: an entry of a history with what was before."""

    provision: str
    number: int
    title: Texts
    before: Status | None
    entry: ApiEntry
    updated: datetime = Field(description="When it was recorded, else when it happened.")
    is_correction: bool = Field(
        default=False, description="Whether it tells that the entry was corrected or withdrawn."
    )
    pages: Texts


class ApiList(Answer):
    """What every list has."""

    total: int = Field(description="How many there are in all.")
    next: str | None = Field(description="Where the list goes on, or None at its end.")


class ApiTopics(Answer):
    """Every topic."""

    topics: tuple[ApiTopic, ...]


class ApiStatuses(Answer):
    """The whole vocabulary, in its order."""

    statuses: tuple[ApiStatus, ...]


class ApiProvisions(ApiList):
    """Provisions by number."""

    provisions: tuple[ApiProvisionSummary, ...]


class ApiChanges(ApiList):
    """Changes, the newest first."""

    changes: tuple[ApiChange, ...]


class ApiSearch(Answer):
    """What a question finds."""

    decision: Decision = Field(
        description="answer: it is meant; offer: it may be meant; decline: nothing fits."
    )
    provisions: tuple[ApiProvisionSummary, ...] = Field(description="The best match first.")
    topics: tuple[str, ...] = Field(description="Ids of the topics that are nearest.")


class ApiProblem(Answer):
    """What went wrong (RFC 9457)."""

    title: str
    status: int
    detail: str
