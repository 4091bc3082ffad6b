from __future__ import annotations

from datetime import datetime
from gettext import NullTranslations

import pytest

from bot.agreement.dates import PartialDate
from bot.agreement.evidence import Evidence, Origin
from bot.agreement.status import Status, UnratedReason
from bot.i18n.language import Language
from bot.views.format import (
    ago,
    dash,
    deep_link,
    moment,
    pick,
    promise,
    quoted,
    source_link,
    sources_line,
    untranslated,
)
from bot.views.html import bold
from bot.views.pagination import shown
from bot.views.statuses import (
    origin_label,
    origin_mark,
    reason_label,
    reason_meaning,
    status_label,
    status_line,
    status_meaning,
)
from tests.views.sample import ENGLISH, GREEK, NOW, agreement, board, change, reader


def test_content_in_another_language_says_so() -> None:
    assert pick({"en": "Lamp", "tr": "Fener"}, ENGLISH).other is None
    fallback = pick({"tr": "Fener", "ru": "Фонарь"}, ENGLISH)
    assert (fallback.text, fallback.other) == ("Fener", "tr")
    assert pick({}, ENGLISH).text == ""
    assert untranslated(ENGLISH, [pick({"en": "x"}, ENGLISH)]) is None
    assert "shown in: Turkish." in str(untranslated(ENGLISH, [fallback, fallback]))


def test_every_value_has_its_words() -> None:
    for status in Status:
        assert status_label(GREEK, status).startswith("⟦")
        assert status_meaning(GREEK, status).startswith("⟦")
    for reason in UnratedReason:
        assert reason_label(GREEK, reason).startswith("⟦")
        assert reason_meaning(GREEK, reason).startswith("⟦")
    for origin in Origin:
        assert origin_label(GREEK, origin).startswith("⟦")
        assert bool(origin_mark(GREEK, origin)) == (origin is not Origin.CLAUSE)


def test_each_date_of_a_status_says_what_it_is_the_date_of() -> None:
    lamp, _, oars = board(change("lamp", date="2024-05-18", status="advanced")).provisions
    assert shown(status_line(reader(), lamp)) == (
        "◕ Substantial progress\nSince Feb 2024 · Last event: 18 May 2024 · Checked: 18 May 2024"
    )
    assert shown(status_line(reader(), oars)) == (
        "□ Not rated (no source found)\nLast event: 2020 · Checked: Feb 2020"
    )


def test_a_source_is_a_link() -> None:
    source = agreement().provisions[0].history[2].evidence[0]
    assert source_link(reader(), source) == (
        '<a href="https://example.org/tower?a=1&amp;b=2">Harbour Post</a>, 2 Mar 2023'
    )


def test_a_publisher_is_named_once_for_several_sources() -> None:
    first = Evidence(url="https://example.org/a", publisher="example.org")
    second = Evidence(
        url="https://example.org/b", publisher="example.org", date=PartialDate(2024, 5, 18)
    )
    other = Evidence(url="https://example.net/c", publisher="example.net")
    line = sources_line(reader(), [first, other, second])
    assert line is not None
    assert shown(line) == "Sources: example.org (2: 18 May 2024) and example.net"
    assert line.count("<a ") == 3
    assert sources_line(reader(), []) is None


def test_a_moment_goes_by_the_readers_own_clock() -> None:
    assert moment(reader(), NOW) == (
        '<tg-time unix="1716197400" format="Dt">20 May 2024, 09:30</tg-time>'
    )
    with pytest.raises(ValueError, match="time zone"):
        moment(reader(), datetime(2024, 5, 20))  # noqa: DTZ001


def test_how_long_ago_a_day_is() -> None:
    assert str(ago(reader(), PartialDate.parse("2024-02-20"))).endswith(">3 months ago</tg-time>")
    assert 'format="r">today<' in str(ago(reader(), PartialDate.parse("2024-05-20")))
    assert ago(reader(), PartialDate.parse("2024-02")) is None
    assert ago(reader(), PartialDate.parse("1921-10-13")) == "102 years ago"


def test_dashes_and_quotation_marks_are_the_languages() -> None:
    marks = {"{first} – {second}": "{first} — {second}", "“{text}”": "«{text}»"}

    class Catalog(NullTranslations):
        def gettext(self, message: str) -> str:
            return marks[message]

    russian = Language("ru", Catalog())
    assert dash(russian, "<a>", bold("b")) == "&lt;a&gt; — <b>b</b>"
    assert quoted(russian, "<a>") == "«&lt;a&gt;»"


def test_the_promise_in_one_line_is_the_first_sentence() -> None:
    assert promise(reader(), agreement().provisions[0].text) == "The shores will light one lamp."


def test_a_deep_link_names_the_bot() -> None:
    assert deep_link(reader(), "topic_light") == "https://t.me/lighthouse_bot?start=topic_light"
