"""How the site answers: languages, caches, errors, safety."""

from __future__ import annotations

import gzip

import httpx
import pytest
import zstandard
from web_samples import CLOCK, OPTIONS, Page, change

from bot.web.app import create_site, preferred
from bot.web.page_context import SiteOptions

UNPACK = {
    "gzip": gzip.decompress,
    "zstd": zstandard.ZstdDecompressor().decompress,
    None: lambda raw: raw,
}


@pytest.mark.parametrize(
    ("accepted", "target"),
    [
        ("az-Latn-AZ,en;q=0.5", "/az/"),
        ("fr, tr;q=0.4, ru;q=0.9", "/ru/"),
        ("en;q=0, tr", "/tr/"),
        ("uk", "/en/"),
        ("", "/en/"),
        ("*;q=x, ;;;,\u00e9", "/en/"),
    ],
)
async def test_the_front_door_speaks_the_readers_language(client, accepted, target) -> None:
    for door in ("/", "/app"):
        found = await client.get(door, headers={"Accept-Language": accepted.encode()})
        assert found.status_code == 302
        assert found.headers["location"] == target
        assert found.headers["vary"] == "Accept-Language"


def test_preferences_are_ordered_by_weight() -> None:
    assert preferred("da, en-gb;q=0.8, en;q=0.9") == ["da", "en", "en-gb"]


async def test_what_is_known_is_not_sent_again(client) -> None:
    first = await client.get("/en/")
    assert first.headers["cache-control"] == "no-cache"
    tag = first.headers["etag"]
    for known in (tag, f'"x", {tag.removeprefix("W/")}', "*"):
        again = await client.get("/en/", headers={"If-None-Match": known})
        assert again.status_code == 304
        assert not again.content
        assert again.headers["etag"] == tag
    other = await client.get("/en/", headers={"If-None-Match": '"x"'})
    assert other.status_code == 200


async def test_head_says_what_get_would(client) -> None:
    page, head = await client.get("/tr/latest"), await client.head("/tr/latest")
    assert head.status_code == 200
    assert head.headers["etag"] == page.headers["etag"]
    assert not head.content


async def test_compression_is_used_where_it_is_taken(board, languages) -> None:
    site = create_site(lambda: board, languages, OPTIONS, clock=CLOCK)
    transport = httpx.ASGITransport(site)
    async with httpx.AsyncClient(transport=transport, base_url="https://board.example") as client:
        for accepted, coding in [
            ("br, gzip;q=0.5", "gzip"),
            ("gzip, zstd", "zstd"),
            ("gzip;q=0", None),
            ("*", "zstd"),
        ]:
            request = client.build_request("GET", "/ru/", headers={"Accept-Encoding": accepted})
            found = await client.send(request, stream=True)
            raw = b"".join([part async for part in found.aiter_raw()])
            assert found.headers.get("content-encoding") == coding
            assert found.headers["vary"] == "Accept-Encoding"
            html = UNPACK[coding](raw)
            assert b"</html>" in html
            await found.aclose()


async def test_assets_are_kept_for_ever(client) -> None:
    page = Page((await client.get("/en/")).text)
    style = next(link for link in page.links if link.endswith(".css"))
    found = await client.get(style)
    assert "immutable" in found.headers["cache-control"]
    assert found.headers["content-type"] == "text/css; charset=utf-8"
    assert "url(" not in found.text
    assert "@import" not in found.text


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/az/provisions/nope", "Belə səhifə yoxdur"),
        ("/tr/zzz", "Böyle bir sayfa yok"),
        ("/ru/topics/energi", "Энергетика"),
        ("/en/provisions/ratificaton", "2. Ratification"),
        ("/en/provisions/31", "31. Corridor to Nakhchivan"),
        ("/de/", "There is no such page"),
        ("/%2e%2e/%2e%2e/etc/passwd", "There is no such page"),
        ("/static/..%2fsite.py", "There is no such page"),
    ],
)
async def test_what_is_not_there_helps_on(client, path, words) -> None:
    found = await client.get(path)
    assert found.status_code == 404
    assert words in found.text
    assert 'content="noindex"' in found.text
    assert found.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        '/en/<script>alert(1)</script>"',
        "/<img src=x onerror=alert(1)>",
        "/en/?q=<script>alert(1)</script>",
        "/api/v1/<script>alert(1)</script>",
        "/api/v1/provisions?status=<script>alert(1)</script>",
    ],
)
async def test_nothing_given_comes_back(client, path) -> None:
    found = await client.get(path, headers={"Host": "evil.example"})
    assert "alert(1)" not in found.text
    assert "evil.example" not in found.text
    assert "evil.example" not in str(found.headers)


async def test_slashes_too_many_or_too_few_lead_on(client) -> None:
    for given, target in [
        ("/en", "/en/"),
        ("/en/latest/", "/en/latest"),
        ("/ru/provisions/ratification/", "/ru/provisions/ratification"),
    ]:
        found = await client.get(given)
        assert (found.status_code, found.headers["location"]) == (308, target)
    for hostile in ("//evil.example/", "/\\evil.example/", "//evil.example//en/latest/"):
        found = await client.get(f"https://board.example{hostile}")
        assert found.status_code == 404


async def test_only_reading_is_taken(client) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        found = await client.request(method, "/tr/", content=b"x")
        assert found.status_code == 405
        assert "GET" in found.headers["allow"]
        assert "yalnızca" in found.text.lower() or "sadece" in found.text.lower()
    api = await client.post("/api/v1/topics")
    assert api.status_code == 405
    assert api.headers["content-type"] == "application/problem+json"


async def test_our_own_fault_is_said_in_the_readers_language(board, languages) -> None:
    calls = iter(range(100))

    def boards():
        if next(calls) == 0:
            raise RuntimeError("secret detail")
        return board

    site = create_site(boards, languages, OPTIONS, clock=CLOCK)
    transport = httpx.ASGITransport(site, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="https://board.example") as client:
        found = await client.get("/ru/")
    assert found.status_code == 500
    assert '<html lang="ru" dir="ltr">' in found.text
    assert "secret" not in found.text
    assert "frame-ancestors" in found.headers["content-security-policy"]


async def test_too_many_requests_are_told_when_to_return(board, languages) -> None:
    options = SiteOptions(base_url="https://board.example", requests_per_minute=8)
    site = create_site(lambda: board, languages, options, clock=CLOCK)

    def visitor(address: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(site, client=(address, 1))
        return httpx.AsyncClient(transport=transport, base_url="https://board.example")

    async with visitor("2001:db8::1") as one, visitor("2001:db8::2") as same:
        answers = [await (one, same)[at % 2].get("/az/") for at in range(6)]
        assert [found.status_code for found in answers].count(200) == 4
        late = answers[-1]
        assert late.status_code == 429
        assert 1 <= int(late.headers["retry-after"]) <= 61
        assert '<html lang="az" dir="ltr">' in late.text
        problem = await one.get("/api/v1/topics")
        assert problem.json()["status"] == 429
        assert problem.headers["access-control-allow-origin"] == "*"
        spoofed = await one.get("/az/", headers={"X-Forwarded-For": "192.0.2.9"})
        assert spoofed.status_code == 429
    async with visitor("2001:db8:0:1::1") as other:
        assert (await other.get("/az/")).status_code == 200


async def test_every_answer_is_safe(client) -> None:
    for path in ("/", "/en/", "/en/feed.atom", "/api/v1/topics", "/nope", "/en/badge.svg"):
        found = await client.get(path)
        assert found.headers["x-content-type-options"] == "nosniff"
        policy = found.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "set-cookie" not in found.headers
    page = await client.get("/en/")
    assert "frame-ancestors https://web.telegram.org" in page.headers["content-security-policy"]
    frame = await client.get("/embed/en/provisions/ratification")
    assert "frame-ancestors *" in frame.headers["content-security-policy"]
    assert "script-src" not in frame.headers["content-security-policy"]


async def test_a_site_below_a_path(board, languages) -> None:
    options = SiteOptions(base_url="https://example.org/board", requests_per_minute=0)
    site = create_site(lambda: board, languages, options, clock=CLOCK)
    transport = httpx.ASGITransport(site)
    async with httpx.AsyncClient(transport=transport, base_url="https://example.org") as client:
        assert (await client.get("/board/")).headers["location"] == "/board/en/"
        assert (await client.get("/board/en")).headers["location"] == "/board/en/"
        page = Page((await client.get("/board/en/")).text)
        assert all(item.startswith("/board/") for item in page.inner())
        for entry in sorted({item.partition("#")[0] for item in page.inner()})[:40]:
            assert (await client.get(entry)).status_code == 200, entry
        assert (await client.get("/en/")).status_code == 404
        missing = await client.get("/board/ru/nope")
        assert '<html lang="ru" dir="ltr">' in missing.text


async def test_a_change_shows_at_once(board, languages) -> None:
    boards = [board]
    site = create_site(lambda: boards[-1], languages, OPTIONS, clock=CLOCK)
    transport = httpx.ASGITransport(site)
    async with httpx.AsyncClient(transport=transport, base_url="https://board.example") as client:
        before = await client.get("/en/provisions/ratification")
        provision = board.provision("ratification")
        boards.append(board.following([change(provision)]))
        after = await client.get("/en/provisions/ratification")
    assert "Stalled" not in before.text
    assert "Stalled" in after.text
    assert before.headers["etag"] != after.headers["etag"]
