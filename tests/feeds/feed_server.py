"""A real HTTP server on loopback that publishes feeds, for tests."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from email.utils import formatdate
from html import escape

from aiohttp import web


class FeedServer:
    """Serves what is in `answers`: a handler for each path. `asked` has every request."""

    def __init__(self) -> None:
        self.answers = {}
        self.asked: list[web.Request] = []
        self.url = ""
        self.at_once = self.most_at_once = 0

    async def handle(self, request):
        self.asked.append(request)
        self.at_once += 1
        self.most_at_once = max(self.at_once, self.most_at_once)
        try:
            answer = self.answers.get(request.path)
            if answer is None:
                return web.Response(status=404)
            found = answer(request)
            return await found if asyncio.iscoroutine(found) else found
        finally:
            self.at_once -= 1

    def publish(self, path, body, content_type="application/rss+xml", **headers):
        """Answer a path with a body; with an ETag it answers 304 to who has it."""
        data = body if isinstance(body, bytes) else body.encode()

        def answer(request):
            etag = headers.get("ETag")
            modified = headers.get("Last-Modified")
            if (etag and request.headers.get("If-None-Match") == etag) or (
                modified and not etag and request.headers.get("If-Modified-Since") == modified
            ):
                return web.Response(status=304, headers=headers)
            return web.Response(body=data, headers={"Content-Type": content_type, **headers})

        self.answers[path] = answer
        return self.url + path


@asynccontextmanager
async def feed_server():
    server = FeedServer()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", server.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        await runner.cleanup()


def rss_item(title, *, link="https://example.org/a", guid="", lead="", date=None, extra=""):
    when = date if isinstance(date, str) else formatdate(date.timestamp()) if date else ""
    parts = [f"<title>{escape(title)}</title>", f"<link>{escape(link)}</link>"]
    parts += [f"<guid isPermaLink='false'>{escape(guid)}</guid>"] if guid else []
    parts += [f"<description>{escape(lead)}</description>"] if lead else []
    parts += [f"<pubDate>{escape(when)}</pubDate>"] if when else []
    return f"<item>{''.join(parts)}{extra}</item>"


def rss(*items, language="en"):
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Made up</title>'
        f"<link>https://example.org</link><language>{language}</language>"
        f"{''.join(items)}</channel></rss>"
    )
