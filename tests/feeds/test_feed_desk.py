"""Matching, grouping and choosing, without a network or a store."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.agreement.content import load_file
from bot.agreement.evidence import Feed
from bot.feeds import desk
from bot.feeds.model import FeedState, Item, Suggestion, Verdict
from bot.paths import content_file
from bot.search import Search

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
FEED = Feed(url="https://example.org/feed", publisher="agency")
HEADLINES = Path(__file__).parents[2] / "benchmarks" / "desk"


@pytest.fixture(scope="module")
def search():
    return Search(load_file(content_file()))


def suggestion(number=1, **fields):
    return Suggestion(
        **{
            "id": f"{number:016x}", "feed": FEED.url, "url": f"https://example.org/{number}",
            "headline": f"Headline number {number}", "day": NOW.date(), "publisher": "agency",
            "provision_id": "rail", "score": 0.8, "sentence": "x", "group": f"{number:016x}",
            "found_at": NOW, "due": NOW,
        }
        | fields
    )  # fmt: skip


def item(headline, lead="", **fields):
    return Item("0" * 16, "https://example.org/1", headline, lead, **fields)


def test_the_measured_headlines_are_told_apart(search):
    """The thresholds stand for the search as it is: who changes its scores measures again."""
    lines = [
        line.split("\t")
        for file in HEADLINES.glob("*.tsv")
        for line in file.read_text().splitlines()
    ]
    assert len(lines) >= 400
    found = [(label, desk.match(search, headline, lead)) for label, headline, lead in lines]
    relevant = [match for label, match in found if label not in "-~"]
    false = [match for label, match in found if label in "-~" and match]
    assert sum(match is not None for match in relevant) >= 0.9 * len(relevant)
    assert len(false) <= (len(found) - len(relevant)) / 20
    right = [m.provision_id == label for label, m in found if m and label not in "-~"]
    assert sum(right) >= 0.85 * len(right)


def test_the_sentence_that_matched_is_kept_and_cut(search):
    lead = "The weather was fine. " + "The Kars–Nakhchivan railway was begun " + "and so on " * 30
    found = desk.match(search, "Ground broken for the railway from Kars to Nakhchivan", lead)
    assert found.provision_id == "nakhchivan_kars_railway"
    assert len(found.sentence.split()) <= 25
    assert "weather" not in found.sentence


@pytest.mark.parametrize(
    ("fields", "publisher", "via"),
    [
        ({}, "agency", None),
        ({"origin": "AZERTAC"}, "azertac", "agency"),
        ({"origin": "АЗЕРТАДЖ"}, "azertac", "agency"),
        ({"origin": "Elsewhere"}, "Elsewhere", "agency"),
        ({"origin": "agency"}, "agency", None),
        ({"lead": "A line was laid. Source: AZERTAC."}, "azertac", "agency"),
        ({"lead": "Xətt çəkilib. Mənbə: AZƏRTAC"}, "azertac", "agency"),
        ({"lead": "Hat döşendi. Kaynak: Elsewhere"}, "Elsewhere", "agency"),
        ({"lead": "Проложена линия (Источник: Elsewhere)"}, "Elsewhere", "agency"),
        ({"lead": "The source of the river was found."}, "agency", None),
    ],
)
def test_a_republication_names_its_true_origin(search, fields, publisher, via):
    headline = "Ground broken for the railway from Kars to Nakhchivan"
    [found] = desk.suggested(search, FEED, [item(headline, **fields)], NOW)
    assert (found.publisher, found.via) == (publisher, via)
    cited = desk.evidence(found)
    assert (cited.publisher, cited.via) == (publisher, via)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (date(2026, 3, 1), date(2026, 3, 1)),
        (None, NOW.date()),
        (date(2031, 1, 1), NOW.date()),
        (date(1970, 1, 1), NOW.date()),
    ],
)
def test_a_date_that_cannot_be_is_today(search, given, kept):
    headline = "Ground broken for the railway from Kars to Nakhchivan"
    [found] = desk.suggested(search, FEED, [item(headline, day=given)], NOW)
    assert found.day == kept


def test_the_same_event_is_one_suggestion_and_a_copy_no_second_source():
    first = suggestion(1, headline="Railway from Kars opened on Monday")
    copy = suggestion(2, headline="Railway from Kars opened on Monday!", via="daily", score=0.9)
    other_day = suggestion(3, headline=first.headline, day=NOW.date() - timedelta(days=1))
    other_subject = suggestion(4, headline=first.headline, provision_id="port")
    other_event = suggestion(5, headline="Minister resigns over delays of the railway")
    new = desk.grouped([copy, other_day, other_subject, other_event], [first])
    assert [found.group == first.group for found in new] == [True, False, False, False]
    groups = desk.open_groups([first, *new], NOW)
    [whole] = [group for group in groups if len(group.suggestions) > 1]
    assert (whole.first, whole.sources) == (first, 1)
    second = suggestion(6, headline=first.headline, publisher="another")
    [group, *_] = list(desk.open_groups([first, *desk.grouped([second], [first])], NOW))
    assert group.sources == 2


def test_what_was_decided_holds_for_a_late_copy():
    first = suggestion(1, verdict=Verdict.NOT_NEWS)
    [copy] = desk.grouped([suggestion(2, headline=first.headline)], [first])
    assert copy.verdict is Verdict.NOT_NEWS
    assert desk.open_groups([first, copy], NOW) == []
    assert desk.grouped([suggestion(1)], [first]) == []


def test_the_surest_come_first_and_the_later_ones_later():
    kept = [suggestion(n, score=n / 10, headline=f"{'abc'[n - 1] * 9}") for n in (1, 2, 3)]
    kept[1] = kept[1].model_copy(update={"due": NOW + timedelta(days=1)})
    assert [group.first.score for group in desk.open_groups(kept, NOW)] == [0.3, 0.1]
    assert len(desk.open_groups(kept, NOW + timedelta(days=2))) == 3


def test_precision_is_the_share_of_drafts():
    answers = [Verdict.DRAFT, Verdict.NOT_ABOUT, Verdict.NOT_NEWS, Verdict.DRAFT, None]
    kept = [suggestion(n, verdict=verdict) for n, verdict in enumerate(answers)]
    [report] = desk.reports([(FEED, FeedState())], kept)
    assert report.precision == 0.5
    assert desk.reports([(FEED, FeedState())], [])[0].precision is None


def test_a_day_is_checked_once_every_feed_was_read():
    read = [FeedState(read_at=NOW), FeedState(read_at=NOW - timedelta(days=1))]
    yesterday = NOW.date() - timedelta(days=1)
    waiting = suggestion(1, day=NOW.date() - timedelta(days=9))
    found = desk.checked(["rail", "port"], read, [waiting, suggestion(2, verdict=Verdict.DRAFT)])
    assert found == {"rail": NOW.date() - timedelta(days=10), "port": yesterday}
    assert desk.checked(["rail"], [*read, FeedState()], []) == {}
    assert desk.checked(["rail"], [], []) == {}
