"""Everything that the site holds, path by path: what a running site serves and an export writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import partial

import orjson
from pydantic import BaseModel

from bot.agreement.export import as_csv
from bot.i18n.language import Language
from bot.web import api, openapi
from bot.web.addresses import API, board_path, embed_path, page_path, provision_path, topic_path
from bot.web.badges import agreement_badge, provision_badge
from bot.web.board_page import board_page
from bot.web.error_pages import embed
from bot.web.feeds import feed_of_all, feed_of_provision, feed_of_topic
from bot.web.page_context import Edition, PageContext
from bot.web.provision_page import provision_page
from bot.web.rendering import assets, render
from bot.web.site_pages import about_page, api_page
from bot.web.topic_page import latest_page, topic_page


class Kind(Enum):
    """What sort of resource it is, which decides how it is sent."""

    PAGE = "page"
    EMBED = "embed"
    """A page that other sites may put into a frame."""
    FEED = "feed"
    JSON = "json"
    TABLE = "table"
    BADGE = "badge"
    PICTURE = "picture"
    ASSET = "asset"
    """Kept forever: its name changes with its content."""

    @property
    def media_type(self) -> str:
        """Its Content-Type; an asset has its own."""
        return _MEDIA_TYPES[self]


_MEDIA_TYPES = {
    Kind.PAGE: "text/html; charset=utf-8",
    Kind.EMBED: "text/html; charset=utf-8",
    Kind.FEED: "application/atom+xml; charset=utf-8",
    Kind.JSON: "application/json",
    Kind.TABLE: "text/csv; charset=utf-8",
    Kind.BADGE: "image/svg+xml",
    Kind.PICTURE: "image/png",
    Kind.ASSET: "application/octet-stream",
}


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
    found.update(_api(edition))
    for language in edition.languages.values():
        found.update(_pages(edition, language))
        found.update(_beside(edition, language))
    return found


def _pages(edition: Edition, language: Language) -> Iterator[tuple[str, Resource]]:
    code, agreement = language.code, edition.board.agreement

    def page(
        path: str, template: str, view: Callable[[PageContext], object]
    ) -> tuple[str, Resource]:
        here = edition.here(language, path)
        return path, Resource(Kind.PAGE, lambda: render(template, here, view(here)))

    yield page(board_path(code), "board.html", board_page)
    yield page(page_path(code, "latest"), "latest.html", latest_page)
    yield page(page_path(code, "about"), "about.html", about_page)
    yield page(page_path(code, "api"), "api.html", api_page)
    for topic in agreement.topics:
        yield page(topic_path(code, topic.id), "topic.html", partial(topic_page, topic=topic))
    for provision in edition.board.provisions:
        path = provision_path(code, provision.id)
        yield page(path, "provision.html", partial(provision_page, provision=provision))


def _beside(edition: Edition, language: Language) -> Iterator[tuple[str, Resource]]:
    """Feeds, table, badges and frames of a language."""
    code, board = language.code, edition.board

    def one(path: str, kind: Kind, build: Callable[[PageContext], bytes]) -> tuple[str, Resource]:
        return path, Resource(kind, partial(build, edition.here(language, path)))

    yield one(f"/{code}/feed.atom", Kind.FEED, feed_of_all)
    yield one(f"/{code}/board.csv", Kind.TABLE, lambda here: as_csv(here.board, here.code))
    yield one(f"/{code}/badge.svg", Kind.BADGE, agreement_badge)
    for topic in board.agreement.topics:
        path = topic_path(code, topic.id)
        yield one(path + ".atom", Kind.FEED, partial(feed_of_topic, topic=topic))
    for provision in board.provisions:
        path = provision_path(code, provision.id)
        yield one(path + ".atom", Kind.FEED, partial(feed_of_provision, provision=provision))
        yield one(path + ".svg", Kind.BADGE, partial(provision_badge, provision=provision))
        framed = partial(_frame, provision_id=provision.id)
        yield one(embed_path(code, provision.id), Kind.EMBED, framed)


def _frame(here: PageContext, provision_id: str) -> bytes:
    provision = here.board.provision(provision_id)
    if provision is None:
        raise LookupError(provision_id)
    return render("embed.html", here, embed(here, provision))


def _api(edition: Edition) -> Iterator[tuple[str, Resource]]:
    def one(name: str, build: Callable[[], BaseModel]) -> tuple[str, Resource]:
        return f"{API}/{name}", Resource(Kind.JSON, lambda: as_json(build()))

    yield one("agreement", partial(api.agreement, edition))
    yield one("statuses", partial(api.statuses, edition))
    yield one("topics", partial(api.topics, edition))
    yield one("provisions", partial(api.provisions, edition))
    yield one("changes", partial(api.changes, edition))
    for provision in edition.board.provisions:
        yield one(f"provisions/{provision.id}", partial(api.provision, edition, provision))
    document = partial(openapi.document, edition)
    yield f"{API}/openapi.json", Resource(Kind.JSON, lambda: orjson.dumps(document()))


def _assets() -> Iterator[tuple[str, Resource]]:
    for asset in assets().values():
        yield asset.path, Resource(Kind.ASSET, partial(bytes, asset.body), asset.media_type)


def as_json(answer: BaseModel) -> bytes:
    """An answer of the API."""
    return answer.model_dump_json().encode()
