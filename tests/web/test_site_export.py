"""The site as files: every link leads to a file, wherever the folder lies."""

from __future__ import annotations

import posixpath
import struct

import feedparser
import orjson
import pytest
from web_samples import CLOCK, NOW, Page

from bot.images.renderer import Renderer
from bot.web.addresses import FileAddresses
from bot.web.export import export_site
from bot.web.images import SharePictures


@pytest.mark.parametrize("base_url", [None, "https://files.example/board"])
async def test_every_link_leads_to_a_file(tmp_path, lighthouse, languages, base_url) -> None:
    count = await export_site(
        tmp_path, lighthouse, languages, today=NOW.date(), base_url=base_url, bot_username="b"
    )
    files = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert len(files) == count
    for name in files:
        if not name.endswith(".html") or name == "404.html":
            continue
        page = Page((tmp_path / name).read_text())
        body = [
            given.get("href") or given.get("src")
            for tag, given in page.tags
            if given.get("rel") not in {"canonical", "alternate"}
            or given.get("type") == "application/atom+xml"
        ]
        for link in filter(None, body):
            if link.startswith(("http", "#")) or not link.partition("#")[0]:
                continue
            target = posixpath.normpath(
                posixpath.join(posixpath.dirname(name), link.partition("#")[0])
            )
            assert target in files, (name, link)
    missing = Page((tmp_path / "404.html").read_text())
    root = "/board/" if base_url else "/"
    assert all(item.startswith(root) for item in missing.inner())
    assert {item.removeprefix(root) for item in missing.inner()} <= files
    front = (tmp_path / "index.html").read_text()
    assert 'class="top"' in front
    assert ("sitemap.xml" in files) is (base_url is not None)
    search = (tmp_path / "en/search.html").read_text()
    assert '"title": "Repair of the old lighthouse"' in search
    orjson.loads((tmp_path / "api/v1/openapi.json").read_bytes())
    feed = feedparser.parse((tmp_path / "en/feed.atom").read_bytes())
    if base_url:
        assert feed.entries[0].link.startswith("https://files.example/board/en/provisions/")
        assert ".html#" in feed.entries[0].link


async def test_pictures_are_written_too(tmp_path, lighthouse, languages) -> None:
    async def draw(code: str, subject: str) -> bytes | None:
        return b"PNG" if subject != "board" else None

    await export_site(tmp_path, lighthouse, languages, today=NOW.date(), pictures=draw)
    first = lighthouse.provisions[0].id
    assert (tmp_path / f"tr/provisions/{first}.png").read_bytes() == b"PNG"
    assert not (tmp_path / "tr/board.png").exists()


def test_links_between_files() -> None:
    addresses = FileAddresses("https://files.example")
    assert addresses.link("/en/", "/en/topics/x") == "../index.html"
    assert addresses.link("/en/#done", "/en/topics/x") == "../index.html#done"
    assert addresses.link("/api/v1/topics", "/en/api") == "../api/v1/topics.json"
    assert addresses.absolute("/ru/latest") == "https://files.example/ru/latest.html"


async def test_share_cards_are_the_pictures_of_the_chats(lighthouse, languages) -> None:
    renderer = Renderer()
    share = SharePictures(renderer, lambda: lighthouse, languages, CLOCK)
    try:
        card = await share("tr", f"provisions/{lighthouse.provisions[0].id}")
        assert card is not None
        width, height = struct.unpack(">II", card[16:24])
        assert (width, height) == (1200, 630)
        topic = lighthouse.agreement.topics[0].id
        for subject in ("board", "latest", f"topics/{topic}"):
            card = await share("tr", subject)
            assert card is not None
            assert struct.unpack(">II", card[16:24]) == (1200, 630)
    finally:
        await renderer.close()
