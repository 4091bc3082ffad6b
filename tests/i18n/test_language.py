from __future__ import annotations

from datetime import date, datetime
from gettext import NullTranslations
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from bot.agreement.dates import PartialDate
from bot.i18n.language import Language, _passed
from bot.i18n.pseudo import pseudo

EN, AZ, TR, RU = (Language(code, NullTranslations()) for code in ("en", "az", "tr", "ru"))


def test_turkish_and_azerbaijani_letters_keep_their_dots() -> None:
    for language in (AZ, TR):
        assert language.lower("ENERJİ IŞIK") == "enerji ışık"
        assert language.upper("enerji ışık") == "ENERJİ IŞIK"
        assert language.capitalised("istanbul") == "İstanbul"
    assert EN.lower("ENERGY") == "energy"
    assert RU.capitalised("энергия") == "Энергия"


def test_a_language_names_itself_and_others() -> None:
    assert [item.name for item in (EN, TR, RU)] == [
        "English",
        "Türkçe",
        "Русский",
    ]
    assert RU.name_of("ru") == "русский"
    assert EN.name_of("tr") == "Turkish"
    assert TR.name_of("ru-RU") == "Rusça"
    assert EN.name_of("xqz") == "xqz"


def test_a_language_is_told_apart_from_a_country_of_the_same_name() -> None:
    assert AZ.locale.territories["AZ"] == "Azərbaycan"
    assert AZ.name_of("az") == "the azərbaycan language"
    assert AZ.name == "The azərbaycan language"
    assert AZ.name_of("tr") == "the türk language"


def test_dates_have_the_precision_of_their_source() -> None:
    full, month, year = (PartialDate.parse(text) for text in ("2025-08-22", "2025-08", "2025"))
    assert [EN.date(item) for item in (full, month, year)] == [
        "22 August 2025",
        "August 2025",
        "2025",
    ]
    assert [TR.date(item) for item in (full, month, year)] == [
        "22 Ağustos 2025",
        "Ağustos 2025",
        "2025",
    ]
    assert AZ.short_date(full) == "22 avq 2025"
    assert RU.short_date(month) == "авг. 2025\u202fг."


def test_a_moment_has_hours_and_minutes() -> None:
    moment = datetime(2024, 5, 20, 9, 30, 59, tzinfo=ZoneInfo("Asia/Baku"))
    assert [item.moment(moment).replace("\u202f", " ") for item in (EN, AZ, TR, RU)] == [
        "20 May 2024, 09:30",
        "20 may 2024 09:30",
        "20 May 2024 09:30",
        "20 мая 2024 г., 09:30",
    ]


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-11-24", "today"),
        ("2026-11-23", "yesterday"),
        ("2026-11-22", "2 days ago"),
        ("2026-11-11", "13 days ago"),
        ("2026-11-10", "2 weeks ago"),
        ("2026-10-25", "4 weeks ago"),
        ("2026-10-24", "1 month ago"),
        ("2025-11-25", "11 months ago"),
        ("2025-11-24", "1 year ago"),
        ("2022-02-24", "4 years ago"),
        ("2026-11-25", "tomorrow"),
        ("2026-12-24", "in 30 days"),
    ],
)
def test_how_long_ago_in_whole_units(day: str, words: str) -> None:
    assert EN.ago(date.fromisoformat(day), date(2026, 11, 24)) == words


def test_the_end_of_a_shorter_month_completes_a_month() -> None:
    assert RU.ago(date(2026, 8, 31), date(2026, 11, 30)) == "3 месяца назад"
    assert EN.ago(date(2024, 2, 29), date(2025, 2, 28)) == "1 year ago"


@given(st.dates(date(1900, 1, 1)), st.dates(date(1900, 1, 1)))
def test_it_never_says_more_than_has_passed(one: date, other: date) -> None:
    first, last = sorted((one, other))
    count, unit = _passed(first, last)
    least = {"year": 365, "month": 28, "week": 7, "day": 1}[unit]
    assert count * least <= (last - first).days


def test_numbers_and_lists_by_cldr() -> None:
    assert (EN.number(1234.5), TR.number(1234.5)) == ("1,234.5", "1.234,5")
    assert EN.number(1.5) == "1.5"
    assert RU.number(1234.5) == "1\xa0234,5"
    assert EN.percent(0.25) == "25%"
    assert TR.percent(0.25) == "%25"
    assert EN.join_or(["a", "b", "c"]) == "a, b or c"
    assert TR.join_or_html(["<a>", Markup("<b>b</b>")]) == "&lt;a&gt; veya <b>b</b>"
    assert AZ.join(["a", "b", "c"]) == "a, b və c"
    assert EN.join_html(["<a>", Markup("<b>b</b>")]) == "&lt;a&gt; and <b>b</b>"


def test_parameters_are_escaped_in_html_alone() -> None:
    assert EN.html("<b>{x}</b>", x="<&>") == "<b>&lt;&amp;&gt;</b>"
    assert EN.html("{x}", x=Markup("<i>y</i>")) == "<i>y</i>"
    assert EN.gettext("{x}", x="<&>") == "<&>"
    assert EN.nhtml("{n} of {x}", "{n} of {x}s", 2000, x="&") == "2,000 of &amp;s"


@pytest.mark.parametrize("code", ["en", "el"])
def test_the_made_up_language_marks_what_it_translates(code: str) -> None:
    language = pseudo(code)
    assert language.gettext("Setup of {thing}", thing="boats") == "⟦Sétúp óf boats⟧"
    assert language.html("<b>Yes &amp; no</b>") == "⟦<b>Ýés &amp; ñó</b>⟧"
    assert language.ngettext("{n} lamp", "{n} lamps", 1) == "⟦1 lámp⟧"
    assert language.pgettext("status", "Done") == "⟦Dóñé⟧"
