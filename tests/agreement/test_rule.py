"""The shipped content keeps the rule: it claims nothing that its sources do not say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from gettext import NullTranslations
from pathlib import Path

import pytest

from bot.agreement.board import Board
from bot.agreement.content import load_file
from bot.agreement.events import Event, EventKind
from bot.agreement.evidence import Citation, Evidence, Origin
from bot.agreement.model import Provision
from bot.agreement.status import Status
from bot.i18n.language import Language
from bot.views.callbacks import NOWHERE
from bot.views.pagination import shown
from bot.views.provision import card
from tests.views import sample

ROOT = Path(__file__).parents[2]
FILES = ["content/provisions.json", "tests/fixtures/lighthouse.json"]
BOARDS = [Board(load_file(ROOT / name)) for name in FILES]
PROVISIONS = [(board, provision) for board in BOARDS for provision in board.provisions]
_MONTH = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept|Oct|Nov|Dec"
_DATE = re.compile(rf"\b(?:\d{{1,2}} )?(?:(?:{_MONTH}) )?\d{{4}}\b")
_LABEL = re.compile(r"(?:Since|Last event:|Checked:|Last event,|Last announcement,) $")


def evidence_of(provision: Provision) -> Iterator[Evidence]:
    for event in provision.history:
        yield from event.evidence
    for remark in (*provision.conflicts, *provision.context):
        yield from remark.evidence


@pytest.mark.parametrize(("board", "provision"), PROVISIONS, ids=[p.id for _, p in PROVISIONS])
def test_the_rule_holds(board: Board, provision: Provision) -> None:
    standing = provision.standing
    assert (standing is None) == (provision.origin is Origin.RELATED)
    for event in provision.history:
        if provision.origin is Origin.RELATED:
            assert event.status is None
        if event.status and event.status.needs_evidence:
            assert event.kind is EventKind.OCCURRENCE
            assert event.evidence
            assert event.date.last >= board.agreement.date.first
            assert provision.origin is not Origin.LISTED
    if standing and standing.status.needs_evidence:
        assert any(event.kind is EventKind.OCCURRENCE for event in occurrences(provision))
    cited: list[Citation] = [*evidence_of(provision), *provision.wordings]
    assert all(source.url.startswith(("http://", "https://")) for source in cited)
    assert all(source.language for source in evidence_of(provision) if source.quote)
    assert provision.last_event.date.first <= provision.checked_on.last


def occurrences(provision: Provision) -> list[Event]:
    return [event for event in provision.events if event.status and event.evidence]


def test_nothing_is_done_today_and_the_related_events_are_apart() -> None:
    board = BOARDS[0]
    counts = board.counts()
    assert Status.DONE not in counts
    assert sum(counts.values()) == len(board.provisions) - 3


@pytest.mark.parametrize("code", ["az", "tr", "ru"])
def test_every_quote_is_translated(code: str) -> None:
    for provision in BOARDS[0].provisions:
        for source in evidence_of(provision):
            if source.quote and source.language != code:
                assert (source.translation or {}).get(code), (provision.id, source.quote)
        for wording in provision.wordings:
            if wording.language != code:
                assert (wording.translation or {}).get(code), (provision.id, wording.text)


@pytest.mark.parametrize(("board", "provision"), PROVISIONS, ids=[p.id for _, p in PROVISIONS])
def test_every_date_of_a_card_says_what_it_is_the_date_of(
    board: Board, provision: Provision
) -> None:
    reader = sample.reader(Language("en", NullTranslations()))
    text = shown(card(reader, provision, NOWHERE, frozenset()).html)
    first, second = text.splitlines()[:2]
    assert "Checked: " in second, board.agreement.id
    for line in (first, second):
        labelled = line.partition(": ")[0] if line == first else line.partition(" · ")[2]
        for found in _DATE.finditer(labelled):
            assert _LABEL.search(labelled[: found.start()]), line


def test_two_copies_of_one_agency_are_one_source() -> None:
    for _, provision in PROVISIONS:
        for event in provision.history:
            agencies = [source.publisher for source in event.evidence if source.via]
            assert len(agencies) == len(set(agencies)), (provision.id, event.date)
