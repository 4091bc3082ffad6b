"""Words that only hint, errands that an agreement does speak of, and what is told beside."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.agreement.content import load_file
from bot.agreement.model import Agreement
from bot.search import Decision, Search

LIGHTHOUSE = load_file(Path(__file__).parent.parent / "fixtures" / "lighthouse.json")


def _with(provision_id: str, **fields: object) -> Agreement:
    provisions = tuple(
        provision.model_copy(update=fields) if provision.id == provision_id else provision
        for provision in LIGHTHOUSE.provisions
    )
    return LIGHTHOUSE.model_copy(update={"provisions": provisions})


@pytest.fixture(scope="module")
def hinting() -> Search:
    return Search(
        _with("lighthouse_repair", related={"en": "lamp, keeper, foghorn, salty windows"})
    )


def test_a_little_word_is_not_foreign() -> None:
    found = Search(LIGHTHOUSE).find("herring without quota")
    assert found.matches[0].score == 1.0


def test_a_hint_alone_is_no_answer(hinting: Search) -> None:
    assert hinting.find("foghorn").decision is not Decision.ANSWER


def test_a_hint_beside_a_keyword_makes_it_surer(hinting: Search) -> None:
    question = "keeper of the lighthouse"
    with_hint, without = hinting.find(question), Search(LIGHTHOUSE).find(question)
    assert with_hint.matches[0].score > without.matches[0].score
    assert "keeper → keeper (related)" in with_hint.matches[0].why()


def test_a_slip_does_not_make_a_hint(hinting: Search) -> None:
    """So many words hint that one of them is a slip away from any other."""
    assert hinting.find("foghorm").matches == ()


def test_a_hint_does_not_hide_a_keyword_a_slip_away() -> None:
    search = Search(_with("herring_season", related={"en": "lighthouses keep herrings away, lit"}))
    assert search.find("lighthosue").matches[0].provision_id == "lighthouse_repair"


def test_a_phrase_said_whole_tells(hinting: Search) -> None:
    found = hinting.find("salty windows")
    assert [match.provision_id for match in found.matches] == ["lighthouse_repair"]


@pytest.mark.parametrize(
    ("question", "is_foreign"),
    [("herring season", False), ("herring pizza", True), ("weather at the lighthouse", True)],
)
def test_an_errand_makes_a_question_foreign(question: str, *, is_foreign: bool) -> None:
    assert (Search(LIGHTHOUSE).find(question).decision is Decision.DECLINE) == is_foreign


@pytest.mark.parametrize(
    "filed",
    [
        {"keywords": {"en": ("pizza",)}},
        {"title": {"en": "Pizza for all", "tr": "Herkese pizza"}},
        {"text": {"en": "Both will serve pizza with herring.", "tr": "Pizza."}},
    ],
)
def test_an_errand_that_the_agreement_speaks_of_is_none(filed: dict[str, object]) -> None:
    found = Search(_with("herring_season", **filed)).find("herring pizza")
    assert found.matches[0].provision_id == "herring_season"


def test_a_word_that_only_one_text_has_leads_to_an_offer() -> None:
    found = Search(LIGHTHOUSE).find("boats?")
    assert found.decision is Decision.OFFER
    assert [match.provision_id for match in found.matches] == ["harbour_market"]


def test_what_is_told_beside_a_question_does_not_hide_it() -> None:
    told = "My grandfather rowed submarines around dusty galaxies; when will the lighthouse shine?"
    found = Search(LIGHTHOUSE).find(told)
    assert found.decision is Decision.OFFER
    assert found.matches[0].provision_id == "lighthouse_repair"


@pytest.mark.parametrize(("before", "is_reached"), [(3, True), (400, False)])
def test_of_a_message_of_commas_only_the_first_clauses_are_looked_at(
    before: int, *, is_reached: bool
) -> None:
    question = "dusty submarines," * before + "when will the lighthouse shine?"
    found = Search(LIGHTHOUSE).find(question)
    assert (found.decision is Decision.OFFER) == is_reached


def test_of_two_that_answer_alike_the_shorter_title_is_first() -> None:
    titles = {"herring_season": "Anchors, ropes and boats", "night_pilots": "Anchors"}
    provisions = tuple(
        provision.model_copy(
            update={"title": {"en": titles.get(provision.id, provision.title["en"])}}
        )
        for provision in LIGHTHOUSE.provisions
    )
    found = Search(LIGHTHOUSE.model_copy(update={"provisions": provisions})).find("anchors")
    assert [match.provision_id for match in found.matches] == ["night_pilots", "herring_season"]


@pytest.mark.parametrize(
    ("title", "question"),
    [
        ({"en": "Цены на ягоды", "tr": "Herkese aşılar"}, "цена ягод"),
        ({"en": "Цены на ягоды", "tr": "Herkese aşılar"}, "aşı"),
        ({"en": "Цены на ягоды", "tr": "Herkese aşılar"}, "aşısı"),
    ],
)
def test_an_errand_is_known_in_another_form(title: dict[str, str], question: str) -> None:
    found = Search(_with("herring_season", title=title)).find(question)
    assert found.decision is Decision.ANSWER
    assert found.matches[0].provision_id == "herring_season"


def test_a_topic_of_all_provisions_still_has_a_name() -> None:
    """An agreement on one thing: its name is the first word that is asked."""
    provisions = tuple(
        provision.model_copy(update={"topics": ("lights",)}) for provision in LIGHTHOUSE.provisions
    )
    found = Search(LIGHTHOUSE.model_copy(update={"provisions": provisions})).find("lights")
    assert found.decision is Decision.ANSWER
    assert len(found.matches) == len(LIGHTHOUSE.provisions)


@pytest.mark.parametrize(
    ("keyword", "question"), [("iha", "ihalar"), ("destek", "desteği"), ("uçak", "uçağın")]
)
def test_short_plurals_and_a_hardened_stem_in_turkish(keyword: str, question: str) -> None:
    found = Search(_with("night_pilots", keywords={"tr": (keyword,)})).find(question)
    assert [match.provision_id for match in found.matches] == ["night_pilots"]
