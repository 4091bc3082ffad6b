from __future__ import annotations

import pytest

from bot.search import Decision, Match, Reason, SearchResults
from bot.search.answering import Answered
from bot.search.lexical import Field
from bot.search.questions import Query
from bot.views.callbacks import Place, View
from bot.views.explanation import WHY, why_page
from bot.views.pagination import shown
from tests.views import sample


@pytest.mark.parametrize("field", [*(each_field.name.lower() for each_field in Field), "number"])
def test_where_a_word_stands_is_said_in_the_readers_language(field: str) -> None:
    provision = sample.board(spelling=sample.in_greek_letters).provisions[0]
    match = Match(provision.id, 1.0, ("lamba",), (Reason("lamba", "βριγητ", field),))
    answered = Answered(SearchResults(Decision.ANSWER, (match,)), Query("lamba"))
    page = why_page(sample.reader(sample.GREEK), answered, [provision], Place(View.ANSWER, WHY))
    line = next(
        each_line for each_line in shown(page.html).splitlines() if each_line.startswith("• ")
    )
    where = line.removeprefix("• lamba → βριγητ · ")
    assert where != line
    assert not sample.outside_the_catalog(where).strip()
