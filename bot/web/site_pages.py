"""Pages about the site: how it works, and its data for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.agreement.status import Status, UnratedReason
from bot.views.format import Picked
from bot.views.statuses import reason_label, reason_meaning, status_label, status_meaning
from bot.web.addresses import API, embed_path, provision_path, topic_path
from bot.web.embeds import frame_code
from bot.web.layout import Layout, layout
from bot.web.openapi import endpoints
from bot.web.page_context import PageContext


@dataclass(frozen=True, slots=True)
class Term:
    """A status and what it says."""

    status: Status
    label: str
    meaning: str
    reasons: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class TextSource:
    """A source of the agreement's text."""

    href: str
    title: str
    language: str
    publisher: str
    language_name: str
    note: Picked | None


@dataclass(frozen=True, slots=True)
class AboutPage:
    """All that the page shows."""

    shell: Layout
    title: Picked
    about: Picked
    vocabulary: Sequence[Term]
    sources: Sequence[TextSource]


def about_page(here: PageContext) -> AboutPage:
    """The page in a language."""
    language, agreement = here.language, here.board.agreement
    title, about = here.pick(agreement.title), here.pick(agreement.about)
    return AboutPage(
        shell=layout(
            here,
            title=language.gettext("How it works"),
            description=about.text,
            sibling="about",
            shown=[title, about],
        ),
        title=title,
        about=about,
        vocabulary=[_term(here, status) for status in Status],
        sources=[
            TextSource(
                href=str(source.url),
                title=source.title,
                language=source.language,
                publisher=here.board.publishers.name(source.publisher, here.code),
                language_name=language.name_of(source.language),
                note=here.pick(source.note) if source.note else None,
            )
            for source in agreement.sources
        ],
    )


def _term(here: PageContext, status: Status) -> Term:
    reasons = [
        (reason_label(here.language, reason), reason_meaning(here.language, reason))
        for reason in (UnratedReason if status is Status.UNRATED else ())
    ]
    return Term(
        status, status_label(here.language, status), status_meaning(here.language, status), reasons
    )


@dataclass(frozen=True, slots=True)
class Choice:
    """A parameter."""

    name: str
    about: str
    values: Sequence[str]
    other: str
    """What the values look like where they cannot be listed."""


@dataclass(frozen=True, slots=True)
class Described:
    """An endpoint."""

    anchor: str
    path: str
    example: str
    about: str
    choices: Sequence[Choice]


@dataclass(frozen=True, slots=True)
class ApiPage:
    """All that the page shows."""

    shell: Layout
    intro: str
    document: str
    endpoints: Sequence[Described]
    frames: Sequence[tuple[str, str, str]]
    """Frames for other sites: a name, a path, the code."""
    topic: str
    provision: str
    """The paths of a topic and of a provision, as examples."""


def api_page(here: PageContext) -> ApiPage:
    """The page in a language."""
    gettext, agreement = here.language.gettext, here.board.agreement
    topic, provision = agreement.topics[0], here.board.provisions[0]
    intro = gettext(
        "Everything on this site can be read by programs, without a key and from any site."
    )
    return ApiPage(
        shell=layout(
            here, title=gettext("Feeds, API and embeds"), description=intro, sibling="api"
        ),
        intro=intro,
        document=here.link(f"{API}/openapi.json"),
        endpoints=[
            Described(
                anchor=endpoint.name,
                path=endpoint.path,
                example=here.link(endpoint.example or endpoint.path),
                about=gettext(endpoint.about),
                choices=[
                    Choice(
                        each.name,
                        gettext(each.about),
                        each.schema.get("enum", ()),
                        str(each.schema.get("format", each.schema["type"])),
                    )
                    for each in endpoint.parameters
                ],
            )
            for endpoint in endpoints(here.edition)
        ],
        frames=[
            (label, embed_path(here.code, own), frame_code(here, own, title.text))
            for label, own, title in (
                (gettext("The board"), "", here.pick(agreement.short_title)),
                (gettext("A topic"), f"topics/{topic.id}", here.pick(topic.title)),
                (
                    gettext("A provision"),
                    f"provisions/{provision.id}",
                    here.pick(provision.title),
                ),
            )
        ],
        topic=topic_path(here.code, topic.id),
        provision=provision_path(here.code, provision.id),
    )
