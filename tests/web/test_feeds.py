"""Atom feeds against RFC 4287, by a grammar, by a reader, by their promises."""

from __future__ import annotations

from pathlib import Path

import feedparser
import pytest
from lxml import etree
from web_samples import NOW, OPTIONS, change

from bot.web.addresses import LiveAddresses
from bot.web.page_context import Edition
from bot.web.sitemap import Kind, catalogue

GRAMMAR = etree.RelaxNG(etree.parse(Path(__file__).with_name("atom.rng")))
ATOM = "{http://www.w3.org/2005/Atom}"


def feeds(board, languages) -> dict[str, bytes]:
    edition = Edition(board, languages, OPTIONS, LiveAddresses(OPTIONS.base_url), NOW.date())
    found = catalogue(edition).items()
    return {path: item.build() for path, item in found if item.kind is Kind.FEED}


@pytest.mark.parametrize("which", ["board", "lighthouse"])
def test_every_feed_is_valid(which, request, languages) -> None:
    for path, body in feeds(request.getfixturevalue(which), languages).items():
        document = etree.fromstring(body)
        assert GRAMMAR.validate(document), (path, GRAMMAR.error_log.last_error)
        ids = [item.text for item in document.iter(f"{ATOM}id")]
        assert len(ids) == len(set(ids)), path
        own = document.find(f"{ATOM}link[@rel='self']").get("href")
        assert own == f"https://board.example{path}"
        moments = [item.text for item in document.iterfind(f"{ATOM}entry/{ATOM}updated")]
        assert moments == sorted(moments, reverse=True)
        assert not moments or document.find(f"{ATOM}updated").text == moments[0]


def test_a_reader_understands_it(board, languages) -> None:
    provision = board.provisions[0]
    found = feedparser.parse(feeds(board, languages)[f"/az/provisions/{provision.id}.atom"])
    assert not found.bozo
    assert found.feed.language == "az"
    assert len(found.entries) == len(provision.history)
    newest = found.entries[0]
    page = f"https://board.example/az/provisions/{provision.id}"
    assert newest.link.startswith(f"{page}#{provision.last_event.date}-")
    assert newest.title.startswith(f"{provision.number}. ")
    assert newest.updated == f"{provision.last_event.date}T00:00:00Z"
    assert newest.id.startswith("tag:board.example,2026:shusha_declaration/az/provisions/")


def test_an_entry_keeps_its_id_when_the_content_takes_it_in(board, languages) -> None:
    provision = board.provision("ratification")
    made = change(provision)
    recorded = feeds(board.following([made]), languages)["/en/feed.atom"]
    history = (*provision.history, made.after)
    taken_in = board.agreement.model_copy(
        update={
            "provisions": tuple(
                each_provision.model_copy(update={"history": history})
                if each_provision.id == provision.id
                else each_provision
                for each_provision in board.agreement.provisions
            )
        }
    )
    later = feeds(type(board)(taken_in, (made,)), languages)["/en/feed.atom"]
    assert later == recorded
    newest = feedparser.parse(recorded).entries[0]
    assert newest.updated == "2026-07-01T09:00:00Z"
    assert [link.title for link in newest.links if link.rel == "related"] == ["News & <Views>"]


def test_what_was_taken_back_leaves_a_trace_of_its_own(board, languages) -> None:
    provision = board.provisions[0]
    made = change(provision)
    recorded = board.following([made])
    before = feedparser.parse(feeds(recorded, languages)["/en/feed.atom"]).entries
    reason = {"en": "The source speaks of something else."}
    undone = change(provision, 2, undoes=1, reason=reason)
    after = feedparser.parse(
        feeds(recorded.following([undone]), languages)["/en/feed.atom"]
    ).entries
    known = {entry.id: entry.updated for entry in before}
    added = [entry for entry in after if entry.id not in known]
    assert [entry.summary for entry in added if entry.id.endswith("/corrected")] == [
        f"Corrected on 1 Jul 2026: {reason['en']}"
    ]
    assert all(known[entry.id] == entry.updated for entry in after if entry.id in known)


def test_what_stands_again_was_not_updated(board, languages) -> None:
    provision = board.provisions[0]
    path = f"/en/provisions/{provision.id}.atom"
    before = feedparser.parse(feeds(board, languages)[path]).entries
    made = change(provision)
    undone = change(provision, 2, undoes=1).model_copy(
        update={"before": made.after, "after": provision.history[-1]}
    )
    moved = board.following([made, undone])
    known = {
        entry.id: entry.updated for entry in feedparser.parse(feeds(moved, languages)[path]).entries
    }
    assert before
    assert all(known[entry.id] == entry.updated for entry in before)


def test_a_topic_has_only_its_own(board, languages) -> None:
    found = feedparser.parse(feeds(board, languages)["/en/topics/energy.atom"])
    assert found.entries
    assert all("energy" in [tag.term for tag in entry.tags] for entry in found.entries)


def test_what_xml_cannot_hold_is_left_out(board, languages) -> None:
    """A note is typed by an admin, and no check of the content sees it."""
    made = change(board.provisions[0])
    after = made.after.model_copy(update={"note": {"en": "Rung\x07 twice\ufffe."}})
    moved = board.following([made.model_copy(update={"after": after})])
    document = etree.fromstring(feeds(moved, languages)["/en/feed.atom"])
    assert "Rung twice." in {item.text for item in document.iter(f"{ATOM}summary")}
