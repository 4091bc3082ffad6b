"""The API's page for people: every endpoint, what can be chosen, and the other open data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.web.addresses import API, provision_path, topic_path
from bot.web.layout import Layout, Link, layout
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
class OpenData:
    """Something else that can be taken along."""

    label: str
    address: str
    href: str


@dataclass(frozen=True, slots=True)
class ApiPage:
    """All that the page shows."""

    shell: Layout
    heading: str
    intro: Sequence[str]
    document: Link
    endpoints_heading: str
    endpoints: Sequence[Described]
    choices_label: str
    others_heading: str
    others: Sequence[OpenData]


def api_page(here: PageContext) -> ApiPage:
    """The page in a language."""
    gettext = here.language.gettext
    heading = gettext("Data for developers")
    intro = [
        gettext(
            "Everything on this site can be read by programs, without a key and from any site."
        ),
        gettext("Texts come in every language of the content. Within v1 fields are only added."),
    ]
    return ApiPage(
        shell=layout(here, title=heading, description=intro[0], sibling="api"),
        heading=heading,
        intro=intro,
        document=Link(gettext("OpenAPI description"), here.link(f"{API}/openapi.json")),
        endpoints_heading=gettext("JSON API"),
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
        choices_label=gettext("Parameters"),
        others_heading=gettext("Feeds, table, badges, frames"),
        others=_others(here),
    )


def _others(here: PageContext) -> list[OpenData]:
    gettext, code = here.language.gettext, here.code
    provision = provision_path(code, here.board.provisions[0].id)
    topic = topic_path(code, here.board.agreement.topics[0].id)
    found = [
        (gettext("Feed of all changes"), f"/{code}/feed.atom"),
        (gettext("Feed of a topic"), f"{topic}.atom"),
        (gettext("Feed of a provision"), f"{provision}.atom"),
        (gettext("Every entry of every history as a table (CSV)"), f"/{code}/board.csv"),
        (gettext("Badge with the counts (SVG)"), f"/{code}/badge.svg"),
        (gettext("Badge of a provision (SVG)"), f"{provision}.svg"),
        (gettext("A small frame for other sites"), f"/embed{provision}"),
    ]
    return [OpenData(label, path, here.link(path)) for label, path in found]
