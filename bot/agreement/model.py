"""The agreement as data: what its content file holds, frozen and strict.

A model checks what can be seen in itself; what needs the whole file (duplicate ids, unknown
topics, missing languages) is checked by `bot.agreement.content`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    HttpUrl,
    PlainSerializer,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

from bot.agreement.dates import PartialDateField
from bot.agreement.status import Status, UnratedReason

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,23}$")]
"""A stable id. Two of them fit in one button's data (64 bytes; Bot API, InlineKeyboardButton)."""

LanguageCode = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")]
"""A BCP 47 language tag."""

if TYPE_CHECKING:
    Url = str
else:
    Url = Annotated[HttpUrl, AfterValidator(str), PlainSerializer(str, return_type=str)]
"""An address of a page, http or https; kept as text."""

Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Paragraph = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=900)]
Keyword = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=60)]
WordList = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=6000)]
"""Words and phrases with commas between."""

_Text = TypeVar("_Text")
ByLanguage = Annotated[
    Mapping[LanguageCode, _Text], AfterValidator(MappingProxyType), PlainSerializer(dict)
]
"""A read-only mapping from languages."""

Labels = ByLanguage[Label]
"""A short text in each language."""
Sentences = ByLanguage[Sentence]
Paragraphs = ByLanguage[Paragraph]
Keywords = ByLanguage[tuple[Keyword, ...]]
WordLists = ByLanguage[WordList]


def _no_keywords() -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType({})


def _no_words() -> Mapping[str, str]:
    return MappingProxyType({})


class Record(BaseModel):
    """What every part of the content shares: frozen, no unknown fields, nothing coerced.

    Read JSON with ``model_validate_json``: what JSON cannot say otherwise (an enum's value, an
    array for a tuple) is taken from it, while ``model_validate`` wants the very types.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Side(Record):
    """A side that a source speaks for: a party's state media, a neighbour, a third party."""

    id: Identifier
    title: Labels


class Evidence(Record):
    """What was said, by whom, where. `quote` stays in the language of its source."""

    url: Url
    publisher: Label
    date: PartialDateField | None = Field(default=None, description="When it was published.")
    quote: Sentence | None = None
    language: LanguageCode | None = Field(default=None, description="The language of the quote.")
    side: Identifier | None = Field(
        default=None, description="The side it speaks for; none where an admin gave only a link."
    )


class Remark(Record):
    """A neutral remark with the sources that it rests on."""

    text: Sentences
    evidence: tuple[Evidence, ...] = Field(min_length=1)


class Origin(StrEnum):
    """Where a provision was found. A promise in a speech is not a clause of the text."""

    DECLARATION = "declaration"
    PRESS_STATEMENT = "press_statement"
    COMMENTARY = "commentary"
    NOT_FOUND = "not_found"


class Wording(Record):
    """The words of one source, in the language that they were read in."""

    text: Paragraph
    language: LanguageCode
    url: Url
    publisher: Label
    exact: bool = Field(default=True, description="Quoted; false where it is paraphrased.")
    origin: Origin | None = Field(
        default=None, description="Where these words stand, if not where the provision was found."
    )


class Wordings(Record):
    """What the announcement said beside what the published text says."""

    announced: Wording | None = None
    published: Wording | None = None
    note: Sentences | None = Field(default=None, description="Where the two differ.")


class StatusEntry(Record):
    """One line of a provision's history. Append-only: it is followed, never edited."""

    status: Status
    reason: UnratedReason | None = None
    date: PartialDateField = Field(description="When it happened: 2025-08-22, 2025-08 or 2025.")
    as_of: PartialDateField | None = Field(
        default=None, description="How far its source looked; the date itself if left out."
    )
    note: Sentences | None = None
    evidence: tuple[Evidence, ...] = ()

    @model_validator(mode="after")
    def _supported(self) -> Self:
        if self.status.needs_evidence and not self.evidence:
            raise PydanticCustomError(
                "evidence_missing",
                'the status "{status}" needs evidence',
                {"status": self.status.value},
            )
        if (self.status is Status.UNRATED) != (self.reason is not None):
            raise PydanticCustomError(
                "reason_mismatch", "unrated needs a reason, and only unrated has one", {}
            )
        return self


class Topic(Record):
    """A subject that people ask about, with the commands that lead to it."""

    id: Identifier
    command: Identifier = Field(description="What is typed after the slash: energy.")
    aliases: tuple[Identifier, ...] = Field(
        default=(), description="Further commands for it, in every language's words."
    )
    symbol: Annotated[str, StringConstraints(min_length=1, max_length=8)] = Field(
        default="•", description="One emoji."
    )
    title: Labels
    keywords: Keywords = Field(
        default_factory=_no_keywords, description="What else people call it when they ask."
    )

    @property
    def names(self) -> tuple[str, ...]:
        """Every command that leads to it: its own first, then the aliases."""
        return (self.command, *self.aliases)


class Provision(Record):
    """One thing that was promised, and what became of it."""

    id: Identifier
    number: int = Field(ge=1, le=9999, description="Its place in lists; never given away again.")
    bullet: Annotated[str, StringConstraints(max_length=12)] | None = Field(
        default=None, description="Its place in the announcement, e.g. S10a."
    )
    topics: tuple[Identifier, ...] = Field(min_length=1, description="Ids of topics.")
    title: Labels = Field(description="What it is about, without a verb.")
    text: Paragraphs = Field(
        description="What was promised. Its first sentence stands alone in lists."
    )
    origin: Origin
    wordings: Wordings = Wordings()
    keywords: Keywords = Field(
        default_factory=_no_keywords, description="What people type who look for it."
    )
    related: WordLists = Field(
        default_factory=_no_words,
        description=(
            "Words and short phrases that a question about it may hold, with commas between."
            " Alone they say little; beside others they tell."
        ),
    )
    target: Sentences | None = Field(default=None, description="What is to be reached, if said.")
    deadline: PartialDateField | None = Field(default=None, description="By when, if said.")
    conflicts: tuple[Remark, ...] = Field(default=(), description="Where sources disagree.")
    context: tuple[Remark, ...] = Field(default=(), description="What helps to understand it.")
    history: tuple[StatusEntry, ...] = Field(
        min_length=1, max_length=60, description="What became of it, the oldest entry first."
    )

    @property
    def current(self) -> StatusEntry:
        """The last entry of its history."""
        return self.history[-1]


class Party(Record):
    """A party to the agreement."""

    id: Identifier
    name: Labels
    flag: Annotated[str, StringConstraints(max_length=8)] = ""


class Source(Record):
    """An address of the text, and how much of it could be read."""

    title: Label
    url: Url
    publisher: Label
    language: LanguageCode
    note: Sentences | None = None


class Agreement(Record):
    """An agreement, its topics and its provisions: one content file."""

    id: Identifier
    title: Labels
    short_title: Labels
    parties: tuple[Party, ...] = Field(min_length=1)
    date: PartialDateField
    languages: tuple[LanguageCode, ...] = Field(
        min_length=1, description="Every text has to be there in each of these."
    )
    as_of: PartialDateField = Field(description="The newest source that was looked at.")
    about: Paragraphs
    sides: tuple[Side, ...] = Field(min_length=1)
    sources: tuple[Source, ...] = Field(min_length=1)
    topics: tuple[Topic, ...] = Field(min_length=1, max_length=60)
    synonyms: tuple[Annotated[tuple[Keyword, ...], Field(min_length=2)], ...] = Field(
        default=(),
        description="Groups of words that mean the same when people ask, in any language:"
        " abbreviations, everyday names. Who has one of a group as a keyword has all.",
    )
    provisions: tuple[Provision, ...] = Field(min_length=1)

    def topic(self, topic_id: str) -> Topic | None:
        """The topic of that id, or None."""
        return next((topic for topic in self.topics if topic.id == topic_id), None)

    def provision(self, provision_id: str) -> Provision | None:
        """The provision of that id, or None."""
        return next((one for one in self.provisions if one.id == provision_id), None)

    def of_topic(self, topic_id: str) -> tuple[Provision, ...]:
        """The provisions of a topic, by number."""
        found = (one for one in self.provisions if topic_id in one.topics)
        return tuple(sorted(found, key=lambda one: one.number))
