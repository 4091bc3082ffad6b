from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.agreement.status import Status
from bot.search.intents import Intent
from bot.search.questions import Context, Query, in_context, parse

TODAY = date(2026, 3, 20)


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ("what is finished?", Status.DONE),
        ("which promises were kept?", Status.DONE),
        ("stalled", Status.STALLED),
        ("not started", Status.ANNOUNCED),
        ("nə bitib?", Status.DONE),
        ("hansı vədlər yerinə yetirilib", Status.DONE),
        ("hansı layihələr dayanıb", Status.STALLED),
        ("tamamlananlar", Status.DONE),
        ("devam edenler", Status.CONTINUING),
        ("geciken projeler", Status.STALLED),
        ("что завершено", Status.DONE),
        ("что застопорилось?", Status.STALLED),
        ("не начато", Status.ANNOUNCED),
        ("без источников", Status.UNRATED),
    ],
)
def test_a_status_is_asked_for_in_everyday_words(question: str, status: Status) -> None:
    query = parse(question, TODAY)
    assert (query.text, query.statuses, query.is_filtered) == ("", (status,), True)


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("what changed this month?", date(2026, 3, 1), TODAY),
        ("bu ay nə dəyişdi", date(2026, 3, 1), TODAY),
        ("geçen ay neler oldu", date(2026, 2, 1), date(2026, 2, 28)),
        ("что нового в прошлом году", date(2025, 1, 1), date(2025, 12, 31)),
        ("what changed in 2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("news of this week", date(2026, 3, 16), TODAY),
        ("2025-ci ildə nə dəyişib", date(2025, 1, 1), date(2025, 12, 31)),
        ("что изменилось в 2025-м году", date(2025, 1, 1), date(2025, 12, 31)),
        ("what changed in June 2025?", date(2025, 6, 1), date(2025, 6, 30)),
        ("what changed in May 2024", date(2024, 5, 1), date(2024, 5, 31)),
        ("what changed in february", date(2026, 2, 1), date(2026, 2, 28)),
        ("avqustda nə dəyişdi", date(2025, 8, 1), date(2025, 8, 31)),
        ("haziranda neler değişti", date(2025, 6, 1), date(2025, 6, 30)),
        ("что изменилось 5 марта 2026", date(2026, 3, 5), date(2026, 3, 5)),
        ("son değişiklikler", None, None),
        ("xəbərlər", None, None),
    ],
)
def test_news_of_a_time(question: str, since: date | None, until: date | None) -> None:
    query = parse(question, TODAY)
    assert query.latest
    assert (query.text, query.since, query.until) == ("", since, until)


@pytest.mark.parametrize(
    ("question", "text", "intent"),
    [
        ("кибер статус", "кибер", Intent.STATUS),
        ("sources?", "", Intent.SOURCES),
        ("nə vaxt", "", Intent.WHEN),
        ("ne zaman?", "", Intent.WHEN),
        ("источники", "", Intent.SOURCES),
    ],
)
def test_an_intent(question: str, text: str, intent: Intent) -> None:
    query = parse(question, TODAY)
    assert (query.text, query.intent, query.is_filtered) == (text, intent, False)


@pytest.mark.parametrize(
    "question", ["bu gün hava necədir", "what is the president doing today", "football news"]
)
def test_news_of_something_else_keeps_its_subject(question: str) -> None:
    assert parse(question, TODAY).text


def test_a_subject_beside_a_status() -> None:
    query = parse("stalled energy", TODAY)
    assert (query.text, query.statuses) == ("energy", (Status.STALLED,))


BEFORE = Context(Query("drone factory"), ("drones",))


def test_a_question_without_a_subject_takes_the_one_before() -> None:
    query = in_context(parse("sources?", TODAY), BEFORE)
    assert (query.text, query.intent) == ("drone factory", Intent.SOURCES)


@pytest.mark.parametrize(
    "question",
    [
        *("status?", "nə vəziyyətdədir?", "и какой статус?", "durum?"),
        *("is it finished?", "has it started yet", "it stalled?"),
        *("bitti mi?", "bitibmi", "это завершено?"),
    ],
)
def test_the_status_after_an_answer_is_the_answers(question: str) -> None:
    query = in_context(parse(question, TODAY), BEFORE)
    assert (query.text, query.intent, query.is_filtered) == (
        BEFORE.query.text,
        Intent.STATUS,
        False,
    )


def test_the_status_after_news_is_the_boards() -> None:
    query = in_context(parse("status?", TODAY), Context(parse("what changed?", TODAY)))
    assert (query.text, query.intent) == ("", Intent.STATUS)


def test_when_it_is_finished_is_asked_of_the_answer_before() -> None:
    query = in_context(parse("when is it finished?", TODAY), BEFORE)
    assert (query.text, query.intent) == (BEFORE.query.text, Intent.WHEN)


@pytest.mark.parametrize("question", ["is it finished?", "what is finished?", "neler bitti?"])
def test_with_nothing_to_refer_to_all_is_asked_about(question: str) -> None:
    query = parse(question, TODAY)
    assert in_context(query, Context(Query("", intent=Intent.NEWS))) == query
    assert query.statuses == (Status.DONE,)


def test_and_this_keeps_what_was_asked() -> None:
    before = Context(Query("", statuses=(Status.STALLED,)))
    query = in_context(parse("and the railway?", TODAY), before)
    assert query.statuses == (Status.STALLED,)
    assert "railway" in query.text


def test_and_a_status_keeps_the_subject() -> None:
    query = in_context(parse("and stalled?", TODAY), BEFORE)
    assert (query.text, query.statuses) == ("drone factory", (Status.STALLED,))


@pytest.mark.parametrize("question", ["railway", "what is finished?", "is the road open"])
def test_a_question_of_its_own_is_left_alone(question: str) -> None:
    query = parse(question, TODAY)
    assert in_context(query, BEFORE) == query
    assert in_context(query, None) == query


@given(st.text(max_size=60), st.dates(date(1990, 1, 1), date(2100, 1, 1)))
@settings(max_examples=100, deadline=None)
def test_any_text_can_be_taken_apart(text: str, today: date) -> None:
    query = parse(text, today)
    assert query == parse(text, today)
    assert query.since is None or query.until is None or query.since <= query.until
    in_context(query, BEFORE)
