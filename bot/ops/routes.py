"""The bot's own web server: webhook, health, metrics, and the board alongside them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus

import orjson
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from bot.ops.metrics import Metrics
from bot.storage.errors import StoreError

_PATIENCE = 3.0
"""Seconds in which a part must answer to count as ready."""

Check = Callable[[], Awaitable[str]]
"""Looks after a part of the bot: "" if it is well, else what is wrong."""


class Health:
    """Whether the process lives, and whether it should be given work."""

    def __init__(self, checks: dict[str, Check]) -> None:
        self.checks = checks
        self.starting = True
        """Until it is unset, a load balancer is told to send nothing yet."""
        self.stopping = False
        """Once it is set, a load balancer is told to send nothing more."""

    async def alive(self, _: Request) -> Response:
        """200 as long as the event loop turns."""
        return _json(HTTPStatus.OK, {"status": "alive"})

    async def ready(self, _: Request) -> Response:
        """200 where every part is well; else 503, with what is wrong."""
        if self.stopping:
            return _json(HTTPStatus.SERVICE_UNAVAILABLE, {"status": "stopping"})
        checks = dict(self.checks)
        found = await asyncio.gather(*map(_outcome, checks.values()))
        wrong = {name: told for name, told in zip(checks, found, strict=True) if told}
        if self.starting:
            wrong["start"] = "Telegram is not reached yet"
        if wrong:
            return _json(HTTPStatus.SERVICE_UNAVAILABLE, {"status": "not ready", "wrong": wrong})
        return _json(HTTPStatus.OK, {"status": "ready"})


async def _outcome(check: Check) -> str:
    try:
        async with asyncio.timeout(_PATIENCE):
            return await check()
    except TimeoutError:
        return f"no answer within {_PATIENCE:g} s"
    except StoreError as error:
        return type(error).__name__


def create_app(
    health: Health,
    metrics: Metrics | None,
    *,
    webhook: tuple[str, Callable[[Request], Awaitable[Response]]] | None = None,
    board: Starlette | None = None,
) -> Starlette:
    """One application: the webhook at its path, what a monitor asks for, the board below.

    Without `metrics` it serves neither these nor /readyz: they are served elsewhere.
    """
    routes: list[BaseRoute] = [Route("/healthz", health.alive)]
    if webhook is not None:
        path, answer = webhook
        routes.insert(0, Route(path, answer, methods=["POST"]))
    if metrics is not None:
        page = metrics.page

        async def figures(_: Request) -> Response:
            return Response(await page(), media_type=CONTENT_TYPE_LATEST)

        routes += [Route("/readyz", health.ready), Route("/metrics", figures)]
    if board is not None:
        routes.append(Mount("/", app=board))
    return Starlette(routes=routes)


def _json(status: HTTPStatus, document: object) -> Response:
    return Response(orjson.dumps(document), status, media_type="application/json")


def all_well(tasks: Sequence[asyncio.Task[None]]) -> Check:
    """Whether none of the bot's parts has ended."""

    async def check() -> str:
        ended = [task.get_name() for task in tasks if task.done()]
        return f"ended: {', '.join(ended)}" if ended else ""

    return check
