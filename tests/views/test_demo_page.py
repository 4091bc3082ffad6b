from __future__ import annotations

import re
from gettext import NullTranslations
from pathlib import Path

import pytest

from bot.i18n.catalogs import load_languages
from bot.i18n.language import Language
from bot.paths import locales_folder
from bot.playground import pages
from bot.views.demo_page import TEXTS, page_texts

SCRIPTS = Path(pages.__file__).with_name("page")


def test_they_are_what_the_page_says() -> None:
    said: list[str] = []
    for script in SCRIPTS.glob("*.js"):
        said += re.findall(r'(?<![.\w])say\("([^"]+)"', script.read_text("utf-8"))
    assert sorted(set(said)) == sorted(TEXTS)


def test_what_the_page_fills_in_stays_open() -> None:
    found = page_texts({"en": Language("en", NullTranslations())})
    assert found["en"]["name"] == "English"
    assert found["en"]["texts"] == {text: text for text in TEXTS}


@pytest.mark.parametrize("code", ["az", "tr", "ru"])
def test_every_language_has_its_own(code: str) -> None:
    texts = page_texts(load_languages(locales_folder()))[code]["texts"]
    same = {text for text, said in texts.items() if said == text}
    assert not same, same
