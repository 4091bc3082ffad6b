"""Every page in every language: sound HTML, small, no dead link, nothing inline."""

from __future__ import annotations

import json
import re

import html5lib
import httpx
import pytest
from web_samples import CLOCK, NOW, OPTIONS, Page, change

from bot.agreement.board import Board
from bot.agreement.dates import PartialDate
from bot.images.palette import Theme, palette
from bot.web.addresses import LiveAddresses
from bot.web.app import create_site
from bot.web.page_context import Edition
from bot.web.rendering import assets
from bot.web.sitemap import Kind, catalogue


def edition(board, languages) -> Edition:
    return Edition(board, languages, OPTIONS, LiveAddresses(OPTIONS.base_url), NOW.date())


@pytest.mark.parametrize("which", ["board", "lighthouse"])
def test_every_page_is_sound(which, request, languages) -> None:
    board = request.getfixturevalue(which)
    found = catalogue(edition(board, languages))
    linked: set[str] = set()
    for path, resource in found.items():
        if resource.kind not in {Kind.PAGE, Kind.EMBED}:
            continue
        body = resource.build()
        assert len(body) < 50_000, path
        html = body.decode()
        page = Page(html)
        assert len(page.ids) == len(set(page.ids)), path
        assert page.headings.count(1) == 1, path
        steps = zip(page.headings, page.headings[1:], strict=False)
        assert all(deeper - step <= 1 for step, deeper in steps), path
        assert not {name for name in page.attributes if name.startswith("on")}, path
        assert "style" not in page.attributes, path
        assert "<script>" not in html, path
        assert all(
            link[1:] in page.ids for link in page.links if link[:1] == "#" and link[1:2] != "s"
        )
        linked |= {re.split("[#?]", item)[0] for item in page.inner()}
    assert not {item for item in linked if item and item not in found} - {"/api/v1/search"}


@pytest.mark.parametrize("which", ["board", "lighthouse"])
def test_html_parses_strictly(which, request, languages) -> None:
    """Each page in one of the languages: their templates are the same."""
    board = request.getfixturevalue(which)
    parser = html5lib.HTMLParser(strict=True)
    pages = [
        (path.split("/")[1], resource)
        for path, resource in catalogue(edition(board, languages)).items()
        if resource.kind is Kind.PAGE
    ]
    codes = list(languages)
    each = len(pages) // len(codes)
    for at in range(each):
        own = [page for code, page in pages if code == codes[at % len(codes)]]
        parser.parse(own[at].build().decode())


def test_foreign_words_say_their_language(lighthouse, languages) -> None:
    html = catalogue(edition(lighthouse, languages))["/ru/"].build().decode()
    assert '<html lang="ru" dir="ltr">' in html
    assert '<span lang="en" dir="auto">Repair of the old lighthouse</span>' in html
    assert "Пока не переведено" in html or "английский" in html


@pytest.mark.parametrize(
    ("provision", "origin", "label"),
    [
        ("mutual_assistance", "clause", "The text, as quoted by"),
        ("trade_15_billion", "statement", "The statement, as quoted by"),
    ],
)
def test_only_a_clause_is_called_the_text(board, languages, provision, origin, label) -> None:
    found = catalogue(edition(board, languages))
    html = found[f"/en/provisions/{provision}"].build().decode()
    labels = {"The text, as quoted by", "The statement, as quoted by"}
    assert {each_label for each_label in labels if f">{each_label} " in html} == {label}
    record = json.loads(found[f"/api/v1/provisions/{provision}"].build())
    assert record["published"]["origin"] == origin


def test_head_names_every_language_and_the_feeds(board, languages) -> None:
    html = catalogue(edition(board, languages))["/az/provisions/ratification"].build().decode()
    tags = Page(html).tags
    links = [given for tag, given in tags if tag == "link"]
    languages_of = {link["hreflang"]: link["href"] for link in links if "hreflang" in link}
    assert languages_of["tr"] == "https://board.example/tr/provisions/ratification"
    assert languages_of.keys() == {*board.agreement.languages, "x-default"}
    canonical = next(link["href"] for link in links if link["rel"] == "canonical")
    assert canonical == "https://board.example/az/provisions/ratification"
    feeds = [link["href"] for link in links if link.get("type") == "application/atom+xml"]
    assert feeds == ["/az/feed.atom", "/az/provisions/ratification.atom"]
    assert "og:image" not in html


def test_content_cannot_speak_html(board, languages) -> None:
    moved = board.following([change(board.provisions[0])])
    found = catalogue(edition(moved, languages))
    html = found["/en/latest"].build().decode()
    assert "News &amp; &lt;Views&gt;" in html
    assert "https://news.example/a?b=1&amp;c=2" in html


def test_a_deadline_gone_by_is_said(lighthouse, languages) -> None:
    agreement = lighthouse.agreement
    provision = agreement.provisions[0].model_copy(update={"deadline": PartialDate(2019, 5)})
    late = agreement.model_copy(update={"provisions": (provision, *agreement.provisions[1:])})
    found = catalogue(edition(Board(late), languages))
    assert "This date has passed." in found[f"/en/provisions/{provision.id}"].build().decode()


def test_a_large_agreement_keeps_the_board_small(board, languages) -> None:
    agreement = board.agreement
    many = tuple(
        provision.model_copy(update={"id": f"p{at}", "number": at + 1})
        for at, provision in enumerate(agreement.provisions * 10)
    )
    large = Board(agreement.model_copy(update={"provisions": many}))
    body = catalogue(edition(large, languages))["/ru/"].build()
    assert len(body) < 50_000
    assert re.search("ещё \\d\\d", body.decode())


def test_style_sheet_has_the_colours_of_the_pictures() -> None:
    css = assets()["site.css"].body.decode()
    dark = palette(Theme.DARK).status
    for status, light in palette(Theme.LIGHT).status.items():
        pair = f"light-dark({light.lower()}, {dark[status].lower()})"
        assert f"--{status}: {pair};" in css


async def test_pictures_are_served_and_named(board, languages) -> None:
    async def draw(code: str, subject: str) -> bytes:
        return f"PNG {code} {subject}".encode()

    site = create_site(lambda: board, languages, OPTIONS, pictures=draw, clock=CLOCK)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(site), base_url="https://board.example"
    ) as client:
        page = await client.get("/tr/provisions/ratification")
        assert 'content="https://board.example/tr/provisions/ratification.png"' in page.text
        picture = await client.get("/tr/provisions/ratification.png")
        assert picture.content == b"PNG tr provisions/ratification"
        assert picture.headers["content-type"] == "image/png"
        assert (await client.get("/tr/board.png")).content == b"PNG tr board"
        assert (await client.get("/tr/provisions/nope.png")).status_code == 404
        assert (await client.get("/xx/board.png")).status_code == 404
