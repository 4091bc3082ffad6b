"""The agreement as data: what its content file holds, frozen and strict.

A model checks what can be seen in itself; what needs the whole file (duplicate ids, unknown
topics, missing languages) is checked by `bot.agreement.content`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import takewhile
from types import MappingProxyType
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from bot.agreement.dates import PartialDate, PartialDateField
from bot.agreement.events import Event, EventKind, Standing
from bot.agreement.evidence import Evidence, Feed, Origin, Person, Publisher, Remark, Side, Wording
from bot.agreement.fields import (
    ByLanguage,
    Contact,
    FrozenModel,
    Identifier,
    Keyword,
    Keywords,
    Label,
    Labels,
    LanguageCode,
    Paragraphs,
    Sentences,
    Url,
    WordLists,
)
from bot.agreement.status import Status

_UNSEEN = timedelta(days=2 * 365)
"""How long after its last occurrence a continuing provision is shown as not seen since."""


def _no_keywords() -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType({})


def _no_words() -> Mapping[str, str]:
    return MappingProxyType({})


class Topic(FrozenModel):
    """A subject that people ask about, with the commands that lead to it."""

    id: Identifier
    former_ids: tuple[Identifier, ...] = Field(
        default=(), description="Ids that it had before: whoever follows one goes on following it."
    )
    command: Identifier = Field(description="What is typed after the slash: energy.")
    aliases: tuple[Identifier, ...] = Field(
        default=(), description="Further commands for it, in every language's words."
    )
    commands: ByLanguage[Identifier] = Field(
        default_factory=dict,
        description="Its command in the menus of other languages, by language: tr: savunma.",
    )
    symbol: Annotated[str, StringConstraints(min_length=1, max_length=8)] = Field(
        default="•", description="One emoji."
    )
    title: Labels
    keywords: Keywords = Field(
        default_factory=_no_keywords, description="What else people call it when they ask."
    )

    def has_id(self, identifier: str) -> bool:
        """Whether that is its id, or was."""
        return identifier == self.id or identifier in self.former_ids

    @property
    def names(self) -> tuple[str, ...]:
        """Every command that leads to it: its own first, then the aliases."""
        return tuple(dict.fromkeys((self.command, *self.commands.values(), *self.aliases)))

    def command_in(self, language: str) -> str:
        """The command that a menu in a language names."""
        return self.commands.get(language, self.command)


class Provision(FrozenModel):
    """One thing that was promised, and what became of it."""

    id: Identifier
    former_ids: tuple[Identifier, ...] = Field(
        default=(), description="Ids that it had before: whoever follows one goes on following it."
    )
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
    wordings: tuple[Wording, ...] = Field(
        default=(), max_length=6, description="Printed words, to be compared."
    )
    difference: Sentences | None = Field(default=None, description="Where the wordings differ.")
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
    deadline: PartialDateField | None = Field(default=None, description="By when, if promised.")
    expected: PartialDateField | None = Field(
        default=None, description="When a source expects it; nobody promised that date."
    )
    conflicts: tuple[Remark, ...] = Field(default=(), description="Where sources disagree.")
    context: tuple[Remark, ...] = Field(default=(), description="What helps to understand it.")
    checked_on: PartialDateField = Field(
        description="Up to which day sources about it were looked at."
    )
    history: tuple[Event, ...] = Field(
        min_length=1, max_length=60, description="What happened, the oldest event first."
    )

    def has_id(self, identifier: str) -> bool:
        """Whether that is its id, or was."""
        return identifier == self.id or identifier in self.former_ids

    @property
    def events(self) -> tuple[Event, ...]:
        """The events that hold: those that were not corrected."""
        return tuple(event for event in self.history if event.correction is None)

    @property
    def standing(self) -> Standing | None:
        """Where it stands; None for a related event."""
        if self.origin is Origin.RELATED:
            return None
        rated = [event for event in self.events if event.status is not None]
        if not rated:
            return None
        last = rated[-1]
        same = takewhile(
            lambda event: (event.status, event.reason) == (last.status, last.reason),
            reversed(rated),
        )
        *_, first = same
        return Standing(last.status or Status.UNRATED, last.reason, first.date, last)

    @property
    def status(self) -> Status | None:
        """The status at which it stands; None for a related event."""
        standing = self.standing
        return standing.status if standing else None

    @property
    def shown_by(self) -> Event:
        """The event that shows where it stands; the newest one of a related event."""
        standing = self.standing
        return standing.shown_by if standing else self.last_event

    @property
    def last_event(self) -> Event:
        """The newest event that holds; where all were corrected, the newest of those."""
        return (self.events or self.history)[-1]

    @property
    def last_occurrence(self) -> Event | None:
        """The newest thing that happened, or None where nothing but announcements is known."""
        happened = (event for event in reversed(self.events) if event.kind is EventKind.OCCURRENCE)
        return next(happened, None)

    def unseen_since(self, today: date) -> PartialDate | None:
        """When a continuing provision was last seen at work, if that is over two years ago."""
        last = self.last_occurrence
        if self.status is not Status.CONTINUING or last is None:
            return None
        return last.date if last.date.last < today - _UNSEEN else None


class Party(FrozenModel):
    """A party to the agreement."""

    id: Identifier
    name: Labels
    flag: Annotated[str, StringConstraints(max_length=8)] = ""


class Source(FrozenModel):
    """An address of the text, or of a list of what it promises."""

    title: Label
    url: Url
    publisher: Label = Field(description="The id of a publisher.")
    language: LanguageCode
    of: Origin = Field(
        default=Origin.CLAUSE, description="`clause` for the text, `listed` for a secondary list."
    )
    note: Sentences | None = None


class Signing(FrozenModel):
    """Where the agreement was signed, and by whom."""

    place: Labels
    signed_by: tuple[Identifier, ...] = Field(min_length=1, description="Ids of people.")
    evidence: tuple[Evidence, ...] = Field(min_length=1)


class Step(FrozenModel):
    """A step on the way from the signature to the entry into force."""

    title: Labels
    date: PartialDateField
    note: Sentences | None = None
    evidence: tuple[Evidence, ...] = Field(min_length=1)


class EntryIntoForce(FrozenModel):
    """When the agreement came into force, or what sources say where they disagree."""

    date: PartialDateField | None = Field(
        default=None, description="Left out where it is disputed; `accounts` then has each view."
    )
    text: Sentences = Field(description="The short answer.")
    accounts: tuple[Remark, ...] = ()

    @model_validator(mode="after")
    def _settled_or_told(self) -> Self:
        if self.date is None and not self.accounts:
            raise PydanticCustomError("too_short", "no date and no account", {"min_length": 1})
        return self


class Licence(FrozenModel):
    """Under which terms texts and data may be used."""

    name: Label = Field(description="Its short name: CC BY 4.0.")
    url: Url


class Publication(FrozenModel):
    """Who publishes the content, on which terms, and how to report an error.

    What is left out is not shown.
    """

    publisher: Labels | None = None
    editor: Label | None = None
    licence: Licence | None = Field(
        default=None, description="The licence of texts and data; not that of the program."
    )
    contact: Contact | None = Field(
        default=None, description="For reports of errors: mailto:name@example.org or a page."
    )


class Agreement(FrozenModel):
    """An agreement, its topics and its provisions: one content file."""

    id: Identifier
    title: Labels
    short_title: Labels
    parties: tuple[Party, ...] = Field(min_length=1)
    date: PartialDateField = Field(description="When it was signed.")
    languages: tuple[LanguageCode, ...] = Field(
        min_length=1, description="Every text has to be there in each of these."
    )
    about: Paragraphs
    publication: Publication = Publication()
    signing: Signing | None = None
    steps: tuple[Step, ...] = Field(default=(), description="Ratification, publication.")
    entry_into_force: EntryIntoForce | None = None
    sides: tuple[Side, ...] = Field(min_length=1)
    publishers: tuple[Publisher, ...] = Field(min_length=1)
    people: tuple[Person, ...] = ()
    sources: tuple[Source, ...] = Field(min_length=1)
    topics: tuple[Topic, ...] = Field(min_length=1, max_length=60)
    synonyms: tuple[Annotated[tuple[Keyword, ...], Field(min_length=2)], ...] = Field(
        default=(),
        description="Groups of words that mean the same when people ask, in any language:"
        " abbreviations, everyday names. Who has one of a group as a keyword has all.",
    )
    feeds: tuple[Feed, ...] = Field(
        default=(), max_length=200, description="Where news about the provisions is looked for."
    )
    provisions: tuple[Provision, ...] = Field(min_length=1)

    def topic(self, topic_id: str) -> Topic | None:
        """The topic that has that id or had it, or None."""
        return next((topic for topic in self.topics if topic.has_id(topic_id)), None)

    def provision(self, provision_id: str) -> Provision | None:
        """The provision that has that id or had it, or None."""
        return next(
            (provision for provision in self.provisions if provision.has_id(provision_id)), None
        )

    def side(self, side_id: str) -> Side | None:
        """The side of that id, or None."""
        return next((side for side in self.sides if side.id == side_id), None)

    def person(self, person_id: str) -> Person | None:
        """The person of that id, or None."""
        return next((person for person in self.people if person.id == person_id), None)

    def of_topic(self, topic_id: str) -> tuple[Provision, ...]:
        """The provisions of a topic, by number."""
        found = (provision for provision in self.provisions if topic_id in provision.topics)
        return tuple(sorted(found, key=lambda provision: provision.number))
