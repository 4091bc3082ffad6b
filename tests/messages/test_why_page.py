from __future__ import annotations

import pytest

from bot.agreement.answering import Answered
from bot.agreement.questions import Query
from bot.agreement.search import Decision, Findings, Match, Reason
from bot.agreement.search.index import Field
from bot.messages.actions import Place, View
from bot.messages.fitting import shown
from bot.messages.why import WHY, why_page
from tests.messages import sample


@pytest.mark.parametrize("field", [*(one.name.lower() for one in Field), "number"])
def test_where_a_word_stands_is_said_in_the_readers_language(field: str) -> None:
    provision = sample.board().provisions[0]
    match = Match(provision.id, 1.0, ("lamba",), (Reason("lamba", "fener", field),))
    answered = Answered(Findings(Decision.ANSWER, (match,)), Query("lamba"))
    page = why_page(sample.reader(sample.GREEK), answered, [provision], Place(View.ANSWER, WHY))
    line = next(one for one in shown(page.html).splitlines() if one.startswith("• "))
    where = line.removeprefix("• lamba → fener · ")
    assert where != line
    assert not sample.outside_the_catalog(where).strip()
