"""Everything that the site holds, path by path: what a running site serves and an export writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import orjson
from pydantic import BaseModel

from bot.agreement.events import Event
from bot.agreement.export import as_csv
from bot.agreement.model import Provision
from bot.agreement.status import Status
from bot.i18n.language import Language
from bot.web import api, openapi
from bot.web.addresses import (
    API,
    board_path,
    embed_path,
    page_path,
    provision_path,
    status_path,
    topic_path,
)
from bot.web.badges import agreement_badge, provision_badge
from bot.web.board_page import board_page
from bot.web.changelog import event_anchor
from bot.web.components import NO_STATUS
from bot.web.embeds import counts_embed, provision_embed
from bot.web.feeds import feed_of_all, feed_of_provision, feed_of_topic
from bot.web.latest_page import latest_page, latest_pages
from bot.web.openapi import DEFAULT_CHANGES, MOST_LISTED
from bot.web.page_context import Edition, PageContext
from bot.web.provision_page import provision_page
from bot.web.rendering import assets, render
from bot.web.responses import Kind
from bot.web.search_page import search_page
from bot.web.site_files import favicon, manifest, opensearch, robots, sitemap
from bot.web.site_pages import about_page, api_page
from bot.web.topic_page import of_status, pages_of, status_page, topic_page


@dataclass(frozen=True, slots=True)
class Resource:
    """Something at an address, made when it is first asked for."""

    kind: Kind
    build: Callable[[], bytes]
    media_type: str = ""

    @property
    def content_type(self) -> str:
        """Its Content-Type."""
        return self.media_type or self.kind.media_type


Catalogue = Mapping[str, Resource]


def catalogue(edition: Edition) -> Catalogue:
    """Every resource of an edition by its path."""
    found = dict(_assets())
    found["/favicon.ico"] = Resource(Kind.FILE, favicon, "image/x-icon")
    found["/robots.txt"] = Resource(Kind.FILE, partial(robots, edition))
    found.update(_api(edition))
    for language in edition.languages.values():
        found.update(_pages(edition, language))
        found.update(_beside(edition, language))
        found.update(_frames(edition, language))
    if edition.addresses.is_public:
        pages = [path for path, resource in found.items() if resource.kind is Kind.PAGE]
        found["/sitemap.xml"] = Resource(
            Kind.FILE, partial(sitemap, edition, pages), "application/xml"
        )
    return found


def _pages(edition: Edition, language: Language) -> Iterator[tuple[str, Resource]]:
    code, agreement = language.code, edition.board.agreement

    def page(
        path: str, template: str, view: Callable[[PageContext], object]
    ) -> tuple[str, Resource]:
        here = edition.here(language, path)
        return path, Resource(Kind.PAGE, lambda: render(template, here, view(here)))

    yield page(board_path(code), "board.html", board_page)
    for number, path in _numbered(page_path(code, "latest"), latest_pages(edition)):
        yield page(path, "latest.html", partial(latest_page, number=number))
    yield page(page_path(code, "search"), "search.html", search_page)
    yield page(page_path(code, "about"), "about.html", about_page)
    yield page(page_path(code, "api"), "api.html", api_page)
    for topic in agreement.topics:
        pages = pages_of(edition.board.of_topic(topic.id))
        for number, path in _numbered(topic_path(code, topic.id), pages):
            yield page(path, "topic.html", partial(topic_page, topic=topic, number=number))
    for status in (*Status, NO_STATUS):
        pages = pages_of(of_status(edition, status))
        for number, path in _numbered(status_path(code, status), pages):
            yield page(path, "topic.html", partial(status_page, status=status, number=number))
    for provision in edition.board.provisions:
        path = provision_path(code, provision.id)
        yield page(path, "provision.html", partial(provision_page, provision=provision))


def _numbered(path: str, count: int) -> Iterator[tuple[int, str]]:
    """The pages of a list, from 1, with their paths."""
    yield 1, path
    for number in range(2, count + 1):
        yield number, f"{path}/{number}"


def _beside(edition: Edition, language: Language) -> Iterator[tuple[str, Resource]]:
    """Feeds, table, badges and frames of a language."""
    code, board = language.code, edition.board

    def one(
        path: str, kind: Kind, build: Callable[[PageContext], bytes], media_type: str = ""
    ) -> tuple[str, Resource]:
        return path, Resource(kind, partial(build, edition.here(language, path)), media_type)

    yield one(f"/{code}/site.webmanifest", Kind.FILE, manifest, "application/manifest+json")
    if edition.is_live:
        media_type = "application/opensearchdescription+xml"
        yield one(f"/{code}/opensearch.xml", Kind.FILE, opensearch, media_type)

    yield one(f"/{code}/feed.atom", Kind.FEED, feed_of_all)
    yield one(f"/{code}/board.csv", Kind.TABLE, _table)
    yield one(f"/{code}/badge.svg", Kind.BADGE, agreement_badge)
    for topic in board.agreement.topics:
        path = topic_path(code, topic.id)
        yield one(path + ".atom", Kind.FEED, partial(feed_of_topic, topic=topic))
    for provision in board.provisions:
        path = provision_path(code, provision.id)
        yield one(path + ".atom", Kind.FEED, partial(feed_of_provision, provision=provision))
        yield one(path + ".svg", Kind.BADGE, partial(provision_badge, provision=provision))


def _table(here: PageContext) -> bytes:
    """Every entry as a table, with where it stands on the site."""
    recorded = {
        id(entry.event): entry.moment.isoformat() for entry in here.edition.log if entry.is_recorded
    }

    def placed(provision: Provision, event: Event) -> tuple[str, str, str]:
        anchor = event_anchor(provision, event)
        page = here.absolute(provision_path(here.code, provision.id))
        return anchor, recorded.get(id(event), ""), f"{page}#{anchor}"

    return as_csv(here.board, here.code, placed)


def _frames(edition: Edition, language: Language) -> Iterator[tuple[str, Resource]]:
    """Small pages for other sites."""

    def one(own: str, view: Callable[[PageContext], object]) -> tuple[str, Resource]:
        path = embed_path(language.code, own)
        here = edition.here(language, path)
        return path, Resource(Kind.EMBED, lambda: render("embed.html", here, view(here)))

    yield one("", counts_embed)
    for topic in edition.board.agreement.topics:
        yield one(f"topics/{topic.id}", partial(counts_embed, topic=topic))
    for provision in edition.board.provisions:
        yield one(f"provisions/{provision.id}", partial(provision_embed, provision=provision))


def _api(edition: Edition) -> Iterator[tuple[str, Resource]]:
    def one(name: str, build: Callable[[], BaseModel]) -> tuple[str, Resource]:
        return f"{API}/{name}", Resource(Kind.JSON, lambda: as_json(build()))

    yield one("agreement", partial(api.agreement, edition))
    yield one("statuses", partial(api.statuses, edition))
    yield one("topics", partial(api.topics, edition))
    for name, wanted in (
        ("provisions", api.Wanted(limit=MOST_LISTED)),
        ("changes", api.Wanted(limit=DEFAULT_CHANGES if edition.is_live else MOST_LISTED)),
    ):
        yield f"{API}/{name}", api_list(edition, name, wanted)
    for provision in edition.board.provisions:
        yield one(f"provisions/{provision.id}", partial(api.provision, edition, provision))
    document = partial(openapi.document, edition)
    yield f"{API}/openapi.json", Resource(Kind.JSON, lambda: orjson.dumps(document()))


def api_list(edition: Edition, name: str, wanted: api.Wanted) -> Resource:
    """A list of the API."""
    lines = api.provision_lines if name == "provisions" else api.change_lines
    return Resource(Kind.JSON, lambda: api.listed(edition, name, lines(edition), wanted))


def _assets() -> Iterator[tuple[str, Resource]]:
    for asset in assets().values():
        yield asset.path, Resource(Kind.ASSET, partial(bytes, asset.body), asset.media_type)


def as_json(answer: BaseModel) -> bytes:
    """An answer of the API."""
    return answer.model_dump_json().encode()
