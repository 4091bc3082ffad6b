"""The site as an ASGI application, whoever runs it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from http import HTTPStatus

import orjson
from starlette.applications import Starlette
from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, ExceptionHandler, Receive, Scope, Send

from bot.agreement.board import Board
from bot.clock import Clock, system_clock
from bot.i18n.language import Language
from bot.i18n.negotiation import negotiate
from bot.search import Search
from bot.web import api
from bot.web.addresses import API, board_path, provision_path
from bot.web.app_endpoint import FollowEndpoint, Follows
from bot.web.error_pages import error_page, problem_text
from bot.web.images import Pictures, subjects
from bot.web.latest_page import latest_page
from bot.web.page_cache import PageCache
from bot.web.page_context import Edition, PageContext, SiteOptions
from bot.web.queries import BadQuery, changes_wanted, list_wanted, log_wanted, search_wanted
from bot.web.rate_limiting import RateLimit
from bot.web.rendering import render
from bot.web.responses import Kind, plain
from bot.web.responses import options as options_of
from bot.web.search_page import Searcher, search_page
from bot.web.sitemap import Resource, api_list

_READING = ["GET", "OPTIONS"]
_LONGEST_ACCEPT = 500
"""Of a longer Accept-Language only the beginning is read."""


def create_site(
    boards: Callable[[], Board],
    languages: Mapping[str, Language],
    options: SiteOptions,
    *,
    follows: Follows | None = None,
    pictures: Pictures | None = None,
    searches: Callable[[], Search] | None = None,
    clock: Clock = system_clock,
) -> Starlette:
    """The site. `boards` gives the present board, the same object while nothing has changed.

    `searches` gives the search over the present agreement; without it the site makes its own.
    Without `follows` (or without the bot's token in the options) "follow" leads to the bot.
    """
    can_follow = follows is not None and bool(options.bot_token)
    site = _Site(
        boards, languages, options, pictures, clock, Searcher(searches), can_follow=can_follow
    )
    routes = [
        Route("/", site.choose),
        Route("/app", site.choose),
        Route(f"{API}/provisions", site.provisions, methods=_READING),
        Route(f"{API}/changes", site.changes, methods=_READING),
        Route(f"{API}/search", site.search, methods=_READING),
        Route("/{language}/latest", site.latest),
        Route("/{language}/search", site.search_page),
        Route("/{number:int}", site.short),
    ]
    if follows is not None and options.bot_token:
        endpoint = FollowEndpoint(site.cache, follows, options.bot_token, clock)
        routes.append(Route("/app/follow", endpoint.answer, methods=["POST"]))
    if pictures is not None:
        routes.append(Route("/{language}/{subject:path}.png", site.picture))
    routes.append(Route("/{path:path}", site))
    handlers: dict[int | type[Exception], ExceptionHandler] = {
        HTTPException: site.refused,
        Exception: site.failed,
    }
    limit = Middleware(RateLimit, per_minute=options.requests_per_minute, too_many=site.too_many)
    return Starlette(
        routes=[Mount(options.prefix, routes=routes)] if options.prefix else routes,
        middleware=[limit] if options.requests_per_minute else [],
        exception_handlers=handlers,
    )


class _Site:
    """The endpoints."""

    def __init__(
        self,
        boards: Callable[[], Board],
        languages: Mapping[str, Language],
        options: SiteOptions,
        pictures: Pictures | None,
        clock: Clock,
        searcher: Searcher,
        *,
        can_follow: bool,
    ) -> None:
        self.cache = PageCache(
            boards,
            languages,
            options,
            clock,
            has_pictures=pictures is not None,
            can_follow=can_follow,
        )
        self._options, self._pictures, self._searcher = options, pictures, searcher

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send anything that stands at its path."""
        path = "/" + scope["path_params"]["path"]
        found = await self.cache.find(path)
        app: ASGIApp
        if found is None:
            app = self._missing(Request(scope), path)
        elif scope["method"] in {"GET", "HEAD"}:
            app = found
        elif scope["method"] == "OPTIONS":
            app = options_of(found.kind)
        else:
            allow = {"Allow": "GET, HEAD, OPTIONS"}
            app = self._problem(Request(scope), HTTPStatus.METHOD_NOT_ALLOWED, headers=allow)
        await app(scope, receive, send)

    async def choose(self, request: Request) -> Response:
        """The front door: to the board in the language that the reader's browser asks for."""
        target = self._options.prefix + board_path(self._language(request).code)
        return plain(
            b"",
            HTTPStatus.FOUND,
            headers={
                "Location": target,
                "Vary": "Accept-Language",
                "Cache-Control": "private, no-cache",
            },
        )

    async def short(self, request: Request) -> Response:
        """The short address of a provision: its number."""
        number = request.path_params["number"]
        board = self.cache.edition().board
        found = next((item for item in board.provisions if item.number == number), None)
        if found is None:
            return self._problem(request, HTTPStatus.NOT_FOUND)
        target = provision_path(self._language(request).code, found.id)
        headers = {"Location": self._options.prefix + target, "Vary": "Accept-Language"}
        return plain(b"", HTTPStatus.FOUND, headers=headers)

    async def provisions(self, request: Request) -> ASGIApp:
        """The API's list of provisions."""
        return await self._list(request, "provisions", list_wanted)

    async def changes(self, request: Request) -> ASGIApp:
        """The API's list of changes."""
        return await self._list(request, "changes", changes_wanted)

    async def search(self, request: Request) -> ASGIApp:
        """What the API finds for a question."""
        if request.method == "OPTIONS":
            return options_of(Kind.JSON)
        edition = self.cache.edition()
        try:
            text, limit = search_wanted(request.query_params)
        except BadQuery as error:
            return _json_problem(HTTPStatus.BAD_REQUEST, str(error))
        answered = await self._searcher.find(edition, text, limit)
        return self.cache.ready(Resource(Kind.JSON, partial(api.found, edition, answered)))

    async def search_page(self, request: Request) -> ASGIApp:
        """The search page, with what was found for a question."""
        question = request.query_params.get("q", "").strip()
        path, edition = "/" + request.path_params["language"] + "/search", self.cache.edition()
        language = edition.languages.get(request.path_params["language"])
        if language is None or not question:
            found = await self.cache.find(path)
            return found or self._missing(request, path)
        here = edition.here(language, path)
        answered = await self._searcher.find(edition, question)
        page = search_page(here, question, answered)
        return self.cache.ready(Resource(Kind.PAGE, partial(render, "search.html", here, page)))

    async def latest(self, request: Request) -> ASGIApp:
        """The change log, with what a reader chose."""
        code, edition = request.path_params["language"], self.cache.edition()
        path, language = f"/{code}/latest", edition.languages.get(code)
        try:
            wanted, number = log_wanted(edition, request.query_params)
        except BadQuery:
            language = None
        if language is None:
            return self._problem(request, HTTPStatus.NOT_FOUND)
        if not wanted.query and number == 1:
            found = await self.cache.find(path)
            return found or self._missing(request, path)
        reader = language

        def build(edition: Edition) -> Resource:
            here = edition.here(reader, path)
            return Resource(
                Kind.PAGE,
                lambda: render("latest.html", here, latest_page(here, wanted, number)),
            )

        return await self.cache.answer((path, wanted, number), build)

    async def picture(self, request: Request) -> ASGIApp:
        """A picture for share cards."""
        edition = self.cache.edition()
        code, subject = request.path_params["language"], request.path_params["subject"]
        known = code in edition.languages and subject in subjects(edition.board)
        if self._pictures is None or not known:
            return self._problem(request, HTTPStatus.NOT_FOUND)
        drawn = await self._pictures(code, subject)
        if drawn is None:
            return self._problem(request, HTTPStatus.NOT_FOUND)
        return self.cache.ready(Resource(Kind.PICTURE, lambda: drawn))

    async def refused(self, request: Request, error: Exception) -> Response:
        """What Starlette refuses: a path outside the site, a method that is not taken."""
        if not isinstance(error, HTTPException):
            raise error
        status = HTTPStatus(error.status_code)
        return self._problem(request, status, headers=error.headers)

    async def failed(self, request: Request, _: Exception) -> Response:
        """Our own fault; Starlette passes the error on to the log."""
        return self._problem(request, HTTPStatus.INTERNAL_SERVER_ERROR)

    async def too_many(self, request: Request, seconds: int) -> Response:
        """One request too many."""
        headers = {"Retry-After": str(seconds)}
        return self._problem(request, HTTPStatus.TOO_MANY_REQUESTS, headers=headers)

    async def _list(self, request: Request, name: str, parse: Parse) -> ASGIApp:
        if request.method == "OPTIONS":
            return options_of(Kind.JSON)
        if not request.query_params:
            found = await self.cache.find(f"{API}/{name}")
            return found or self._missing(request, request.url.path)
        try:
            wanted = parse(self.cache.edition(), request.query_params)
        except BadQuery as error:
            return _json_problem(HTTPStatus.BAD_REQUEST, str(error))
        return await self.cache.answer((name, wanted), partial(api_list, name=name, wanted=wanted))

    def _missing(self, request: Request, path: str) -> Response:
        """Nothing is there; a path with a slash too many, or too few, leads on."""
        for other in (path.rstrip("/"), path + "/"):
            if other != path and self.cache.has(other):
                headers = {"Location": self._options.prefix + other}
                return plain(b"", HTTPStatus.PERMANENT_REDIRECT, headers=headers)
        return self._problem(request, HTTPStatus.NOT_FOUND)

    def _problem(
        self, request: Request, status: HTTPStatus, headers: Mapping[str, str] | None = None
    ) -> Response:
        path = request.url.path.removeprefix(self._options.prefix)
        here = self._here(request, path)
        if path.startswith((API, "/app/")):
            return _json_problem(status, problem_text(here, status), headers)
        body = render("error.html", here, error_page(here, status, path))
        return plain(body, status, headers=headers)

    def _here(self, request: Request, path: str) -> PageContext:
        """An error's page: in the language of the address, else in the reader's."""
        edition = self.cache.edition()
        named = path.split("/")[1:2]
        language = edition.languages.get(named[0]) if named else None
        return edition.here(language or self._language(request), path)

    def _language(self, request: Request) -> Language:
        languages = self.cache.edition().languages
        accepted = request.headers.get("accept-language", "")[:_LONGEST_ACCEPT]
        return languages[negotiate(preferred(accepted), languages)]


Parse = Callable[[Edition, QueryParams], api.Wanted]


def preferred(accepted: str) -> list[str]:
    """The tags of Accept-Language, the most wanted first (RFC 9110, 12.5.4)."""
    weighted: list[tuple[float, str]] = []
    for part in accepted.split(","):
        tag, _, weight = part.partition(";")
        try:
            wanted = float(weight.replace(" ", "").removeprefix("q=") or 1)
        except ValueError:
            continue
        if tag.strip() and wanted > 0:
            weighted.append((wanted, tag.strip()))
    return [tag for _, tag in sorted(weighted, key=lambda item: -item[0])]


def _json_problem(
    status: HTTPStatus, detail: str, headers: Mapping[str, str] | None = None
) -> Response:
    problem = {"title": status.phrase, "status": status.value, "detail": detail}
    return plain(
        orjson.dumps(problem),
        status,
        Kind.JSON,
        content_type="application/problem+json",
        headers=headers,
    )
