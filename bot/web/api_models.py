"""What the JSON API answers with, version 1. Fields are added, never taken away or renamed.

Texts come in every language of the content, by BCP 47 code. Nothing here says who recorded a
change.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from bot.agreement.model import Origin
from bot.agreement.status import Status, UnratedReason

Texts = Mapping[str, str]
_DATE = "A day (2025-08-22), a month (2025-08) or a year (2025)."


class Answer(BaseModel):
    """What every part of an answer shares."""

    model_config = ConfigDict(frozen=True)


class ApiSource(Answer):
    """Who said it, where, on whose side, in which words."""

    url: str
    publisher: str
    date: str | None = Field(default=None, description=_DATE)
    side: str | None = None
    quote: str | None = None
    language: str | None = Field(default=None, description="The language of the quote.")


class ApiStatus(Answer):
    """A value of the status vocabulary."""

    id: Status
    label: Texts
    meaning: Texts
    count: int = Field(description="How many provisions stand at it now.")


class ApiEntry(Answer):
    """One entry of a history."""

    status: Status
    reason: UnratedReason | None = Field(default=None, description="Why it is not rated.")
    date: str = Field(description=_DATE)
    as_of: str = Field(description="How far the source looked. " + _DATE)
    note: Texts | None = None
    sources: tuple[ApiSource, ...]


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
    origin: Origin | None = Field(
        description="What the words stand in; none for those of the announcement."
    )


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
    current: ApiEntry
    url: str = Field(description="Its full record in this API.")
    pages: Texts = Field(description="Its page in each language of the site.")


class ApiProvision(ApiProvisionSummary):
    """All that is known of a provision."""

    text: Texts
    announced: ApiWording | None
    published: ApiWording | None
    difference: Texts | None
    target: Texts | None
    deadline: str | None = Field(description=_DATE)
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
    as_of: str = Field(description="The newest date that a source speaks of. " + _DATE)
    languages: tuple[str, ...]
    provisions: int
    counts: Mapping[Status, int]
    sources: tuple[ApiTextSource, ...]


class ApiChange(Answer):
    """A change: an entry of a history with what was before."""

    provision: str
    number: int
    title: Texts
    before: Status
    entry: ApiEntry
    updated: datetime = Field(description="When it was recorded, else when it happened.")
    pages: Texts


class ApiTopics(Answer):
    """Every topic."""

    topics: tuple[ApiTopic, ...]


class ApiStatuses(Answer):
    """The whole vocabulary, in its order."""

    statuses: tuple[ApiStatus, ...]


class ApiProvisions(Answer):
    """Provisions by number."""

    provisions: tuple[ApiProvisionSummary, ...]


class ApiChanges(Answer):
    """Changes, the newest first."""

    changes: tuple[ApiChange, ...]


class ApiProblem(Answer):
    """What went wrong (RFC 9457)."""

    title: str
    status: int
    detail: str
