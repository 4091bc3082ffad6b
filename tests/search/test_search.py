from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.agreement.content import load_file
from bot.search import Decision, Search

SEARCH = Search(load_file(Path(__file__).parent.parent / "fixtures" / "lighthouse.json"))


@pytest.mark.parametrize(
    ("question", "provision_id"),
    [
        ("lighthouse", "lighthouse_repair"),
        ("Is the LIGHTHOUSE repaired?", "lighthouse_repair"),
        ("light house", "lighthouse_repair"),
        ("beacons", "lighthouse_repair"),
        ("deniz feneri", "lighthouse_repair"),
        ("kulesi", "lighthouse_repair"),
        ("ONARIM", "lighthouse_repair"),
        ("gece kılavuz kaptan", "night_pilots"),
        ("gece kilavuz", "night_pilots"),
        ("pilots at night", "night_pilots"),
        ("L1", "lighthouse_repair"),
        ("3", "herring_season"),
        ("#3", "herring_season"),
        ("herring_season", "herring_season"),
        ("balik pazari ne zaman?", "harbour_market"),
        ("what about fish markets?", "harbour_market"),
        ("ringa", "herring_season"),
    ],
)
def test_a_question_finds_its_provision_first(question: str, provision_id: str) -> None:
    found = SEARCH.find(question)
    assert found.decision is Decision.ANSWER
    assert found.matches[0].provision_id == provision_id
    assert found.matches[0].words


@pytest.mark.parametrize(
    "question",
    [
        "",
        "   ",
        "?!",
        "🎉",
        "\u200f\u202e",
        "what is it about?",
        "what does the declaration say?",
        "weather tomorrow",
        "NATO budget",
        "asdf qwer",
        "погода завтра",
        "Borvia",
        "Borvia and Kestria",
        "99",
        "x" * 5000,
    ],
)
def test_what_the_agreement_has_nothing_on_is_declined(question: str) -> None:
    found = SEARCH.find(question)
    assert (found.decision, found.matches) == (Decision.DECLINE, ())


def test_a_half_known_question_is_only_offered() -> None:
    found = SEARCH.find("small herring quota in submarines")
    assert found.decision is Decision.OFFER
    assert [match.words for match in found.matches] == [("herring", "quota")]


def test_a_slip_finds_it_at_least_as_an_offer() -> None:
    found = SEARCH.find("lighthosue")
    assert found.decision is not Decision.DECLINE
    assert found.matches[0].provision_id == "lighthouse_repair"


@pytest.mark.parametrize("question", ["fishing", "balikcilik", "balıkçılık", "BALIKÇILIK"])
def test_a_topic_finds_what_belongs_to_it(question: str) -> None:
    found = SEARCH.find(question)
    assert found.decision is Decision.ANSWER
    assert {match.provision_id for match in found.matches} == {"herring_season", "harbour_market"}
    assert found.topics == ("fishing",)


def test_no_more_than_the_limit() -> None:
    assert len(SEARCH.find("fishing", limit=1).matches) == 1


@given(st.text(max_size=80))
@settings(max_examples=100, deadline=None)
def test_anything_typed_gets_a_decision(question: str) -> None:
    found = SEARCH.find(question)
    assert (found.decision is Decision.DECLINE) == (not found.matches)
    assert all(0 < match.score <= 1.0 for match in found.matches)
    scores = [match.score for match in found.matches]
    assert scores == sorted(scores, reverse=True)
    assert found == SEARCH.find(question)


@given(st.lists(st.sampled_from(["herring", "night", "kule", "fish", "the", "xyzzy"]), max_size=6))
@settings(max_examples=60, deadline=None)
def test_casing_does_not_matter(typed: list[str]) -> None:
    small, large = SEARCH.find(" ".join(typed)), SEARCH.find(" ".join(typed).upper())
    assert [match.provision_id for match in small.matches] == [
        match.provision_id for match in large.matches
    ]
