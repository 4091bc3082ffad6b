"""Who said what, where: publishers, people, and the pages that a statement rests on."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from urllib.parse import urlsplit

from pydantic import Field

from bot.agreement.dates import PartialDateField
from bot.agreement.fields import (
    FrozenModel,
    Identifier,
    Label,
    Labels,
    LanguageCode,
    Paragraph,
    Paragraphs,
    Sentence,
    Sentences,
    Url,
)


class Side(FrozenModel):
    """A country or group that sources belong to: a party, a neighbour, everyone else."""

    id: Identifier
    title: Labels


class PublisherKind(StrEnum):
    """How near a publisher is to the state of its side. One measure for every side."""

    STATE = "state"
    NEAR_STATE = "near_state"
    INDEPENDENT = "independent"


class Publisher(FrozenModel):
    """An outlet, agency or author that evidence is attributed to."""

    id: Identifier
    name: Labels
    side: Identifier = Field(description="The id of its side.")
    kind: PublisherKind | None = Field(
        default=None, description="How near it is to the state; left out where it is not known."
    )


class Publishers:
    """The table of publishers, asked by id or by one of their names."""

    def __init__(self, table: Iterable[Publisher] = ()) -> None:
        self._known: dict[str, Publisher] = {}
        for publisher in table:
            for name in (publisher.id, *publisher.name.values()):
                self._known.setdefault(name, publisher)

    def get(self, name: str) -> Publisher | None:
        """The publisher, or None where an admin gave only a link."""
        return self._known.get(name)

    def name(self, name: str, language: str) -> str:
        """What a publisher is called in a language; a name that is not in the table stays."""
        found = self.get(name)
        if found is None:
            return name
        names = found.name
        return names.get(language) or names.get("en") or next(iter(names.values()))


class Person(FrozenModel):
    """Somebody who said or signed something, with the office held at that time."""

    id: Identifier
    name: Labels
    office: Labels
    side: Identifier | None = Field(default=None, description="The id of the person's side.")


class Citation(FrozenModel):
    """A published page, and who is answerable for its words."""

    url: Url
    publisher: Label = Field(
        description="The id of the publisher whose words these are: the agency, not its copyist."
    )
    via: Label | None = Field(
        default=None, description="The id of the publisher that republished it, where it was read."
    )
    headline: Sentence | None = Field(default=None, description="In the language of the page.")
    date: PartialDateField | None = Field(default=None, description="When it was published.")
    language: LanguageCode | None = Field(
        default=None, description="The language of the headline and of the words."
    )
    archived: Url | None = Field(default=None, description="A copy in a web archive.")


class Evidence(Citation):
    """What was said, by whom, where. `quote` stays in the language of its source."""

    quote: Sentence | None = None
    translation: Sentences | None = Field(
        default=None, description="Our translation of the quote into the other languages."
    )


class Feed(FrozenModel):
    """An address where a publisher lists its new pages: RSS, Atom or JSON Feed."""

    url: Url
    publisher: Label = Field(description="The id of a publisher.")

    @property
    def place(self) -> str:
        """Its host and path, for logs and metrics: the whole address may hold a key."""
        parts = urlsplit(self.url)
        return f"{parts.hostname or ''}{parts.path}"


class Remark(FrozenModel):
    """A neutral remark with the sources that it rests on."""

    text: Sentences
    evidence: tuple[Evidence, ...] = Field(min_length=1)


class Origin(StrEnum):
    """How a provision is known.

    * CLAUSE: the clause of the agreement was read, word for word or as a source tells it.
    * ATTRIBUTED: a source says that the text has it; the clause was not read.
    * STATEMENT: it was promised in a statement and not found in the text.
    * LISTED: only a secondary list claims it.
    * RELATED: a related event; nobody promised it. It has no status and is not counted.
    """

    CLAUSE = "clause"
    ATTRIBUTED = "attributed"
    STATEMENT = "statement"
    LISTED = "listed"
    RELATED = "related"


class Wording(Citation):
    """Words about a provision that somebody printed, in their own language."""

    of: Origin = Field(description="What the words are of: a clause, a statement, a list.")
    text: Paragraph
    language: LanguageCode
    exact: bool = Field(default=True, description="Quoted; false where it is paraphrased.")
    translation: Paragraphs | None = Field(
        default=None, description="Our translation into the other languages."
    )
