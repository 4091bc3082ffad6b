from __future__ import annotations

import contextlib
import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.agreement.board import Board, StatusChange
from bot.agreement.dates import PartialDate
from bot.agreement.draft import (
    NOTE_LENGTH,
    DraftError,
    DraftProblem,
    DraftStep,
    StatusDraft,
    checked,
    parse_update,
    with_choice,
)
from bot.agreement.model import Agreement
from bot.agreement.status import Status, UnratedReason
from bot.agreement.user_input import NotOneProvision, find_provision, read_date, read_url

TODAY = date(2025, 9, 1)
URL = "https://news.example.org/rail"


def agreement() -> Agreement:
    names = {"en": "A", "tr": "A"}

    def provision(
        number: int, name: str, topic: str, date: str = "2021-06-15"
    ) -> dict[str, object]:
        entry = {"status": "announced", "date": date}
        head = {"id": name, "number": number, "topics": [topic], "origin": "clause"}
        return {**head, "title": names, "text": names, "checked_on": date, "history": [entry]}

    source = {"title": "T", "url": "https://example.org", "publisher": "P", "language": "en"}
    data = {
        "id": "lakes",
        "title": names,
        "short_title": names,
        "parties": [{"id": "north", "name": names}],
        "date": "2021-06-15",
        "languages": ["en", "tr"],
        "publishers": [{"id": "p", "name": names, "side": "north"}],
        "about": names,
        "sides": [{"id": "north", "title": names}],
        "sources": [source],
        "topics": [
            {"id": "transport", "command": "transport", "aliases": ["ulasim"], "title": names},
            {"id": "water", "command": "water", "title": names},
        ],
        "provisions": [
            provision(1, "lake_railway", "transport"),
            provision(2, "joint_watch", "water"),
            provision(3, "joint_ferry", "water", "2025-08-22"),
        ],
    }
    return Agreement.model_validate_json(json.dumps(data))


AGREEMENT = agreement()
BOARD = Board(AGREEMENT)


def parsed(text: str, board: Board = BOARD, **options: object) -> StatusDraft:
    return parse_update(text, AGREEMENT, board, TODAY, **options)


def problem(text: str, board: Board = BOARD, **options: object) -> DraftProblem:
    with pytest.raises(DraftError) as caught:
        parsed(text, board, **options)
    return caught.value.problem


def test_a_whole_line_is_ready_for_the_preview() -> None:
    draft = parsed(f"railway started 2025-08-22 {URL} First  rails\nlaid", token=7)
    assert draft == StatusDraft(
        token=7,
        provision_id="lake_railway",
        status=Status.STARTED,
        date=PartialDate(2025, 8, 22),
        source=URL,
        notes={"en": "First rails laid"},
    )
    assert draft.step is DraftStep.PREVIEW
    assert draft.entry(AGREEMENT).evidence[0].publisher == "news.example.org"


def test_a_line_that_stops_early_leaves_the_rest_to_be_asked() -> None:
    assert parsed("railway").step is DraftStep.STATUS
    assert parsed("railway done").step is DraftStep.DATE
    assert parsed("railway unrated").step is DraftStep.REASON
    assert parsed("railway unrated 2025 no news").step is DraftStep.REASON


def test_a_status_that_needs_no_source_may_come_without_note_and_source() -> None:
    draft = parsed("2 unrated:no_source 2025-08")
    assert draft.reason is UnratedReason.NO_SOURCE
    assert draft.step is DraftStep.PREVIEW
    assert draft.entry(AGREEMENT).evidence == ()


def test_names_of_any_language_are_taken_in_any_casing() -> None:
    names = {"İlerledi": Status.ADVANCED, "в процессе": Status.STARTED, "в": Status.DONE}
    days = {"bu gün": TODAY, "Dün": date(2025, 8, 31)}
    draft = parsed(f"railway ilerledi BU GÜN {URL}", statuses=names, days=days)
    assert (draft.status, draft.date) == (Status.ADVANCED, PartialDate.of(TODAY))
    draft = parsed(f"railway В Процессе dün {URL} в", statuses=names, days=days, language="tr")
    assert (draft.status, draft.date) == (Status.STARTED, PartialDate(2025, 8, 31))
    assert draft.notes == {"tr": "в"}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", DraftProblem.USAGE),
        ("joint done", DraftProblem.UNKNOWN_PROVISION),
        ("tunnel done", DraftProblem.UNKNOWN_PROVISION),
        ("9 done", DraftProblem.UNKNOWN_PROVISION),
        ("railway finished", DraftProblem.UNKNOWN_STATUS),
        ("railway unrated:because", DraftProblem.UNKNOWN_STATUS),
        ("railway done:no_source", DraftProblem.UNKNOWN_STATUS),
        (f"railway done 2025-13 {URL}", DraftProblem.BAD_DATE),
        (f"railway done {URL}", DraftProblem.BAD_DATE),
        (f"railway done 2025-09-02 {URL}", DraftProblem.FUTURE_DATE),
        (f"joint_ferry done 2020-08 {URL}", DraftProblem.DATE_BEFORE_SIGNING),
        ("railway done 2025 ftp://example.org/a", DraftProblem.BAD_URL),
        ("railway done 2025 https://localhost/a", DraftProblem.BAD_URL),
        ("railway done 2025 https://me:word@example.org/", DraftProblem.BAD_URL),
        ("railway done 2025", DraftProblem.EVIDENCE_MISSING),
        ("railway done 2025 no link here", DraftProblem.EVIDENCE_MISSING),
        (f"railway done 2025 {URL} {'x' * (NOTE_LENGTH + 1)}", DraftProblem.TEXT_TOO_LONG),
        ("railway announced 2021-06-15", DraftProblem.SAME_STATUS),
    ],
)
def test_what_does_not_fit_is_named(line: str, expected: DraftProblem) -> None:
    assert problem(line) is expected


def test_a_further_event_at_the_same_status_is_news_but_the_same_event_is_not() -> None:
    after = parsed(f"railway started 2025-08-22 {URL}").entry(AGREEMENT)
    change = StatusChange(
        id=1,
        provision_id="lake_railway",
        before=BOARD.provisions[0].shown_by,
        after=after,
        made_by=1,
        made_at=datetime(2025, 8, 23, tzinfo=UTC),
    )
    board = BOARD.following([change])
    assert problem(f"railway started 2025-08-22 {URL} again", board) is DraftProblem.SAME_STATUS
    assert parsed(f"railway started 2025-08-23 {URL}", board).step is DraftStep.PREVIEW
    assert parsed(f"railway started 2025-08-22 {URL}/2", board).step is DraftStep.PREVIEW


def choose(draft: StatusDraft, field: str, value: str = "") -> StatusDraft:
    return with_choice(draft, field, value, BOARD, TODAY)


def test_choice_by_choice_and_back_again() -> None:
    choices = [
        ("provision", "lake_railway"),
        ("status", "unrated"),
        ("reason", "no_source"),
        ("date", "yesterday"),
        ("source", ""),
        ("note", "Nothing yet"),
    ]
    drafts = [StatusDraft(token=1)]
    for field, value in choices:
        assert drafts[-1].step == field
        drafts.append(choose(drafts[-1], field, value))
    assert drafts[-1].step is DraftStep.PREVIEW
    assert drafts[-1].date == PartialDate(2025, 8, 31)
    draft = drafts[-1]
    while draft.step is not DraftStep.PROVISION:
        back = choose(draft, "back")
        assert list(DraftStep).index(back.step) == list(DraftStep).index(draft.step) - 1
        draft = back
    assert choose(draft, "back") == draft == drafts[0]


def test_back_passes_over_the_reason_where_there_is_none() -> None:
    assert choose(parsed("railway done"), "back").step is DraftStep.STATUS


def test_a_note_in_several_languages() -> None:
    draft = parsed(f"railway started 2025-08-22 {URL} Rails laid")
    asked = choose(draft, "lang", "tr")
    assert asked.step is DraftStep.NOTE
    assert choose(asked, "back") == draft
    assert choose(asked, "note", "") == draft
    assert choose(asked, "note", "Ray döşendi").notes == {"en": "Rails laid", "tr": "Ray döşendi"}
    for field, value in [("lang", "xx"), ("page", "2"), ("confirm", ""), ("", "")]:
        with pytest.raises(DraftError) as caught:
            choose(draft, field, value)
        assert caught.value.problem is DraftProblem.USAGE


def test_another_status_forgets_the_reason_and_wants_its_source() -> None:
    draft = choose(parsed("railway unrated:no_source 2025-08"), "status", "done")
    assert (draft.reason, draft.step) == (None, DraftStep.SOURCE)
    with pytest.raises(DraftError) as caught:
        choose(draft, "source", " ")
    assert caught.value.problem is DraftProblem.EVIDENCE_MISSING


def test_a_draft_is_checked_again_when_the_board_has_moved() -> None:
    draft = parsed(f"joint_watch done 2025-08-01 {URL}")
    assert checked(draft, BOARD, TODAY) is draft
    gone = AGREEMENT.model_copy(update={"provisions": AGREEMENT.provisions[:1]})
    with pytest.raises(DraftError) as caught:
        checked(draft, Board(gone), TODAY)
    assert caught.value.problem is DraftProblem.UNKNOWN_PROVISION


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("lake_railway", "lake_railway"),
        ("LAKE-RAILWAY", "lake_railway"),
        ("#2", "joint_watch"),
        ("lake", "lake_railway"),
        ("rail", "lake_railway"),
        ("FERRY", "joint_ferry"),
        ("ulasim", "lake_railway"),
        ("lake_raliway", "lake_railway"),
    ],
)
def test_a_provision_is_found_by_what_it_is_called(given: str, meant: str) -> None:
    assert find_provision(given, BOARD).id == meant


def test_several_that_fit_are_offered() -> None:
    with pytest.raises(NotOneProvision) as caught:
        find_provision("water", BOARD)
    assert caught.value.candidates == ("joint_watch", "joint_ferry")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-08-22", PartialDate(2025, 8, 22)),
        ("22.08.2025", PartialDate(2025, 8, 22)),
        ("2/8/2025", PartialDate(2025, 8, 2)),
        ("08.2025", PartialDate(2025, 8)),
        ("2025-08", PartialDate(2025, 8)),
        ("2025", PartialDate(2025)),
        ("BUGÜN", PartialDate(2025, 9, 1)),
    ],
)
def test_dates_as_they_are_typed(text: str, expected: PartialDate) -> None:
    assert read_date(text, {"bugün": TODAY}) == expected


@given(st.text(max_size=40))
@settings(max_examples=100, deadline=None)
def test_reading_an_address_fails_with_nothing_but_a_value_error(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert "." in read_url("https://" + text)


WORDS = st.sampled_from(
    [
        "railway",
        "2",
        "joint",
        "done",
        "unrated:no_source",
        "unrated",
        "2025",
        "22.08.2025",
        URL,
        "x",
    ]
)


@given(
    st.one_of(st.text(max_size=60), st.lists(st.one_of(WORDS, st.text(max_size=8))).map(" ".join))
)
@settings(max_examples=150, deadline=None)
def test_a_line_makes_a_draft_or_a_draft_error(line: str) -> None:
    try:
        draft = parsed(line)
    except DraftError:
        return
    assert StatusDraft.model_validate(json.loads(draft.model_dump_json())) == draft
    if draft.step is DraftStep.PREVIEW:
        assert draft.entry(AGREEMENT).date.first <= TODAY


@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["provision", "status", "reason", "date", "source", "note", "lang", "back"]
            ),
            st.one_of(WORDS, st.sampled_from(["", "tr", "no_source", "today"])),
        ),
        max_size=12,
    )
)
@settings(max_examples=100, deadline=None)
def test_any_order_of_choices_leaves_a_draft_that_holds(choices: list[tuple[str, str]]) -> None:
    draft = StatusDraft(token=1)
    for field, value in choices:
        try:
            draft = choose(draft, field, value)
        except DraftError:
            continue
    if draft.step is DraftStep.PREVIEW:
        draft.entry(AGREEMENT)
