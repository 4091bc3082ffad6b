"""Reading RSS, Atom and JSON Feed, also broken ones."""

from __future__ import annotations

import json
from datetime import date

import pytest
from feed_server import rss, rss_item

from bot.feeds.fetching import FeedFails, Fetched
from bot.feeds.parsing import MOST, parse_feed

HERE = "https://example.org/feeds/all.xml"
DAY = date(2026, 2, 3)


def parsed(body, content_type="application/rss+xml"):
    data = body if isinstance(body, bytes) else body.encode()
    return parse_feed(Fetched(data, HERE, content_type))


def test_an_item_of_rss_is_read():
    lead = "<p>The <b>pipeline</b> &amp; the port.</p>"
    source = '<source url="https://agency.example/rss">Agency</source>'
    [item] = parsed(
        rss(
            rss_item("Gas &amp; rail", link="/a?x=1&y=2", guid="7", lead=lead, extra=source,
                     date="Tue, 03 Feb 2026 10:00:00 +0400"),
            language="az-AZ",
        )
    )  # fmt: skip
    assert (item.headline, item.lead) == ("Gas & rail", "The pipeline & the port.")
    assert (item.url, item.day) == ("https://example.org/a?x=1&y=2", DAY)
    assert (item.language, item.origin) == ("az", "Agency")


def test_an_item_of_atom_is_read():
    body = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="tr"><title>T</title><id>x</id>
    <entry><id>1</id><title type="html">Demir&lt;b&gt;yolu&lt;/b&gt;</title>
    <link href="https://example.org/1"/><updated>2026-02-03T10:00:00Z</updated>
    <summary>Özet.</summary></entry></feed>"""
    [item] = parsed(body, "application/atom+xml")
    assert (item.headline, item.lead, item.day) == ("Demir yolu", "Özet.", DAY)
    assert item.language == "tr"


def test_an_item_of_json_feed_is_read():
    body = {
        "version": "https://jsonfeed.org/version/1.1",
        "language": "ru-RU",
        "items": [
            {
                "id": 7,
                "url": "https://example.org/7",
                "external_url": "https://www.agency.example/7",
                "title": "Газ",
                "content_html": "<p>Пущен.</p>",
                "date_published": "2026-02-03T23:30:00-02:00",
            },
            "nonsense",
            {"id": "8", "title": 5},
        ],
    }
    for content_type in ("application/feed+json", "text/plain"):
        [item] = parsed(json.dumps(body), content_type)
        assert (item.headline, item.lead, item.day) == ("Газ", "Пущен.", date(2026, 2, 4))
        assert (item.language, item.origin) == ("ru", "agency.example")


@pytest.mark.parametrize(
    "text",
    [
        "Tue, 03 Feb 2026 10:00:00 GMT", "03 Feb 2026 10:00 +0300", "2026-02-03",
        "2026-02-03T10:00:00+04:00", "2026-02-03T10:00:00Z", "20260203T100000Z",
        "Tue, 3 Feb 26 10:00:00 EST", "2026-02-03 10:00:00",
    ],
)  # fmt: skip
def test_dates_are_read_in_many_forms(text):
    [item] = parsed(rss(rss_item("Rail", date=text)))
    assert item.day == DAY


@pytest.mark.parametrize("text", ["", "yesterday", "32 Feb 2026"])
def test_an_item_without_a_readable_date_has_none(text):
    [item] = parsed(rss(rss_item("Rail", date=text)))
    assert item.day is None
    feed = {"version": "https://jsonfeed.org/version/1", "items": [
        {"id": "1", "url": "https://example.org/1", "title": "Rail", "date_published": text}
    ]}  # fmt: skip
    assert parsed(json.dumps(feed))[0].day is None


def test_ids_that_repeat_do_not_hide_an_item():
    items = [
        rss_item("One", link="https://example.org/1", guid="same"),
        rss_item("Two", link="https://example.org/2", guid="same"),
        rss_item("One", link="https://example.org/1", guid="same"),
    ]
    assert [item.headline for item in parsed(rss(*items))] == ["One", "Two"]


def test_broken_xml_gives_what_stands_before_the_fault():
    whole = rss(rss_item("One", link="https://example.org/1"), rss_item("Two"))
    found = parsed(whole[: whole.index("<title>Two")])
    assert found[0].headline == "One"
    assert parsed(rss(rss_item("A & B")).replace("&amp;", "&"))[0].headline == "A & B"


@pytest.mark.parametrize(
    "body",
    [
        "", "<html><body>Not found</body></html>", "nonsense", "{", "[]", '{"version": 1}',
        "\0" * 99, '{"version": "https://example.org"}',
    ],
)  # fmt: skip
def test_what_is_no_feed_is_refused(body):
    with pytest.raises(FeedFails):
        parsed(body)


@pytest.mark.parametrize("encoding", ["windows-1251", "koi8-r", "utf-16"])
def test_other_encodings_are_read(encoding):
    body = rss(rss_item("Газопровод")).replace("utf-8", encoding).encode(encoding)
    assert parsed(body)[0].headline == "Газопровод"


def test_a_wrong_name_of_the_encoding_does_not_lose_the_item():
    body = rss(rss_item("Qaz kəməri")).replace("utf-8", "ascii").encode()
    assert parsed(body, "application/rss+xml; charset=us-ascii")[0].headline == "Qaz kəməri"


def test_entities_that_multiply_are_harmless():
    bomb = '<!DOCTYPE x [<!ENTITY a "' + "ha" * 1000 + '">' + "".join(
        f'<!ENTITY {b} "{("&" + a + ";") * 10}">' for a, b in zip("abcdef", "bcdefg", strict=True)
    ) + "]>"  # fmt: skip
    body = rss(rss_item("X")).replace("?>", "?>" + bomb, 1).replace("<title>X", "<title>X&g;")
    assert all(len(item.headline) <= 300 for item in parsed(body))


def test_only_addresses_that_a_reader_can_open_are_taken():
    items = [
        rss_item("x", link=link) for link in ("javascript:alert(1)", "data:text/html,x", "http:")
    ]
    assert parsed(rss(*items)) in ([], parsed(rss(items[2])))
    assert all(item.url.startswith("https://example.org") for item in parsed(rss(*items)))


def test_a_huge_feed_is_read_up_to_a_number_of_items():
    items = [rss_item(f"N{n}", link=f"https://example.org/{n}") for n in range(MOST + 20)]
    assert len(parsed(rss(*items))) == MOST


def test_headlines_and_leads_are_cut():
    [item] = parsed(rss(rss_item("w " * 1000, lead="l " * 5000)))
    assert (len(item.headline) <= 300, len(item.lead) <= 1000) == (True, True)
