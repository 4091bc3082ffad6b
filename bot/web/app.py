"""The site as an ASGI application, whoever runs it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus

import orjson
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.types import ExceptionHandler

from bot.agreement.board import Board
from bot.clock import Clock, system_clock
from bot.i18n.language import Language
from bot.i18n.negotiation import negotiate
from bot.web.addresses import API, board_path
from bot.web.app_endpoint import FollowEndpoint, Follows
from bot.web.error_pages import error_page, problem_text
from bot.web.page_cache import PageCache
from bot.web.page_context import PageContext, SiteOptions
from bot.web.queries import BadQuery, changes_wanted, list_wanted
from bot.web.rate_limiting import RateLimit
from bot.web.rendering import render
from bot.web.responses import plain, ready, send
from bot.web.sitemap import Kind

Pictures = Callable[[str, str | None], Awaitable[bytes | None]]
"""Draws a PNG in a language: a provision's card by its id, the board for None. None: no picture."""

_LONGEST_ACCEPT = 500
"""Of a longer Accept-Language only the beginning is read."""


def create_site(
    boards: Callable[[], Board],
    languages: Mapping[str, Language],
    options: SiteOptions,
    *,
    follows: Follows | None = None,
    pictures: Pictures | None = None,
    clock: Clock = system_clock,
) -> Starlette:
    """The site. `boards` gives the present board, the same object while nothing has changed.

    Without `follows` (or without the bot's token in the options) "follow" leads to the bot.
    """
    can_follow = follows is not None and bool(options.bot_token)
    site = _Site(boards, languages, options, pictures, clock, can_follow=can_follow)
    routes = [
        Route("/", site.choose),
        Route("/app", site.choose),
        Route(f"{API}/provisions", site.provisions),
        Route(f"{API}/changes", site.changes),
    ]
    if follows is not None and options.bot_token:
        endpoint = FollowEndpoint(site.cache, follows, options.bot_token, clock)
        routes.append(Route("/app/follow", endpoint.answer, methods=["POST"]))
    if pictures is not None:
        routes += [
            Route("/{language}/board.png", site.picture),
            Route("/{language}/provisions/{id}.png", site.picture),
        ]
    routes.append(Route("/{path:path}", site.serve))
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
        self._options, self._pictures = options, pictures

    async def serve(self, request: Request) -> Response:
        """Anything that stands at its path."""
        path = "/" + request.path_params["path"]
        found = self.cache.find(path)
        if found is None:
            return self._missing(request, path)
        return send(request, found, framed_by_telegram=self._framed)

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

    async def provisions(self, request: Request) -> Response:
        """The API's list of provisions."""
        return self._queried(request, list_wanted)

    async def changes(self, request: Request) -> Response:
        """The API's list of changes."""
        return self._queried(request, changes_wanted)

    async def picture(self, request: Request) -> Response:
        """A picture for share cards."""
        edition = self.cache.edition()
        code, identifier = request.path_params["language"], request.path_params.get("id")
        known = identifier is None or edition.board.provision(identifier) is not None
        if self._pictures is None or code not in edition.languages or not known:
            return self._missing(request, request.url.path)
        drawn = await self._pictures(code, identifier)
        if drawn is None:
            return self._missing(request, request.url.path)
        one = ready(Kind.PICTURE, Kind.PICTURE.media_type, drawn)
        return send(request, one, framed_by_telegram=self._framed)

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

    @property
    def _framed(self) -> bool:
        return self._options.bot_username is not None

    def _queried(self, request: Request, wanted: Queried) -> Response:
        edition = self.cache.edition()
        try:
            body = wanted(edition, request.query_params)
        except BadQuery as error:
            return _json_problem(HTTPStatus.BAD_REQUEST, str(error))
        found = ready(Kind.JSON, Kind.JSON.media_type, body)
        return send(request, found, framed_by_telegram=False)

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


Queried = Callable[..., bytes]


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
