from __future__ import annotations

from datetime import date
from gettext import NullTranslations

import pytest
from markupsafe import Markup

from bot.agreement.dates import PartialDate
from bot.language.language import Language
from bot.language.pseudo import pseudo

EN, AZ, TR, RU = (Language(code, NullTranslations()) for code in ("en", "az", "tr", "ru"))


def test_turkish_and_azerbaijani_letters_keep_their_dots() -> None:
    for language in (AZ, TR):
        assert language.lower("ENERJİ IŞIK") == "enerji ışık"
        assert language.upper("enerji ışık") == "ENERJİ IŞIK"
        assert language.capitalised("istanbul") == "İstanbul"
    assert EN.lower("ENERGY") == "energy"
    assert RU.capitalised("энергия") == "Энергия"


def test_a_language_names_itself_and_others() -> None:
    assert [one.name for one in (EN, AZ, TR, RU)] == ["English", "Azərbaycan", "Türkçe", "Русский"]
    assert EN.name_of("tr") == "Turkish"
    assert TR.name_of("ru-RU") == "Rusça"
    assert EN.name_of("xqz") == "xqz"


def test_dates_have_the_precision_of_their_source() -> None:
    full, month, year = (PartialDate.parse(text) for text in ("2025-08-22", "2025-08", "2025"))
    assert [EN.date(one) for one in (full, month, year)] == [
        "August 22, 2025",
        "August 2025",
        "2025",
    ]
    assert [TR.date(one) for one in (full, month, year)] == [
        "22 Ağustos 2025",
        "Ağustos 2025",
        "2025",
    ]
    assert AZ.short_date(full) == "22 avq 2025"
    assert RU.short_date(month) == "авг. 2025\u202fг."


def test_how_long_ago_in_words() -> None:
    today = date(2026, 11, 24)
    assert EN.ago(today, today) == "today"
    assert EN.ago(date(2026, 11, 23), today) == "1 day ago"
    assert EN.ago(date(2029, 11, 24), today) == "in 3 years"
    assert RU.ago(date(2026, 8, 24), today) == "3 месяца назад"


def test_numbers_and_lists_by_cldr() -> None:
    assert (EN.number(1234.5), TR.number(1234.5)) == ("1,234.5", "1.234,5")
    assert EN.number(1.5) == "1.5"
    assert RU.number(1234.5) == "1\xa0234,5"
    assert EN.percent(0.25) == "25%"
    assert TR.percent(0.25) == "%25"
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
