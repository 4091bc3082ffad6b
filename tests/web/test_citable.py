"""What a reader who quotes the board needs: the change log, search, citations, lasting links."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

import httpx
import pytest
from web_samples import CLOCK, LIGHTHOUSE, NOW, OPTIONS, Page, change

from bot.agreement.board import Board
from bot.agreement.content import load_file
from bot.agreement.evidence import Origin, Wording
from bot.agreement.faults import ContentFaults
from bot.agreement.model import Agreement, Licence, Publication
from bot.web.addresses import LiveAddresses
from bot.web.app import create_site
from bot.web.changelog import change_log, event_anchor
from bot.web.page_context import Edition
from bot.web.sitemap import catalogue
from bot.web.wordings import quoted_wordings

PUBLICATION = Publication(
    publisher=dict.fromkeys(("en", "az", "tr", "ru"), "Strait Watch"),
    editor="A. Editor",
    licence=Licence(name="CC BY 4.0", url="https://creativecommons.org/licenses/by/4.0/"),
    contact="mailto:errors@board.example",
)


def pages(board: Board, languages: Mapping) -> Mapping[str, str]:
    edition = Edition(board, languages, OPTIONS, LiveAddresses(OPTIONS.base_url), NOW.date())

    class Built(dict):
        def __missing__(self, path: str) -> str:
            return catalogue(edition)[path].build().decode()

    return Built()


def client_of(board: Board, languages: Mapping) -> httpx.AsyncClient:
    site = create_site(lambda: board, languages, OPTIONS, clock=CLOCK)
    return httpx.AsyncClient(transport=httpx.ASGITransport(site), base_url="https://board.example")


def withdrawn(board: Board) -> Board:
    reason = {"en": "The source speaks of something else."}
    made = change(board.provisions[0])
    return board.following([made, change(board.provisions[0], 2, undoes=1, reason=reason)])


def published(board: Board, publication: Publication = PUBLICATION) -> Board:
    return Board(board.agreement.model_copy(update={"publication": publication}))


def many(board: Board, count: int) -> Board:
    agreement = board.agreement
    provisions = tuple(
        provision.model_copy(update={"id": f"p{at}", "number": at + 1})
        for at, provision in enumerate((agreement.provisions * count)[:count])
    )
    return Board(agreement.model_copy(update={"provisions": provisions}))


def test_the_log_goes_by_the_day_of_recording(board) -> None:
    made = change(board.provisions[3])
    old = made.model_copy(
        update={"after": made.after.model_copy(update={"date": board.agreement.date})}
    )
    newest = change_log(board.following([old]))[0]
    assert newest.event == old.after
    assert str(newest.day) == "2026-07-01"
    assert newest.is_recorded


def test_what_is_withdrawn_stays_in_the_log_and_in_the_feed(board, languages) -> None:
    found = pages(withdrawn(board), languages)
    log = found["/en/latest"]
    assert "Corrected on 1 Jul 2026: The source speaks of something else." in log
    assert "<s>" in log
    for html in (log, found["/en/"]):
        assert re.search("Board last changed: <time[^>]*>1 Jul 2026", html)
        assert "Sources last checked" in html
    feed = found["/en/feed.atom"]
    told = re.findall(r"<entry>.*?<title>(\d+)\. ", feed, re.DOTALL)
    shown = re.findall(r'<span class="n">(\d+)</span>', log)
    assert told[: len(shown)] == shown


def test_the_log_has_months_and_pages(board, languages) -> None:
    found = catalogue(
        Edition(many(board, 120), languages, OPTIONS, LiveAddresses(OPTIONS.base_url), NOW.date())
    )
    first, second = (found[f"/en/latest{end}"].build().decode() for end in ("", "/2"))
    assert 'href="/en/latest/2"' in first
    assert 'rel="prev" href="/en/latest"' in second
    assert re.search(r'<h2 id="m\d{4}-\d\d">\w+ \d{4}</h2>', first)


async def test_the_log_can_be_narrowed(board, languages) -> None:
    async with client_of(board, languages) as client:
        found = await client.get("/en/latest?topic=energy&status=&side=")
        assert found.status_code == 200
        assert '<option value="energy" selected>' in found.text
        ids = {item.id for item in board.of_topic("energy")}
        shown = re.findall(
            r'class="c-[^"]*">\s*<p class="when">.*?href="[^"#]*/(\w+)#', found.text, re.DOTALL
        )
        assert shown
        assert set(shown) <= ids
        side = board.agreement.sides[0].id
        assert (await client.get(f"/tr/latest?side={side}")).status_code == 200
        for wrong in ("topic=nope", "page=99", "side=<b>", "x=1"):
            assert (await client.get(f"/en/latest?{wrong}")).status_code == 404


async def test_search_works_without_a_script(board, languages) -> None:
    async with client_of(board, languages) as client:
        for code, question in [
            ("en", "drone factory"),
            ("az", "dron zavodu"),
            ("ru", "завод дронов"),
        ]:
            found = await client.get(f"/{code}/search", params={"q": question})
            assert found.status_code == 200
            assert f"/{code}/provisions/drone_factory" in found.text, question
            assert "form-action 'self'" in found.headers["content-security-policy"]
        hostile = await client.get("/en/search", params={"q": '"><script>alert(1)</script>' * 40})
        assert "<script>alert" not in hostile.text
        empty = await client.get("/en/search?q=")
        assert empty.status_code == 200
        api = await client.get("/api/v1/search", params={"q": "drone factory", "limit": 3})
        assert api.json()["provisions"][0]["id"] == "drone_factory"
        assert len(api.json()["provisions"]) <= 3
        for wrong in ("", "?q=", "?q=%20", "?q=a&q=b", "?q=a&limit=0"):
            assert (await client.get(f"/api/v1/search{wrong}")).status_code == 400, wrong
        described = await client.get("/az/opensearch.xml")
        assert "https://board.example/az/search?q={searchTerms}" in described.text


async def test_every_status_has_a_page(client, board) -> None:
    for status, count in board.counts().items():
        found = await client.get(f"/ru/status/{status}")
        assert found.text.count('<li class="item') == count
    related = len(board.provisions) - len(board.counted)
    assert (await client.get("/ru/status/related")).text.count('<li class="item') == related
    assert "No provision stands here now." in (await client.get("/en/status/done")).text
    assert (await client.get("/en/status/nope")).status_code == 404


def test_events_and_sources_have_lasting_links(board, languages) -> None:
    provision = board.provision("mutual_assistance")
    html = pages(board, languages)["/en/provisions/mutual_assistance"]
    ids = Page(html).ids
    anchors = [event_anchor(provision, event) for event in provision.history]
    assert len(set(anchors)) == len(anchors)
    assert set(anchors) <= set(ids)
    notes = [link[1:] for link in Page(html).links if link.startswith("#source-")]
    assert notes
    assert set(notes) <= set(ids)
    first = provision.history[0]
    more = first.model_copy(update={"note": {"en": "Told in other words."}})
    later = provision.model_copy(update={"history": (more, *provision.history[1:])})
    assert event_anchor(later, more) == event_anchor(provision, first)


async def test_a_number_is_a_short_address(client) -> None:
    found = await client.get("/31", headers={"Accept-Language": "tr"})
    assert found.status_code == 302
    assert found.headers["location"].startswith("/tr/provisions/")
    assert (await client.get("/999")).status_code == 404


def test_a_page_says_how_it_is_cited(board, languages) -> None:
    html = pages(published(board), languages)["/en/provisions/ratification"]
    for part in (
        "accessed: 1 July 2026",
        "Retrieved July 1, 2026, from https://board.example/en/provisions/ratification",
        "{{cite web |url=https://board.example/en/provisions/ratification",
        "|access-date=2026-07-01",
        "@misc{shusha_declaration-en-provisions-ratification,",
        "urldate = {2026-07-01}",
        "Published by: Strait Watch",
        "Editor: A. Editor",
        'href="https://creativecommons.org/licenses/by/4.0/" rel="license"',
    ):
        assert part in html, part
    assert re.search(r'href="mailto:errors@board.example\?subject=[^"]+ratification"', html)


def test_terms_are_told_to_programs(board, languages) -> None:
    found = pages(published(board), languages)
    document = json.loads(found["/api/v1/openapi.json"])
    assert document["info"]["license"]["name"] == "CC BY 4.0"
    assert document["info"]["contact"] == {"email": "errors@board.example"}
    assert "<rights>CC BY 4.0: https://creativecommons.org" in found["/en/feed.atom"]
    assert "<name>Strait Watch</name>" in found["/en/feed.atom"]
    linked = re.search(r'<script type="application/ld\+json">(.*?)</script>', found["/en/"])
    dataset = json.loads(linked[1])
    assert dataset["@type"] == "Dataset"
    assert dataset["license"].startswith("https://creativecommons.org")
    crumbs = re.search(
        r'<script type="application/ld\+json">(.*?)</script>', found["/en/provisions/ratification"]
    )
    assert json.loads(crumbs[1])["itemListElement"][0]["item"] == "https://board.example/en/"
    assert "CC BY 4.0" in found["/en/board.csv"]


def test_what_is_not_known_is_not_said(board, languages) -> None:
    assert board.agreement.publication == Publication()
    html = pages(board, languages)["/en/"]
    for words in ("Published by", "Editor:", "Texts and data:", "Report an error"):
        assert words not in html
    assert "license" not in json.loads(pages(board, languages)["/api/v1/openapi.json"])["info"]


@pytest.mark.parametrize(
    "contact", ["errors@board.example", "javascript:alert(1)", "ftp://x.example"]
)
def test_a_contact_is_a_letter_or_a_page(contact) -> None:
    with pytest.raises(ValueError, match="contact"):
        Publication.model_validate_json(json.dumps({"contact": contact}))


def wording(text: str, language: str = "en", **more) -> Wording:
    return Wording(
        url="https://news.example/a",
        publisher="x",
        of=Origin.CLAUSE,
        language=language,
        text=text,
        **more,
    )


def test_words_that_differ_are_marked(board, languages) -> None:
    edition = Edition(board, languages, OPTIONS, LiveAddresses(OPTIONS.base_url), NOW.date())
    here = edition.here(languages["en"], "/en/")
    first, second = quoted_wordings(
        here,
        [
            wording("The Parties may <help> each other."),
            wording("The Parties will <help> each other."),
        ],
    )
    assert first.marked == "The Parties <mark>may</mark> &lt;help&gt; each other."
    assert second.marked == "The Parties <mark>will</mark> &lt;help&gt; each other."
    told, own = quoted_wordings(
        here,
        [
            wording(
                "Taraflar yardım eder.", "tr", translation={"en": "The Parties help each other."}
            ),
            wording("The Parties support each other."),
        ],
    )
    assert told.translation == "The Parties <mark>help</mark> each other."
    assert own.marked == "The Parties <mark>support</mark> each other."
    apart = quoted_wordings(here, [wording("One thing."), wording("Quite another matter, that")])
    assert all("<mark>" not in item.marked for item in apart)


def test_every_date_says_what_it_is_of(board, languages) -> None:
    found = pages(withdrawn(board), languages)
    for path in (
        "/en/",
        "/en/latest",
        "/en/topics/energy",
        "/en/provisions/drone_factory",
        "/en/status/started",
    ):
        html = found[path]
        for match in re.finditer(r'<p class="(?:when|meta)">(.*?)</p>', html, re.DOTALL):
            bare = re.sub(r"<[^t/][^>]*>|</[^t][^>]*>", "", match[1])
            assert not re.match(r"\s*<time", bare), (path, match[0])
    assert (
        "Since 8 " in found["/en/provisions/zangezur_corridor.svg"]
        or "Last event" in found["/en/provisions/zangezur_corridor.svg"]
    )


async def test_embeds_and_files_for_others(client, board) -> None:
    for path in ("", "topics/energy", "provisions/ratification"):
        found = await client.get(f"/embed/tr/{path}")
        assert found.status_code == 200
        assert "frame-ancestors *" in found.headers["content-security-policy"]
        assert 'id="dark"' in found.text
    guide = (await client.get("/en/api")).text
    assert guide.count("&lt;iframe") == 3
    robots = await client.get("/robots.txt")
    assert "Sitemap: https://board.example/sitemap.xml" in robots.text
    sitemap = await client.get("/sitemap.xml")
    assert sitemap.text.count("<loc>") > 4 * len(board.provisions)
    assert (await client.get("/favicon.ico")).content[:4] == b"\0\0\1\0"
    page = Page((await client.get("/ru/")).text)
    manifest = next(given["href"] for tag, given in page.tags if given.get("rel") == "manifest")
    for icon in (await client.get(manifest)).json()["icons"]:
        assert (await client.get(icon["src"])).status_code == 200
    properties = {
        given["property"]: given["content"] for tag, given in page.tags if "property" in given
    }
    assert properties["og:locale"] == "ru_RU"
    assert properties["og:title"].startswith("Шушинская декларация: 31 обещание")


async def test_a_browser_may_ask_first(client) -> None:
    headers = {"Origin": "https://other.example", "Access-Control-Request-Method": "GET"}
    for path in (
        "/api/v1/provisions",
        "/api/v1/changes",
        "/api/v1/search",
        "/api/v1/topics",
        "/en/feed.atom",
    ):
        found = await client.options(path, headers=headers)
        assert found.status_code == 204, path
        assert found.headers["access-control-allow-origin"] == "*"
        assert found.headers["access-control-allow-headers"] == "*"
    page = await client.options("/en/about", headers=headers)
    assert "access-control-allow-origin" not in page.headers


async def test_a_browser_shows_a_feed_by_its_style_sheet(client) -> None:
    feed = await client.get("/tr/feed.atom")
    assert feed.headers["content-type"].startswith("application/atom+xml")
    shown = await client.get("/tr/feed.atom", headers={"Sec-Fetch-Dest": "document"})
    assert shown.headers["content-type"].startswith("application/xml")
    assert "Sec-Fetch-Dest" in shown.headers["vary"]
    style = re.search(r'<\?xml-stylesheet href="([^"]+)" type="text/css"\?>', shown.text)
    assert (await client.get(style[1])).headers["content-type"].startswith("text/css")


async def test_old_readers_ask_by_date(board, languages) -> None:
    boards = [board]
    site = create_site(lambda: boards[-1], languages, OPTIONS, clock=CLOCK)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(site), base_url="https://board.example"
    ) as client:
        first = await client.get("/en/feed.atom")
        since = {"If-Modified-Since": first.headers["last-modified"]}
        assert (await client.get("/en/feed.atom", headers=since)).status_code == 304
        for wrong in ("yesterday", "Thu, 01 Jan 1970 00:00:00"):
            again = await client.get("/en/feed.atom", headers={"If-Modified-Since": wrong})
            assert again.status_code == 200
        boards.append(withdrawn(board))
        assert (await client.get("/en/feed.atom", headers=since)).status_code == 200


async def test_lists_are_paged(board, languages) -> None:
    large = many(board, 300)
    async with client_of(large, languages) as client:
        seen: list[str] = []
        address: str | None = "/api/v1/provisions?limit=120"
        while address:
            found = (await client.get(address)).json()
            assert found["total"] == 300
            seen += [item["id"] for item in found["provisions"]]
            address = found["next"]
        assert seen == [item.id for item in large.provisions]
        changes = (await client.get("/api/v1/changes?topic=energy&limit=5")).json()
        assert len(changes["changes"]) == 5
        assert changes["total"] > 5
        assert "topic=energy" in changes["next"]


async def test_the_api_tells_of_corrections(board, languages) -> None:
    async with client_of(withdrawn(board), languages) as client:
        found = (await client.get("/api/v1/changes?limit=2")).json()["changes"]
    assert {item["is_correction"] for item in found} == {True, False}
    assert all(item["entry"]["correction"] for item in found)


def test_nothing_found_is_not_nothing_happened(board, languages) -> None:
    agreement: Agreement = board.agreement
    still = Board(
        agreement.model_copy(
            update={
                "provisions": tuple(
                    item.model_copy(update={"history": item.history[:1]})
                    for item in agreement.provisions[:6]
                )
            }
        )
    )
    for path in ("/en/", "/en/latest"):
        html = pages(still, languages)[path]
        assert "No change has been recorded yet." in html
        assert "Sources last checked" in html


def test_a_publisher_is_named_in_every_language(tmp_path) -> None:
    document = json.loads(LIGHTHOUSE.read_text(encoding="utf-8"))
    document["publication"] = {"publisher": {"en": "Strait Watch"}}
    file = tmp_path / "content.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(ContentFaults) as found:
        load_file(file)
    assert "/publication/publisher/tr" in {fault.pointer for fault in found.value.faults}
