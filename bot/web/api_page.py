"""The API's page for people: every endpoint, what can be chosen, and the other open data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.web.addresses import API, provision_path, topic_path
from bot.web.layout import Layout, layout
from bot.web.openapi import endpoints
from bot.web.page_context import PageContext


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
    topic: str
    provision: str
    """The paths of a topic and of a provision, as examples."""


def api_page(here: PageContext) -> ApiPage:
    """The page in a language."""
    gettext = here.language.gettext
    intro = gettext(
        "Everything on this site can be read by programs, without a key and from any site."
    )
    return ApiPage(
        shell=layout(here, title=gettext("Data for developers"), description=intro, sibling="api"),
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
        topic=topic_path(here.code, here.board.agreement.topics[0].id),
        provision=provision_path(here.code, here.board.provisions[0].id),
    )
