from __future__ import annotations

import re
from gettext import NullTranslations
from pathlib import Path

import pytest
from sample import ENGLISH, GREEK, agreement

from bot.agreement.content import load_file
from bot.i18n.catalogs import load_languages
from bot.i18n.language import Language
from bot.views.commands import RESERVED, Menu, commands, profile

ROOT = Path(__file__).parents[2]
CONTENT = ROOT / "content" / "provisions.json"
AGREEMENT = agreement()


@pytest.mark.parametrize("menu", Menu)
def test_a_menu_is_what_telegram_takes(menu: Menu) -> None:
    topics = tuple(
        AGREEMENT.topics[0].model_copy(
            update={"command": f"topic_{n}", "title": {"en": "long " * 24}}
        )
        for n in range(60)
    )
    for item in (AGREEMENT, AGREEMENT.model_copy(update={"topics": topics})):
        entries = commands(ENGLISH, item, menu)
        names = [name for name, _ in entries]
        assert len(names) == len(set(names)) <= 100
        assert all(re.fullmatch(r"[a-z0-9_]{1,32}", name) for name in names)
        assert all(0 < len(text) <= 256 for _, text in entries)


def test_topics_come_first_in_the_readers_language_and_eight_in_all() -> None:
    light = AGREEMENT.topics[0].model_copy(update={"commands": {"tr": "isik"}})
    spoken = AGREEMENT.model_copy(update={"topics": (light, *AGREEMENT.topics[1:])})
    turkish = Language("tr", NullTranslations())
    assert commands(turkish, spoken, Menu.PRIVATE)[0][0] == "isik"
    assert "isik" in light.names
    for menu in (Menu.PRIVATE, Menu.GROUP):
        names = [name for name, _ in commands(ENGLISH, AGREEMENT, menu)]
        assert names[:3] == ["light", "boats", "birds"]
        assert len(names) <= 8
        assert {"topics", "help"} <= {*names}


def test_only_admins_see_their_commands() -> None:
    own = {"update", "undo", "correct", "audit", "stats", "export", "reload"}
    assert own <= set(dict(commands(ENGLISH, AGREEMENT, Menu.ADMIN)))
    for menu in (Menu.PRIVATE, Menu.GROUP):
        assert not own & set(dict(commands(ENGLISH, AGREEMENT, menu)))


def test_no_topic_can_take_a_command_of_the_menus() -> None:
    topics = {topic.command for topic in AGREEMENT.topics}
    for menu in Menu:
        assert set(dict(commands(ENGLISH, AGREEMENT, menu))) - topics <= RESERVED


def test_every_description_comes_from_the_catalog() -> None:
    topics = {topic.command for topic in AGREEMENT.topics}
    for name, text in commands(GREEK, AGREEMENT, Menu.ADMIN):
        assert name in topics or text.startswith("⟦")


def test_the_profile_is_the_benefit_and_what_it_is_about() -> None:
    shown = profile(ENGLISH, AGREEMENT)
    assert shown.name == "Lighthouse Treaty"
    assert AGREEMENT.short_title["en"] in shown.short_description
    assert shown.description.endswith(AGREEMENT.title["en"])


@pytest.mark.parametrize("code", ["en", "az", "tr", "ru"])
def test_no_profile_of_the_content_is_cut(code: str) -> None:
    language = load_languages(ROOT / "locales")[code]
    shown = profile(language, load_file(CONTENT))
    assert "…" not in f"{shown.name} {shown.short_description} {shown.description}"


@pytest.mark.parametrize("letter", ["a", "🏗", "ab "])
def test_the_longest_profile_is_clipped(letter: str) -> None:
    def long(limit: int) -> dict[str, str]:
        return {"en": (letter * limit)[:limit].strip()}

    fields = {"title": long(120), "short_title": long(120), "about": long(900)}
    shown = profile(ENGLISH, AGREEMENT.model_copy(update=fields))
    for text, limit in (
        (shown.name, 64),
        (shown.short_description, 120),
        (shown.description, 512),
    ):
        assert 0 < len(text.encode("utf-16-le")) // 2 <= limit
